"""From one date to the next: pauses, extensions, and a calendar that changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clocks.reckoning import (
    PAUSED,
    after_pauses,
    by_calendar,
    days_of_pause,
    later_by,
    longer,
    reckon,
    whole_days,
)
from app.core.calendar import OfficeCalendar, days_between, taiwan_office_calendar
from app.core.deadline import Due, Unit
from app.core.terms import Extension, Period, Promise, Terms

TAIPEI = "Asia/Taipei"
CALENDAR = taiwan_office_calendar()
TYPHOON = taiwan_office_calendar(exceptions=[(date(2026, 11, 12), {"en": "Typhoon"}, False)])
START = date(2026, 11, 4)
"""A Wednesday."""


def terms(amount: int, unit: Unit, most: int = 14) -> Terms:
    """A promise of so much that can be put off once."""
    return Terms(Promise.SUMMARY, Period(amount, unit), Extension(1, Period(most, unit)))


def legs(promised: Terms, start: date = START, calendar: OfficeCalendar = CALENDAR) -> list[Due]:
    """The promise as it is reckoned at first."""
    return list(reckon(start, promised.period, calendar, TAIPEI).legs)


def paused(first: date, until: date) -> tuple[date, ...]:
    return days_of_pause(first, until)


def test_a_pause_takes_the_days_from_its_first_to_the_one_before_its_end() -> None:
    promised = terms(14, Unit.WORKING_DAY)
    # Tuesday 10 to Friday 13 November: three working days.
    found = after_pauses(legs(promised), promised, paused(date(2026, 11, 10), date(2026, 11, 13)), CALENDAR)
    assert found[-1].on == date(2026, 11, 27)
    assert len(found[-1].counted) == 14
    assert [day.date.day for day in found[-1].skipped if dict(day.reason) == PAUSED] == [10, 11, 12]


@pytest.mark.parametrize(
    ("first", "until", "on"),
    [
        (date(2026, 11, 10), date(2026, 11, 10), date(2026, 11, 24)),
        (date(2026, 11, 13), date(2026, 11, 16), date(2026, 11, 25)),
        (date(2026, 11, 14), date(2026, 11, 16), date(2026, 11, 24)),
        (date(2026, 11, 24), date(2026, 12, 3), date(2026, 12, 3)),
        (date(2026, 11, 23), date(2026, 12, 3), date(2026, 12, 4)),
    ],
    ids=["of an hour", "over a weekend", "on a weekend", "on the due day", "the day before"],
)
def test_what_is_left_when_a_clock_is_paused_is_left_when_it_runs_again(first: date, until: date, on: date) -> None:
    promised = terms(14, Unit.WORKING_DAY)
    assert after_pauses(legs(promised), promised, paused(first, until), CALENDAR)[-1].on == on


def test_days_of_the_calendar_count_on_through_weekends_and_the_end_rolls_again() -> None:
    promised = terms(10, Unit.DAY)
    assert legs(promised)[0].on == date(2026, 11, 16), "Saturday 14 gives way to Monday"
    found = after_pauses(legs(promised), promised, paused(date(2026, 11, 5), date(2026, 11, 6)), CALENDAR)[0]
    assert (found.on, found.rolled_from) == (date(2026, 11, 16), date(2026, 11, 15))
    found = after_pauses(legs(promised), promised, paused(date(2026, 11, 5), date(2026, 11, 8)), CALENDAR)[0]
    assert (found.on, found.rolled_from) == (date(2026, 11, 17), None)


def test_a_pause_on_the_day_a_promise_rolled_to_leaves_that_day() -> None:
    promised = terms(10, Unit.DAY)
    found = after_pauses(legs(promised), promised, paused(date(2026, 11, 16), date(2026, 11, 19)), CALENDAR)[0]
    assert (found.on, found.rolled_from) == (date(2026, 11, 19), date(2026, 11, 14))


def test_a_month_is_longer_by_the_days_of_its_pause() -> None:
    promised = terms(1, Unit.MONTH)
    assert legs(promised)[0].on == date(2026, 12, 4)
    found = after_pauses(legs(promised), promised, paused(date(2026, 11, 10), date(2026, 11, 14)), CALENDAR)[0]
    assert (found.on, found.amount, found.unit) == (date(2026, 12, 8), 1, Unit.MONTH)


def test_an_extension_counts_from_the_old_due_day_by_the_same_rules() -> None:
    promised = terms(14, Unit.WORKING_DAY)
    first = reckon(START, promised.period, CALENDAR, TAIPEI)
    found = longer(first.legs, first.late_from, Period(14, Unit.WORKING_DAY), CALENDAR, TAIPEI)
    assert [leg.on for leg in found.legs] == [date(2026, 11, 24), date(2026, 12, 14)]
    assert found.legs[1].start == date(2026, 11, 24)
    assert found.late_from == datetime(2026, 12, 14, 16, 0, tzinfo=UTC)


def test_a_pause_before_the_old_date_moves_the_extension_as_well() -> None:
    promised = terms(14, Unit.WORKING_DAY)
    first = reckon(START, promised.period, CALENDAR, TAIPEI)
    both = longer(first.legs, first.late_from, Period(14, Unit.WORKING_DAY), CALENDAR, TAIPEI)
    found = after_pauses(both.legs, promised, paused(date(2026, 11, 10), date(2026, 11, 13)), CALENDAR)
    assert [leg.on for leg in found] == [date(2026, 11, 27), date(2026, 12, 17)]
    assert found[1].start == found[0].on


def test_a_pause_does_not_bring_in_a_calendar_that_changed_since() -> None:
    promised = terms(14, Unit.WORKING_DAY)
    found = after_pauses(legs(promised), promised, paused(date(2026, 11, 16), date(2026, 11, 17)), TYPHOON)
    assert found[-1].on == date(2026, 11, 25)
    assert date(2026, 11, 12) in found[-1].counted


def test_beyond_the_old_date_the_calendar_of_the_day_holds() -> None:
    closed = taiwan_office_calendar(exceptions=[(date(2026, 11, 25), {"en": "Typhoon"}, False)])
    promised = terms(14, Unit.WORKING_DAY)
    found = after_pauses(legs(promised), promised, paused(date(2026, 11, 16), date(2026, 11, 17)), closed)[-1]
    assert found.on == date(2026, 11, 26)
    assert dict(found.skipped[-1].reason) == {"en": "Typhoon"}
    assert found.calendar_version == closed.version


def test_a_holiday_entered_later_gives_another_date_and_is_named_in_it() -> None:
    promised = terms(14, Unit.WORKING_DAY)
    found = by_calendar(legs(promised), promised, (), TYPHOON)[-1]
    assert found.on == date(2026, 11, 25)
    assert {"en": "Typhoon"} in [dict(day.reason) for day in found.skipped]


def test_a_promise_in_hours_is_put_off_by_the_time_of_its_pause() -> None:
    promised = whole_days(legs(terms(1, Unit.DAY)), TAIPEI)
    found = later_by(promised.legs, datetime(2026, 11, 4, 15, 0, tzinfo=UTC), timedelta(hours=3), TAIPEI)
    assert (found.late_from, found.on) == (datetime(2026, 11, 4, 18, 0, tzinfo=UTC), date(2026, 11, 5))


PROMISES = st.builds(
    terms, st.integers(1, 40), st.sampled_from([Unit.DAY, Unit.WORKING_DAY, Unit.MONTH]), st.integers(1, 10)
).filter(lambda one: one.period.unit is not Unit.MONTH or one.period.amount <= 6)
STARTS = st.dates(date(2024, 1, 1), date(2026, 12, 31))


@given(promised=PROMISES, start=STARTS)
def test_without_a_pause_the_same_calendar_finds_the_same_date(promised: Terms, start: date) -> None:
    first = reckon(start, promised.period, CALENDAR, TAIPEI)
    assert promised.extension is not None
    both = longer(first.legs, first.late_from, promised.extension.most, CALENDAR, TAIPEI)
    assert tuple(by_calendar(both.legs, promised, (), CALENDAR)) == both.legs
    assert tuple(after_pauses(both.legs, promised, (), CALENDAR)) == both.legs


@given(promised=PROMISES, start=STARTS, after=st.integers(0, 60), lasts=st.integers(0, 40), more=st.integers(0, 20))
def test_a_longer_pause_never_brings_the_date_nearer_and_its_days_never_count(
    promised: Terms, start: date, after: int, lasts: int, more: int
) -> None:
    first = legs(promised, start)
    begins = min(start + timedelta(days=after), first[0].on)
    ends = begins + timedelta(days=lasts)
    one = after_pauses(first, promised, paused(begins, ends), CALENDAR)[0]
    two = after_pauses(first, promised, paused(begins, ends + timedelta(days=more)), CALENDAR)[0]
    assert first[0].on <= one.on <= two.on
    assert one.on >= min(ends, first[0].on)
    assert not set(one.counted) & set(paused(begins, ends))
    if promised.period.unit is Unit.WORKING_DAY:
        assert len(one.counted) == promised.period.amount
    again = after_pauses([one], promised, paused(begins, ends), CALENDAR)[0]
    assert again == one, "a second look finds the same"
    assert [day.date for day in one.skipped] == sorted({day.date for day in one.skipped})
    assert {day.date for day in one.skipped} <= set(days_between(start, one.on))
