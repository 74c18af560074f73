"""How broad the support is: endorsements by day and by area, counted with the rows they count."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.core.context import Context
from app.endorsements.models import Tally
from app.endorsements.rules import TallyBy


def count_broadly(ctx: Context, topic_id: int, day: date, area: str, by: int) -> None:
    """Count one endorsement more or less on its day and in its area."""
    keys = {TallyBy.DAY: day.isoformat(), TallyBy.AREA: area}
    add_tallies(ctx, topic_id, {(kind, key): by for kind, key in keys.items() if key})


def add_tallies(ctx: Context, topic_id: int, moves: dict[tuple[TallyBy, str], int]) -> None:
    """Move tallies by so much each; those that are not there yet begin at it. In one order, so that nobody waits for
    somebody who waits."""
    insert = sqlite.insert if ctx.session.get_bind().dialect.name == "sqlite" else postgresql.insert
    for (kind, key), by in sorted(moves.items()):
        if by < 0:
            mine = (Tally.topic_id == topic_id, Tally.by == kind, Tally.key == key)
            less = sa.update(Tally).where(*mine).values(endorsed=Tally.endorsed + by)
            ctx.session.execute(less.execution_options(synchronize_session=False))
            continue
        row = insert(Tally).values(topic_id=topic_id, by=kind, key=key, endorsed=by)
        added = row.on_conflict_do_update(
            index_elements=["topic_id", "by", "key"], set_={"endorsed": Tally.endorsed + row.excluded.endorsed}
        )
        ctx.session.execute(added)
