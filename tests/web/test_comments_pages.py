"""The discussion in a browser: who may write, what hostile text becomes, and what is kept of an edit."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from html.parser import HTMLParser

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from app.comments.actions import write
from app.comments.models import Comment
from app.comments.rules import EDIT_WINDOW, MAX_LENGTH, CommentInput, Stance
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.pages import PAGE_SIZE
from app.issues.rules import IssueState
from app.topics.models import Topic
from tests.support.builders import MadeIssue, MadePerson, Make
from tests.support.pages import Browser

Work = Callable[..., AbstractContextManager[Context]]
Say = Callable[..., int]


@pytest.fixture
def issue(make: Make) -> MadeIssue:
    return make.issue()


@pytest.fixture
def author(make: Make) -> MadePerson:
    return make.person("Mei")


@pytest.fixture
def say(work: Work, issue: MadeIssue, author: MadePerson) -> Say:
    """Write a comment as the author, or as somebody else; returns its id."""

    def said(text: str, by: MadePerson | None = None, **more: object) -> int:
        with work((by or author).actor) as ctx:
            topic = ctx.get(Topic, issue.topic_id)
            return write(ctx, topic, CommentInput(text, "en", **more)).id  # type: ignore[arg-type]

    return said


@pytest.fixture
def address(issue: MadeIssue) -> str:
    return f"/en/issues/{issue.slug}/discussion"


def _close(work: Work, issue: MadeIssue) -> None:
    with work() as ctx:
        ctx.get(Topic, issue.topic_id).closed_at = ctx.now


def test_a_visitor_reads_a_page_that_may_be_cached_and_is_led_to_sign_in(
    browser: Browser, say: Say, address: str
) -> None:
    say("Buses at night, please.")
    text = browser.open(address)
    assert "Buses at night, please." in text
    assert "csrf_token" not in text
    assert f"/en/sign-in?next={address}" in text
    assert browser.page is not None
    assert browser.page.headers["Cache-Control"].startswith("public")
    assert "Set-Cookie" not in browser.page.headers


def test_a_person_who_has_not_confirmed_the_address_is_told_so(browser: Browser, make: Make, address: str) -> None:
    text = browser.sign_in(make.person(confirmed=False)).open(address)
    assert "Please confirm your e-mail address" in text
    assert 'name="text"' not in text


def test_a_citizen_writes_and_finds_the_comment_with_its_stance(
    browser: Browser, author: MadePerson, address: str, work: Work, issue: MadeIssue
) -> None:
    browser.sign_in(author).open(address)
    text = browser.send("text", stance="against", text="Too **loud**.", lang="en")
    assert "Your comment was published." in text
    assert "Too <strong>loud</strong>." in text
    assert 'class="stance against"' in text
    with work() as ctx:
        assert ctx.get(Topic, issue.topic_id).comment_count == 1


@pytest.mark.parametrize(
    ("entered", "words"),
    [
        ({"text": "No side"}, "Please choose where you stand."),
        ({"text": "Wrong side", "stance": "sideways"}, "Please choose where you stand."),
        ({"text": " ", "stance": "for"}, "Please write your comment."),
        ({"text": "字" * (MAX_LENGTH + 1), "stance": "for"}, "at most 3,000 characters"),
        ({"text": "Fine", "stance": "for", "lang": "xx"}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_taken_comes_back_with_the_reason_and_the_words(
    browser: Browser, author: MadePerson, address: str, entered: dict[str, str], words: str
) -> None:
    browser.sign_in(author).open(address)
    text = browser.send("text", status=422, **entered)
    assert words in text
    assert entered["text"].strip() in text
    assert "<details" in text
    assert "open>" in text


HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(2)> [press](javascript:alert(3)) "
    "![track](https://evil.example/p.png) [data](data:text/html,x) \u202eexe.gpj\u202c "
    "<style>*{display:none}</style> </div></article> [ok](https://example.org/)"
)


class _Tags(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_hostile_text_is_shown_and_does_nothing(browser: Browser, say: Say, address: str, make: Make) -> None:
    say(HOSTILE, by=make.person("<script>alert(9)</script>"))
    text = browser.open(address)
    body = text.split("<main")[1].split("</main>")[0]
    seen = _Tags(body).seen
    assert not {"script", "img", "style", "iframe"} & {tag for tag, _ in seen}
    assert not [name for _, attrs in seen for name in attrs if name.startswith("on") or name == "style"]
    links = [attrs["href"] or "" for tag, attrs in seen if tag == "a"]
    assert all(link.startswith(("/", "https://example.org/")) for link in links)
    assert ("a", {"href": "https://example.org/", "rel": "nofollow ugc noopener"}) in seen
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body
    assert "&lt;script&gt;alert(9)&lt;/script&gt;" in body
    assert "\u202e" not in text
    assert body.count("</article>") == body.count("<article") == 1


def test_one_side_can_be_read_alone(browser: Browser, say: Say, address: str) -> None:
    say("Pro argument", stance=Stance.FOR)
    say("Contra argument", stance=Stance.AGAINST)
    text = browser.open(f"{address}?stance=against&order=oldest")
    assert "Contra argument" in text
    assert "Pro argument" not in text
    assert "There are no comments here." in browser.open(f"{address}?stance=neutral")
    assert "Pro argument" in browser.open(f"{address}?stance=nonsense&order=nonsense")


def test_a_long_discussion_has_pages_that_keep_the_filter(browser: Browser, say: Say, address: str) -> None:
    for number in range(PAGE_SIZE + 1):
        say(f"Argument {number}.", stance=Stance.FOR)
    first = browser.open(f"{address}?stance=for")
    assert "Argument 0." not in first
    assert f"{address}?page=2&amp;stance=for" in first
    second = browser.open(f"{address}?page=2&stance=for")
    assert "Argument 0." in second
    assert f"{address}?stance=for" in second
    browser.open(f"{address}?page=0", status=422)


def test_replying_needs_no_stance_and_leads_back_to_the_comment(
    browser: Browser, say: Say, make: Make, address: str
) -> None:
    top = say("An argument", stance=Stance.FOR)
    browser.sign_in(make.person("Tom")).open(f"{address}/{top}")
    text = browser.send("/replies", text="I see it otherwise.")
    assert browser.address.endswith(f"/discussion/{top}")
    assert "I see it otherwise." in text
    assert text.count('class="stance') == 1


def test_an_empty_reply_comes_back_with_the_reason(browser: Browser, say: Say, make: Make, address: str) -> None:
    top = say("An argument")
    browser.sign_in(make.person()).open(f"{address}/{top}")
    assert "Please write your comment." in browser.send("/replies", status=422, text="")


def test_a_link_to_a_reply_leads_to_the_comment_it_answers(browser: Browser, say: Say, address: str) -> None:
    top = say("An argument")
    reply = say("A reply", parent_id=top)
    answer = browser.http.get(f"{address}/{reply}")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{address}/{top}#comment-{reply}"
    browser.open(f"{address}/999999", status=404)


def test_an_officer_is_seen_to_speak_for_the_agency(
    browser: Browser, say: Say, make: Make, issue: MadeIssue, address: str
) -> None:
    say("We are looking into it.", by=make.officer(issue.agency_id))
    say("Private words.", by=make.officer(make.agency("Fire Brigade")))
    text = browser.open(address)
    assert text.count("comment official") == 1
    assert "Agency 1" in text
    assert "Fire Brigade" not in text


def test_only_the_author_is_offered_to_edit_and_delete(
    browser: Browser, app: APIFlask, say: Say, make: Make, author: MadePerson, issue: MadeIssue, address: str
) -> None:
    top = say("Mine")
    for other in (make.person(), make.officer(issue.agency_id)):
        reader = Browser(app).sign_in(other)
        assert f"/{top}/edit" not in reader.open(address)
        reader.open(f"{address}/{top}/edit", status=403)
        reader.open(address)
        reader.send("text", stance="for", text="Another")
        token = reader.form("text").values["csrf_token"]
        refused = reader.http.post(f"{address}/{top}/delete", data={"csrf_token": token})
        assert refused.status_code == 403
    mine = browser.sign_in(author).open(address)
    assert f"/{top}/edit" in mine
    assert f"/{top}/delete" in mine


def test_an_early_edit_leaves_no_trace_and_a_late_one_is_shown_word_by_word(
    browser: Browser, say: Say, author: MadePerson, address: str, clock: FixedClock
) -> None:
    top = say("The bus is late.", stance=Stance.FOR)
    browser.sign_in(author).open(f"{address}/{top}/edit")
    text = browser.send("text", text="The night bus is late.")
    assert "edited" not in text
    clock.advance(EDIT_WINDOW + timedelta(seconds=1))
    browser.open(f"{address}/{top}/edit")
    assert "edited" in browser.send("text", text="The night bus is <b>punctual</b>.", stance="neutral")
    versions = browser.open(f"{address}/{top}/versions")
    assert '<del><span class="vh">[removed] </span> late</del>' in versions
    assert '<ins><span class="vh">[added] </span> &lt;b&gt;punctual&lt;/b&gt;</ins>' in versions
    assert "The night bus is" in versions
    assert [words in versions for words in ('class="stance for"', 'class="stance neutral"')] == [True, True]


def test_a_comment_without_former_versions_has_no_page_of_changes(browser: Browser, say: Say, address: str) -> None:
    browser.open(f"{address}/{say('Untouched')}/versions", status=404)


def test_deleting_leaves_a_marker_with_the_replies(
    browser: Browser, say: Say, make: Make, author: MadePerson, address: str
) -> None:
    top = say("Regretted words")
    say("A reply that stays", by=make.person(), parent_id=top)
    browser.sign_in(author).open(address)
    text = browser.send("/delete")
    assert "This comment was deleted by its author." in text
    assert "A reply that stays" in text
    assert "Regretted words" not in text
    assert "Mei" not in text.split("<main")[1]
    assert "/replies" not in text


def test_a_hidden_comment_shows_a_marker_and_no_words(browser: Browser, say: Say, work: Work, address: str) -> None:
    hidden = say("Rude words")
    with work() as ctx:
        ctx.get(Comment, hidden).hidden_at = ctx.now
    for page in (address, f"{address}/{hidden}"):
        text = browser.open(page)
        assert "hidden under the house rules" in text
        assert "Rude words" not in text


def test_a_closed_discussion_is_read_only(
    browser: Browser, say: Say, work: Work, issue: MadeIssue, author: MadePerson, address: str
) -> None:
    top = say("Early enough")
    browser.sign_in(author).open(address)
    _close(work, issue)
    assert "This discussion is closed." in browser.send("text", status=422, stance="for", text="Too late, sadly")
    assert "Too late, sadly" in browser.text
    text = browser.open(address)
    assert "Early enough" in text
    assert 'name="text"' not in text
    assert "This discussion is closed." in browser.open(f"{address}/{top}")
    browser.open(f"{address}/{top}/edit", status=409)


def test_a_draft_has_no_discussion_for_the_public(browser: Browser, make: Make) -> None:
    draft = make.issue(state=IssueState.DRAFT)
    browser.open(f"/en/issues/{draft.slug}/discussion", status=404)


def test_nothing_is_written_without_the_forms_token(
    browser: Browser, say: Say, author: MadePerson, address: str, work: Work
) -> None:
    top = say("Untouched")
    browser.sign_in(author)
    for page in (address, f"{address}/{top}/replies", f"{address}/{top}/edit", f"{address}/{top}/delete"):
        assert browser.http.post(page, data={"stance": "for", "text": "Forged", "lang": "en"}).status_code == 400
    with work() as ctx:
        assert [row.text for row in ctx.session.scalars(sa.select(Comment))] == ["Untouched"]


def test_text_in_another_language_says_so(browser: Browser, work: Work, issue: MadeIssue, author: MadePerson) -> None:
    with work(author.actor) as ctx:
        write(ctx, ctx.get(Topic, issue.topic_id), CommentInput("夜間公車 night bus", "zh-Hant-TW"))
    assert 'lang="zh-Hant-TW">' in browser.open(f"/en/issues/{issue.slug}/discussion").split("<article")[1]
    chinese = browser.open(f"/issues/{issue.slug}/discussion").split("<article")[1].split("</article>")[0]
    assert "lang=" not in chinese
