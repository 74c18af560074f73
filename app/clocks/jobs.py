"""The sweep: whatever a clock had to do until now is done."""

from __future__ import annotations

import structlog

from app.clocks.actions import end_long_pause
from app.clocks.models import ClockRow
from app.clocks.noting import note_steps
from app.clocks.queries import clocks_with_something_to_do, paused_clocks
from app.core.context import UnitOfWork
from app.core.database import reading
from app.core.permissions import Permission

log = structlog.get_logger()
AT_ONCE = 100


def sweep_clocks(work: UnitOfWork) -> int:
    """End pauses, remind and escalate until nothing is due, each clock in a transaction of its own; returns how much.

    Pages do not wait for it: whether a promise is late they ask the calendar. A clock that cannot be read is logged and
    left for the next sweep, and keeps no other waiting.
    """
    done, failed = _end_pauses(work), set[int]()
    while found := _found(work, failed):
        for clock_id in found:
            try:
                done += _note(work, clock_id)
            except Exception:
                log.exception("a clock could not be read", clock=clock_id)
                failed.add(clock_id)
    return done


def _end_pauses(work: UnitOfWork) -> int:
    with reading(), work() as ctx:
        ctx.require(Permission.RUN)
        found = paused_clocks(ctx)
    return sum(_end_pause(work, clock_id) for clock_id in found)


def _end_pause(work: UnitOfWork, clock_id: int) -> bool:
    with work() as ctx:
        return end_long_pause(ctx, ctx.get(ClockRow, clock_id))


def _found(work: UnitOfWork, failed: set[int]) -> list[int]:
    with reading(), work() as ctx:
        ctx.require(Permission.RUN)
        return list(clocks_with_something_to_do(ctx, AT_ONCE, failed))


def _note(work: UnitOfWork, clock_id: int) -> int:
    with work() as ctx:
        return note_steps(ctx, ctx.get(ClockRow, clock_id))
