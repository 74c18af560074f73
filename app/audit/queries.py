"""Reading the record."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from app.audit.models import FactRow
from app.core.context import Context


def timeline(ctx: Context, topic_id: int, limit: int = 200) -> Sequence[FactRow]:
    """What happened publicly to a topic last, oldest first."""
    public = sa.select(FactRow).where(FactRow.topic_id == topic_id, FactRow.public)
    return ctx.session.scalars(public.order_by(FactRow.id.desc()).limit(limit)).all()[::-1]
