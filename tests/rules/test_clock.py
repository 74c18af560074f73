"""Moments and the days they fall on."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.calendar import taiwan_office_calendar
from app.core.clock import FixedClock, SystemClock, end_of_day, local_date, rfc3339, start_of_day
from app.core.deadline import Unit, due_after

TAIPEI = "Asia/Taipei"
ZONES = [
    TAIPEI,
    "UTC",
    "Pacific/Kiritimati",
    "America/Sao_Paulo",  # clocks jumped at midnight until 2019
    "America/Havana",  # midnight happens twice in autumn
    "Asia/Kathmandu",
    "Pacific/Apia",  # has no 30 December 2011
]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("moment", "day", "due"),
    [
        (utc(2021, 9, 24, 15, 59, 59), date(2021, 9, 24), date(2021, 11, 23)),
        (utc(2021, 9, 24, 16, 0, 0), date(2021, 9, 25), date(2021, 11, 24)),
    ],
)
def test_the_last_second_before_midnight_in_taipei_belongs_to_the_day_before(
    moment: datetime, day: date, due: date
) -> None:
    assert local_date(moment, TAIPEI) == day
    assert due_after(local_date(moment, TAIPEI), 60, Unit.DAY, taiwan_office_calendar()).on == due


def test_the_offset_a_moment_is_written_in_does_not_change_its_day() -> None:
    new_york = timezone(timedelta(hours=-5))
    assert local_date(datetime(2026, 11, 23, 11, 0, tzinfo=new_york), TAIPEI) == date(2026, 11, 24)


def test_a_day_in_taipei_ends_at_four_in_the_afternoon_utc() -> None:
    assert end_of_day(date(2026, 11, 23), TAIPEI) == utc(2026, 11, 23, 16)
    assert start_of_day(date(2026, 11, 23), TAIPEI) == utc(2026, 11, 22, 16)


def test_a_day_that_begins_at_one_because_the_clocks_jump_begins_at_that_instant() -> None:
    assert start_of_day(date(2018, 11, 4), "America/Sao_Paulo") == utc(2018, 11, 4, 3)


@given(st.dates(date(2010, 1, 1), date(2030, 12, 31)), st.sampled_from(ZONES))
def test_the_end_of_a_day_is_the_first_instant_that_is_no_longer_of_it(day: date, zone: str) -> None:
    end = end_of_day(day, zone)
    assert end.tzinfo is UTC
    assert local_date(end, zone) > day
    assert local_date(end - timedelta(microseconds=1), zone) <= day


@given(
    st.integers(0, 20 * 366 * 86_400).map(lambda seconds: utc(2010, 1, 1) + timedelta(seconds=seconds)),
    st.sampled_from(ZONES),
)
def test_every_moment_lies_within_its_day(moment: datetime, zone: str) -> None:
    day = local_date(moment, zone)
    assert start_of_day(day, zone) <= moment < end_of_day(day, zone)


def test_rfc3339_is_in_utc_unless_a_zone_is_asked_for() -> None:
    moment = utc(2026, 11, 23, 19, 58)
    assert rfc3339(moment) == "2026-11-23T19:58:00Z"
    assert rfc3339(moment, TAIPEI) == "2026-11-24T03:58:00+08:00"
    assert rfc3339(moment.replace(microsecond=5)) == "2026-11-23T19:58:00.000005Z"


def test_a_moment_without_a_time_zone_is_refused() -> None:
    naive = utc(2026, 11, 23, 19, 58).replace(tzinfo=None)
    for use in (lambda: local_date(naive, TAIPEI), lambda: rfc3339(naive), lambda: FixedClock(naive)):
        with pytest.raises(ValueError, match="time zone"):
            use()


def test_a_fixed_clock_stands_still_until_it_is_moved() -> None:
    clock = FixedClock(datetime(2026, 11, 24, 3, 58, tzinfo=timezone(timedelta(hours=8))))
    assert clock.now() == clock.now() == utc(2026, 11, 23, 19, 58)
    assert clock.now().tzinfo is UTC
    clock.advance(timedelta(days=1))
    assert clock.now() == utc(2026, 11, 24, 19, 58)
    clock.travel_to(utc(2027, 1, 1))
    assert clock.now() == utc(2027, 1, 1)


def test_the_system_clock_tells_the_machines_time_in_utc() -> None:
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert abs(now.timestamp() - time.time()) < 60
