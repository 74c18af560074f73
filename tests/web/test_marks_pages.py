"""Marks and the order they give, in a browser without scripts."""

from __future__ import annotations

import pytest
from apiflask import APIFlask

from app.comments.models import Comment
from app.comments.rules import ENOUGH_MARKS
from app.topics.models import Topic
from tests.support.builders import MadeIssue, MadePerson, Make
from tests.support.discussions import crowd_marks, say
from tests.support.opinions import Work, statements_sent
from tests.support.pages import Browser


@pytest.fixture
def issue(make: Make) -> MadeIssue:
    return make.issue()


@pytest.fixture
def author(make: Make) -> MadePerson:
    return make.person("Mei")


@pytest.fixture
def address(issue: MadeIssue) -> str:
    return f"/en/issues/{issue.slug}/discussion"


def _rank(work: Work, issue: MadeIssue, lows: dict[int, float | None]) -> None:
    """Comments in this order, with these scores, as the job would leave them."""
    with work() as ctx:
        for place, (comment, low) in enumerate(lows.items()):
            row = ctx.get(Comment, comment)
            row.place, row.bridging = place, low
        ctx.get(Topic, issue.topic_id).ranked_count = sum(low is not None for low in lows.values())


def _pressed(text: str) -> list[str]:
    return [part.split('aria-pressed="')[1].split('"')[0] for part in text.split('class="mark-as')[1:]]


def test_a_reader_marks_a_comment_sees_it_and_takes_it_back(
    browser: Browser, work: Work, issue: MadeIssue, author: MadePerson, make: Make, address: str
) -> None:
    top = say(work, issue, author, "Buses at night, please.")
    text = browser.sign_in(make.person()).open(address)
    assert _pressed(text) == ["false", "false"]
    assert "found this convincing" not in text
    text = browser.send("/mark", value="1")
    assert browser.address.startswith(address)
    assert "1 of 1 found this convincing" in text
    assert _pressed(text) == ["true", "false"]
    text = browser.send("/mark", value="-1")
    assert "0 of 1 found this convincing" in text
    assert _pressed(text) == ["false", "true"]
    # What the pressed button sends.
    assert 'value="0" aria-pressed="true"' in text
    text = browser.send("/mark", value="0")
    assert _pressed(text) == ["false", "false"]
    assert "found this convincing" not in text
    assert f'id="comment-{top}"' in text


def test_after_a_mark_the_reader_is_back_at_the_comment_in_the_list_as_it_was(
    browser: Browser, work: Work, issue: MadeIssue, author: MadePerson, make: Make, address: str
) -> None:
    top = say(work, issue, author, "Words")
    browser.sign_in(make.person()).open(f"{address}?stance=neutral&order=oldest")
    form = browser.form("/mark").values
    answer = browser.http.post(f"{address}/{top}/mark", data=form | {"value": "1"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{address}?stance=neutral&order=oldest#comment-{top}"


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "", "javascript:alert(1)"])
def test_a_mark_leads_nowhere_else(
    browser: Browser, work: Work, issue: MadeIssue, author: MadePerson, make: Make, address: str, back: str
) -> None:
    top = say(work, issue, author, "Words")
    browser.sign_in(make.person()).open(address)
    form = browser.form("/mark").values
    answer = browser.http.post(f"{address}/{top}/mark", data=form | {"value": "1", "back": back})
    assert answer.headers["Location"] == f"{address}/{top}#comment-{top}"


def test_who_may_not_mark_is_offered_nothing(
    app: APIFlask, work: Work, issue: MadeIssue, author: MadePerson, make: Make, address: str
) -> None:
    say(work, issue, author, "Words")
    for reader in (None, make.person(confirmed=False), author):
        browser = Browser(app)
        text = (browser.sign_in(reader) if reader else browser).open(address)
        assert "mark-as" not in text
    assert "mark-as" in Browser(app).sign_in(make.person()).open(address)
    with work() as ctx:
        ctx.get(Topic, issue.topic_id).closed_at = ctx.now
    assert "mark-as" not in Browser(app).sign_in(make.person()).open(address)


