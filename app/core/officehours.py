"""Promises in hours: how long offices have had a thing on their desks.

An hour counts while offices are open: on working days, from opening to closing time without a break at noon, and on a
half day only before or after noon. There is no break because somebody is on duty over lunch for what is promised in
hours (a report of unsafe content), and because the promise must not depend on a timetable of lunches.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.core.calendar import ONE_DAY, Half, OfficeCalendar, days_between
from app.core.clock import local_date, rfc3339
from app.core.deadline import DamagedDue, Due, Rule, SkippedDay, Unit

NOON = time(12)


@dataclass(frozen=True)
class OfficeHours:
    """When offices open and close on a working day, local time. Raises `ValueError` unless noon lies between."""

    opens: time = time(8, 30)
    closes: time = time(17, 30)

    def __post_init__(self) -> None:
        if not self.opens < NOON < self.closes:
            raise ValueError(f"offices open before noon and close after it, not {self.opens}-{self.closes}")

    def on(self, day: date, calendar: OfficeCalendar, timezone_name: str) -> tuple[datetime, datetime] | None:
        """The two moments (UTC) between which offices are open on a local day; None on a rest day."""
        if not calendar.is_working_day(day):
            return None
        half = calendar.closed_half(day)
        opens = NOON if half is Half.MORNING else self.opens
        closes = NOON if half is Half.AFTERNOON else self.closes
        zone = ZoneInfo(timezone_name)
        return datetime.combine(day, opens, zone).astimezone(UTC), datetime.combine(day, closes, zone).astimezone(UTC)


@dataclass(frozen=True)
class DueMoment:
    """The last moment in time (`at`, UTC) for something promised in hours, with everything that led to it.

    `day` is the same as a due date, for whatever asks for days only; `skipped` in it are the rest days and half days on
    the way, the day of the start included. `Due.from_json` reads that part of `to_json`.
    """

    day: Due
    started_at: datetime
    at: datetime
    hours: OfficeHours
    timezone: str

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values; moments as RFC 3339."""
        return self.day.to_json() | {
            "started_at": rfc3339(self.started_at),
            "at": rfc3339(self.at),
            "opens": self.hours.opens.isoformat("minutes"),
            "closes": self.hours.closes.isoformat("minutes"),
            "timezone": self.timezone,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> DueMoment:
        """Read `to_json` back, without asking any calendar. Raises `DamagedDue`."""
        try:
            return cls(
                day=Due.from_json(stored),
                started_at=datetime.fromisoformat(stored["started_at"]).astimezone(UTC),
                at=datetime.fromisoformat(stored["at"]).astimezone(UTC),
                hours=OfficeHours(time.fromisoformat(stored["opens"]), time.fromisoformat(stored["closes"])),
                timezone=str(stored["timezone"]),
            )
        except (KeyError, TypeError, ValueError) as damage:
            raise DamagedDue(f"a stored due moment cannot be read: {damage!r}") from damage


def due_in_hours(
    start: datetime, amount: int, calendar: OfficeCalendar, timezone_name: str, hours: OfficeHours | None = None
) -> DueMoment:
    """The last moment for something promised within `amount` office hours of the event at `start` (aware).

    An event outside office hours counts from the next opening. Raises `ValueError` for less than one hour,
    `BeyondCalendar` where the calendar ends.
    """
    if amount < 1:
        raise ValueError(f"a period has at least one hour, not {amount}")
    hours = hours or OfficeHours()
    started_on = local_date(start, timezone_name)
    at = after_office_time(start, timedelta(hours=amount), calendar, timezone_name, hours)
    day = local_date(at, timezone_name)
    passed = [one for one in days_between(started_on - ONE_DAY, day) if not calendar.is_whole_working_day(one)]
    skipped = tuple(SkippedDay(one, calendar.passed_over_names(one)) for one in passed)
    due = Due(started_on, amount, Unit.HOUR, day, skipped, None, calendar.version, Rule.BUSINESS_HOURS)
    return DueMoment(due, start.astimezone(UTC), at, hours, timezone_name)


def after_office_time(
    start: datetime, span: timedelta, calendar: OfficeCalendar, timezone_name: str, hours: OfficeHours
) -> datetime:
    """The moment (UTC) at which offices have been open for `span` since `start` (aware); `start` itself for none."""
    day, left, begins = local_date(start, timezone_name), span, start.astimezone(UTC)
    while left:
        if (opened := hours.on(day, calendar, timezone_name)) is not None:
            begins = max(start.astimezone(UTC), opened[0])
            if left <= opened[1] - begins:
                break
            left -= max(opened[1] - begins, timedelta(0))
        day += ONE_DAY
    return begins + left


def office_time(
    start: datetime, until: datetime, calendar: OfficeCalendar, timezone_name: str, hours: OfficeHours
) -> timedelta:
    """How long offices are open between two moments (aware); nothing if `until` is not later."""
    first, last = local_date(start, timezone_name), local_date(until, timezone_name)
    spans = (hours.on(day, calendar, timezone_name) for day in days_between(first - ONE_DAY, last))
    within = (min(span[1], until) - max(span[0], start) for span in spans if span is not None)
    return sum((one for one in within if one > timedelta(0)), timedelta(0))
