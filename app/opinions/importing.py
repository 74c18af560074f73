"""Bringing in statements and votes of pseudonymous participants: an open-data export, or a simulation.

Bringing in the same thing twice changes nothing; a newer state of it adds and changes only what is new.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.core.context import Context
from app.core.permissions import Permission
from app.opinions.facts import VotesImported
from app.opinions.models import FormerVote, Participant, Statement, VoteRow
from app.opinions.rules import Origin, Vote
from app.topics.models import Topic

BATCH = 5_000


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
    """Add what is not here yet and update what has changed; True if anything did. The topic is locked meanwhile."""
    ctx.require(Permission.IMPORT)
    ctx.session.scalar(sa.select(Topic.id).where(Topic.id == topic.id).with_for_update())
    statement_ids, new_statements = _statements(ctx, topic, statements)
    participant_ids, new_people = _participants(ctx, topic, votes)
    changed = _votes(ctx, votes, statement_ids, participant_ids)
    if not (new_statements or new_people or changed):
        return False
    _recount(ctx, topic.id)
    people = len({vote.participant for vote in votes})
    ctx.record(VotesImported(topic.id, len(statements), people, len(votes)))
    ctx.wake("draw-maps")
    return True


def _statements(ctx: Context, topic: Topic, brought: Sequence[BroughtStatement]) -> tuple[dict[str, int], int]:
    known = _ids(ctx, sa.select(Statement.key, Statement.id).where(Statement.topic_id == topic.id))
    rows = [
        {
            "topic_id": topic.id,
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
    _insert(ctx, Statement, rows)
    return _ids(ctx, sa.select(Statement.key, Statement.id).where(Statement.topic_id == topic.id)), len(rows)


def _participants(ctx: Context, topic: Topic, votes: Sequence[BroughtVote]) -> tuple[dict[str, int], int]:
    query = sa.select(Participant.imported_as, Participant.id).where(
        Participant.topic_id == topic.id, Participant.imported_as.is_not(None)
    )
    known = _ids(ctx, query)
    names = dict.fromkeys(vote.participant for vote in votes if vote.participant not in known)
    _insert(ctx, Participant, [{"topic_id": topic.id, "imported_as": name} for name in names])
    return _ids(ctx, query), len(names)


def _votes(ctx: Context, votes: Sequence[BroughtVote], statements: dict[str, int], participants: dict[str, int]) -> int:
    present = {
        (row.participant_id, row.statement_id): row
        for row in ctx.session.execute(
            sa.select(VoteRow.id, VoteRow.participant_id, VoteRow.statement_id, VoteRow.value, VoteRow.cast_at).where(
                VoteRow.statement_id.in_(sorted(statements.values()))
            )
        )
    }
    new: list[dict[str, Any]] = []
    moved: list[dict[str, Any]] = []
    former: list[dict[str, Any]] = []
    for vote in votes:
        pair = participants[vote.participant], statements[vote.statement]
        old = present.get(pair)
        at = vote.cast_at or ctx.now
        if old is None:
            row = {"participant_id": pair[0], "statement_id": pair[1], "value": vote.value, "cast_at": at}
            new.append(row)
        elif old.value != vote.value:
            moved.append({"id": old.id, "value": vote.value, "cast_at": at})
            former.append(
                {
                    "participant_id": pair[0],
                    "statement_id": pair[1],
                    "value": old.value,
                    "cast_at": old.cast_at,
                    "replaced_at": ctx.now,
                }
            )
    _insert(ctx, VoteRow, new)
    _insert(ctx, FormerVote, former)
    if moved:
        ctx.session.execute(sa.update(VoteRow), moved)
    return len(new) + len(moved)


def _recount(ctx: Context, topic_id: int) -> None:
    """Set every counter of the topic from its rows. Only here, outside any request, are rows counted."""

    def count(value: Vote) -> sa.ScalarSelect[int]:
        matching = sa.select(sa.func.count()).select_from(VoteRow)
        return matching.where(VoteRow.statement_id == Statement.id, VoteRow.value == int(value)).scalar_subquery()

    ctx.session.execute(
        sa.update(Statement)
        .where(Statement.topic_id == topic_id)
        .values(agrees=count(Vote.AGREE), disagrees=count(Vote.DISAGREE), passes=count(Vote.PASS))
        .execution_options(synchronize_session=False)
    )
    here = sa.select(Statement.id).where(Statement.topic_id == topic_id, Statement.hidden_at.is_(None))
    cast = sa.select(sa.func.count()).select_from(VoteRow).where(VoteRow.statement_id.in_(here))
    voters = sa.select(sa.func.count()).select_from(Participant).where(Participant.topic_id == topic_id)
    ctx.session.execute(
        sa.update(Topic)
        .where(Topic.id == topic_id)
        .values(
            statement_count=sa.select(sa.func.count()).select_from(here.subquery()).scalar_subquery(),
            vote_count=cast.scalar_subquery(),
            participant_count=voters.scalar_subquery(),
            vote_seq=Topic.vote_seq + 1,
        )
        .execution_options(synchronize_session=False)
    )


def _ids(ctx: Context, query: sa.Select[Any]) -> dict[str, int]:
    return dict(ctx.session.execute(query).tuples().all())


def _insert(ctx: Context, model: type[Any], rows: Iterable[dict[str, Any]]) -> None:
    waiting = list(rows)
    for start in range(0, len(waiting), BATCH):
        ctx.session.execute(sa.insert(model), waiting[start : start + BATCH])
