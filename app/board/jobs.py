"""What the worker does for the board."""

from __future__ import annotations

from datetime import timedelta

from app.board.actions import count_replies, note_date
from app.board.queries import dates_to_note, figures_of
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


def note_dates(work: UnitOfWork) -> int:
    """Note every due date that subscribers of the calendar have not been told of; returns how many."""
    with reading(), work() as ctx:
        ctx.require(Permission.RUN)
        found = dates_to_note(ctx)
    if not found:
        return 0
    with work() as ctx:
        return sum(note_date(ctx, case_id, due_on) for case_id, due_on in found)
