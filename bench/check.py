"""After the load: do the counters equal the rows? Prints one line; exits with 1 when they do not."""

from __future__ import annotations

import sys

import sqlalchemy as sa

from app import create_app
from app.core.context import Context
from app.opinions.models import Participant, Statement, VoteRow
from app.topics.models import Topic


def drift(ctx: Context) -> int:
    """How far the counters of all topics are from their rows."""
    shown = sa.select(Statement.id).where(Statement.hidden_at.is_(None))
    votes = ctx.session.scalar(sa.select(sa.func.count()).select_from(VoteRow).where(VoteRow.statement_id.in_(shown)))
    people = ctx.session.scalar(sa.select(sa.func.count()).select_from(Participant))
    counted = ctx.session.execute(sa.select(sa.func.sum(Topic.vote_count), sa.func.sum(Topic.participant_count))).one()
    return abs((votes or 0) - (counted[0] or 0)) + abs((people or 0) - (counted[1] or 0))


def main() -> None:
    """Compare and print."""
    app = create_app()
    with app.app_context(), app.extensions["acting"].work() as ctx:
        off = drift(ctx)
    print(f"counters equal rows: {'yes' if not off else f'no, off by {off}'}")
    sys.exit(1 if off else 0)


if __name__ == "__main__":
    main()
