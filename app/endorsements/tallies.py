"""How broad the support is: endorsements by day and by area, counted anew wherever something has moved.

Nobody who endorses waits for it: a row that everybody writes would make thousands of people wait for each other.
"""

from __future__ import annotations

import sqlalchemy as sa

from app.core.context import Context
from app.core.permissions import Permission
from app.endorsements.models import Endorsement, Gathering, Tally
from app.endorsements.queries import TALLY_KEYS
from app.endorsements.rules import Side, TallyBy


def count_breadth(ctx: Context, topic_id: int) -> None:
    """Count the tallies of a topic. What moves meanwhile is counted the next time."""
    ctx.require(Permission.RUN)
    # The lock keeps two that count apart; whoever endorses needs this row as well, for as long as two small queries.
    query = sa.select(Gathering.moves).where(Gathering.topic_id == topic_id).with_for_update()
    moves = ctx.session.scalar(query)
    ctx.session.execute(sa.delete(Tally).where(Tally.topic_id == topic_id))
    rows = [row for by in TallyBy for row in _counted(ctx, topic_id, by)]
    if rows:
        ctx.session.execute(sa.insert(Tally.__table__), rows)
    ctx.session.execute(sa.update(Gathering).where(Gathering.topic_id == topic_id).values(tallied=moves))


def _counted(ctx: Context, topic_id: int, by: TallyBy) -> list[dict[str, object]]:
    key = TALLY_KEYS[by]
    query = (
        sa.select(key.label("key"), sa.func.count().label("endorsed"))
        .where(Endorsement.topic_id == topic_id, Endorsement.side == Side.FOR, Endorsement.voided_at.is_(None))
        .group_by(key)
    )
    found = ctx.session.execute(query).all()
    return [{"topic_id": topic_id, "by": by, "key": row.key, "endorsed": row.endorsed} for row in found if row.key]
