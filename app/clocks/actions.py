"""Starting, pausing, extending, restarting and stopping clocks.

Who keeps a promise is known by the feature that started its clock: that feature asks whether the actor works for them,
then calls these. Every change of a date first does what the clock had to do until then, so nothing is lost with it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa

from app.clocks.facts import (
    ClockExtended,
    ClockMoved,
    ClockPaused,
    ClockRestarted,
    ClockResumed,
    ClockStarted,
    ClockStopped,
)
from app.clocks.models import ClockAct, ClockPause, ClockRow
from app.clocks.noting import arm, locked
from app.clocks.queries import date_if_extended, date_if_resumed, last_of_pause, moves, offices_of, pause_end
from app.clocks.reckoning import reckon
from app.clocks.redating import held, held_open, needed, note_act, redate, told
from app.clocks.rules import ActKind, Reason, Stop, Subject, check_pause
from app.core.clock import local_date
from app.core.context import Context
from app.core.database import insert_once
from app.core.errors import Conflict
from app.core.language import N_
from app.core.permissions import Permission
from app.core.terms import Terms


@dataclass(frozen=True)
class Start:
    """What a clock is started for.

    `at`: the local day of the event for a period of days, its moment for one of hours. `agency_id`: who is written to
    where the subject is no case.
    """

    subject: Subject
    subject_id: int
    terms: Terms
    at: date | datetime
    policy_version: int
    topic_id: int | None = None
    agency_id: int | None = None
    area: str = ""


def start_clock(ctx: Context, start: Start) -> ClockRow:
    """Start the clock of a promise, or find the one that was started before: a thing is promised once.

    The date is reckoned now and is kept with everything that led to it.
    """
    ctx.require(Permission.TIME_KEEP)
    found = reckon(start.at, start.terms.period, offices_of(ctx, start.area))
    key = {"subject": start.subject, "subject_id": start.subject_id, "promise": start.terms.promise}
    is_new = insert_once(
        ctx.session,
        ClockRow,
        **key,
        topic_id=start.topic_id,
        agency_id=start.agency_id,
        area=start.area,
        policy_version=start.policy_version,
        terms=start.terms.to_json(),
        reckoning=found.legs[0].to_json(),
        started_at=start.at if isinstance(start.at, datetime) else ctx.now,
        started_on=found.legs[0].start,
        due_on=found.on,
        due_at=found.late_from,
        round_at=ctx.now,
    )
    clock = ctx.session.scalars(sa.select(ClockRow).filter_by(**key)).one()
    if is_new:
        arm(ctx, clock)
        ctx.session.flush()
        ctx.record(ClockStarted(clock.topic_id, clock.id, clock.promise.value, clock.due_on, clock.due_at))
    return clock


def pause_clock(ctx: Context, clock: ClockRow, reason: Reason) -> ClockPause:
    """Stop counting until the clock is resumed. Refused for a clock that is late: see `check_pause`."""
    ctx.require(Permission.TIME_KEEP)
    clock = held_open(ctx, clock)
    check_pause(ctx.now, clock.due_at, clock.is_paused)
    act = note_act(ctx, clock, ActKind.PAUSED, needed(reason))
    clock.paused_at, clock.paused_on = ctx.now, ctx.today
    arm(ctx, clock)
    pause = ClockPause(clock_id=clock.id, act_id=act.id, from_at=ctx.now, from_on=ctx.today)
    ctx.session.add(pause)
    ctx.session.flush()
    ctx.record(ClockPaused(clock.topic_id, clock.id, clock.promise.value, act.id))
    return pause


def resume_clock(ctx: Context, clock: ClockRow, reason: Reason | None = None, *, by_itself: bool = False) -> ClockAct:
    """Let a paused clock run again. Its date moves by what the pause took; the reckoning names those days.

    A pause lasts no longer than the rules allow, however late this comes.
    """
    ctx.require(Permission.TIME_KEEP)
    clock = held_open(ctx, clock)
    if not clock.is_paused:
        raise Conflict(N_("The clock is not paused."))
    found = date_if_resumed(ctx, clock)
    pause = _open_pause(ctx, clock)
    pause.until_at = until = pause_end(ctx, clock)
    pause.until_on = local_date(until, ctx.settings.timezone)
    clock.paused_at = clock.paused_on = None
    act = redate(ctx, clock, ActKind.RESUMED, found, reason or Reason())
    ctx.record(replace(told(ClockResumed, clock, act), by_itself=by_itself))
    return act


def end_long_pause(ctx: Context, clock: ClockRow) -> bool:
    """Let a clock run again whose pause has lasted as long as the rules allow; True if it had."""
    ctx.require(Permission.RUN)
    clock = locked(ctx, clock)
    last = last_of_pause(clock)
    if last is None or ctx.today <= last:
        return False
    resume_clock(ctx, clock, by_itself=True)
    return True


def extend_clock(ctx: Context, clock: ClockRow, amount: int, reason: Reason) -> ClockAct:
    """Put the date off by `amount` of what the terms allow at most, counted from the old due day.

    Raises `Conflict` when it is too late for that, even by a second, or was done already; `Invalid` for too much, or
    without a reason.
    """
    ctx.require(Permission.TIME_EXTEND)
    clock = held_open(ctx, clock)
    found = date_if_extended(ctx, clock, amount)
    act = redate(ctx, clock, ActKind.EXTENDED, found, needed(reason))
    clock.extended += 1
    ctx.record(told(ClockExtended, clock, act))
    return act


def restart_clock(
    ctx: Context, clock: ClockRow, at: date | datetime, reason: Reason, terms: Terms | None = None
) -> None:
    """Make the promise anew from another start, under its own terms or new ones: all of its steps are armed again.

    A clock that had stopped runs again, as the next follow-up of what is under study does.
    """
    ctx.require(Permission.TIME_KEEP)
    clock = held(ctx, clock)
    if clock.is_paused:
        resume_clock(ctx, clock)
    terms = terms or clock.promised
    found = reckon(at, terms.period, offices_of(ctx, clock.area))
    clock.terms = terms.to_json()
    clock.stopped_at = clock.stopped_on = clock.stop = None
    clock.extended = 0
    act = redate(ctx, clock, ActKind.RESTARTED, found, reason)
    # After the new date: the new start may lie behind the old one.
    clock.started_at = at if isinstance(at, datetime) else ctx.now
    clock.started_on = found.legs[0].start
    ctx.session.flush()
    ctx.record(told(ClockRestarted, clock, act))


def stop_clock(ctx: Context, clock: ClockRow, stop: Stop = Stop.KEPT) -> None:
    """Stop a clock: what was promised is done, or nothing is owed any more. Nobody is reminded from now on.

    A clock that was paused runs again first, so that its date is known. One that has stopped stays as it is.
    """
    ctx.require(Permission.TIME_KEEP)
    clock = held(ctx, clock)
    if clock.stopped_at is not None:
        return
    if clock.is_paused:
        resume_clock(ctx, clock)
    clock.stopped_at, clock.stopped_on, clock.stop = ctx.now, ctx.today, stop
    arm(ctx, clock)
    ctx.session.flush()
    ctx.record(
        ClockStopped(clock.topic_id, clock.id, clock.promise.value, stop.value, late=ctx.now >= clock.due_at),
    )


def move_due_dates(ctx: Context, reason: Reason, calendar_version: str) -> int:
    """Let every running clock follow the office calendar as it is now; returns how many dates moved.

    `calendar_version` names the calendar whose moves the administrator has seen. Raises `Conflict` if it changed since.
    """
    ctx.require(Permission.ADMINISTER)
    if calendar_version != ctx.calendar.version:
        raise Conflict(N_("The calendar was changed meanwhile. Please look at the dates again."))
    said, found = needed(reason), sorted(moves(ctx), key=lambda move: move.clock.id)
    for move in found:
        clock = held_open(ctx, move.clock)
        act = redate(ctx, clock, ActKind.MOVED, move.found, said)
        ctx.record(told(ClockMoved, clock, act))
    return len(found)


def _open_pause(ctx: Context, clock: ClockRow) -> ClockPause:
    query = sa.select(ClockPause).where(ClockPause.clock_id == clock.id, ClockPause.until_at.is_(None))
    return ctx.session.scalars(query).one()
