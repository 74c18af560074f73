"""Bringing the supporters of one topic to another, each counted once."""

from __future__ import annotations

import sqlalchemy as sa
import sqlalchemy.orm
from sqlalchemy.dialects import postgresql, sqlite

from app.core.context import Context
from app.core.errors import Conflict
from app.core.permissions import Permission
from app.endorsements.actions import end_gathering
from app.endorsements.endorsing import CLOSED, Counted, note_progress
from app.endorsements.models import Endorsement, EndorsementVoice, Gathering
from app.endorsements.rules import Side

CARRIED = (
    "person_id", "voice", "side", "given_at", "given_on", "area", "channel", "entered_by_id", "evidence", "wants_news"
)  # fmt: skip


def unite(ctx: Context, from_topic: int, into_topic: int) -> int:
    """End one gathering and let whoever endorsed there endorse here; returns how many were not here already.

    Both rows are locked in one order, so nobody who endorses meanwhile is lost or counted twice. Whoever spoke against
    the one has not spoken against the other: dissent stays where it was said.
    """
    ctx.require(Permission.RUN)
    both = sa.select(Gathering).where(Gathering.topic_id.in_((from_topic, into_topic))).order_by(Gathering.topic_id)
    ctx.session.scalars(both.with_for_update(), execution_options={"populate_existing": True}).all()
    if not end_gathering(ctx, from_topic):
        raise Conflict(CLOSED)
    joined = _copy(ctx, from_topic, into_topic)
    moved = (
        sa.update(Gathering)
        .where(Gathering.topic_id == into_topic, Gathering.ended_at.is_(None))
        .values(endorsed=Gathering.endorsed + joined, moves=Gathering.moves + 1)
        .returning(
            Gathering.endorsed, Gathering.threshold, Gathering.notices, Gathering.established_at, Gathering.tiers
        )
        .execution_options(synchronize_session=False)
    )
    row = ctx.session.execute(moved).one_or_none()
    if row is None:
        raise Conflict(CLOSED)
    counted = Counted(row.endorsed, row.threshold, row.notices, row.established_at is not None, row.tiers)
    note_progress(ctx, into_topic, counted, before=counted.endorsed - joined)
    return joined


def _copy(ctx: Context, from_topic: int, into_topic: int) -> int:
    """Copy the endorsements; those whose person or voice is there already are passed over by the unique keys."""
    insert = sqlite.insert if ctx.session.get_bind().dialect.name == "sqlite" else postgresql.insert
    columns = [getattr(Endorsement, name) for name in CARRIED]
    rows = sa.select(sa.literal(into_topic), *columns, sa.literal(from_topic)).where(
        Endorsement.topic_id == from_topic,
        Endorsement.side == Side.FOR,
        Endorsement.voided_at.is_(None),
        ~_speaks_already(into_topic),
    )
    copied = (
        insert(Endorsement)
        .from_select(["topic_id", *CARRIED, "merged_from_id"], rows)
        .on_conflict_do_nothing()
        .returning(Endorsement.id)
    )
    joined = len(ctx.session.scalars(copied).all())
    _copy_voices(ctx, from_topic, into_topic)
    return joined


def _speaks_already(into_topic: int) -> sa.Exists:
    """Whether a further voice of an endorsement is heard in the other topic, from another account."""
    here, there = sa.orm.aliased(EndorsementVoice), sa.orm.aliased(EndorsementVoice)
    same = sa.select(here.voice).join(there, there.voice == here.voice)
    return same.where(here.endorsement_id == Endorsement.id, there.topic_id == into_topic).exists()


def _copy_voices(ctx: Context, from_topic: int, into_topic: int) -> None:
    """Whoever came along brings all voices."""
    insert = sqlite.insert if ctx.session.get_bind().dialect.name == "sqlite" else postgresql.insert
    old, new = sa.orm.aliased(Endorsement), sa.orm.aliased(Endorsement)
    brought = (
        sa.select(sa.literal(into_topic), EndorsementVoice.voice, new.id)
        .join(old, old.id == EndorsementVoice.endorsement_id)
        .join(new, sa.and_(new.voice == old.voice, new.topic_id == into_topic, new.merged_from_id == from_topic))
        .where(EndorsementVoice.topic_id == from_topic)
    )
    rows = insert(EndorsementVoice).from_select(["topic_id", "voice", "endorsement_id"], brought)
    ctx.session.execute(rows.on_conflict_do_nothing())
