"""The job that looks for coordinated voters: slower than the maps, and never in their way."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.core.clock import rfc3339
from app.core.context import Context, UnitOfWork
from app.core.database import insert_once, reading
from app.core.permissions import Permission
from app.opinions.coordination import examine
from app.opinions.models import CoordinationCheck
from app.opinions.streaming import read_votes
from app.topics.models import Topic

EVERY = timedelta(minutes=30)
"""So long a topic rests between two looks, however much is voted."""
LEASE = timedelta(minutes=30)
"""After so long another worker may look where the worker has died."""


def look_for_coordination(work: UnitOfWork) -> int:
    """Look at every topic with new votes whose last look is long enough ago; returns how many.

    One look at a time in the whole instance: however long it takes, another worker is free for the maps. Where two
    claim different topics in the same moment, PostgreSQL may let both; that costs time and nothing else.
    """
    with reading(), work() as ctx:
        ctx.require(Permission.RUN)
        due = list(ctx.session.scalars(sa.select(Topic.id).outerjoin(CoordinationCheck).where(_due(ctx))))
    looked = 0
    for topic_id in sorted(due):
        lease = _claim(work, topic_id)
        if lease is not None:
            looked += _look(work, topic_id, lease)
    return looked


def _due(ctx: Context) -> sa.ColumnElement[bool]:
    """Enough people for a map, votes since the last look, and that one long enough ago."""
    check = CoordinationCheck
    return sa.and_(
        Topic.participant_count >= ctx.policy.deliberation.min_people_for_map,
        Topic.vote_seq > sa.func.coalesce(check.checked_seq, 0),
        sa.or_(check.checked_at.is_(None), check.checked_at <= ctx.now - EVERY),
    )


def _claim(work: UnitOfWork, topic_id: int) -> datetime | None:
    """Lease a look that is still due, unless another is going on anywhere; until when, or None."""
    with work() as ctx:
        insert_once(ctx.session, CoordinationCheck, topic_id=topic_id)
        due = sa.select(Topic.id).where(Topic.id == CoordinationCheck.topic_id, _due(ctx)).exists()
        other = aliased(CoordinationCheck)
        busy = sa.select(other.topic_id).where(other.leased_until > ctx.now).exists()
        claim = (
            sa.update(CoordinationCheck)
            .where(CoordinationCheck.topic_id == topic_id, due, ~busy)
            .values(leased_until=ctx.now + LEASE)
            .returning(CoordinationCheck.leased_until)
            .execution_options(synchronize_session=False)
        )
        return ctx.session.scalar(claim)


def _look(work: UnitOfWork, topic_id: int, lease: datetime) -> bool:
    """Look and store; False if it took so long that another worker took over."""
    with reading(), work() as ctx:
        # Read before the votes: a vote that comes in between makes another look due, never lost.
        seq = ctx.session.scalars(sa.select(Topic.vote_seq).where(Topic.id == topic_id)).one()
        votes = read_votes(ctx.session, topic_id)
        last = ctx.get(CoordinationCheck, topic_id)
        published, evidence = last.content, last.evidence
        min_people = ctx.policy.deliberation.min_people_for_map
    found = examine(votes, min_people, published, evidence)
    with work() as ctx:
        settled = (
            sa.update(CoordinationCheck)
            .where(CoordinationCheck.topic_id == topic_id, CoordinationCheck.leased_until == lease)
            .values(
                checked_seq=seq,
                checked_at=ctx.now,
                leased_until=None,
                content=found.content | {"made_at": rfc3339(ctx.now)},
                evidence=found.evidence,
            )
            .returning(CoordinationCheck.topic_id)
            .execution_options(synchronize_session=False)
        )
        return ctx.session.scalar(settled) is not None
