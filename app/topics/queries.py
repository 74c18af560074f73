"""Reading topics, with visibility applied."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.core.context import Context
from app.core.errors import Conflict, NotFound
from app.core.language import N_
from app.core.permissions import Permission
from app.topics.models import Topic, TopicAgency
from app.topics.rules import TopicKind, takes_voices


def topic_by_slug(ctx: Context, kind: str, slug: str) -> Topic:
    """A topic this actor may see, its agencies loaded: published, or one of the actor's own agencies'."""
    query = (
        sa.select(Topic)
        .where(Topic.kind == TopicKind(kind), Topic.slug == slug)
        .options(joinedload(Topic.agencies).joinedload(TopicAgency.agency))
    )
    topic = ctx.session.scalars(query).unique().one_or_none()
    if topic is None or not may_see(ctx, topic):
        raise NotFound()
    return topic


def may_see(ctx: Context, topic: Topic) -> bool:
    """Whether the topic exists for this actor."""
    published = topic.opened_at is not None and topic.opened_at <= ctx.now
    return published or ctx.actor.may(Permission.DESK, topic.agency_ids)


def is_open(ctx: Context, topic: Topic) -> bool:
    """Whether people may speak and vote here now."""
    return takes_voices(ctx.now, topic.opened_at, topic.closes_at, topic.closed_at)


def require_open(ctx: Context, topic: Topic) -> None:
    """Raise `Conflict` unless people may speak and vote here now."""
    if not is_open(ctx, topic):
        raise Conflict(N_("This discussion is closed. You can still read everything."))
