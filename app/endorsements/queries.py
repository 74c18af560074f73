"""Reading gatherings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.core.context import Context
from app.core.errors import NotFound
from app.core.policy_parts import Deed, Duty
from app.endorsements.models import Endorsement, Gathering, Halt, Tally, TierMark
from app.endorsements.rules import Rest, Side, TallyBy

TALLY_KEYS = {TallyBy.DAY: sa.cast(Endorsement.given_on, sa.String), TallyBy.AREA: Endorsement.area}
"""What endorsements are counted by, as the tallies name it."""


def gathering_of(ctx: Context, topic_id: int) -> Gathering:
    """The gathering of a topic with its tallies, or `NotFound`."""
    query = sa.select(Gathering).where(Gathering.topic_id == topic_id).options(selectinload(Gathering.tallies))
    found = ctx.session.scalar(query, execution_options={"populate_existing": True})
    if found is None:
        raise NotFound()
    return found


def gatherings_of(ctx: Context, topics: Collection[int]) -> dict[int, Gathering]:
    """The gatherings of these topics, by topic."""
    query = sa.select(Gathering).where(Gathering.topic_id.in_(topics))
    return {one.topic_id: one for one in ctx.session.scalars(query)}


def own_endorsement(ctx: Context, topic_id: int) -> Endorsement | None:
    """What this actor said of a topic, if anything."""
    if ctx.actor.person_id is None:
        return None
    mine = (Endorsement.topic_id == topic_id, Endorsement.person_id == ctx.actor.person_id)
    return ctx.session.scalar(sa.select(Endorsement).where(*mine))


def tiers_reached(ctx: Context, topic_id: int) -> dict[Duty, datetime]:
    """The further duties that are owed, and since when."""
    query = sa.select(TierMark).where(TierMark.topic_id == topic_id).order_by(TierMark.at)
    return {one.duty: one.reached_at for one in ctx.session.scalars(query)}


def said_by_voice(ctx: Context, topic_id: int, voice: str) -> Endorsement | None:
    """What this voice said of a topic, from whichever account."""
    return ctx.session.scalar(sa.select(Endorsement).filter_by(topic_id=topic_id, voice=voice))


def due_to_look_at(ctx: Context) -> Sequence[int]:
    """Topics whose gathering has not ended, the one that ends first before the others."""
    query = sa.select(Gathering.topic_id).where(Gathering.ended_at.is_(None)).order_by(Gathering.closes_at)
    return ctx.session.scalars(query).all()


def untallied(ctx: Context) -> Sequence[int]:
    """Topics whose tallies do not tell yet of everything that moved."""
    query = sa.select(Gathering.topic_id).where(Gathering.moves > Gathering.tallied)
    return ctx.session.scalars(query.order_by(Gathering.topic_id)).all()


def halt_of(ctx: Context, deed: Deed) -> Halt | None:
    """What stops this deed everywhere now."""
    return ctx.session.scalar(sa.select(Halt).where(Halt.deed == deed, Halt.ended_at.is_(None)))


def is_halted(deed: Deed) -> sa.ColumnElement[bool]:
    """Whether this deed is stopped everywhere now, as part of another question."""
    return sa.exists().where(Halt.deed == deed, Halt.ended_at.is_(None))


def open_halts(ctx: Context) -> Sequence[Halt]:
    """Everything that is stopped now."""
    return ctx.session.scalars(sa.select(Halt).where(Halt.ended_at.is_(None)).order_by(Halt.deed)).all()


def planned_rests(ctx: Context) -> list[Rest]:
    """The days on which the rules in force let nobody endorse."""
    return [Rest(one.first_day, one.last_day) for one in ctx.policy.pauses if Deed.ENDORSE in one.stops]


def drift(ctx: Context) -> int:
    """How far all counters are from the rows they count, without making up for each other: 0 is what must be.

    Of the tallies those that tell of everything that moved.
    """
    counted = {
        Gathering.endorsed: _rows(Side.FOR).where(Endorsement.topic_id == Gathering.topic_id).scalar_subquery(),
        Gathering.opposed: _rows(Side.AGAINST).where(Endorsement.topic_id == Gathering.topic_id).scalar_subquery(),
    }
    off = [sa.select(sa.func.sum(sa.func.abs(kept - rows))) for kept, rows in counted.items()]
    off += [_tally_drift(by) for by in TallyBy]
    # A day of which there is no tally at all is not found by looking at the tallies.
    days = sa.select(sa.func.coalesce(sa.func.sum(Tally.endorsed), 0))
    days = days.where(Tally.topic_id == Gathering.topic_id, Tally.by == TallyBy.DAY)
    missing = sa.func.abs(Gathering.endorsed - days.scalar_subquery())
    off.append(sa.select(sa.func.sum(missing)).where(Gathering.moves == Gathering.tallied))
    return sum(int(ctx.session.scalar(query) or 0) for query in off)


def _rows(side: Side) -> sa.Select[tuple[int]]:
    return (
        sa.select(sa.func.count())
        .select_from(Endorsement)
        .where(Endorsement.side == side, Endorsement.voided_at.is_(None))
    )


def _tally_drift(by: TallyBy) -> sa.Select[tuple[int]]:
    rows = _rows(Side.FOR).where(Endorsement.topic_id == Tally.topic_id, TALLY_KEYS[by] == Tally.key).scalar_subquery()
    of_now = sa.select(Gathering.topic_id).where(Gathering.moves == Gathering.tallied)
    off = sa.select(sa.func.sum(sa.func.abs(Tally.endorsed - rows)))
    return off.where(Tally.by == by, Tally.topic_id.in_(of_now))
