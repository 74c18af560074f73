"""After the load: do the counters equal the rows? Prints one line; exits with 1 when they do not."""

from __future__ import annotations

import sys

import sqlalchemy as sa

from app import create_app
from app.core.context import Context
from app.opinions.models import Participant, Statement, VoteRow
from app.topics.models import Topic


def drift(ctx: Context) -> int:
    """How far the counters are from their rows, summed over all topics and statements; one too many and one too few
    do not make up for each other."""
    cast = sa.select(sa.func.count()).where(VoteRow.statement_id == Statement.id, Statement.topic_id == Topic.id)
    people = sa.select(sa.func.count()).where(Participant.topic_id == Topic.id)
    answers = sa.select(sa.func.count()).where(VoteRow.statement_id == Statement.id)
    pairs = [
        (Topic.vote_count, cast.correlate(Topic).scalar_subquery()),
        (Topic.participant_count, people.correlate(Topic).scalar_subquery()),
        (Statement.agrees + Statement.disagrees + Statement.passes, answers.correlate(Statement).scalar_subquery()),
    ]
    found = (ctx.session.scalar(sa.select(sa.func.sum(sa.func.abs(kept - rows)))) or 0 for kept, rows in pairs)
    return sum(int(off) for off in found)


def main() -> None:
    """Compare and print."""
    app = create_app()
    with app.app_context(), app.extensions["acting"].work() as ctx:
        off = drift(ctx)
    print(f"counters equal rows: {'yes' if not off else f'no, off by {off}'}")
    sys.exit(1 if off else 0)


if __name__ == "__main__":
    main()
