"""Taking what waits to be sent: one row for one worker."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, TypeVar

import sqlalchemy as sa

from app.core.context import Context

T = TypeVar("T")


def lease_next(ctx: Context, model: type[T], lease: timedelta, *waiting: sa.ColumnElement[bool]) -> T | None:
    """The row that has waited longest among those for which `waiting` holds, for this worker alone; or None.

    `model` has `next_try_at`, until which nobody else takes the row again, and `attempts`, which grows by one. One
    guarded statement on both engines: SQLite has one writer at a time and ignores the lock, PostgreSQL passes over rows
    that another worker is taking.
    """
    row: Any = model
    longest = (
        sa.select(row.id)
        .where(*waiting, row.next_try_at <= ctx.now)
        .order_by(row.next_try_at, row.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    taken = (
        sa.update(model)
        .where(row.id == longest)
        .values(next_try_at=ctx.now + lease, attempts=row.attempts + 1)
        .returning(model)
    )
    return ctx.session.scalar(taken, execution_options={"synchronize_session": False})
