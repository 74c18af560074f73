"""Doing what a clock has to do, each thing once; and setting when it has to do something next."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from app.clocks.facts import ClockEscalated, ClockReminded
from app.clocks.models import ClockRow, ClockStep
from app.clocks.rules import Level, Step, StepKind, level_of, steps
from app.core.context import Context
from app.core.database import insert_once
from app.core.permissions import Permission


def steps_of(ctx: Context, clock: ClockRow) -> list[Step]:
    """Everything the present round of a clock does, in the order of time."""
    return steps(clock.promised, clock.due_on, clock.due_at, clock.round_at, ctx.settings.timezone)


def locked(ctx: Context, clock: ClockRow) -> ClockRow:
    """The clock as it stands, kept for this transaction: nobody acts on it while a step is noted, nor the reverse."""
    query = sa.select(ClockRow).where(ClockRow.id == clock.id).with_for_update()
    return ctx.session.scalars(query, execution_options={"populate_existing": True}).one()


def arm(ctx: Context, clock: ClockRow, after: datetime | None = None) -> None:
    """Set when the clock has to do something next, `after` a moment up to which everything is done."""
    ahead = steps_of(ctx, clock) if clock.is_running else []
    clock.next_at = next((step.at for step in ahead if after is None or step.at > after), None)


def note_steps(ctx: Context, clock: ClockRow, until: datetime | None = None) -> int:
    """Do what this clock had to do until now, in order; returns how much of it this call did.

    What was done before is told by the unique key alone. So two sweeps, one that was killed, and one that comes a day
    late do all of it once; every step is dated to when it was due.
    """
    ctx.require(Permission.RUN)
    clock = locked(ctx, clock)
    if not clock.is_running:
        return 0
    until = until or ctx.now
    due = [step for step in steps_of(ctx, clock) if step.at <= until]
    done = sum(_note(ctx, clock, step, step is not due[-1]) for step in due)
    arm(ctx, clock, until)
    ctx.session.flush()
    return done


def _note(ctx: Context, clock: ClockRow, step: Step, overtaken: bool) -> bool:
    level = level_of(clock.promised, step.days) if step.kind is StepKind.ESCALATION else None
    noted = insert_once(
        ctx.session,
        ClockStep,
        clock_id=clock.id,
        round=clock.round,
        kind=step.kind,
        step=step.days,
        level=level,
        was_due_at=step.at,
        noted_at=ctx.now,
    )
    if noted:
        ctx.record(_fact(clock, step, level, overtaken))
    return noted


def _fact(clock: ClockRow, step: Step, level: Level | None, overtaken: bool) -> ClockReminded | ClockEscalated:
    about = (clock.topic_id, clock.id, clock.promise.value, clock.due_on, step.days)
    if level is None:
        return ClockReminded(*about, was_due_at=step.at, overtaken=overtaken)
    return ClockEscalated(*about, level=level.value, was_due_at=step.at)
