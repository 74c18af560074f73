"""What every act on a clock has in common: the clock is held, the reason is kept, and a new date begins a new round."""

from __future__ import annotations

from typing import TypeVar

from app.clocks.facts import ClockExtended, ClockMoved, ClockRestarted, ClockResumed
from app.clocks.models import ClockAct, ClockRow
from app.clocks.noting import arm, locked, note_steps
from app.clocks.reckoning import Reckoned
from app.clocks.rules import REASON_MAX, ActKind, Reason
from app.core.context import Context
from app.core.errors import Conflict
from app.core.language import N_
from app.core.permissions import SYSTEM
from app.core.texts import checked
from moderation import clean_text

Moved = TypeVar("Moved", ClockExtended, ClockMoved, ClockRestarted, ClockResumed)


def held(ctx: Context, clock: ClockRow) -> ClockRow:
    """The clock as it stands, kept for this transaction, once it has done what it had to do until now."""
    clock = locked(ctx, clock)
    note_steps(ctx.acting_as(SYSTEM), clock, ctx.now)
    return clock


def held_open(ctx: Context, clock: ClockRow) -> ClockRow:
    """The same for acts that a stopped clock refuses. Raises `Conflict`."""
    clock = held(ctx, clock)
    if clock.stopped_at is not None:
        raise Conflict(N_("This clock has stopped. Nothing is owed on it any more."))
    return clock


def needed(reason: Reason) -> Reason:
    """A reason that may not be missing. Raises `Invalid` for none, or for one that is too long."""
    text = checked("reason", reason.text, REASON_MAX, needed=N_("Please give the reason. Everybody reads it."))
    return Reason(text, reason.lang, reason.agency_id)


def note_act(ctx: Context, clock: ClockRow, kind: ActKind, reason: Reason, found: Reckoned | None = None) -> ClockAct:
    """Keep what was done, by whom and why, with the date before and after."""
    act = ClockAct(
        clock_id=clock.id,
        kind=kind,
        at=ctx.now,
        actor_id=ctx.actor.person_id,
        agency_id=reason.agency_id,
        reason=clean_text(reason.text),
        lang=reason.lang,
        old_due_on=clock.due_on,
        new_due_on=found.on if found else clock.due_on,
    )
    ctx.session.add(act)
    ctx.session.flush()
    return act


def redate(ctx: Context, clock: ClockRow, kind: ActKind, found: Reckoned, reason: Reason) -> ClockAct:
    """Give a held clock another date. With it begins a new round, which reminds and escalates by that date."""
    act = note_act(ctx, clock, kind, reason, found)
    *clock.earlier, clock.reckoning = [leg.to_json() for leg in found.legs]
    clock.due_on, clock.due_at = found.on, found.late_from
    clock.round += 1
    clock.round_at = ctx.now
    arm(ctx, clock)
    ctx.session.flush()
    return act


def told(kind: type[Moved], clock: ClockRow, act: ClockAct) -> Moved:
    """The fact that a date has changed."""
    return kind(clock.topic_id, clock.id, clock.promise.value, act.id, act.old_due_on, act.new_due_on)
