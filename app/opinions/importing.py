"""Bringing in statements and votes of pseudonymous participants: an open-data export, or a simulation.

Bringing in the same thing twice changes nothing; a newer state of it adds and changes only what is new.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import sqlalchemy as sa

from app.core.context import Context
from app.core.errors import Conflict
from app.core.language import N_
from app.core.permissions import Permission
from app.opinions.aliases import new_aliases
from app.opinions.models import FormerVote, Participant, Statement, VoteRow
from app.opinions.rules import Origin, Vote
from app.topics.models import Topic

BATCH = 5_000
Row: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class BroughtStatement:
    """A statement from elsewhere. `key` is its name there, unique in the topic."""

    key: str
    text: str
    lang: str
    origin: Origin
    written_at: datetime
    hidden: bool = False


@dataclass(frozen=True)
class BroughtVote:
    """The last vote of a pseudonym on a statement, both named as there."""

    participant: str
    statement: str
    value: int
    cast_at: datetime | None = None


def bring_in(ctx: Context, topic: Topic, statements: Sequence[BroughtStatement], votes: Sequence[BroughtVote]) -> bool:
    """Add what is not here yet and change what has changed; True if anything did. The topic is locked meanwhile.

    Raises `Conflict` where a statement of the same name says something else here: that is another conversation.
    """
    ctx.require(Permission.IMPORT)
    ctx.session.scalar(sa.select(Topic.id).where(Topic.id == topic.id).with_for_update())
    counts = (
        _bring_statements(ctx, topic.id, statements),
        _bring_participants(ctx, topic.id, votes),
        _bring_votes(ctx, topic.id, votes),
    )
    if not any(counts):
        return False
    _recount(ctx, topic.id)
    ctx.wake("draw-maps")
    return True


def _bring_statements(ctx: Context, topic_id: int, brought: Sequence[BroughtStatement]) -> int:
    here = sa.select(Statement.key, Statement.text).where(Statement.topic_id == topic_id)
    known = dict(ctx.session.execute(here).all())
    other = next((one.key for one in brought if known.get(one.key, one.text) != one.text), None)
    if other is not None:
        raise Conflict(N_("Statement %(key)s says something else here: this is another conversation."), key=other)
    rows = [
        {
            "topic_id": topic_id,
            "key": one.key,
            "text": one.text,
            "lang": one.lang,
            "origin": one.origin,
            "written_at": one.written_at,
            "hidden_at": ctx.now if one.hidden else None,
        }
        for one in brought
        if one.key not in known
    ]
    return _insert(ctx, Statement, rows)


def _bring_participants(ctx: Context, topic_id: int, votes: Sequence[BroughtVote]) -> int:
    known = _ids(ctx, _participants(topic_id))
    names = dict.fromkeys(vote.participant for vote in votes if vote.participant not in known)
    if not names:
        return 0
    taken = ctx.session.scalars(sa.select(Participant.alias).where(Participant.topic_id == topic_id)).all()
    drawn = zip(names, new_aliases(len(names), taken), strict=True)
    return _insert(
        ctx, Participant, [{"topic_id": topic_id, "imported_as": name, "alias": alias} for name, alias in drawn]
    )


def _bring_votes(ctx: Context, topic_id: int, votes: Sequence[BroughtVote]) -> int:
    statements = _ids(ctx, sa.select(Statement.key, Statement.id).where(Statement.topic_id == topic_id))
    people = _ids(ctx, _participants(topic_id))
    present = _present_votes(ctx, topic_id)
    new: list[Row] = []
    moved: list[Row] = []
    former: list[Row] = []
    for vote in votes:
        pair = {"participant_id": people[vote.participant], "statement_id": statements[vote.statement]}
        cast = {"value": vote.value, "cast_at": vote.cast_at or ctx.now}
        old = present.get((pair["participant_id"], pair["statement_id"]))
        if old is None:
            new.append(pair | cast)
        elif old.value != vote.value:
            moved.append({"id": old.id} | cast)
            former.append(pair | {"value": old.value, "cast_at": old.cast_at, "replaced_at": ctx.now})
    _insert(ctx, VoteRow, new)
    _insert(ctx, FormerVote, former)
    if moved:
        ctx.session.execute(sa.update(VoteRow), moved)
    return len(new) + len(moved)


def _present_votes(ctx: Context, topic_id: int) -> dict[tuple[int, int], sa.Row[Any]]:
    query = (
        sa.select(VoteRow.id, VoteRow.participant_id, VoteRow.statement_id, VoteRow.value, VoteRow.cast_at)
        .join(Participant, Participant.id == VoteRow.participant_id)
        .where(Participant.topic_id == topic_id, Participant.imported_as.is_not(None))
    )
    return {(row.participant_id, row.statement_id): row for row in ctx.session.execute(query)}


def _recount(ctx: Context, topic_id: int) -> None:
    """Set every counter of the topic from its rows. Only here, outside any request, are rows counted."""

    def votes(value: Vote) -> sa.ScalarSelect[int]:
        matching = sa.select(sa.func.count()).select_from(VoteRow)
        return matching.where(VoteRow.statement_id == Statement.id, VoteRow.value == int(value)).scalar_subquery()

    ctx.session.execute(
        sa.update(Statement)
        .where(Statement.topic_id == topic_id)
        .values(agrees=votes(Vote.AGREE), disagrees=votes(Vote.DISAGREE), passes=votes(Vote.PASS))
        .execution_options(synchronize_session=False)
    )
    shown = sa.select(sa.func.count()).where(Statement.topic_id == topic_id, Statement.hidden_at.is_(None))
    cast = sa.select(sa.func.count()).where(VoteRow.statement_id == Statement.id, Statement.topic_id == topic_id)
    voters = sa.select(sa.func.count()).where(Participant.topic_id == topic_id)
    ctx.session.execute(
        sa.update(Topic)
        .where(Topic.id == topic_id)
        .values(
            statement_count=shown.scalar_subquery(),
            vote_count=cast.scalar_subquery(),
            participant_count=voters.scalar_subquery(),
            vote_seq=Topic.vote_seq + 1,
        )
        .execution_options(synchronize_session=False)
    )


def _participants(topic_id: int) -> sa.Select[tuple[str | None, int]]:
    """Those who came from elsewhere: their name there, and their id here."""
    query = sa.select(Participant.imported_as, Participant.id)
    return query.where(Participant.topic_id == topic_id, Participant.imported_as.is_not(None))


def _ids(ctx: Context, query: sa.Select[Any]) -> dict[str, int]:
    return dict(ctx.session.execute(query).all())


def _insert(ctx: Context, model: type[Any], rows: Sequence[Row]) -> int:
    for start in range(0, len(rows), BATCH):
        ctx.session.execute(sa.insert(model), rows[start : start + BATCH])
    return len(rows)
