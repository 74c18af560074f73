"""What the worker does for the board."""

from __future__ import annotations

from datetime import timedelta

from app.board.actions import count_replies
from app.board.queries import figures_of
from app.core.context import UnitOfWork
from app.core.database import reading
from app.core.permissions import Permission


def count_days(work: UnitOfWork) -> bool:
    """Store the figures of the day that ended last, once; a day nobody counted can be worked out at any time."""
    with reading(), work() as ctx:
        ctx.require(Permission.RUN)
        day = ctx.today - timedelta(days=1)
        if figures_of(ctx, day) is not None:
            return False
    with work() as ctx:
        return count_replies(ctx, day)
