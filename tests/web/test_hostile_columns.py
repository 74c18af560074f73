"""Every column people can write in, filled with 150 attacks past every check, read on every page, in every file.

The columns are found in the models and the pages in the routes: a new one that is neither filled nor listed here with
its reason fails.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from html import unescape
from xml.etree import ElementTree as Xml

import icalendar
import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from markupsafe import escape
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.access.models import Passkey
from app.accounts.actions import create_token
from app.cases.models import Case
from app.clocks.models import ClockAct
from app.clocks.rules import ActKind
from app.core.base import Base
from app.core.policy_parts import Deed
from app.endorsements.models import Halt
from app.extensions import db
from app.followups.models import SurveySentence
from app.identities.models import TextMessage
from app.instance.actions import enter_exception
from app.instance.queries import forget_settings
from app.notices.mail import as_message
from app.notices.models import Letter
from app.opinions.models import Participant
from app.policies.queries import forget_policies
from app.proposals.models import Backer, Decision, Handling, MergeOffer, Proposal, Suggestion, SupporterLetter
from app.proposals.passages import Part, SuggestionState
from app.proposals.rules import BackerRole, NewsKind, Verdict
from moderation.render import TAGS
from tests.conftest import NOON
from tests.support.hostile import AT_ONCE, WORDS, attacks, infect, marker, markers_in, name_of, speak, text_columns
from tests.support.pages import Browser
from tests.support.proposals import collecting, drafted, endorsed, submitted
from tests.web.test_hostile_text import DRAWN_BY_LENGTH, IN_PROSE, Shape, Town, build, markups, shape

__all__ = ["build"]

READERS = ("approver", "citizen", "administrator", "moderator", "visitor")
"""Whoever of these is let in first reads a route; `Town.pages` says who else reads what."""
HALVES = 2

DRAWN_BY_LIKENESS: set[object] = {"svg", ("ul", "class")}
DRAWN_BY_LIKENESS |= {("rect", name) for name in ("", "class", "height", "rx", "width", "x", "y")}
"""The list of what is like a text, and the days of a clock in it: another text is like others."""

NOBODYS_WORDS = {
    "checked before it is stored, against a list or a form in which no sign of markup can stand": (
        *("agencies.email", "agencies.slug", "calendar_exceptions.area", "clocks.area", "instance_settings.area"),
        *("instance_settings.contact_email", "instance_settings.country", "instance_settings.timezone"),
        *("endorsements.area", "proposal_backers.link", "proposals.agencies"),
        *("letters.recipient", "people.email", "people.email_key", "people.mailbox", "text_messages.number"),
    ),
    "a language of the list": (
        *("clock_acts.lang", "comment_versions.lang", "comments.lang", "demands.lang", "feedback.lang", "letters.lang"),
        *("holding_answers.lang", "milestone_news.lang", "people.lang", "replies.lang", "statements.lang"),
        *("study_news.lang", "survey_sentences.lang", "case_handlings.lang", "proposal_decisions.lang"),
        *("proposals.lang", "supporter_letters.lang"),
    ),
    "made by the platform: digests, names of kinds, numbers of rows, drawn by lot": (
        *("api_tokens.digest", "attachments.media_type", "attachments.sha256", "facts.kind", "heartbeats.worker"),
        *("identities.key", "identities.provider", "letters.message_id", "map_snapshots.engine", "passkeys.credential"),
        *("people.password_hash", "phone_codes.digest", "phone_codes.hint", "phone_codes.key", "phones.hint"),
        *("phone_codes.number_range", "phones.key", "phones.number_range", "recovery_codes.digest"),
        *("second_factors.secret", "sign_ins.device_key", "sign_ins.key", "sign_ins.network", "sign_ins.way"),
        *("text_messages.reference", "topics.slug", "endorsements.voice", "endorsement_voices.voice"),
        *("proposals.draft_key", "search_entries.kind"),
    ),
    "figures, dates and the names of rules": (
        *("clocks.earlier", "clocks.reckoning", "clocks.terms", "coordination_checks.content", "facts.data"),
        *("coordination_checks.evidence", "map_snapshots.content", "map_snapshots.memory", "reply_figures.content"),
        *("surveys.counts", "surveys.told", "endorsement_tallies.key", "gatherings.formula", "gatherings.notices"),
        *("gatherings.rests", "gatherings.tiers", "gatherings.window"),
    ),
    "held to its form; the other test of hostile text fills its names": ("policies.document",),
    "compared, never shown": ("comment_marks.imported_as", "statements.key"),
}
"""Columns that could hold words and hold nobody's -> why."""

