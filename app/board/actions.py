"""Counting how long replies take. Safe to do twice."""

from __future__ import annotations

from datetime import date

from app.board.models import ReplyFigures
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
