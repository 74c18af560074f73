"""What the home page shows."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.core.context import Context
from app.issues.models import Issue
from app.issues.rules import IssueState
from app.topics.models import Topic, TopicAgency

SHOWN = 6


def open_issues(ctx: Context, limit: int = SHOWN) -> Sequence[Issue]:
    """Issues that take voices now, the ones that close first before the others."""
    query = (
        sa.select(Issue)
        .join(Issue.topic)
        .where(
            Issue.state == IssueState.OPEN,
            Topic.opened_at <= ctx.now,
            sa.or_(Topic.closes_at.is_(None), Topic.closes_at > ctx.now),
        )
        .options(joinedload(Issue.topic).selectinload(Topic.agencies).joinedload(TopicAgency.agency))
        .order_by(Topic.closes_at.is_(None), Topic.closes_at, Issue.id)
        .limit(limit)
    )
    return ctx.session.scalars(query).all()
