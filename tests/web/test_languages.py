"""Every page in the language of its address: Chinese without a prefix, English under /en/, nothing untranslated."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from html.parser import HTMLParser

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient
from flask_babel import force_locale, gettext, ngettext

from app.comments.actions import write
from app.comments.rules import CommentInput, Stance
from app.core.context import Context
from app.core.language import LANGUAGES
from app.core.permissions import Role
from app.notices.models import Letter
from app.notices.texts import written
from app.topics.models import Topic
from app.web.catalogues import sentences
from tests.support.builders import MadeCase, MadeIssue, MadePerson, Make
from tests.support.opinions import crowd, vote
from tests.support.pages import Browser

Work = Callable[..., AbstractContextManager[Context]]

# ---- the address says the language ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "lang", "heading"), [("/", "zh-Hant-TW", "現在可以參與"), ("/en/", "en", "Open to you now")]
)
def test_home_is_chinese_without_a_prefix_and_english_under_en(
    client: FlaskClient, address: str, lang: str, heading: str
) -> None:
    page = client.get(address).get_data(as_text=True)
    assert f'<html lang="{lang}">' in page
    assert heading in page


@pytest.mark.parametrize("preferred", ["en", "zh-TW,zh;q=0.9", "th"])
def test_the_language_a_browser_asks_for_does_not_change_the_page_at_an_address(
    client: FlaskClient, preferred: str
) -> None:
    page = client.get("/rules", headers={"Accept-Language": preferred})
    assert '<html lang="zh-Hant-TW">' in page.get_data(as_text=True)
    assert "Accept-Language" not in page.headers.get("Vary", "")


@pytest.mark.parametrize(
    ("here", "there", "lang"),
    [
        ("/board?state=late&agency=agency-1", "/en/board?state=late&amp;agency=agency-1", "en"),
        ("/en/issues?q=%E5%85%AC%E8%BB%8A", "/issues?q=%E5%85%AC%E8%BB%8A", "zh-Hant-TW"),
        ("/", "/en/", "en"),
        ("/en/", "/", "zh-Hant-TW"),
        ("/nowhere", "/en/nowhere", "en"),
    ],
)
def test_the_switch_keeps_the_page_and_the_question(client: FlaskClient, here: str, there: str, lang: str) -> None:
    page = client.get(here).get_data(as_text=True)
    assert f'<a href="{there}" lang="{lang}" hreflang="{lang}">' in page
    assert f'<link rel="alternate" hreflang="{lang}" href="{there}">' in page


def test_links_of_an_english_page_stay_english(client: FlaskClient) -> None:
    page = client.get("/en/").get_data(as_text=True)
    links = re.findall(r'<a [^>]*href="(/[^"]*)"(?! lang=)', page)
    assert links
    assert all(link.startswith("/en/") for link in links)


def test_a_text_without_a_version_in_this_language_says_which_one_it_is_in(make: Make, browser: Browser) -> None:
    make.issue(title="Night buses")
    assert '<span lang="en">Night buses</span>' in browser.open("/issues")
    assert "<span lang" not in browser.open("/en/issues")


# ---- sentences ------------------------------------------------------------------------------------------------


def test_a_count_has_one_form_in_chinese_and_two_in_english(app: APIFlask) -> None:
    def left(locale: str, days: int) -> str:
        with force_locale(locale):
            return ngettext("%(num)s working day left", "%(num)s working days left", days)

    with app.app_context():
        assert [left("zh_Hant_TW", days) for days in (1, 3)] == ["還有 1 個工作天", "還有 3 個工作天"]
        assert [left("en", days) for days in (1, 3)] == ["1 working day left", "3 working days left"]


def test_outside_a_request_the_language_is_the_default_one(app: APIFlask) -> None:
    with app.app_context():
        assert gettext("Reply board") == "回應看板"


def test_a_language_without_a_catalogue_shows_the_english_sentences() -> None:
    assert sentences("en").gettext("Reply board") == "Reply board"
    assert sentences("th").gettext("Reply board") == "Reply board"


@pytest.mark.parametrize(
    ("lang", "subject", "closing"),
    [
        ("zh-Hant-TW", "設定新密碼", "這封信由系統自動寄出，請勿直接回信。"),
        ("en", "Set a new password", "This letter was written by a program. Answers to it are not read."),
        ("vi", "設定新密碼", "這封信由系統自動寄出，請勿直接回信。"),
    ],
)
@pytest.mark.usefixtures("app")
def test_a_letter_is_in_the_language_of_its_reader(lang: str, subject: str, closing: str) -> None:
    letter = written("reset", lang, link="http://localhost/reset/x", instance="City", home="http://localhost/")
    assert letter.subject == subject
    assert letter.body.endswith(closing + "\n")


def test_a_letter_follows_its_reader_and_not_the_page_it_was_asked_from(
    make: Make, work: Work, browser: Browser
) -> None:
    person = make.person(lang="zh-Hant-TW")
    browser.open("/en/forgot")
    browser.send("email", email=person.email)
    with work() as ctx:
        letter = ctx.session.scalars(sa.select(Letter)).one()
        assert (letter.lang, letter.subject) == ("zh-Hant-TW", "設定新密碼")


# ---- nothing is left untranslated -----------------------------------------------------------------------------

NAMES = (
    r"\b(?:AA|API|Asia|Atom|Big5|CSV|IANA|JPEG|JSON|JavaScript|Kaplan|MB|Markdown|Meier|Minyi|ODS|ODT|OpenAPI|PDF|PNG"
    r"|TOML|Taipei|UTF-8|WCAG|iCal|iCalendar|kB)\b"
    r"|flask import-polis|minyi-factors|holidays [\d.]+ TW|例如 transport|\.ics"
)
ADDRESSES = r"\S+@\S+|https?://\S+|/api/v1/\S+|agency-\d+"
FOREIGN = re.compile("|".join([NAMES, ADDRESSES, r"Person \d+", *LANGUAGES.values()]))
"""What Chinese writes with Latin letters: names, addresses, and what people and languages call themselves."""
WORD = re.compile("[A-Za-z]{2}")
VOID = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
SPOKEN = ("alt", "aria-label", "placeholder", "title")


class Seen(HTMLParser):
    """What a reader of a Chinese page meets, spoken texts too; no code, nothing typed, nothing in another language."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[bool] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        lang = given.get("lang") or ""
        skipped = tag in {"script", "style", "code", "textarea"} or bool(lang and lang != "zh-Hant-TW")
        skipped = skipped or (self.open[-1] if self.open else False)
        if not skipped:
            self.texts += [given[name] or "" for name in SPOKEN if name in given]
        if tag not in VOID:
            self.open.append(skipped)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A shape of a picture."""

    def handle_endtag(self, tag: str) -> None:
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if not self.open or not self.open[-1]:
            self.texts.append(data)


def english_words(page: str) -> list[str]:
    """The texts of a Chinese page that have Latin words which are no names."""
    seen = Seen()
    seen.feed(page)
    texts = (" ".join(text.split()) for text in seen.texts)
    return [text for text in texts if WORD.search(FOREIGN.sub("", text))]


def test_the_search_for_english_words_finds_them_and_nothing_else() -> None:
    page = """<!doctype html><html lang="zh-Hant-TW"><title>議題 · Reply</title><body><img alt="A picture"><br>
      <p lang="en">Night <b>buses</b></p><p>寄到 lin@example.org，API 權杖</p><script>var left = 1</script>
      <p>還有 3 天 <svg><path d="M0 0"/></svg><span class="vh">left</span></p></body></html>"""
    assert english_words(page) == ["議題 · Reply", "A picture", "left"]


@dataclass(frozen=True)
class Town:
    """Something of everything, all of it in Chinese."""

    issue: MadeIssue
    case: MadeCase
    draft: MadeCase
    comment_id: int
    readers: dict[str, MadePerson | None]


@pytest.fixture
def town(make: Make, work: Work, run_job: Callable[[str], None]) -> Town:
    agency = make.agency()
    issue = make.issue(agency_id=agency, statements=4)
    readers = {
        "visitor": None,
        "citizen": make.person("林怡君"),
        "newcomer": make.person("陳志明", confirmed=False),
        "officer": make.officer(agency, Role.APPROVER),
        "administrator": make.person("周冠宇", administrator=True, moderator=True),
    }
    crowd(work, issue, [(20, "++--"), (20, "--++")])
    citizen = readers["citizen"]
    assert citizen
    vote(work, issue, citizen)
    with work(citizen.actor) as ctx:
        topic = ctx.get(Topic, issue.topic_id)
        comment = write(ctx, topic, CommentInput(text="末班車太早。", lang="zh-Hant-TW", stance=Stance.FOR))
    run_job("draw-maps")
    case, draft = make.case(agency_id=agency, common=2), make.case(agency_id=agency)
    with work() as ctx:
        for topic_id in (issue.topic_id, case.topic_id, draft.topic_id):
            topic = ctx.get(Topic, topic_id)
            topic.title, topic.summary = {"zh-Hant-TW": "夜間公車"}, {"zh-Hant-TW": "夜間公車該怎麼排？"}
    return Town(issue, case, draft, comment.id, readers)


def addresses(app: APIFlask, town: Town) -> Iterator[str]:
    """Every page one can open, for each thing of the town it can be about. The style guide is for developers."""
    abouts = [
        {"slug": one.slug, "kind": "issues", "comment_id": town.comment_id, "attachment_id": 1, "token": "x"}
        for one in (town.issue, town.case, town.draft)
    ]
    for about, case in zip(abouts, (town.case, town.case, town.draft), strict=True):
        about["case_id"] = case.id
    agency = {"slug": "agency-1"}
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.rule.startswith(("/api/", "/static/", "/styleguide")):
                continue
            for about in abouts if not rule.endpoint.startswith("agencies.") else [agency]:
                if rule.arguments <= set(about):
                    built = rule.build(about)
                    assert built
                    yield built[1].split("?")[0]


def test_no_english_is_left_on_a_chinese_page(app: APIFlask, town: Town) -> None:
    opened = 0
    left: dict[tuple[str, str], list[str]] = {}
    wanted = list(dict.fromkeys(addresses(app, town)))
    for name, person in town.readers.items():
        browser = Browser(app).sign_in(person) if person else Browser(app)
        for address in wanted:
            answer = browser.http.get(address)
            if answer.mimetype != "text/html" or answer.status_code in {301, 302, 303}:
                continue
            opened += 1
            if found := english_words(answer.get_data(as_text=True)):
                left[name, address] = found
    assert opened > 150
    assert not left
