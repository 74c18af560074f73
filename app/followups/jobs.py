"""Looking for what has to follow: replies after which nothing was set going, and milestones that have gone stale."""

from __future__ import annotations

from app.core.context import UnitOfWork
from app.core.database import reading
from app.core.permissions import Permission
from app.followups.actions import begin
from app.followups.milestones import remind
from app.followups.queries import milestones_to_remind_of, replies_without_a_window


def follow_up(work: UnitOfWork) -> int:
    """Begin what follows replies that were published before there were follow-ups; remind of stale milestones.

    Each in a transaction of its own; returns how much was done.
    """
    with reading(), work() as ctx:
        ctx.require(Permission.RUN)
        replies, milestones = replies_without_a_window(ctx), milestones_to_remind_of(ctx)
    return sum(_begin(work, one) for one in replies) + sum(_remind(work, one) for one in milestones)


def _begin(work: UnitOfWork, case_id: int) -> bool:
    with work() as ctx:
        return begin(ctx, case_id)


def _remind(work: UnitOfWork, milestone_id: int) -> int:
    with work() as ctx:
        return remind(ctx, milestone_id)
