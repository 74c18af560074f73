"""From a promise to its date, and from one date to the next: values in, values out.

A date is reckoned in legs: the period of the promise, and one leg for each extension, which begins on the old due day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from app.core.calendar import ONE_DAY, DayException, OfficeCalendar, days_between, office_calendar
from app.core.clock import end_of_day, local_date
from app.core.deadline import DAY_UNITS, Due, SkippedDay, Unit, due_after, end_in_months
from app.core.officehours import OfficeHours, after_office_time, due_in_hours, office_time
from app.core.terms import Period, Terms

PAUSED = {"zh-Hant-TW": "暫停計算", "en": "Clock paused"}
"""Why a day of a pause is not counted, keyed by BCP 47."""


@dataclass(frozen=True)
class Reckoned:
    """A due date with how it was found, leg by leg, and the first moment (UTC) that is late."""

    legs: tuple[Due, ...]
    late_from: datetime

    @property
    def on(self) -> date:
        """The last day in time."""
        return self.legs[-1].on


@dataclass(frozen=True)
class Offices:
    """What dates are reckoned by: which days offices work, in which time zone, and from when to when."""

    calendar: OfficeCalendar
    timezone: str
    hours: OfficeHours = field(default_factory=OfficeHours)


def reckon(start: date | datetime, period: Period, offices: Offices) -> Reckoned:
    """The date of a promise made at `start`: a local day, or a moment. Periods of days end with their last day.

    Hours are office hours and are counted from a moment. Raises `TypeError` for hours from a day.
    """
    if period.unit in DAY_UNITS:
        day = local_date(start, offices.timezone) if isinstance(start, datetime) else start
        return whole_days([due_after(day, period.amount, period.unit, offices.calendar, period.roll)], offices.timezone)
    if not isinstance(start, datetime):
        raise TypeError("hours are counted from a moment, not from a day")
    due = due_in_hours(start, period.amount, offices.calendar, offices.timezone, offices.hours)
    return Reckoned((due.day,), due.at)


def whole_days(legs: Sequence[Due], timezone: str) -> Reckoned:
    """A due date that is kept until the end of its day."""
    return Reckoned(tuple(legs), end_of_day(legs[-1].on, timezone))


def longer(legs: Sequence[Due], late_from: datetime, period: Period, offices: Offices) -> Reckoned:
    """The date put off by a period, which is counted from the old due date by the same rules."""
    more = reckon(legs[-1].on if period.unit in DAY_UNITS else late_from, period, offices)
    return Reckoned((*legs, *more.legs), more.late_from)


def after_hours_of_pause(
    legs: Sequence[Due], late_from: datetime, paused: tuple[datetime, datetime], offices: Offices
) -> Reckoned:
    """A promise in hours after a pause from one moment to another: the office hours that were left begin again."""
    zone = offices.timezone
    left = office_time(paused[0], late_from, offices.calendar, zone, offices.hours)
    until = after_office_time(paused[1], left, offices.calendar, zone, offices.hours)
    return Reckoned((*legs[:-1], replace(legs[-1], on=local_date(until, zone))), until)


def days_of_pause(paused_on: date, until: date) -> tuple[date, ...]:
    """The local days a pause takes out of the count: from the day on which it began to the day before its end.

    The day on which the clock runs again counts. A pause that ends on its own day takes nothing.

    >>> [day.day for day in days_of_pause(date(2026, 11, 10), date(2026, 11, 13))]
    [10, 11, 12]
    """
    return days_between(paused_on - ONE_DAY, until - ONE_DAY)


def after_pauses(legs: Sequence[Due], terms: Terms, paused: Collection[date], calendar: OfficeCalendar) -> list[Due]:
    """The same promise without the days on which its clock was paused.

    Up to the date of each leg the days stay what they were when it was promised; beyond it `calendar` says which rest.
    """
    return _again(legs, terms, frozenset(paused), [_as_promised(leg, calendar) for leg in legs])


def by_calendar(legs: Sequence[Due], terms: Terms, paused: Collection[date], calendar: OfficeCalendar) -> list[Due]:
    """The date the same promise gets from this calendar, its pauses excluded."""
    return _again(legs, terms, frozenset(paused), [calendar] * len(legs))


def _again(
    legs: Sequence[Due], terms: Terms, paused: frozenset[date], calendars: Sequence[OfficeCalendar]
) -> list[Due]:
    start, again = legs[0].start, list[Due]()
    for place, (leg, calendar) in enumerate(zip(legs, calendars, strict=True)):
        period = terms.extension.most if place and terms.extension else terms.period
        again.append(_counted_again(leg, start, period.roll, paused, calendar))
        start = again[-1].on
    return again


def _counted_again(leg: Due, start: date, roll: bool, paused: frozenset[date], calendar: OfficeCalendar) -> Due:
    """Days of pauses are passed over as rest days are, and add to a period of days or months."""
    passing = _with_days(calendar, [(day, PAUSED, False) for day in paused])
    if leg.unit is Unit.WORKING_DAY:
        due = due_after(start, leg.amount, leg.unit, passing, roll)
        skipped = due.skipped
    else:
        last = _last_day(start, leg, paused)
        due = due_after(start, (last - start).days, Unit.DAY, passing, roll)
        passed = {day: SkippedDay(day, PAUSED) for day in days_between(start, last) if day in paused}
        skipped = tuple(sorted((passed | {day.date: day for day in due.skipped}).values(), key=lambda day: day.date))
    version = leg.calendar_version if due.on == leg.on else calendar.version
    return replace(leg, start=start, on=due.on, skipped=skipped, rolled_from=due.rolled_from, calendar_version=version)


def _last_day(start: date, leg: Due, paused: frozenset[date]) -> date:
    """The last day of a period of days or months, before it rolls."""
    left = leg.amount if leg.unit is Unit.DAY else (end_in_months(start, leg.amount) - start).days
    day = start
    while left:
        day += ONE_DAY
        left -= day not in paused
    return day


def _as_promised(leg: Due, calendar: OfficeCalendar) -> OfficeCalendar:
    """The calendar with the days of this leg as they were when it was promised, whatever became of them since."""
    rest = {day.date: day.reason for day in leg.skipped if dict(day.reason) != PAUSED}
    known = leg.start if leg.unit is Unit.WORKING_DAY else (leg.rolled_from or leg.on) - ONE_DAY
    paused = {day.date for day in leg.skipped} - set(rest)
    days = [(day, rest.get(day, {}), day not in rest) for day in days_between(known, leg.on) if day not in paused]
    # A period of working days is only ever put off from a half day, which counts as one of them.
    half = leg.rolled_from if leg.unit is Unit.WORKING_DAY else None
    return _with_days(calendar, [day for day in days if day[0] != half])


def _with_days(calendar: OfficeCalendar, days: Iterable[tuple[date, dict[str, str], bool]]) -> OfficeCalendar:
    """The same calendar, except for these days. It keeps its name: the pauses and stored days are named elsewhere."""
    entered = [DayException(*day, area=calendar.area) for day in days]
    changed = office_calendar(calendar.country, exceptions=[*calendar.exceptions, *entered], area=calendar.area)
    return replace(changed, version=calendar.version)
