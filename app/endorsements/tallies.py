"""How broad the support is: endorsements by day and by area, counted with the rows they count."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

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
    for (kind, key), by in sorted(moves.items()):
        if by < 0:
            mine = (Tally.topic_id == topic_id, Tally.by == kind, Tally.key == key)
            less = sa.update(Tally).where(*mine).values(endorsed=Tally.endorsed + by)
            ctx.session.execute(less.execution_options(synchronize_session=False))
            continue
        row = {"topic_id": topic_id, "by": kind, "key": key, "endorsed": by}
        ctx.session.execute(_more(ctx.session.get_bind().dialect.name), row)


@lru_cache
def _more(engine: str) -> Any:
    """Begin a tally, or add to it; built once for each engine."""
    table = Tally.__table__
    row = sqlite.insert(table) if engine == "sqlite" else postgresql.insert(table)
    more = {"endorsed": table.c.endorsed + row.excluded.endorsed}
    return row.on_conflict_do_update(index_elements=["topic_id", "by", "key"], set_=more)
