"""Opinions for tests: crowds who answer alike, the vote of a person, and what the database holds of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

import sqlalchemy as sa
from sqlalchemy import event

from app.core.base import Base
from app.core.context import Context
from app.extensions import db
from app.opinions.actions import cast
from app.opinions.importing import BroughtVote, bring_in
from app.opinions.models import Participant, Statement, VoteRow
from app.opinions.rules import Vote
from app.topics.models import Topic
from tests.support.builders import MadeIssue, MadePerson

Work = Callable[..., AbstractContextManager[Context]]
SIGNS = {"+": 1, "0": 0, "-": -1}
"""One character a statement; any other one is a statement the person did not see."""
STATEMENTS, PEOPLE, COPIES = 32, 40, 8
"""Of a conversation with planted copies of one ballot."""


def crowd(work: Work, issue: MadeIssue, camps: Sequence[tuple[int, str]], name: str = "") -> None:
    """So many people who answer like this: `crowd(work, issue, [(20, "++--"), (15, "--++")])`."""
    votes = [
        BroughtVote(f"{name}{camp}:{person}", f"statement {n}", SIGNS[sign])
        for camp, (people, answers) in enumerate(camps)
        for person in range(people)
        for n, sign in enumerate(answers)
        if sign in SIGNS
    ]
    with work() as ctx:
        bring_in(ctx, ctx.get(Topic, issue.topic_id), [], votes)


def ballots(people: int = PEOPLE, copies: int = COPIES) -> list[tuple[int, str]]:
    """Camps for `crowd`: everybody answers by lot on their own; of the last ballot there are `copies` copies."""
    lot = random.Random(3)
    each = ["".join(lot.choice("+-") for _ in range(STATEMENTS)) for _ in range(people)]
    return [(1, one) for one in each[:-1]] + [(1 + copies, each[-1])]


def vote(work: Work, issue: MadeIssue, person: MadePerson, statement: int = 0, value: Vote = Vote.AGREE) -> bool:
    """A person votes on the statement of this index."""
    with work(person.actor) as ctx:
        return cast(ctx, ctx.get(Topic, issue.topic_id), issue.statement_ids[statement], value)


def counted(ctx: Context, topic_id: int) -> dict[str, int]:
    """The counters of a topic and of its statements, summed."""
    topic = ctx.get(Topic, topic_id)
    of_statements = sa.select(
        sa.func.sum(Statement.agrees), sa.func.sum(Statement.disagrees), sa.func.sum(Statement.passes)
    ).where(Statement.topic_id == topic_id)
    agrees, disagrees, passes = ctx.session.execute(of_statements).one()
    return {
        "participants": topic.participant_count,
        "votes": topic.vote_count,
        "agrees": agrees or 0,
        "disagrees": disagrees or 0,
        "passes": passes or 0,
    }


def recounted(ctx: Context, topic_id: int) -> dict[str, int]:
    """The same, counted from the rows."""
    here = sa.select(Statement.id).where(Statement.topic_id == topic_id)
    rows = sa.select(VoteRow.value, sa.func.count()).where(VoteRow.statement_id.in_(here)).group_by(VoteRow.value)
    values = dict(ctx.session.execute(rows).all())
    people = sa.select(sa.func.count()).select_from(Participant).where(Participant.topic_id == topic_id)
    return {
        "participants": ctx.session.scalar(people) or 0,
        "votes": sum(values.values()),
        "agrees": values.get(1, 0),
        "disagrees": values.get(-1, 0),
        "passes": values.get(0, 0),
    }


def every_row(ctx: Context) -> dict[str, list[tuple[object, ...]]]:
    """Everything the database holds, table by table, to tell whether anything at all has changed."""
    found: dict[str, list[tuple[object, ...]]] = {}
    for table in Base.metadata.sorted_tables:
        rows = ctx.session.execute(sa.select(table).order_by(*table.primary_key.columns)).all()
        found[table.name] = [tuple(repr(cell) for cell in row) for row in rows]
    return found


@contextmanager
def statements_sent() -> Iterator[list[str]]:
    """Every SQL statement sent to the database meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