NEVER_SHOWN = {
    "shown as markup, from the column beside it": ("case_agencies.contribution", "case_notes.text"),
    "leaves by mail, as plain text: see the test of letters": ("letters.subject", "letters.text", "letters.last_error"),
    "leaves by text message, as plain text": ("text_messages.text", "text_messages.last_error"),
    "compared, never shown": ("participants.imported_as",),
    "where a signature is kept: for whoever checks it": ("endorsements.evidence",),
    "stands on the page of a proposal's case, which the town has not": ("case_handlings.plan",),
    "shown while a text is sent back, which the town's were not": (
        *("holding_answers.sent_back_because", "replies.sent_back_because", "reply_versions.sent_back_because"),
        "study_news.refused_because",
    ),
    "shown once five people have answered": ("survey_sentences.text",),
}
"""Columns with people's words that stand on no page, in no file and no answer -> why."""

UNREAD = {
    "the project's own files and description": ("static", "openapi.spec"),
    "needs the secret of a letter or of a provider": (
        *(
            "accounts.confirm",
            "accounts.reset",
            "identities.come_back",
            "identities.with_provider",
            "identities.link_provider",
        ),
    ),
    "nothing was counted or looked for; holds figures only": (
        *("board_api.figures", "opinions_api.coordination", "opinions_api.former_map", "opinions_api.newest_map"),
    ),
    "asks for what to count": ("calendar_api.due",),
    "the author's own; the page shows the same": ("proposals_api.suggestions",),
    "says that no worker runs": ("instance.ready",),
    "development only; the letters have their own test": ("notices.outbox",),
}
"""Routes that are not read here -> why."""


def listed(reasons: dict[str, tuple[str, ...]]) -> set[str]:
    return {name for names in reasons.values() for name in names}


@dataclass
class Read:
    """What was read of a town: the markers of columns that stood somewhere, routes that answered, shapes of pages."""

    seen: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)
    shapes: dict[tuple[str, str], Shape] = field(default_factory=dict)


def complete(town: Town) -> None:
    """What no use case of the town writes: rows that hang on devices and other services, and words from elsewhere."""
    with town.work(town.people["administrator"].actor) as ctx:
        enter_exception(ctx, ctx.today, {"en": WORDS}, works=False)
    with town.work(town.people["citizen"].actor) as ctx:
        create_token(ctx, WORDS)
    with town.work() as ctx:
        of = {table: ctx.session.scalar(sa.text(f"SELECT min(id) FROM {table}")) for table in ("clocks", "topics")}
        citizen, now = town.people["citizen"].id, ctx.now
        ctx.session.add_all(
            [
                Passkey(person_id=citizen, credential="YWJj", public_key=b"k", uses=0, label=WORDS, added_at=now),
                SurveySentence(case_id=town.case, text=WORDS, lang="en"),
                TextMessage(reference="r", number="+886912345678", text=WORDS, written_at=now, next_try_at=now),
                ClockAct(
                    clock_id=of["clocks"], kind=ActKind.EXTENDED, at=now, reason=WORDS, lang="en",
                    old_due_on=ctx.today, new_due_on=ctx.today,
                ),
                Participant(topic_id=of["topics"], imported_as=WORDS, alias=999_999),
            ]
        )  # fmt: skip


