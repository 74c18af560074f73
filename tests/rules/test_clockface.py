"""What a clock shows on a given day, in numbers and as a strip of days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.calendar import OfficeCalendar, office_calendar, taiwan_office_calendar
from app.core.clockface import LATE_DAYS_SHOWN, ClockFace, ClockStatus, DayKind, clock_status, strip_of_days
from app.core.deadline import DAY_UNITS, Due, Unit, due_after

TAIWAN = taiwan_office_calendar(range(2024, 2028))
CLOSED_ON = date(2026, 11, 4)
PROMISE = due_after(CLOSED_ON, 14, Unit.WORKING_DAY, TAIWAN)
DUE_ON = date(2026, 11, 24)  # a Tuesday
DAYS = st.dates(date(2024, 6, 1), date(2027, 6, 30))


def november(day: int) -> date:
    return date(2026, 11, day)


def on(today: int, answered: int | None = None) -> ClockFace:
    """The clock of the promise on a day of November 2026."""
    return clock_status(DUE_ON, november(today), november(answered) if answered else None, TAIWAN)


def strip(today: int, answered: int | None = None) -> str:
    """Its strip on that day, as text."""
    return strip_of_days(PROMISE, november(today), november(answered) if answered else None, TAIWAN).as_text()


def test_fourteen_working_days_from_the_fourth_of_november_are_due_on_the_twenty_fourth() -> None:
    assert PROMISE.on == DUE_ON


@pytest.mark.parametrize(
    ("today", "face"),
    [
        (4, ClockFace(ClockStatus.RUNNING, DUE_ON, days_left=20, working_days_left=14)),
        (18, ClockFace(ClockStatus.RUNNING, DUE_ON, days_left=6, working_days_left=4)),
        (19, ClockFace(ClockStatus.DUE_SOON, DUE_ON, days_left=5, working_days_left=3)),
        (22, ClockFace(ClockStatus.DUE_SOON, DUE_ON, days_left=2, working_days_left=2)),
        (24, ClockFace(ClockStatus.DUE_TODAY, DUE_ON)),
        (25, ClockFace(ClockStatus.LATE, DUE_ON, days_late=1, working_days_late=1)),
        (30, ClockFace(ClockStatus.LATE, DUE_ON, days_late=6, working_days_late=4)),
    ],
)
def test_an_unanswered_promise_counts_down_is_due_all_day_and_late_from_the_next(today: int, face: ClockFace) -> None:
    assert on(today) == face


@pytest.mark.parametrize(
    ("answered", "face"),
    [
        (20, ClockFace(ClockStatus.KEPT, DUE_ON, days_early=4, working_days_early=2)),
        (24, ClockFace(ClockStatus.KEPT, DUE_ON)),
        (25, ClockFace(ClockStatus.KEPT_LATE, DUE_ON, days_late=1, working_days_late=1)),
    ],
)
def test_an_answer_stops_the_clock_for_good(answered: int, face: ClockFace) -> None:
    assert on(30, answered) == face
    assert clock_status(DUE_ON, date(2027, 6, 1), november(answered), TAIWAN) == face


def test_on_the_saturday_after_a_due_friday_a_clock_is_late_by_no_working_day_yet() -> None:
    friday, saturday = november(20), november(21)
    face = clock_status(friday, saturday, None, TAIWAN)
    assert (face.status, face.days_late, face.working_days_late) == (ClockStatus.LATE, 1, 0)


@pytest.mark.parametrize(
    ("today", "answered", "drawn"),
    [
        (4, None, "□□··□□□□□··□□□□□··□[□]"),
        (19, None, "■■··■■■■■··■■■■□··□[□]"),
        (24, None, "■■··■■■■■··■■■■■··■[■]"),
        (30, None, "■■··■■■■■··■■■■■··■[■]!!!··!"),
        (30, 20, "■■··■■■■■··■■■■■··□[□]"),
        (30, 26, "■■··■■■■■··■■■■■··■[■]!!"),
    ],
)
def test_the_strip_shows_days_gone_rest_days_days_left_the_due_day_and_late_days(
    today: int, answered: int | None, drawn: str
) -> None:
    assert strip(today, answered) == drawn


def test_a_rest_day_of_the_strip_tells_which_one_it_is() -> None:
    due = due_after(date(2026, 10, 7), 3, Unit.WORKING_DAY, TAIWAN)
    rest = {day.date: day.reason["zh-Hant-TW"] for day in strip_of_days(due, due.start, None, TAIWAN) if day.reason}
    assert rest == {
        date(2026, 10, 9): "國慶日（補假）",
        date(2026, 10, 10): "國慶日",
        date(2026, 10, 11): "週末",
    }


def test_a_make_up_saturday_is_drawn_as_a_day_of_work() -> None:
    due = due_after(date(2025, 2, 6), 2, Unit.WORKING_DAY, TAIWAN)
    assert due.on == date(2025, 2, 8)
    assert strip_of_days(due, due.on, None, TAIWAN).as_text() == "■[■]"


def test_a_due_day_that_was_not_rolled_is_framed_though_offices_rest() -> None:
    due = due_after(november(4), 3, Unit.DAY, TAIWAN, roll=False)
    assert strip_of_days(due, november(4), None, TAIWAN).as_text() == "□□[·]"


def test_a_long_delay_is_cut_and_says_how_many_days_are_not_shown() -> None:
    cut = strip_of_days(PROMISE, date(2027, 3, 31), None, TAIWAN)
    late = clock_status(PROMISE.on, date(2027, 3, 31), None, TAIWAN).working_days_late
    assert [day.kind for day in cut].count(DayKind.LATE) == LATE_DAYS_SHOWN == 30
    assert cut.days[-1].kind is DayKind.LATE
    assert cut.late_not_shown == late - 30 > 0
    assert cut.as_text().endswith(f"! +{late - 30}")


@pytest.mark.parametrize(("late", "shown", "not_shown"), [(29, 29, 0), (30, 30, 0), (31, 30, 1), (33, 30, 3)])
def test_the_thirtieth_late_day_is_the_last_one_shown(late: int, shown: int, not_shown: int) -> None:
    today = due_after(PROMISE.on, late, Unit.WORKING_DAY, TAIWAN).on
    drawn = strip_of_days(PROMISE, today, None, TAIWAN)
    assert [day.kind for day in drawn].count(DayKind.LATE) == shown
    assert drawn.late_not_shown == not_shown


def test_a_long_strip_can_be_read_week_by_week() -> None:
    weeks = strip_of_days(due_after(CLOSED_ON, 60, Unit.DAY, TAIWAN), CLOSED_ON, None, TAIWAN).weeks
    assert [len(week) for week in weeks] == [4, 7, 7, 7, 7, 7, 7, 7, 7, 1]
    assert all(week[0].date.isoweekday() == 1 for week in weeks[1:])


def test_a_day_off_declared_after_the_promise_is_drawn_and_the_due_day_stays() -> None:
    declared = office_calendar("TW", exceptions=[(november(18), {"en": "Typhoon"}, False)])
    days = {day.date: day for day in strip_of_days(PROMISE, november(16), None, declared)}
    assert (days[november(18)].kind, days[november(18)].reason) == (DayKind.REST, {"en": "Typhoon"})
    assert [day.date for day in days.values() if day.is_due] == [DUE_ON]


@st.composite
def promises(draw: st.DrawFn) -> tuple[Due, OfficeCalendar]:
    """A promise, and the calendar as it is today: the one it was made with, or one corrected since."""
    start, unit = draw(DAYS), draw(st.sampled_from(DAY_UNITS))
    amount = draw(st.integers(1, 3) if unit is Unit.MONTH else st.integers(1, 60))
    changes = draw(st.lists(st.tuples(DAYS, st.booleans()), max_size=8))
    today = office_calendar("TW", exceptions=[(day, {"en": "x"}, works) for day, works in changes])
    return due_after(start, amount, unit, TAIWAN, roll=draw(st.booleans())), today


@given(promises(), st.integers(-5, 200), st.none() | st.integers(0, 200))
def test_the_strip_and_the_numbers_never_disagree(
    promise: tuple[Due, OfficeCalendar], today: int, answered: int | None
) -> None:
    due, calendar = promise
    day = due.start + timedelta(days=today)
    stopped = None if answered is None else due.start + timedelta(days=answered)
    face = clock_status(due.on, day, stopped, calendar)
    drawn = strip_of_days(due, day, stopped, calendar)
    kinds = [one.kind for one in drawn]
    assert kinds.count(DayKind.LATE) + drawn.late_not_shown == face.working_days_late
    if (stopped or day) >= due.start:
        assert kinds.count(DayKind.LEFT) == face.working_days_left + face.working_days_early
    assert [one.date for one in drawn if one.is_due] == [due.on]
    assert [one.date for one in drawn] == [due.start + timedelta(days=n + 1) for n in range(len(drawn))]
    assert all(bool(one.reason) == (one.kind is DayKind.REST) for one in drawn)


@given(promises(), st.integers(-5, 200), st.none() | st.integers(0, 200))
def test_a_promise_is_late_exactly_when_the_due_day_is_over(
    promise: tuple[Due, OfficeCalendar], today: int, answered: int | None
) -> None:
    due, calendar = promise
    day = due.start + timedelta(days=today)
    stopped = None if answered is None else due.start + timedelta(days=answered)
    status = clock_status(due.on, day, stopped, calendar).status
    late = {ClockStatus.LATE, ClockStatus.KEPT_LATE}
    assert (status in late) == ((stopped or day) > due.on)
    assert (status in {ClockStatus.KEPT, ClockStatus.KEPT_LATE}) == (stopped is not None)
