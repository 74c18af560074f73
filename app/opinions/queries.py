"""Reading statements, one's own votes, and the published maps."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from app.core.context import Context
from app.core.errors import NotFound
from app.core.pages import PAGE_SIZE, Page, paged
from app.opinions.models import MapSnapshot, Participant, Placement, Statement, VoteRow


def statements_page(ctx: Context, topic_id: int, number: int, size: int = PAGE_SIZE) -> Page[Statement]:
    """The statements of a topic that are not hidden, in the order they were written."""
    query = _shown(topic_id).order_by(Statement.id)
    return paged(ctx.session, query, number, size)


def all_statements(ctx: Context, topic_id: int) -> Sequence[Statement]:
    """Every statement of a topic that is not hidden."""
    return ctx.session.scalars(_shown(topic_id).order_by(Statement.id)).all()


def statement_of(ctx: Context, topic_id: int, statement_id: int) -> Statement:
    """One statement of a topic, or `NotFound`."""
    statement = ctx.session.scalar(_shown(topic_id).where(Statement.id == statement_id))
    if statement is None:
        raise NotFound()
    return statement


def my_participant(ctx: Context, topic_id: int) -> Participant | None:
    """This actor's pseudonym in a topic, if they have voted there."""
    if ctx.actor.person_id is None:
        return None
    query = sa.select(Participant).where(Participant.topic_id == topic_id, Participant.person_id == ctx.actor.person_id)
    return ctx.session.scalar(query)


def my_votes(ctx: Context, topic_id: int) -> dict[int, int]:
    """This actor's present votes in a topic: statement id -> -1, 0 or 1."""
    query = (
        sa.select(VoteRow.statement_id, VoteRow.value)
        .join(Participant, Participant.id == VoteRow.participant_id)
        .where(Participant.topic_id == topic_id, Participant.person_id == ctx.actor.person_id)
    )
    return {} if ctx.actor.person_id is None else {row.statement_id: row.value for row in ctx.session.execute(query)}


def next_statement(ctx: Context, topic_id: int, answered: dict[int, int], after: int = 0) -> Statement | None:
    """The statement to ask next: of those not answered, the one with the fewest answers so far.

    So new statements get their share and none is buried for being disagreed with. `after` is a statement the person
    put off: it comes last.
    """
    query = (
        _shown(topic_id)
        .where(Statement.id.not_in(answered))
        .order_by(Statement.id == after, Statement.agrees + Statement.disagrees + Statement.passes, Statement.id)
        .limit(1)
    )
    return ctx.session.scalar(query)


def latest_map(ctx: Context, topic_id: int) -> MapSnapshot | None:
    """The newest published map of a topic."""
    query = sa.select(MapSnapshot).where(MapSnapshot.topic_id == topic_id).order_by(MapSnapshot.id.desc()).limit(1)
    return ctx.session.scalar(query)


def my_placement(ctx: Context, snapshot: MapSnapshot) -> Placement | None:
    """Where this actor stands on a map; nobody else is ever told."""
    if ctx.actor.person_id is None:
        return None
    query = (
        sa.select(Placement)
        .join(Participant, Participant.id == Placement.participant_id)
        .where(Placement.snapshot_id == snapshot.id, Participant.person_id == ctx.actor.person_id)
    )
    return ctx.session.scalar(query)


def _shown(topic_id: int) -> sa.Select[tuple[Statement]]:
    return sa.select(Statement).where(Statement.topic_id == topic_id, Statement.hidden_at.is_(None))