def propose(town: Town) -> list[str]:
    """One proposal in hand and written by two, one in review, one that is supported; their slugs."""
    town.people["moderator"] = town.make.person(moderator=True)
    texts = dict.fromkeys(("title", "reason", "benefit", "evidence", "area"), WORDS) | {"demands": (WORDS,)}
    mine = town.people["citizen"]
    liked = collecting(town.work, town.make, 9, mine, **texts)
    waiting = submitted(town.work, town.make, mine, **texts)
    drafted_one = drafted(town.work, town.make, mine, **texts)
    endorsed(town.work, liked, [town.make.person().actor], wants_news=True)
    now = NOON
    with town.work() as ctx:
        case = ctx.session.scalar(sa.select(sa.func.min(Case.id)))
        ctx.get(Proposal, drafted_one.id).draft_key = "k"
        ctx.session.add_all(
            [
                Backer(
                    proposal_id=liked.id, organisation=WORDS, role=BackerRole.PAYS, stated_at=now, by_author=True
                ),
                Suggestion(
                    proposal_id=drafted_one.id, person_id=mine.id, part=Part.REASON, passage=WORDS, text=WORDS,
                    why=WORDS, reason=WORDS, state=SuggestionState.DECLINED, made_at=now, answered_at=now,
                ),
                Decision(
                    proposal_id=liked.id, round=1, decided_at=now, decided_on=now.date(), verdict=Verdict.ADMITTED,
                    reason=WORDS, lang="en",
                ),
                MergeOffer(from_id=waiting.id, into_id=liked.id, offered_at=now, words=WORDS),
                SupporterLetter(topic_id=liked.topic_id, kind=NewsKind.AUTHOR, text=WORDS, lang="en", written_at=now),
                Handling(case_id=case, plan=WORDS, lang="en", planned_at=now),
                Halt(deed=Deed.PROPOSE, reason={"en": WORDS}, began_at=now),
            ]
        )  # fmt: skip
    return [liked.slug, waiting.slug, drafted_one.slug]


FROM_ELSEWHERE = {
    "sign_ins.device": "text",
    "letters.last_error": "text",
    "text_messages.last_error": "text",
    "topics.notice": "texts by language",
    "topics.imported_from": "text",
    "endorsements.evidence": "text",
    "proposals.appeal": "text",
    "proposals.near_reason": "text",
    "proposals.withdrawn_because": "text",
    "replies.sent_back_because": "text",
    "holding_answers.sent_back_because": "text",
    "reply_versions.sent_back_because": "text",
}
"""Columns that get their words by a way the town does not go."""


