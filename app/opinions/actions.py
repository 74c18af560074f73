"""Stating an opinion and voting."""

from __future__ import annotations

from dataclasses import dataclass, replace

import sqlalchemy as sa

from app.core.context import Context
from app.core.database import insert_once
from app.core.errors import Conflict, Invalid
from app.core.language import N_
from app.core.permissions import Permission
from app.core.persons import Act
from app.core.texts import checked_lang
from app.identities.eligibility import require_eligible
from app.opinions.aliases import new_alias
from app.opinions.facts import StatementAdded, StatementHidden
from app.opinions.models import FormerVote, Participant, Statement, VoteRow
from app.opinions.queries import statement_of
from app.opinions.rules import LONGEST, SHORTEST, Origin, Vote, statement_key
from app.topics.models import Topic
from app.topics.queries import require_open
from moderation import clean_line

COUNTERS = {Vote.AGREE: "agrees", Vote.DISAGREE: "disagrees", Vote.PASS: "passes"}


def add_statement(ctx: Context, topic: Topic, text: str, lang: str) -> Statement:
    """A citizen adds a statement to an open topic. The author agrees with it, and may change that like any vote."""
    ctx.require(Permission.STATE)
    require_eligible(ctx, Act.VOTE)
    require_open(ctx, topic)
    statement = _add(ctx, topic, text, lang, Origin.CITIZEN)
    moved = _take(ctx, topic.id, statement.id, Vote.AGREE)
    _count_topic(ctx, topic.id, replace(moved, statements=1))
    ctx.session.refresh(statement)
    return statement


def seed_statement(ctx: Context, topic: Topic, text: str, lang: str) -> Statement:
    """An officer of the topic's agencies adds a first statement, before or while the topic is open."""
    ctx.require(Permission.ISSUE_WRITE, topic.agency_ids)
    if topic.opened_at is not None:
        require_open(ctx, topic)
    statement = _add(ctx, topic, text, lang, Origin.SEED)
    _count_topic(ctx, topic.id, Moved(statements=1))
    return statement


def hide_statement(ctx: Context, topic: Topic, statement_id: int) -> Statement:
    """A moderator takes a statement out of the voting and off the map. It and its votes are kept."""
    ctx.require(Permission.MODERATE)
    statement = statement_of(ctx, topic.id, statement_id, lock=True)
    statement.hidden_at = ctx.now
    ctx.session.flush()
    _count_topic(ctx, topic.id, Moved(statements=-1, on_map=True))
    ctx.record(StatementHidden(topic.id, statement.id))
    return statement


def cast(ctx: Context, topic: Topic, statement_id: int, value: Vote) -> bool:
    """Vote on a statement, or change one's vote; True if anything changed.

    Exactly one row per person and statement whatever happens at the same time: the unique keys decide, and the counters
    move only with a row that was really inserted or changed.
    """
    ctx.require(Permission.VOTE)
    require_eligible(ctx, Act.VOTE)
    require_open(ctx, topic)
    statement = statement_of(ctx, topic.id, statement_id)
    moved = _take(ctx, topic.id, statement.id, value)
    _count_topic(ctx, topic.id, moved)
    return moved.on_map


@dataclass(frozen=True)
class Moved:
    """By how much an act moves the counters of a topic, and whether the map has to be drawn again."""

    participants: int = 0
    votes: int = 0
    statements: int = 0
    on_map: bool = False


def _take(ctx: Context, topic_id: int, statement_id: int, value: Vote) -> Moved:
    """Insert or change the vote and move the counters of its statement."""
    participant_id, joined = _join(ctx, topic_id)
    new = insert_once(
        ctx.session,
        VoteRow,
        participant_id=participant_id,
        statement_id=statement_id,
        value=int(value),
        cast_at=ctx.now,
    )
    if new:
        _count_statement(ctx, statement_id, {value: 1})
    changed = new or _change(ctx, participant_id, statement_id, value)
    return Moved(participants=int(joined), votes=int(new), on_map=changed)


def _join(ctx: Context, topic_id: int) -> tuple[int, bool]:
    """The participant this person is in the topic, and whether they became one now."""
    person_id = ctx.actor.person_id
    own = sa.select(Participant.id).where(Participant.topic_id == topic_id, Participant.person_id == person_id)
    while True:
        joined = insert_once(
            ctx.session, Participant, topic_id=topic_id, person_id=person_id, imported_as=None, alias=new_alias()
        )
        participant_id = ctx.session.scalar(own)
        if participant_id is not None:
            return participant_id, joined
        # Neither inserted nor there: somebody else has this alias. The next one by lot will do.


def _change(ctx: Context, participant_id: int, statement_id: int, value: Vote) -> bool:
    """Replace the vote that is there already and keep what it was; False if it says the same."""
    row = ctx.session.scalars(
        sa.select(VoteRow)
        .where(VoteRow.participant_id == participant_id, VoteRow.statement_id == statement_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if row.value == value:
        return False
    ctx.session.add(
        FormerVote(
            participant_id=participant_id,
            statement_id=statement_id,
            value=row.value,
            cast_at=row.cast_at,
            replaced_at=ctx.now,
        )
    )
    _count_statement(ctx, statement_id, {Vote(row.value): -1, value: 1})
    row.value, row.cast_at = int(value), ctx.now
    ctx.session.flush()
    return True


def _count_statement(ctx: Context, statement_id: int, moves: dict[Vote, int]) -> None:
    columns = {COUNTERS[vote]: getattr(Statement, COUNTERS[vote]) + by for vote, by in moves.items()}
    ctx.session.execute(
        sa.update(Statement)
        .where(Statement.id == statement_id)
        .values(columns)
        .execution_options(synchronize_session=False)
    )


def _count_topic(ctx: Context, topic_id: int, moved: Moved) -> None:
    """Move the counters of the topic: the last thing every act here does, so that no two ever wait for each other."""
    if moved == Moved():
        return
    ctx.session.execute(
        sa.update(Topic)
        .where(Topic.id == topic_id)
        .values(
            participant_count=Topic.participant_count + moved.participants,
            vote_count=Topic.vote_count + moved.votes,
            statement_count=Topic.statement_count + moved.statements,
            vote_seq=Topic.vote_seq + int(moved.on_map),
        )
        .execution_options(synchronize_session=False)
    )
    if moved.on_map:
        ctx.wake("draw-maps")


def _add(ctx: Context, topic: Topic, text: str, lang: str, origin: Origin) -> Statement:
    clean = clean_line(text)
    if not SHORTEST <= len(clean) <= LONGEST:
        raise Invalid(fields={"text": N_("Please write between 5 and 280 characters.")})
    checked_lang(lang)
    key = statement_key(clean)
    if not insert_once(
        ctx.session,
        Statement,
        topic_id=topic.id,
        key=key,
        text=clean,
        lang=lang,
        origin=origin,
        author_id=ctx.actor.person_id,
        written_at=ctx.now,
    ):
        raise Conflict(N_("Somebody has already said exactly this. You will find it among the statements."))
    written = sa.select(Statement).where(Statement.topic_id == topic.id, Statement.key == key)
    statement = ctx.session.scalars(written).one()
    ctx.record(StatementAdded(topic.id, statement.id))
    return statement
