"""Noticing what has become late."""

from __future__ import annotations

from app.core.context import UnitOfWork
from app.core.database import reading
from app.core.permissions import Permission
from app.replies.actions import note_late as note_clock_late
from app.replies.queries import clocks_not_noted_late


def note_late(work: UnitOfWork) -> int:
    """Note every promise whose day has passed, each in a transaction of its own; returns how many were noted.

    Pages do not wait for it: whether a case is late they ask the calendar. This tells the agencies, once.
    """
    with reading(), work() as ctx:
        ctx.require(Permission.RUN)
        found = clocks_not_noted_late(ctx)
    return sum(_note(work, clock_id) for clock_id in found)


def _note(work: UnitOfWork, clock_id: int) -> bool:
    with work() as ctx:
        return note_clock_late(ctx, clock_id)
