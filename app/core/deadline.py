"""When a promise falls due, computed so that anyone can check it.

Taiwan's Administrative Procedure Act (行政程序法), article 48:

- paragraph 2: in a period of days or months the first day is not counted. The day of the event is day zero.
- paragraph 3: a period that does not begin with the first day of a month ends on the day before the day of
  the last month that corresponds to the day it began on; where that month has no such day, on its last day. A
  period that begins with the first day of a month fills whole months.
- paragraph 4: a last day which is a Sunday, a holiday or another rest day gives way to the following day, a
  Saturday to Monday. A Saturday declared a working day is no rest day (Ministry of Justice, 3 February 2010).

Paragraph 4 ends a Saturday's period on Monday morning. The platform promises whole days: all of Monday.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from app.core.calendar import ONE_DAY, OfficeCalendar, days_between


class Unit(StrEnum):
    """What a period is counted in."""

    DAY = "day"
    WORKING_DAY = "working_day"
    MONTH = "month"
    HOUR = "hour"
    """An hour in which offices are open."""


DAY_UNITS = (Unit.DAY, Unit.WORKING_DAY, Unit.MONTH)
"""What is counted from a day; hours are counted from a moment."""


class DamagedDue(ValueError):
    """A stored due date cannot be read back."""


@dataclass(frozen=True)
class SkippedDay:
    """A rest day the count passed over, and why (keyed by BCP 47)."""

    date: date
    reason: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True)
class Due:
    """A due date with everything that led to it.

    `on` is the last day in time; late is the day after. `skipped` are the days after `start`, before `on`,
    that were not counted. `rolled_from` is the rest day the period would have ended on. Stored with the clock
    it belongs to, so that no later calendar and no release of a library moves a promise.
    """

    start: date
    amount: int
    unit: Unit
    on: date
    skipped: tuple[SkippedDay, ...]
    rolled_from: date | None
    calendar_version: str

    @property
    def counted(self) -> tuple[date, ...]:
        """The days that count, in order: `amount` of them, or all days of the months; the last is `on`."""
        skipped = {day.date for day in self.skipped}
        return tuple(day for day in days_between(self.start, self.on) if day not in skipped)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values; days as `YYYY-MM-DD`."""
        return {
            "start": self.start.isoformat(),
            "amount": self.amount,
            "unit": self.unit.value,
            "on": self.on.isoformat(),
            "skipped": [{"date": day.date.isoformat(), "reason": dict(day.reason)} for day in self.skipped],
            "rolled_from": self.rolled_from.isoformat() if self.rolled_from else None,
            "calendar_version": self.calendar_version,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Due:
        """Read `to_json` back, without asking any calendar. Raises `DamagedDue`."""
        try:
            return cls(
                start=date.fromisoformat(stored["start"]),
                amount=int(stored["amount"]),
                unit=Unit(stored["unit"]),
                on=date.fromisoformat(stored["on"]),
                skipped=tuple(
                    SkippedDay(date.fromisoformat(day["date"]), dict(day["reason"])) for day in stored["skipped"]
                ),
                rolled_from=date.fromisoformat(stored["rolled_from"]) if stored["rolled_from"] else None,
                calendar_version=str(stored["calendar_version"]),
            )
        except (KeyError, TypeError, ValueError) as damage:
            raise DamagedDue(f"a stored due date cannot be read: {damage!r}") from damage


def due_after(start: date, amount: int, unit: Unit, calendar: OfficeCalendar, roll: bool = True) -> Due:
    """The last day for something promised within `amount` units of the event on `start`.

    The law for days and months: see the top of this file. Working days count only days on which offices work.
    With `roll` a period of days or months that would end on a rest day ends on the next working day. Raises
    `ValueError` for less than one unit, `BeyondCalendar` where the calendar ends.
    """
    if isinstance(start, datetime):
        raise TypeError("a period starts on a day, not at a moment: convert with local_date first")
    if unit not in DAY_UNITS:
        raise ValueError(f"{unit.value}s are counted from a moment, not from a day")
    if amount < 1:
        raise ValueError(f"a period has at least one {unit.value}, not {amount}")
    if unit is Unit.WORKING_DAY:
        on, rolled_from = _end_in_working_days(start, amount, calendar), None
        passed = [day for day in days_between(start, on) if not calendar.is_working_day(day)]
    else:
        last = start + timedelta(days=amount) if unit is Unit.DAY else end_in_months(start, amount)
        on = calendar.next_working_day(last) if roll else last
        rolled_from = last if on != last else None
        passed = list(days_between(last - ONE_DAY, on - ONE_DAY))
    skipped = tuple(SkippedDay(day, calendar.rest_names(day)) for day in passed)
    return Due(start, amount, unit, on, skipped, rolled_from, calendar.version)


def end_in_months(start: date, months: int) -> date:
    """The last day of a period of months after the event on `start`, rest days or not (article 48, 3)."""
    first = start + ONE_DAY
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    days_in_month = monthrange(year, month + 1)[1]
    if first.day > days_in_month:
        return date(year, month + 1, days_in_month)
    return date(year, month + 1, first.day) - ONE_DAY


def _end_in_working_days(start: date, amount: int, calendar: OfficeCalendar) -> date:
    day = start
    for _ in range(amount):
        day = calendar.next_working_day(day + ONE_DAY)
    return day
