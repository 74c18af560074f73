"""Drawing the maps that are out of date."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.core.context import Context, UnitOfWork
from app.core.database import insert_once, reading
from app.core.permissions import Permission
from app.opinions.drawing import Drawn, draw
from app.opinions.models import MapSnapshot, MapState
from app.opinions.queries import latest_map, memory_of, newest_check
from app.opinions.streaming import read_votes
from app.topics.models import Topic
from deliberation import ENGINE, MapMemory

LEASE = timedelta(minutes=5)
"""After so long another worker may draw a map whose worker has died."""
KEEP_EVERY = timedelta(minutes=10)
"""Of the maps of a busy topic, one every so often is kept, and always the newest two."""


def draw_maps(work: UnitOfWork) -> int:
    """Draw every map that is out of date; returns how many. Two workers never draw the same one at once."""
    with reading(), work() as ctx:
        ctx.require(Permission.RUN)
        outdated = _outdated(ctx)
    drawn = 0
    for topic_id in outdated:
        lease = _claim(work, topic_id)
        if lease is not None:
            drawn += _draw(work, topic_id, lease)
    return drawn


def _outdated(ctx: Context) -> list[int]:
    query = (
        sa.select(Topic.id)
        .outerjoin(MapState, MapState.topic_id == Topic.id)
        .where(Topic.vote_seq > sa.func.coalesce(MapState.drawn_seq, 0), _free(ctx))
        .order_by(Topic.id)
    )
    return list(ctx.session.scalars(query))


def _claim(work: UnitOfWork, topic_id: int) -> datetime | None:
    """Lease a map that is still out of date and that nobody else draws; until when, or None."""
    with work() as ctx:
        insert_once(ctx.session, MapState, topic_id=topic_id)
        seq = sa.select(Topic.vote_seq).where(Topic.id == topic_id).scalar_subquery()
        claim = (
            sa.update(MapState)
            .where(MapState.topic_id == topic_id, MapState.drawn_seq < seq, _free(ctx))
            .values(leased_until=ctx.now + LEASE)
            .returning(MapState.leased_until)
            .execution_options(synchronize_session=False)
        )
        return ctx.session.scalar(claim)


def _free(ctx: Context) -> sa.ColumnElement[bool]:
    return sa.or_(MapState.leased_until.is_(None), MapState.leased_until <= ctx.now)


def _draw(work: UnitOfWork, topic_id: int, lease: datetime) -> bool:
    """Draw and publish; False if it took so long that another worker took over."""
    with reading(), work() as ctx:
        # Read before the votes: a vote that comes in between makes the map out of date again, never lost.
        seq = ctx.session.scalars(sa.select(Topic.vote_seq).where(Topic.id == topic_id)).one()
        votes = read_votes(ctx.session, topic_id)
        former = _former(ctx, topic_id)
        coordinated = newest_check(ctx, topic_id)
        min_people = ctx.policy.deliberation.min_people_for_map
    drawn = draw(votes, min_people, *former)
    with work() as ctx:
        if not _settle(ctx, topic_id, seq, lease):
            return False
        _publish(ctx, topic_id, seq, drawn, coordinated)
        if ctx.session.scalars(sa.select(Topic.vote_seq).where(Topic.id == topic_id)).one() > seq:
            ctx.wake("draw-maps")
    return True


def _settle(ctx: Context, topic_id: int, seq: int, lease: datetime) -> bool:
    """Give the lease back with the map drawn; False if it is no longer ours."""
    settled = (
        sa.update(MapState)
        .where(MapState.topic_id == topic_id, MapState.leased_until == lease)
        .values(drawn_seq=seq, leased_until=None)
        .returning(MapState.topic_id)
        .execution_options(synchronize_session=False)
    )
    return ctx.session.scalar(settled) is not None


def _former(ctx: Context, topic_id: int) -> tuple[MapMemory | None, dict[str, Any] | None]:
    """Memory of the map before, if this engine drew it, and its content."""
    newest = latest_map(ctx, topic_id)
    if newest is None:
        return None, None
    memory = memory_of(ctx, newest.id) if newest.engine == ENGINE else None
    return MapMemory.from_json(memory) if memory else None, newest.content


def _publish(ctx: Context, topic_id: int, seq: int, drawn: Drawn, coordinated: dict[str, Any] | None) -> None:
    """Publish a map, and with it what was known of coordinated voters then."""
    ctx.session.add(
        MapSnapshot(
            topic_id=topic_id,
            seq=seq,
            made_at=ctx.now,
            engine=ENGINE,
            participants=drawn.participants,
            votes=drawn.votes,
            groups=drawn.groups,
            content=drawn.content | ({"coordinated": coordinated} if coordinated else {}),
            memory=drawn.memory,
        )
    )
    ctx.session.flush()
    _thin_out(ctx, topic_id)


def _thin_out(ctx: Context, topic_id: int) -> None:
    """Keep the newest map, and with its memory the one it was drawn after: who has the votes can draw it again.

    The map before these two is dropped if it came soon after the one before it; if not, its memory is.
    """
    query = sa.select(MapSnapshot.id, MapSnapshot.made_at).where(MapSnapshot.topic_id == topic_id)
    older = ctx.session.execute(query.order_by(MapSnapshot.id.desc()).offset(2).limit(2)).all()
    if not older:
        return
    here = MapSnapshot.id == older[0].id
    if len(older) == 2 and older[0].made_at - older[1].made_at < KEEP_EVERY:
        ctx.session.execute(sa.delete(MapSnapshot).where(here))
    else:
        ctx.session.execute(sa.update(MapSnapshot).where(here).values(memory=None))
