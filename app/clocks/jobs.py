"""The sweep: whatever a clock had to do until now is done."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from app.clocks.actions import end_long_pause
from app.clocks.models import ClockRow
from app.clocks.noting import note_steps
from app.clocks.queries import clocks_with_something_to_do, long_paused
from app.core.context import Context, UnitOfWork
from app.core.database import reading
from app.core.permissions import Permission

log = structlog.get_logger()
AT_ONCE = 100


def sweep_clocks(work: UnitOfWork) -> int:
    """End pauses, remind and escalate until nothing is due, each clock in a transaction of its own; returns how much.

    Pages do not wait for it: whether a promise is late they ask the calendar. A clock that cannot be read is logged and
    left for the next sweep, and keeps no other waiting.
    """
    failed = set[int]()
    done = sum(_do(work, end_long_pause, clock_id, failed) for clock_id in _paused(work))
    while found := _found(work, failed):
        done += sum(_do(work, note_steps, clock_id, failed) for clock_id in found)
    return done


def _paused(work: UnitOfWork) -> list[int]:
    with reading(), work() as ctx:
        ctx.require(Permission.RUN)
        return list(long_paused(ctx))


def _found(work: UnitOfWork, failed: set[int]) -> list[int]:
    with reading(), work() as ctx:
        ctx.require(Permission.RUN)
        return list(clocks_with_something_to_do(ctx, AT_ONCE, failed))


def _do(work: UnitOfWork, act: Callable[[Context, ClockRow], int], clock_id: int, failed: set[int]) -> int:
    try:
        with work() as ctx:
            return act(ctx, ctx.get(ClockRow, clock_id))
    except Exception:
        log.exception("a clock could not be read", clock=clock_id)
        failed.add(clock_id)
        return 0
