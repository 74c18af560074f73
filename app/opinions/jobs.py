"""Drawing the maps that are out of date."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from app.core.context import Context, UnitOfWork
from app.core.database import insert_once, reading
from app.core.permissions import Permission
from app.opinions.drawing import Drawn, draw
from app.opinions.models import MapSnapshot, MapState, Participant, Placement, Statement, VoteRow
from app.topics.models import Topic
from deliberation import ENGINE

LEASE = timedelta(minutes=5)
"""After so long another worker may draw a map whose worker has died."""
KEEP_EVERY = timedelta(minutes=10)
"""Of the maps of a busy topic, one every so often is kept, and always the newest."""


def draw_maps(work: UnitOfWork) -> int:
    """Draw every map that is out of date; returns how many. Two workers never draw the same one at once."""
    with reading(), work() as ctx:
        ctx.require(Permission.RUN)
        outdated = _outdated(ctx)
    return sum(_draw(work, topic_id) for topic_id in outdated if _claim(work, topic_id))


def _outdated(ctx: Context) -> list[int]:
    query = (
        sa.select(Topic.id)
        .outerjoin(MapState, MapState.topic_id == Topic.id)
        .where(
            Topic.vote_seq > sa.func.coalesce(MapState.drawn_seq, 0),
            sa.or_(MapState.leased_until.is_(None), MapState.leased_until < ctx.now),
        )
        .order_by(Topic.id)
    )
    return list(ctx.session.scalars(query))


def _claim(work: UnitOfWork, topic_id: int) -> bool:
    with work() as ctx:
        insert_once(ctx.session, MapState, topic_id=topic_id, drawn_seq=0)
        claimed = ctx.session.execute(
            sa.update(MapState)
            .where(
                MapState.topic_id == topic_id,
                sa.or_(MapState.leased_until.is_(None), MapState.leased_until < ctx.now),
            )
            .values(leased_until=ctx.now + LEASE)
        )
        return bool(claimed.rowcount)


def _draw(work: UnitOfWork, topic_id: int) -> bool:
    with reading(), work() as ctx:
        # Read before the votes: a vote that comes in between makes the map out of date again, never lost.
        seq = ctx.session.scalar(sa.select(Topic.vote_seq).where(Topic.id == topic_id)) or 0
        votes = _votes(ctx, topic_id)
        min_people = ctx.settings.min_people_for_map
    drawn = draw(votes, min_people)
    with work() as ctx:
        _publish(ctx, topic_id, seq, drawn)
    return True


def _votes(ctx: Context, topic_id: int) -> list[tuple[int, int, int]]:
    query = (
        sa.select(VoteRow.participant_id, VoteRow.statement_id, VoteRow.value)
        .join(Statement, Statement.id == VoteRow.statement_id)
        .where(Statement.topic_id == topic_id, Statement.hidden_at.is_(None))
    )
    return [tuple(row) for row in ctx.session.execute(query)]


def _publish(ctx: Context, topic_id: int, seq: int, drawn: Drawn) -> None:
    snapshot = MapSnapshot(
        topic_id=topic_id,
        made_at=ctx.now,
        engine=ENGINE,
        participants=drawn.participants,
        votes=drawn.votes,
        groups=drawn.groups,
        content=drawn.content,
    )
    ctx.session.add(snapshot)
    ctx.session.flush()
    here = sa.select(Participant.id).where(Participant.topic_id == topic_id)
    ctx.session.execute(sa.delete(Placement).where(Placement.participant_id.in_(here)))
    rows = [
        {
            "participant_id": s.participant_id,
            "snapshot_id": snapshot.id,
            "x": s.x,
            "y": s.y,
            "doubt": s.doubt,
            "group": s.group,
        }
        for s in drawn.standings
    ]
    if rows:
        ctx.session.execute(sa.insert(Placement), rows)
    _thin_out(ctx, topic_id)
    ctx.session.execute(
        sa.update(MapState).where(MapState.topic_id == topic_id).values(drawn_seq=seq, leased_until=None)
    )


def _thin_out(ctx: Context, topic_id: int) -> None:
    """Drop the last but one map if it came soon after the one before it."""
    query = sa.select(MapSnapshot.id, MapSnapshot.made_at).where(MapSnapshot.topic_id == topic_id)
    newest = ctx.session.execute(query.order_by(MapSnapshot.id.desc()).limit(3)).all()
    if len(newest) == 3 and newest[1].made_at - newest[2].made_at < KEEP_EVERY:
        ctx.session.execute(sa.delete(MapSnapshot).where(MapSnapshot.id == newest[1].id))