@pytest.mark.parametrize("value", ["", "2", "yes"])
def test_a_mark_that_is_none_is_refused(
    browser: Browser, work: Work, issue: MadeIssue, author: MadePerson, make: Make, address: str, value: str
) -> None:
    say(work, issue, author, "Words")
    browser.sign_in(make.person()).open(address)
    assert "Please choose convincing or not convincing." in browser.send("/mark", status=422, value=value)


def test_visitors_read_how_many_found_it_convincing_and_never_who(
    app: APIFlask, browser: Browser, work: Work, issue: MadeIssue, author: MadePerson, make: Make, address: str
) -> None:
    top = say(work, issue, author, "Words")
    crowd_marks(work, top, {f"0:{n}": 1 if n < 12 else -1 for n in range(14)})
    Browser(app).sign_in(make.person("Nosy Parker")).open(address)
    marking = Browser(app).sign_in(make.person("Tom"))
    marking.open(address)
    marking.send("/mark", value="1")
    text = browser.open(address)
    assert "13 of 15 found this convincing" in text
    assert "Tom" not in text
    assert browser.page is not None
    assert browser.page.headers["Cache-Control"].startswith("public")


def test_where_comments_are_ranked_that_is_the_usual_order_and_others_can_be_chosen(
    browser: Browser, work: Work, issue: MadeIssue, author: MadePerson, address: str
) -> None:
    first, second = say(work, issue, author, "First words"), say(work, issue, author, "Second words")
    text = browser.open(address)
    assert text.index("Second words") < text.index("First words")
    assert "How comments are ordered" not in text
    _rank(work, issue, {first: 0.4, second: None})
    text = browser.open(address)
    assert text.index("First words") < text.index("Second words")
    assert "How comments are ordered" in text
    newest = browser.open(f"{address}?order=newest")
    assert newest.index("Second words") < newest.index("First words")
    assert f"{address}?stance=for&amp;order=newest" in newest


def test_a_new_comment_is_shown_to_its_author_whatever_the_usual_order(
    browser: Browser, work: Work, issue: MadeIssue, author: MadePerson, make: Make, address: str
) -> None:
    _rank(work, issue, {say(work, issue, author, f"Words {n}"): 0.4 for n in range(25)})
    browser.sign_in(make.person()).open(address)
    text = browser.send("text", stance="for", text="My own words.")
    assert "My own words." in text
    # Among the newest, where by rank the first comments would follow.
    assert "Words 24" in text
    assert "Words 0" not in text


def test_only_what_surely_convinces_across_views_is_called_so_and_it_says_what_that_means(
    browser: Browser, work: Work, issue: MadeIssue, author: MadePerson, address: str
) -> None:
    good, unsure, hidden = (say(work, issue, author, f"Words {n}") for n in range(3))
    _rank(work, issue, {good: 0.61, unsure: 0.5, hidden: 0.9})
    with work() as ctx:
        ctx.get(Comment, hidden).hidden_at = ctx.now
    text = browser.open(address)
    label = '<a class="tag done" href="#across-views">Convincing across views</a>'
    assert text.count(label) == 1
    assert label in text.split(f'id="comment-{good}"')[1].split("</article>")[0]
    assert 'id="across-views"' in text
    shown = browser.open(f"{address}/{good}")
    assert label in shown
    assert 'id="across-views"' in shown


def test_the_page_asks_the_database_no_more_for_twenty_comments_than_for_two(
    app: APIFlask, work: Work, issue: MadeIssue, author: MadePerson, make: Make, address: str
) -> None:
    reader = Browser(app).sign_in(make.person())

    def asked() -> int:
        reader.open(address)
        with statements_sent() as sent:
            reader.open(address)
        return len(sent)

    for n in range(2):
        crowd_marks(work, say(work, issue, author, f"Words {n}"), {"0:1": 1})
    few = asked()
    for n in range(18):
        top = say(work, issue, author, f"More words {n}")
        crowd_marks(work, top, {f"0:{m}": 1 for m in range(ENOUGH_MARKS)})
        say(work, issue, author, f"A reply {n}", top)
    assert asked() == few
