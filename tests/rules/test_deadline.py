"""When a promise falls due. The expected dates were worked out by hand or are those of real cases."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.calendar import (
    DayException,
    OfficeCalendar,
    days_between,
    office_calendar,
    taiwan_office_calendar,
)
from app.core.deadline import DAY_UNITS, DamagedDue, Due, Unit, due_after, end_in_months

TAIWAN = taiwan_office_calendar(range(2016, 2033))
DAYS = st.dates(date(2016, 1, 1), date(2030, 12, 31))
CALENDARS = st.builds(
    lambda country, days: office_calendar(country, exceptions=[(day, {"en": "x"}, works) for day, works in days]),
    st.sampled_from(["TW", None]),
    st.lists(st.tuples(DAYS, st.booleans()), max_size=12),
)


def holidays_only(*days: date) -> OfficeCalendar:
    """Weekends and these days, whatever the country."""
    return office_calendar(None, exceptions=[(day, {"en": "Holiday"}, False) for day in days])


@pytest.mark.parametrize(
    ("start", "sixty_days", "two_months", "forty_working_days"),
    [
        (date(2021, 9, 24), date(2021, 11, 23), date(2021, 11, 24), date(2021, 11, 22)),
        (date(2024, 12, 31), date(2025, 3, 3), date(2025, 3, 3), date(2025, 3, 5)),
        (date(2025, 12, 30), date(2026, 3, 2), date(2026, 3, 2), date(2026, 3, 5)),
        (date(2026, 7, 29), date(2026, 9, 29), date(2026, 9, 29), date(2026, 9, 23)),
    ],
)
def test_sixty_days_two_months_and_forty_working_days_on_taiwans_calendar(
    start: date, sixty_days: date, two_months: date, forty_working_days: date
) -> None:
    assert due_after(start, 60, Unit.DAY, TAIWAN).on == sixty_days
    assert due_after(start, 2, Unit.MONTH, TAIWAN).on == two_months
    assert due_after(start, 40, Unit.WORKING_DAY, TAIWAN).on == forty_working_days


@pytest.mark.parametrize(
    ("start", "twenty", "forty", "sixty_days"),
    [
        (date(2026, 3, 2), date(2026, 3, 30), date(2026, 4, 29), date(2026, 5, 1)),
        (date(2026, 3, 7), date(2026, 4, 7), date(2026, 5, 5), date(2026, 5, 6)),
        (date(2026, 3, 20), date(2026, 4, 21), date(2026, 5, 19), date(2026, 5, 19)),
        (date(2026, 12, 1), date(2026, 12, 31), date(2027, 1, 29), date(2027, 2, 1)),
        (date(2026, 12, 24), date(2027, 1, 26), date(2027, 2, 23), date(2027, 2, 22)),
        (date(2026, 12, 26), date(2027, 1, 26), date(2027, 2, 23), date(2027, 2, 24)),
    ],
)
def test_a_calendar_of_weekends_and_five_holidays(start: date, twenty: date, forty: date, sixty_days: date) -> None:
    easter_and_new_year = holidays_only(
        date(2026, 4, 3), date(2026, 4, 6), date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)
    )
    assert due_after(start, 20, Unit.WORKING_DAY, easter_and_new_year).on == twenty
    assert due_after(start, 40, Unit.WORKING_DAY, easter_and_new_year).on == forty
    assert due_after(start, 60, Unit.DAY, easter_and_new_year).on == sixty_days


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        (date(2026, 3, 14), 1, date(2026, 4, 14)),
        (date(2025, 12, 30), 2, date(2026, 2, 28)),  # begins on the 31st: no such day in February
        (date(2026, 1, 28), 1, date(2026, 2, 28)),  # begins on the 29th: no such day in 2026
        (date(2028, 1, 28), 1, date(2028, 2, 28)),  # the leap year has the 29th
        (date(2026, 1, 31), 1, date(2026, 2, 28)),  # begins on the first: the whole of February
        (date(2026, 2, 28), 1, date(2026, 3, 31)),  # begins on the first: the whole of March
        (date(2026, 11, 30), 13, date(2027, 12, 31)),
    ],
)
def test_a_period_of_months_ends_as_article_48_says(start: date, months: int, last: date) -> None:
    assert end_in_months(start, months) == last


def test_a_last_day_on_an_ordinary_saturday_rolls_to_monday() -> None:
    due = due_after(date(2023, 1, 12), 30, Unit.DAY, TAIWAN)
    assert (due.rolled_from, due.on) == (date(2023, 2, 11), date(2023, 2, 13))
    assert [day.date.day for day in due.skipped] == [11, 12]


def test_a_last_day_on_a_make_up_saturday_does_not_roll() -> None:
    due = due_after(date(2023, 1, 5), 30, Unit.DAY, TAIWAN)
    assert (due.rolled_from, due.on, due.skipped) == (None, date(2023, 2, 4), ())


def test_a_run_of_nine_rest_days_is_passed_and_every_day_of_it_explained() -> None:
    due = due_after(date(2025, 1, 24), 1, Unit.WORKING_DAY, TAIWAN)
    assert due.on == date(2025, 2, 3)
    assert [day.date for day in due.skipped] == list(days_between(date(2025, 1, 24), date(2025, 2, 2)))
    assert due.skipped[2].reason == {
        "zh-Hant-TW": "放假日（2025-02-08 補班）",
        "en": "Day off (made up for on 2025-02-08)",
    }
    assert due.skipped[4].reason["zh-Hant-TW"] == "春節"


def test_a_typhoon_day_moves_the_deadlines_of_its_own_county_only() -> None:
    typhoon = DayException(date(2024, 10, 3), {"en": "Typhoon Krathon"}, False)
    county = taiwan_office_calendar(exceptions=[typhoon])
    start = date(2024, 9, 30)
    assert due_after(start, 3, Unit.WORKING_DAY, TAIWAN).on == date(2024, 10, 3)
    due = due_after(start, 3, Unit.WORKING_DAY, county)
    assert due.on == date(2024, 10, 4)
    assert [(day.date, day.reason) for day in due.skipped] == [(typhoon.day, {"en": "Typhoon Krathon"})]


def test_without_rolling_a_period_ends_on_the_day_it_ends_on() -> None:
    due = due_after(date(2023, 1, 12), 30, Unit.DAY, TAIWAN, roll=False)
    assert (due.on, due.rolled_from, due.skipped) == (date(2023, 2, 11), None, ())


@pytest.mark.parametrize("amount", [0, -3])
def test_a_period_of_nothing_is_refused(amount: int) -> None:
    with pytest.raises(ValueError, match="at least one working_day"):
        due_after(date(2026, 11, 4), amount, Unit.WORKING_DAY, TAIWAN)


def test_a_moment_is_not_taken_for_the_day_of_the_event() -> None:
    with pytest.raises(TypeError, match="local_date"):
        due_after(datetime(2026, 11, 4, 12, 0, tzinfo=UTC), 3, Unit.DAY, TAIWAN)


def test_a_stored_due_date_does_not_move_when_the_calendar_learns_of_another_holiday() -> None:
    start, newly_declared = date(2021, 9, 24), date(2021, 11, 1)
    promised = due_after(start, 40, Unit.WORKING_DAY, TAIWAN)
    stored = json.dumps(promised.to_json())
    later = taiwan_office_calendar(exceptions=[(newly_declared, {"en": "Declared later"}, False)])
    assert due_after(start, 40, Unit.WORKING_DAY, later).on == date(2021, 11, 23)
    read_back = Due.from_json(json.loads(stored))
    assert read_back == promised
    assert (read_back.on, read_back.calendar_version) == (date(2021, 11, 22), TAIWAN.version)


def test_a_due_date_is_stored_as_plain_values() -> None:
    assert due_after(date(2023, 1, 12), 30, Unit.DAY, TAIWAN).to_json() == {
        "start": "2023-01-12",
        "amount": 30,
        "unit": "day",
        "on": "2023-02-13",
        "skipped": [
            {"date": "2023-02-11", "reason": {"zh-Hant-TW": "週末", "en": "Weekend"}},
            {"date": "2023-02-12", "reason": {"zh-Hant-TW": "週末", "en": "Weekend"}},
        ],
        "rolled_from": "2023-02-11",
        "calendar_version": "holidays 0.109 TW",
    }


@pytest.mark.parametrize(
    "damage",
    [
        {"on": "23 Nov"},
        {"unit": "fortnight"},
        {"amount": None},
        {"skipped": [{"date": "2026-11-07"}]},
        {"start": 5},
    ],
)
def test_a_damaged_stored_due_date_is_refused(damage: dict[str, object]) -> None:
    stored = due_after(date(2026, 11, 4), 14, Unit.WORKING_DAY, TAIWAN).to_json()
    with pytest.raises(DamagedDue):
        Due.from_json({**stored, **damage})
    del stored["rolled_from"]
    with pytest.raises(DamagedDue, match="rolled_from"):
        Due.from_json(stored)


@given(DAYS, st.integers(1, 120), st.sampled_from([Unit.DAY, Unit.WORKING_DAY]), CALENDARS)
def test_nothing_is_due_before_its_days_have_passed(
    start: date, amount: int, unit: Unit, calendar: OfficeCalendar
) -> None:
    due = due_after(start, amount, unit, calendar)
    assert due.on >= start + timedelta(days=amount)
    assert calendar.is_working_day(due.on)
    assert calendar.working_days(start, due.on) >= 1


@given(DAYS, st.integers(1, 18), CALENDARS)
def test_months_end_in_the_right_month_and_never_after_the_day_they_began_on(
    start: date, months: int, calendar: OfficeCalendar
) -> None:
    first, last = start + timedelta(days=1), end_in_months(start, months)
    spanned = (last.year - first.year) * 12 + last.month - first.month
    assert spanned == (months - 1 if first.day == 1 else months)
    assert first.day == 1 or last.day < first.day
    assert due_after(start, months, Unit.MONTH, calendar).on >= last


@given(DAYS, st.integers(1, 60), st.sampled_from(DAY_UNITS), CALENDARS)
def test_one_more_is_never_due_earlier(start: date, amount: int, unit: Unit, calendar: OfficeCalendar) -> None:
    sooner, later = (due_after(start, n, unit, calendar).on for n in (amount, amount + 1))
    assert sooner < later if unit is Unit.WORKING_DAY else sooner <= later


@given(DAYS, st.integers(1, 60), st.sampled_from(DAY_UNITS), CALENDARS)
def test_an_event_a_day_later_is_never_due_earlier(
    start: date, amount: int, unit: Unit, calendar: OfficeCalendar
) -> None:
    next_day = start + timedelta(days=1)
    assert due_after(start, amount, unit, calendar).on <= due_after(next_day, amount, unit, calendar).on


@given(DAYS, st.integers(1, 60), st.sampled_from(DAY_UNITS), CALENDARS, st.booleans())
def test_counted_and_skipped_days_make_up_the_whole_period(
    start: date, amount: int, unit: Unit, calendar: OfficeCalendar, roll: bool
) -> None:
    due = due_after(start, amount, unit, calendar, roll)
    skipped = [day.date for day in due.skipped]
    assert sorted([*due.counted, *skipped]) == list(days_between(start, due.on))
    assert due.counted[-1] == due.on
    assert all(day.reason for day in due.skipped)
    assert not any(calendar.is_working_day(day) for day in skipped)
    if unit is Unit.WORKING_DAY:
        assert all(calendar.is_working_day(day) for day in due.counted)
    if unit is not Unit.MONTH:
        assert len(due.counted) == amount


@given(DAYS, st.integers(1, 60), st.sampled_from(DAY_UNITS), CALENDARS)
def test_what_is_stored_is_read_back_as_it_was(start: date, amount: int, unit: Unit, calendar: OfficeCalendar) -> None:
    due = due_after(start, amount, unit, calendar)
    read_back = Due.from_json(json.loads(json.dumps(due.to_json())))
    assert read_back == due
    assert hash(read_back) == hash(replace(due))


@pytest.fixture
def _machine_time_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_machine_time_zone")
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DAYS, st.integers(1, 60), st.sampled_from(DAY_UNITS))
def test_the_machines_time_zone_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, start: date, amount: int, unit: Unit
) -> None:
    dues = set()
    for zone in ("UTC", "Asia/Taipei", "America/Los_Angeles", "Pacific/Kiritimati"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        dues.add(due_after(start, amount, unit, TAIWAN))
    assert len(dues) == 1
