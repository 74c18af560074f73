"""What a clock does and when: its steps in their order, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.core.clock import local_date, start_of_day
from app.core.errors import Conflict, Invalid
from app.core.language import N_
from app.core.terms import Extension, Terms

REASON_MAX = 1000
TELL_AT_ONCE = (1,)
"""Escalations of a promise whose terms name none: on the first late day it is told all the same."""


class Subject(StrEnum):
    """What a promise is about."""

    CASE = "case"
    DEMAND = "demand"
    PROPOSAL = "proposal"
    REPORT = "report"
    MEETING = "meeting"
    DATA_REQUEST = "data_request"


class StepKind(StrEnum):
    """What a clock does by itself."""

    REMINDER = "reminder"
    ESCALATION = "escalation"


class Level(StrEnum):
    """Who is told of a broken promise, in this order."""

    OFFICERS = "officers"
    HEAD = "head"
    PUBLIC = "public"
    """The public list, and the supervisor."""


class ActKind(StrEnum):
    """What people do to a clock that runs."""

    PAUSED = "paused"
    RESUMED = "resumed"
    EXTENDED = "extended"
    RESTARTED = "restarted"
    MOVED = "moved"
    """The calendar has changed, and the date follows it."""


class Stop(StrEnum):
    """Why a clock stopped."""

    KEPT = "kept"
    """What was promised was done, in time or late."""
    VOID = "void"
    """Nothing is owed any more."""


@dataclass(frozen=True)
class Reason:
    """Why somebody acts on a clock, for everybody to read: words, their language (BCP 47), the agency that says so."""

    text: str = ""
    lang: str = ""
    agency_id: int | None = None


@dataclass(frozen=True)
class Step:
    """A reminder `days` before the due day, or an escalation `days` after it, due at the moment `at` (UTC)."""

    kind: StepKind
    days: int
    at: datetime


def steps(terms: Terms, due_on: date, due_at: datetime, begun_at: datetime, timezone: str) -> list[Step]:
    """Everything one round of a clock does, in the order of time.

    A reminder is due when its day begins; one whose day had begun before the round did is not owed. `due_at` is the
    first late moment: the first day after the due day begins with it. Every escalation is owed.
    """
    reminders = [
        Step(StepKind.REMINDER, days, start_of_day(due_on - timedelta(days=days), timezone))
        for days in set(terms.reminders)
    ]
    escalations = [
        Step(StepKind.ESCALATION, days, _days_later(due_at, days - 1, timezone)) for days in set(escalations_of(terms))
    ]
    owed = [step for step in reminders if step.at > begun_at] + escalations
    return sorted(owed, key=lambda step: (step.at, step.kind is StepKind.ESCALATION, step.days))


def escalations_of(terms: Terms) -> tuple[int, ...]:
    """Days after the due day on which a broken promise is told, the first one first.

    >>> from app.core.terms import Period, Promise
    >>> escalations_of(Terms(Promise.REPLY, Period(60, Unit.DAY)))
    (1,)
    """
    return tuple(sorted(set(terms.escalations))) or TELL_AT_ONCE


def level_of(terms: Terms, days: int) -> Level:
    """Who is told at an escalation: the officers first, then the head; every further one goes to the public list."""
    levels = list(Level)
    return levels[min(escalations_of(terms).index(days), len(levels) - 1)]


def check_extension(
    extension: Extension | None, extended: int, amount: int, now: datetime, due_at: datetime, is_paused: bool
) -> None:
    """Refuse an extension that the policy does not allow. Raises `Conflict` or `Invalid` with the words why."""
    if now >= due_at:
        raise Conflict(N_("The due date has passed. An extension is possible only before it."))
    if is_paused:
        raise Conflict(N_("The clock is paused. Let it run again first; then its date is known."))
    if extension is None or extension.times < 1:
        raise Conflict(N_("The rules of this promise allow no extension."))
    if not may_extend(extension, extended):
        raise Conflict(N_("The date was put off already as often as the rules allow."))
    if not 1 <= amount <= extension.most.amount:
        raise Invalid(
            fields={"amount": N_("This is more than the rules allow, or less than one.")},
        )


def may_extend(extension: Extension | None, extended: int) -> bool:
    """Whether the date may be put off once more, as long as it has not come."""
    return extension is not None and extended < extension.times


def check_pause(now: datetime, due_at: datetime, is_paused: bool) -> None:
    """Refuse to pause a clock that is paused, or late: a broken promise cannot be put to sleep. Raises `Conflict`."""
    if is_paused:
        raise Conflict(N_("The clock is paused already."))
    if now >= due_at:
        raise Conflict(N_("The due date has passed. The clock can no longer be paused."))


def _days_later(moment: datetime, days: int, timezone: str) -> datetime:
    """The same time of day so many local days later: a day on which clocks are changed is a day all the same."""
    day = local_date(moment, timezone)
    return start_of_day(day + timedelta(days=days), timezone) + (moment - start_of_day(day, timezone))
