"""From a promise to its date, and from one date to the next: values in, values out.

A date is reckoned in legs: the period of the promise, and one leg for each extension, which begins on the old due day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from app.core.calendar import ONE_DAY, OfficeCalendar, days_between, office_calendar
from app.core.clock import end_of_day, local_date
from app.core.deadline import Due, SkippedDay, Unit, due_after, end_in_months
from app.core.terms import Period, Terms

PAUSED = {"zh-Hant-TW": "計時暫停", "en": "Clock paused"}
"""Why a day of a pause is not counted, keyed by BCP 47."""

DAY_UNITS = frozenset({Unit.DAY, Unit.WORKING_DAY, Unit.MONTH})
"""What is counted from a day; anything else from a moment."""


@dataclass(frozen=True)
class Reckoned:
    """A due date with how it was found, leg by leg, and the first moment (UTC) that is late."""

    legs: tuple[Due, ...]
    late_from: datetime

    @property
    def on(self) -> date:
        """The last day in time."""
        return self.legs[-1].on


def reckon(start: date | datetime, period: Period, calendar: OfficeCalendar, timezone: str) -> Reckoned:
    """The date of a promise made at `start`: a local day, or a moment. Periods of days end with their last day."""
    day = local_date(start, timezone) if isinstance(start, datetime) else start
    return whole_days([due_after(day, period.amount, period.unit, calendar, period.roll)], timezone)


def whole_days(legs: Sequence[Due], timezone: str) -> Reckoned:
    """A due date that is kept until the end of its day."""
    return Reckoned(tuple(legs), end_of_day(legs[-1].on, timezone))


def longer(
    legs: Sequence[Due], late_from: datetime, period: Period, calendar: OfficeCalendar, timezone: str
) -> Reckoned:
    """The date put off by a period, which is counted from the old due date by the same rules."""
    start = legs[-1].on if period.unit in DAY_UNITS else late_from
    more = reckon(start, period, calendar, timezone)
    return Reckoned((*legs, *more.legs), more.late_from)


def later_by(legs: Sequence[Due], late_from: datetime, span: timedelta, timezone: str) -> Reckoned:
    """A promise in hours, put off by the time its clock was paused."""
    late_from += span
    return Reckoned((*legs[:-1], replace(legs[-1], on=local_date(late_from, timezone))), late_from)


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
    return _with_days(calendar, days)


def _with_days(calendar: OfficeCalendar, days: Iterable[tuple[date, dict[str, str], bool]]) -> OfficeCalendar:
    """The same calendar, except for these days. It keeps its name: the pauses and stored days are named elsewhere."""
    changed = office_calendar(calendar.country, exceptions=[*calendar.exceptions, *days])
    return replace(changed, version=calendar.version)