class Reading:
    """Everybody's visits to everything, signed in once."""

    def __init__(self, app: APIFlask, town: Town) -> None:
        self.app, self.town = app, town
        self.proposals = propose(town)
        self.browsers = {reader: self.enter(reader) for reader in READERS}
        with town.work(town.people["approver"].actor) as ctx:
            self.token = create_token(ctx, "program").secret
        self.addresses = [(reader, one) for reader, places in town.pages().items() for one in places]
        self.routes = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
        self.reader_of: dict[str, str] = {}

    def enter(self, reader: str) -> Browser:
        browser = Browser(self.app)
        return browser if reader == "visitor" else browser.sign_in(self.town.people[reader])

    def everything(self) -> Read:
        read = Read()
        for reader, address in self.addresses:
            take(read, (reader, address), self.ask(reader, address))
        for rule in self.routes:
            for address in self.places(rule):
                if rule.endpoint not in listed(UNREAD):
                    self.first_who_may(read, rule.endpoint, address)
        return read

    def first_who_may(self, read: Read, endpoint: str, address: str) -> None:
        """The route is read by whoever is let in first; the same person reads it again later."""
        mine = endpoint.startswith(("accounts.", "access.", "identities."))
        for reader in [self.reader_of[address]] if address in self.reader_of else ("citizen",) if mine else READERS:
            answer = self.ask(reader, address)
            if answer.status_code == 200:
                self.reader_of[address] = reader
                read.answered.add(endpoint)
                take(read, (reader, address), answer)
                return

    def ask(self, reader: str, address: str) -> TestResponse:
        if address.startswith("/api/"):
            headers = {"Authorization": f"Bearer {self.token}"}
            return self.app.test_client().get(address, headers=headers, buffered=True)
        return self.browsers[reader].http.get(address, follow_redirects=True, buffered=True)

    def places(self, rule: Rule) -> Iterator[str]:
        """The addresses of a route: of the open issue and the answered one, of the first row of everything else."""
        slugs = ["agency"] if "agenc" in rule.endpoint else [self.town.open, self.town.answered]
        if rule.endpoint.startswith("proposals"):
            slugs = self.proposals
        for slug in slugs if "slug" in rule.arguments else [""]:
            values = {name: slug if name == "slug" else self.value(name) for name in rule.arguments}
            built = rule.build(values, append_unknown=False)
            if built:
                yield built[1] if built[1].startswith("/api/") else f"/en{built[1]}"

    def value(self, name: str) -> object:
        """`case_id` is the first case, and so on; of other parts of an address the list says one."""
        others = {
            "kind": "issues",
            "year": 2026,
            "number": 1,
            "version": 1,
            "token": "t",
            "filename": "f",
            "provider": "p",
            "step": "why",
            "key": "k",
            "part": "title",
            "day": "2026-11-04",
        }
        if not name.endswith("_id"):
            return others[name]
        stem = name.removesuffix("_id")
        tables = [f"{stem}s", stem, f"{stem[:-1]}ies", f"case_{stem}s", f"map_{stem}s", f"api_{stem}s", "people"]
        table = next(one for one in tables if one in Base.metadata.tables)
        with Session(db.engine) as session:
            return session.scalar(sa.text(f"SELECT min(id) FROM {table}"))


def take(read: Read, place: tuple[str, str], answer: TestResponse) -> None:
    """Read an answer as what it says it is; fails where something in it is more than words."""
    assert answer.status_code == 200, (place, answer.status_code)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    text = answer.get_data(as_text=True)
    read.seen |= markers_in(text)
    match answer.mimetype:
        case "text/html":
            read.shapes[place] = shape(text)
        case _ if answer.is_json:
            for markup in markups(answer.get_json()):
                check_prose(shape(markup))
        case "application/atom+xml":
            check_feed(Xml.fromstring(text))
        case "text/csv":
            check_table(text)
        case "text/calendar":
            check_calendar(text)
        case other:
            assert answer.headers["Content-Disposition"].startswith("attachment"), (place, other)


def check_prose(found: Shape) -> None:
    """Nothing but what `moderation.render` lets out."""
    assert {tag for tag, _ in found.attributes} <= TAGS | {"html", "head", "body"}
    assert {one for one in found.attributes if one[1]} <= IN_PROSE


def check_feed(root: Xml.Element) -> None:
    """Every element is Atom's, and what is marked as markup is safe."""
    for element in root.iter():
        assert element.tag.startswith("{http://www.w3.org/2005/Atom}"), element.tag
        assert element.get("type") != "xhtml"
        if element.get("type") == "html":
            check_prose(shape(element.text or ""))
        assert not re.match(r"(?!https?:|mailto:|tag:|urn:)[a-z]+:", element.get("href", "")), element.get("href")


def check_table(text: str) -> None:
    """No cell is a formula (OWASP, CSV injection), and every row has the columns of the first."""
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len({len(row) for row in rows}) == 1
    cells = [cell for row in rows for cell in row if not re.fullmatch(r"[+-]?[\d.]+", cell)]
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t\r"))]


