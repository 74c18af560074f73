"""Writing facts down."""

from __future__ import annotations

from app.audit.models import FactRow
from app.core.context import Context
from app.core.facts import Fact


def append(ctx: Context, fact: Fact) -> None:
    """Add a fact to the record, with the actor and the moment of this unit of work. Needs no permission: whoever
    did the act has passed its check."""
    data = fact.data()
    ctx.session.add(
        FactRow(
            at=ctx.now,
            kind=fact.kind,
            actor_id=ctx.actor.person_id,
            topic_id=data.pop("topic_id", None),
            public=fact.public,
            data=data,
        )
    )
