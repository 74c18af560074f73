"""Promises in hours. Offices are open from 08:30 to 17:30; Taipei is eight hours ahead of UTC all year."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.calendar import DayException, Half, taiwan_office_calendar
from app.core.deadline import DamagedDue, Due, Rule, Unit, due_after
from app.core.officehours import DueMoment, OfficeHours, due_in_hours
from tests.policing.sources import ROOT

TAIPEI = "Asia/Taipei"
ZONE = ZoneInfo(TAIPEI)
TAIWAN = taiwan_office_calendar()
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def taipei(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of August 2027 on the clocks of Taipei; the first of it is a Sunday."""
    return datetime(2027, 8, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        (taipei(2, 9), 4, taipei(2, 13)),  # no break at noon
        (taipei(2, 8, 30), 9, taipei(2, 17, 30)),  # a whole day ends with it
        (taipei(2, 15), 4, taipei(3, 10)),  # two and a half hours, then one and a half
        (taipei(2, 3), 1, taipei(2, 9, 30)),  # at night: from the opening
        (taipei(2, 17, 30), 1, taipei(3, 9, 30)),  # at the end: from the next opening
        (taipei(6, 23), 4, taipei(9, 12, 30)),  # Friday night: Monday
        (taipei(7, 12), 1, taipei(9, 9, 30)),  # Saturday: Monday
        (taipei(2, 9), 90, taipei(16, 9)),  # ten days of nine hours
    ],
)
def test_hours_count_while_offices_are_open(start: datetime, hours: int, due: datetime) -> None:
    assert due_in_hours(start, hours, TAIWAN, TAIPEI).at == due


@pytest.mark.parametrize(
    ("half", "due"),
    [
        (Half.MORNING, taipei(2, 16)),  # from noon on
        (Half.AFTERNOON, taipei(3, 9)),  # three and a half hours until noon, half an hour the next day
    ],
)
def test_of_a_half_day_only_the_open_half_counts(half: Half, due: datetime) -> None:
    storm = taiwan_office_calendar(exceptions=[DayException(date(2027, 8, 2), {"en": "Storm"}, True, None, half)])
    found = due_in_hours(taipei(2, 8), 4, storm, TAIPEI)
    assert found.at == due
    assert [(day.date, day.reason["en"]) for day in found.day.skipped] == [
        (date(2027, 8, 2), f"Storm (closed in the {half})")
    ]


def test_the_rest_days_on_the_way_are_named_the_day_of_the_start_included() -> None:
    found = due_in_hours(taipei(7, 12), 1, TAIWAN, TAIPEI)
    assert [day.date.day for day in found.day.skipped] == [7, 8]
    assert (found.day.unit, found.day.rule, found.day.on) == (Unit.HOUR, Rule.BUSINESS_HOURS, date(2027, 8, 9))


def test_other_hours_can_be_agreed_on() -> None:
    assert due_in_hours(taipei(2, 9), 1, TAIWAN, TAIPEI, OfficeHours(time(10), time(16))).at == taipei(2, 11)
    with pytest.raises(ValueError, match="before noon"):
        OfficeHours(time(13), time(17))


def test_what_is_stored_is_read_back_and_days_can_be_read_without_the_moment() -> None:
    found = due_in_hours(taipei(6, 16), 4, TAIWAN, TAIPEI)
    stored = json.loads(json.dumps(found.to_json()))
    assert DueMoment.from_json(stored) == found
    assert Due.from_json(stored) == found.day
    assert (stored["at"], stored["opens"]) == ("2027-08-09T03:00:00Z", "08:30")
    for name in ("at", "opens", "timezone"):
        with pytest.raises(DamagedDue):
            DueMoment.from_json({key: value for key, value in stored.items() if key != name})


def test_a_period_of_no_hours_is_refused_and_hours_are_not_counted_from_a_day() -> None:
    with pytest.raises(ValueError, match="at least one hour"):
        due_in_hours(taipei(2, 9), 0, TAIWAN, TAIPEI)
    with pytest.raises(ValueError, match="from a moment"):
        due_after(date(2027, 8, 2), 4, Unit.HOUR, TAIWAN)


@given(MOMENTS, st.integers(1, 60), st.sampled_from([TAIPEI, "Europe/Berlin", "America/New_York"]))
def test_hours_are_never_early_end_in_office_hours_and_grow(start: datetime, amount: int, zone: str) -> None:
    due, later = (due_in_hours(start, hours, TAIWAN, zone) for hours in (amount, amount + 1))
    assert start + timedelta(hours=amount) <= due.at < later.at
    assert later.at - due.at >= timedelta(hours=1)
    local = due.at.astimezone(ZoneInfo(zone))
    assert time(8, 30) < local.time() <= time(17, 30)
    assert local.date() == due.day.on
    assert TAIWAN.is_working_day(due.day.on)


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=9)), st.integers(1, 30))
def test_a_later_event_is_never_due_earlier(start: datetime, wait: timedelta, amount: int) -> None:
    assert due_in_hours(start, amount, TAIWAN, TAIPEI).at <= due_in_hours(start + wait, amount, TAIWAN, TAIPEI).at


ASK = """
from datetime import UTC, date, datetime
from app.core.calendar import OfficeCalendar, taiwan_office_calendar
from app.core.deadline import DAY_UNITS, due_after
from app.core.officehours import due_in_hours
calendar = taiwan_office_calendar()
print([due_after(date(2026, 1, day), 45, unit, calendar).on for day in range(1, 32) for unit in DAY_UNITS])
print([due_in_hours(datetime(2026, 1, 1, hour, tzinfo=UTC), 20, calendar, "Asia/Taipei").at for hour in range(24)])
"""


def test_machines_in_different_time_zones_agree() -> None:
    answers = {
        subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, env=os.environ | {"TZ": zone}, capture_output=True,
                       check=True).stdout
        for zone in ("UTC", "America/Los_Angeles", "Pacific/Kiritimati")
    }  # fmt: skip
    assert len(answers) == 1
    assert b"2026" in answers.pop()
