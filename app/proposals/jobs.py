"""Deleting who endorsed, once it is needed no more."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from app.cases.models import Case
from app.core.clock import local_date
from app.core.context import Context, UnitOfWork
from app.core.database import reading
from app.core.deadline import due_after
from app.core.permissions import Permission
from app.endorsements.actions import forget_endorsers
from app.endorsements.models import Gathering

AT_ONCE = 100


def forget_endorsers_when_due(work: UnitOfWork) -> int:
    """Forget who endorsed what was answered, or ended without a case, so long ago as the rules say; returns how many
    gatherings. Each in a transaction of its own; safe at once, again and a day late."""
    with reading(), work() as ctx:
        ctx.require(Permission.RUN)
        found = [topic_id for topic_id, over_on in _over(ctx) if _forget_from(ctx, over_on) <= ctx.today]
    return sum(_forget(work, topic_id) for topic_id in found)


def _over(ctx: Context) -> list[tuple[int, date]]:
    """Topics that still know who endorsed, with the day on which their matter was over."""
    query = (
        sa.select(Gathering.topic_id, Gathering.established_at, Gathering.ended_at, Case.answered_at)
        .outerjoin(Case, Case.topic_id == Gathering.topic_id)
        .where(Gathering.forgotten_at.is_(None), Gathering.ended_at.is_not(None))
        .order_by(Gathering.ended_at)
    )
    rows = ctx.session.execute(query.limit(AT_ONCE))
    moments = [(row.topic_id, row.answered_at if row.established_at else row.ended_at) for row in rows]
    return [(topic_id, local_date(at, ctx.settings.timezone)) for topic_id, at in moments if at is not None]


def _forget_from(ctx: Context, over_on: date) -> date:
    """The first day on which it is too long ago: the day after the last one of the period."""
    kept = ctx.policy.data.endorsers_kept
    last = due_after(over_on, kept.amount, kept.unit, ctx.calendar, False).on
    return date.fromordinal(last.toordinal() + 1)


def _forget(work: UnitOfWork, topic_id: int) -> bool:
    with work() as ctx:
        return forget_endorsers(ctx, topic_id)
