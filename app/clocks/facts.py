"""What happens to clocks. Reasons are no part of a fact: they stand with the act (`act_id`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.core.facts import Fact


@dataclass(frozen=True)
class ClockStarted(Fact):
    """A promise was made for `due_on`; `due_at` is the first moment that is late."""

    kind = "clock.started"
    public = True
    topic_id: int | None
    clock_id: int
    promise: str
    due_on: date
    due_at: datetime


@dataclass(frozen=True)
class ClockPaused(Fact):
    """A clock was paused."""

    kind = "clock.paused"
    public = True
    topic_id: int | None
    clock_id: int
    promise: str
    act_id: int


@dataclass(frozen=True)
class ClockResumed(Fact):
    """A clock runs again; the days of the pause do not count. `by_itself`: it had stood as long as the rules allow."""

    kind = "clock.resumed"
    public = True
    topic_id: int | None
    clock_id: int
    promise: str
    act_id: int
    old_due_on: date
    new_due_on: date
    by_itself: bool = False


@dataclass(frozen=True)
class ClockExtended(Fact):
    """A date was put off before it had come."""

    kind = "clock.extended"
    public = True
    topic_id: int | None
    clock_id: int
    promise: str
    act_id: int
    old_due_on: date
    new_due_on: date


@dataclass(frozen=True)
class ClockRestarted(Fact):
    """A promise was made anew, from another start."""

    kind = "clock.restarted"
    public = True
    topic_id: int | None
    clock_id: int
    promise: str
    act_id: int
    old_due_on: date
    new_due_on: date


@dataclass(frozen=True)
class ClockMoved(Fact):
    """A date followed a change of the office calendar."""

    kind = "clock.moved"
    public = True
    topic_id: int | None
    clock_id: int
    promise: str
    act_id: int
    old_due_on: date
    new_due_on: date


@dataclass(frozen=True)
class ClockStopped(Fact):
    """A clock stopped: `stop` says why, `late` whether after its due date."""

    kind = "clock.stopped"
    public = True
    topic_id: int | None
    clock_id: int
    promise: str
    stop: str
    late: bool


@dataclass(frozen=True)
class ClockReminded(Fact):
    """`days` before a due day. `overtaken`: when it was noted, the next step was already due as well."""

    kind = "clock.reminded"
    topic_id: int | None
    clock_id: int
    promise: str
    due_on: date
    days: int
    was_due_at: datetime
    overtaken: bool


@dataclass(frozen=True)
class ClockEscalated(Fact):
    """A promise has been broken for `days` days: `level` is told."""

    kind = "clock.escalated"
    public = True
    topic_id: int | None
    clock_id: int
    promise: str
    due_on: date
    days: int
    level: str
    was_due_at: datetime
