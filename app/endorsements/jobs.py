"""Looking after the windows in which endorsements are gathered, and counting how broad the support is."""

from __future__ import annotations

from app.core.context import UnitOfWork
from app.core.database import reading
from app.core.permissions import Permission
from app.endorsements.actions import look_after
from app.endorsements.queries import due_to_look_at, untallied
from app.endorsements.tallies import count_breadth


def look_after_gatherings(work: UnitOfWork) -> int:
    """Move windows by days of rest and end those that are over, each in a transaction of its own; returns how many.

    Nobody waits for it: after its last day nothing is endorsed any more, and the end is dated to that day.
    """
    with reading(), work() as ctx:
        ctx.require(Permission.RUN)
        found = due_to_look_at(ctx)
    return sum(_look_after(work, topic_id) for topic_id in found)


def count_support(work: UnitOfWork) -> int:
    """Count by day and by area wherever something moved, each topic in a transaction of its own; returns how many."""
    with reading(), work() as ctx:
        ctx.require(Permission.RUN)
        found = untallied(ctx)
    for topic_id in found:
        with work() as ctx:
            count_breadth(ctx, topic_id)
    return len(found)


def _look_after(work: UnitOfWork, topic_id: int) -> bool:
    with work() as ctx:
        return look_after(ctx, topic_id)
