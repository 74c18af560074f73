"""What a clock shows today: its status, the days left or late, the strip of days. Derived, never stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import groupby

from app.core.calendar import OfficeCalendar, days_between
from app.core.deadline import Due

SOON_WORKING_DAYS = 3
LATE_DAYS_SHOWN = 30
"""A strip shows so many late working days; of a longer delay it says how many more there are."""


class ClockStatus(StrEnum):
    """How a promise stands."""

    RUNNING = "running"
    DUE_SOON = "due_soon"
    DUE_TODAY = "due_today"
    LATE = "late"
    KEPT = "kept"
    KEPT_LATE = "kept_late"


@dataclass(frozen=True)
class ClockFace:
    """The status and the days that go with it; what does not apply is 0.

    Left: after today, up to the due day. Late: after the due day, up to today or to the answer. Early: after
    the answer, up to the due day. Each as calendar days and as working days: on the Saturday after a due
    Friday a clock is late by one day and by no working day yet.
    """

    status: ClockStatus
    due_on: date
    days_left: int = 0
    working_days_left: int = 0
    days_late: int = 0
    working_days_late: int = 0
    days_early: int = 0
    working_days_early: int = 0


def clock_status(due_on: date, today: date, stopped_on: date | None, calendar: OfficeCalendar) -> ClockFace:
    """How a promise stands on the local day `today`; `stopped_on` is the local day of the answer, if any."""
    reached = today if stopped_on is None else stopped_on
    if reached > due_on:
        status = ClockStatus.LATE if stopped_on is None else ClockStatus.KEPT_LATE
        late = calendar.working_days(due_on, reached)
        return ClockFace(status, due_on, days_late=(reached - due_on).days, working_days_late=late)
    days, working_days = (due_on - reached).days, calendar.working_days(reached, due_on)
    if stopped_on is not None:
        return ClockFace(ClockStatus.KEPT, due_on, days_early=days, working_days_early=working_days)
    if days == 0:
        return ClockFace(ClockStatus.DUE_TODAY, due_on)
    status = ClockStatus.DUE_SOON if working_days <= SOON_WORKING_DAYS else ClockStatus.RUNNING
    return ClockFace(status, due_on, days_left=days, working_days_left=working_days)


class DayKind(StrEnum):
    """How one day of a strip is drawn."""

    DONE = "done"
    LEFT = "left"
    LATE = "late"
    REST = "rest"


@dataclass(frozen=True)
class StripDay:
    """One day of a strip. `reason` (keyed by BCP 47) tells why a rest day is one; empty for other days."""

    date: date
    kind: DayKind
    is_due: bool = False
    reason: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Strip:
    """The days of a promise in order, from day one. Iterating gives the days.

    `late_not_shown`: late working days beyond the last day drawn.
    """

    days: tuple[StripDay, ...]
    late_not_shown: int = 0

    def __iter__(self) -> Iterator[StripDay]:
        return iter(self.days)

    def __len__(self) -> int:
        return len(self.days)

    @property
    def weeks(self) -> tuple[tuple[StripDay, ...], ...]:
        """The same days by calendar week (Monday first), so that a long strip can be read week by week."""
        by_week = groupby(self.days, key=lambda day: day.date.isocalendar()[:2])
        return tuple(tuple(days) for _, days in by_week)

    def as_text(self) -> str:
        """The strip for a mail in plain text: ■ done, □ left, ! late, · rest; the due day in brackets."""
        marks = {DayKind.DONE: "■", DayKind.LEFT: "□", DayKind.LATE: "!", DayKind.REST: "·"}
        drawn = "".join(f"[{marks[day.kind]}]" if day.is_due else marks[day.kind] for day in self.days)
        return f"{drawn} +{self.late_not_shown}" if self.late_not_shown else drawn


def strip_of_days(due: Due, today: date, stopped_on: date | None, calendar: OfficeCalendar) -> Strip:
    """The days from the day after the start to the due day, or to today or the answer where that is later.

    A day counts as done once it has come. Rest days are those of the calendar as it is now, so that the strip
    always agrees with the numbers of `clock_status`; what was skipped when the promise was made is in
    `due.skipped`.
    """
    reached = today if stopped_on is None else stopped_on
    late = days_between(due.on, reached)
    late_working = [day for day in late if calendar.is_working_day(day)]
    if len(late_working) > LATE_DAYS_SHOWN:
        late = days_between(due.on, late_working[LATE_DAYS_SHOWN - 1])
    shown = (*days_between(due.start, due.on), *late)
    days = tuple(_strip_day(day, due.on, reached, calendar) for day in shown)
    return Strip(days, max(0, len(late_working) - LATE_DAYS_SHOWN))


def _strip_day(day: date, due_on: date, reached: date, calendar: OfficeCalendar) -> StripDay:
    names = calendar.rest_names(day)
    if names:
        return StripDay(day, DayKind.REST, day == due_on, names)
    if day > due_on:
        return StripDay(day, DayKind.LATE)
    return StripDay(day, DayKind.DONE if day <= reached else DayKind.LEFT, day == due_on)