def check_calendar(text: str) -> None:
    """Only the parts and properties a calendar of ours has."""
    calendar = icalendar.Calendar.from_ical(text)
    assert {part.name for part in calendar.walk()} <= {"VCALENDAR", "VEVENT", "VTIMEZONE", "STANDARD", "DAYLIGHT"}
    assert not {name for part in calendar.walk() for name in part} & {"ATTACH", "ALTREP", "ORGANIZER", "ATTENDEE"}


@pytest.fixture
def reading(app: APIFlask, build: Callable[[str], Town]) -> Reading:
    town = build(WORDS)
    complete(town)
    made = Reading(app, town)
    with Session(db.engine) as session, session.begin():
        speak(session, FROM_ELSEWHERE)
    return made


def poison(texts: list[str]) -> set[str]:
    """Each column gets all of the texts, each another one first."""
    with Session(db.engine) as session, session.begin():
        names = infect(session, lambda n: " ".join(texts[n % len(texts) :] + texts[: n % len(texts)]))
    forget_settings()
    forget_policies()
    return names


@pytest.mark.parametrize("half", range(HALVES))
def test_no_attack_in_any_column_is_more_than_words_anywhere(reading: Reading, half: int) -> None:
    plain = reading.everything()
    found = attacks()
    for start in range(half * AT_ONCE, len(found), HALVES * AT_ONCE):
        poison(found[start : start + AT_ONCE])
        for place, seen in reading.everything().shapes.items():
            found_here = differences(seen, plain.shapes[place])
            if re.search("/proposals/|/review/", place[1]):
                found_here -= DRAWN_BY_LIKENESS
            assert found_here == set(), place
    front = reading.ask("visitor", "/").get_data(as_text=True)
    assert is_caught(unescape(front), plain.shapes["visitor", "/"])


def differences(seen: Shape, plain: Shape) -> set[object]:
    """What a page has that the same page with harmless words has not, and prose may not have."""
    acting = {tag for tag in seen.acting | plain.acting if seen.acting[tag] != plain.acting[tag]}
    return acting | (seen.attributes - plain.attributes - IN_PROSE - {(tag, "") for tag in TAGS} - DRAWN_BY_LENGTH)


def test_every_column_of_words_is_filled_and_seen_or_listed_and_every_route_is_read_or_listed(reading: Reading) -> None:
    filled = poison(["words"])
    read = reading.everything()
    named = {name_of(column): marker(column) for column in text_columns()}
    assert set(named) - filled == listed(NOBODYS_WORDS)
    assert {name for name in filled if named[name] not in read.seen} == listed(NEVER_SHOWN)
    assert {rule.endpoint for rule in reading.routes} - read.answered == listed(UNREAD)


HEADERS = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "Content-Language"}
HEADERS |= {"Content-Transfer-Encoding", "MIME-Version"}


@pytest.mark.parametrize("number", range(0, 150, 10))
def test_a_letter_is_plain_text_whatever_it_tells(number: int) -> None:
    for attack in attacks()[number : number + 10]:
        letter = Letter(subject=attack, text=attack, recipient="a@example.org", lang="en", message_id="<1@example.org>")
        letter.written_at = NOON
        sent = bytes(as_message(letter, "office@example.org", attack))
        message = message_from_bytes(sent, policy=policy.SMTP)
        assert message.get_content_type() == "text/plain"
        assert message.get_content().strip() == attack.strip()
        assert set(message.keys()) == HEADERS


def test_there_are_150_attacks_from_many_corners_and_the_reading_notices_them_where_nothing_protects() -> None:
    found = attacks()
    assert len(found) == len(set(found)) == 150
    plain = shape("<main><p>words</p></main>")
    caught = [one for one in found if is_caught(f"<main><p>{one}</p></main>", plain)]
    assert len(caught) > 70
    assert not [one for one in found if is_caught(f"<main><p>{escape(one)}</p></main>", plain)]


def is_caught(page: str, plain: Shape) -> bool:
    try:
        return bool(differences(shape(page), plain))
    except AssertionError:
        return True
