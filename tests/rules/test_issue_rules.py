"""Issues without a database: what can be taken, what is ready, addresses, and what a question looks for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import islice

import pytest

from app.core.errors import Conflict
from app.issues.rules import (
    ISSUE_LIFECYCLE,
    LONGEST,
    OPEN_DAYS_MAX,
    SLUG_MAX,
    TERMS_MAX,
    IssueState,
    IssueTexts,
    addresses,
    date_problem,
    is_numbered,
    search_terms,
    terms_needed,
    text_problems,
    unready,
)

TODAY = date(2026, 11, 4)
DAY = timedelta(days=1)
TEXTS = IssueTexts("en", "Night buses", "When?", still_open="The timetable.")


def test_the_life_of_an_issue() -> None:
    allowed = {(now, then) for now in IssueState for then in IssueState if ISSUE_LIFECYCLE.allows(now, then)}
    assert allowed == {
        (IssueState.DRAFT, IssueState.OPEN),
        (IssueState.DRAFT, IssueState.WITHDRAWN),
        (IssueState.OPEN, IssueState.CLOSED),
        (IssueState.OPEN, IssueState.WITHDRAWN),
        (IssueState.CLOSED, IssueState.ANSWERED),
    }
    with pytest.raises(Conflict):
        ISSUE_LIFECYCLE.check(IssueState.CLOSED, IssueState.WITHDRAWN)


@pytest.mark.parametrize(("name", "longest"), LONGEST.items())
def test_a_text_may_be_as_long_as_it_says_and_no_longer(name: str, longest: int) -> None:
    assert text_problems(replace(TEXTS, **{name: "字" * longest}), is_only_language=True) == {}
    assert list(text_problems(replace(TEXTS, **{name: "字" * (longest + 1)}), is_only_language=True)) == [name]


def test_a_title_is_needed_unless_nothing_is_said_in_this_language() -> None:
    assert list(text_problems(IssueTexts("en"), is_only_language=True)) == ["title"]
    assert list(text_problems(IssueTexts("en", summary="When?"), is_only_language=False)) == ["title"]
    assert text_problems(IssueTexts("en"), is_only_language=False) == {}
    assert list(text_problems(IssueTexts("xx", "Title"), is_only_language=True)) == ["lang"]


@pytest.mark.parametrize(
    ("closes_on", "promised", "taken"),
    [
        (None, None, True),
        (TODAY, None, False),
        (TODAY - DAY, None, False),
        (TODAY + DAY, None, True),
        (TODAY + OPEN_DAYS_MAX * DAY, None, True),
        (TODAY + (OPEN_DAYS_MAX + 1) * DAY, None, False),
        (date.max, None, False),
        (TODAY + 5 * DAY, TODAY + 5 * DAY, True),
        (TODAY, TODAY, True),
        (TODAY + 6 * DAY, TODAY + 5 * DAY, True),
        (TODAY + 4 * DAY, TODAY + 5 * DAY, False),
        (None, TODAY + 5 * DAY, False),
    ],
)
def test_a_closing_day_is_ahead_and_once_published_only_moves_later(
    closes_on: date | None, promised: date | None, taken: bool
) -> None:
    assert (date_problem(closes_on, TODAY, promised) is None) is taken


def test_a_draft_is_ready_when_one_language_is_whole_and_the_day_is_ahead() -> None:
    zh, en = "zh-Hant-TW", "en"
    title, summary, still_open = {en: "Buses", zh: "公車"}, {zh: "摘要"}, {zh: "班次"}
    assert unready(title, summary, still_open, TODAY + DAY, TODAY) == {}
    assert list(unready(title, summary, {en: "The timetable."}, TODAY + DAY, TODAY)) == ["summary"]
    assert list(unready(title, summary, still_open, TODAY, TODAY)) == ["closes_on"]
    assert set(unready({}, {}, {}, None, TODAY)) == {"title", "summary", "still_open", "closes_on"}


def test_an_address_comes_from_the_english_title() -> None:
    assert list(islice(addresses("Café & Co's “night” buses?", 3), 2)) == [
        "cafe-cos-night-buses",
        "cafe-cos-night-buses-2",
    ]
    for title in ("", "夜間公車", "2026", "!!!"):
        assert list(islice(addresses(title, 3), 2)) == ["issue-3", "issue-4"]


@pytest.mark.parametrize("title", ["word " * 40, "w" * 200, "a" * SLUG_MAX + " b", "a" * (SLUG_MAX - 2) + " bcd"])
def test_an_address_is_cut_between_words_where_it_can(title: str) -> None:
    slug = next(addresses(title, 1))
    assert len(slug) <= SLUG_MAX
    assert not slug.endswith("-")
    assert all(word in title.split() for word in slug.split("-")) or " " not in title


def test_a_numbered_address_is_known() -> None:
    assert is_numbered("issue-12")
    assert not is_numbered("issue-of-12")
    assert not is_numbered("issue-12-2")


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("the buses and the buses", ["buses"]),
        ("公車", ["公車"]),
        ("車", ["車"]),
        ("ＢＵＳ 307", ["bus", "307"]),
        ("夜間bus", ["夜間", "bus"]),
        ("to it", ["to it"]),
        ("the", ["the"]),
        ("100%", ["100"]),
        ("%_\\", ["%_\\"]),
    ],
)
def test_a_question_becomes_terms(question: str, terms: list[str]) -> None:
    assert search_terms(question) == terms


def test_a_long_question_asks_for_an_eighth_of_its_terms() -> None:
    assert [terms_needed(n) for n in (1, 2, 3, 8, 9, 12)] == [1, 2, 1, 1, 2, 2]
    assert len(search_terms("晚" + "上車" * 50 + " ".join(f"word{n}" for n in range(50)))) <= TERMS_MAX
