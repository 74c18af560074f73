"""Giving an issue its address."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.core.context import Context
from app.core.errors import Conflict
from app.core.language import N_
from app.issues.rules import addresses
from app.topics.models import Topic


def take_address(ctx: Context, topic: Topic) -> None:
    """Give the topic the best address that is free. The unique key decides, whoever else asks for it meanwhile."""
    number = (ctx.session.scalar(sa.select(sa.func.max(Topic.id))) or 0) + 1
    for slug in addresses(topic.title.get("en", ""), number):
        if ctx.session.scalar(sa.select(Topic.id).where(Topic.kind == topic.kind, Topic.slug == slug)) is not None:
            continue
        try:
            with ctx.session.begin_nested():
                topic.slug = slug
                ctx.session.add(topic)
                ctx.session.flush()
        except IntegrityError:
            continue
        return
    raise Conflict(N_("Too many issues have this title. Please choose another."))
