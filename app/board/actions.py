"""Counting how long replies take, and noting which due dates have moved. Both are safe to do twice."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from app.board.models import ReplyFigures, ShownDate
from app.board.queries import all_waits
from app.board.rules import counted
from app.core.context import Context
from app.core.database import insert_once
from app.core.permissions import Permission


def count_replies(ctx: Context, day: date) -> bool:
    """Store how long replies take by what was known when `day` ended; False if that was done before, or is too early.

    Only a day that is over is counted: its figures can be worked out again from the cases at any later time.
    """
    ctx.require(Permission.RUN)
    if day >= ctx.today:
        return False
    content = counted(all_waits(ctx), day)
    return insert_once(ctx.session, ReplyFigures, day=day, made_at=ctx.now, content=content)


def note_date(ctx: Context, case_id: int, due_on: date) -> bool:
    """Note the due date that the calendar shows from now on; a date that differs from the noted one has moved."""
    ctx.require(Permission.RUN)
    if insert_once(ctx.session, ShownDate, case_id=case_id, due_on=due_on, moves=0):
        return True
    moved = (
        sa.update(ShownDate)
        .where(ShownDate.case_id == case_id, ShownDate.due_on != due_on)
        .values(due_on=due_on, moves=ShownDate.moves + 1, moved_at=ctx.now)
        .returning(ShownDate.case_id)
    )
    return ctx.session.execute(moved).first() is not None
