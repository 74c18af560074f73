"""Reading statements, one's own votes, and the published maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, undefer

from app.core.context import Context
from app.core.errors import Conflict, NotFound
from app.core.language import N_, Said
from app.core.pages import PAGE_SIZE, Page, paged
from app.core.permissions import Permission
from app.opinions.models import CoordinationCheck, MapSnapshot, Participant, Statement, VoteRow
from app.topics.models import Topic
from app.topics.queries import is_open

LARGEST_ID = 2**31 - 1
"""What an integer column of PostgreSQL holds; a larger number in an address names nothing."""


def statements_page(ctx: Context, topic_id: int, number: int, size: int = PAGE_SIZE) -> Page[Statement]:
    """The statements of a topic that are not hidden, in the order they were written."""
    query = _shown(topic_id).order_by(Statement.id)
    return paged(ctx.session, query, number, size)


def all_statements(ctx: Context, topic_id: int) -> Sequence[Statement]:
    """Every statement of a topic that is not hidden."""
    return ctx.session.scalars(_shown(topic_id).order_by(Statement.id)).all()


def statement_of(ctx: Context, topic_id: int, statement_id: int, *, lock: bool = False) -> Statement:
    """One statement of a topic, or `NotFound`; with `lock` nobody else changes it before this unit of work ends."""
    query = _shown(topic_id).where(Statement.id == min(statement_id, LARGEST_ID))
    statement = ctx.session.scalar(query.with_for_update() if lock else query)
    if statement is None or statement.id != statement_id:
        raise NotFound()
    return statement


def my_votes(ctx: Context, topic_id: int) -> dict[int, int]:
    """This actor's present votes in a topic: statement id -> -1, 0 or 1, a hidden statement's not among them."""
    if ctx.actor.person_id is None:
        return {}
    query = (
        sa.select(VoteRow.statement_id, VoteRow.value)
        .join(Participant, Participant.id == VoteRow.participant_id)
        .join(Statement, Statement.id == VoteRow.statement_id)
        .where(Participant.topic_id == topic_id, Participant.person_id == ctx.actor.person_id)
        .where(Statement.hidden_at.is_(None))
    )
    return dict(ctx.session.execute(query).all())


@dataclass(frozen=True)
class Ballot:
    """The words of every statement that is not hidden, and this actor's present votes on them, by statement id."""

    texts: dict[int, Said]
    votes: dict[int, int]


def ballot(ctx: Context, topic_id: int) -> Ballot:
    """The statements of a topic and how this actor voted on them, in one query."""
    # Of a visitor there is no participant; to compare with NULL would find every imported one.
    mine = sa.false() if ctx.actor.person_id is None else Participant.person_id == ctx.actor.person_id
    query = (
        sa.select(Statement.id, Statement.text, Statement.lang, VoteRow.value)
        .select_from(Statement)
        .outerjoin(Participant, sa.and_(Participant.topic_id == topic_id, mine))
        .outerjoin(VoteRow, sa.and_(VoteRow.participant_id == Participant.id, VoteRow.statement_id == Statement.id))
        .where(Statement.topic_id == topic_id, Statement.hidden_at.is_(None))
        .order_by(Statement.id)
    )
    rows = ctx.session.execute(query).all()
    votes = {one.id: one.value for one in rows if one.value is not None}
    return Ballot({one.id: Said(one.text, one.lang) for one in rows}, votes)


def latest_map(ctx: Context, topic_id: int) -> MapSnapshot | None:
    """The newest published map of a topic."""
    return ctx.session.scalar(_newest(topic_id))


def counted_statements(ctx: Context, topic_id: int) -> tuple[int | None, Sequence[Sequence[int]]]:
    """The id of the newest map; and of every statement that is not hidden its id, agrees, disagrees and passes."""
    newest = _newest(topic_id).with_only_columns(MapSnapshot.id).scalar_subquery()
    counts = (Statement.id, Statement.agrees, Statement.disagrees, Statement.passes)
    rows = ctx.session.execute(_shown(topic_id).with_only_columns(*counts, newest).order_by(Statement.id)).all()
    return rows[0][-1] if rows else None, [row[:-1] for row in rows]


def map_of(ctx: Context, topic_id: int, snapshot_id: int) -> MapSnapshot:
    """One published map of a topic that is still kept, or `NotFound`."""
    query = sa.select(MapSnapshot).where(MapSnapshot.topic_id == topic_id, MapSnapshot.id == snapshot_id)
    found = ctx.session.scalar(query) if snapshot_id <= LARGEST_ID else None
    if found is None:
        raise NotFound()
    return found


A_DAY = timedelta(days=1)


def kept_maps(ctx: Context, shown: MapSnapshot) -> Sequence[Any]:
    """Every kept map of the topic of `shown`, oldest first: rows of id, made_at, participants, votes and groups.

    One row also has `content`: the map to hold `shown` against. That is the newest at least a day older, or, where
    none is that old, the one before it.
    """
    other = aliased(MapSnapshot)
    before = sa.select(sa.func.max(other.id)).where(other.topic_id == shown.topic_id, other.id < shown.id)
    a_day_before = before.where(other.made_at <= shown.made_at - A_DAY)
    compared = sa.func.coalesce(a_day_before.scalar_subquery(), before.scalar_subquery())
    content = sa.case((MapSnapshot.id == compared, MapSnapshot.content), else_=sa.null()).label("content")
    kept = (MapSnapshot.id, MapSnapshot.made_at, MapSnapshot.participants, MapSnapshot.votes, MapSnapshot.groups)
    query = sa.select(*kept, content).where(MapSnapshot.topic_id == shown.topic_id)
    return ctx.session.execute(query.order_by(MapSnapshot.id)).all()


def maps_page(ctx: Context, topic_id: int, number: int, size: int = PAGE_SIZE) -> Page[Any]:
    """The kept maps of a topic, newest first: rows of id, made_at, participants, votes, groups, enough and distinct."""
    ids = sa.select(MapSnapshot.id).where(MapSnapshot.topic_id == topic_id).order_by(MapSnapshot.id.desc())
    page = paged(ctx.session, ids, number, size)
    kept = (MapSnapshot.id, MapSnapshot.made_at, MapSnapshot.participants, MapSnapshot.votes, MapSnapshot.groups)
    enough, distinct = (MapSnapshot.content[name].as_boolean() for name in ("enough", "distinct"))
    query = sa.select(*kept, enough.label("enough"), distinct.label("distinct"))
    rows = ctx.session.execute(query.where(MapSnapshot.id.in_(page.items)).order_by(MapSnapshot.id.desc())).all()
    return Page(rows, page.number, page.has_next)


def newest_check(ctx: Context, topic_id: int) -> dict[str, Any] | None:
    """What the newest look for coordinated voters tells everybody; None before the first one."""
    return ctx.session.scalar(sa.select(CoordinationCheck.content).where(CoordinationCheck.topic_id == topic_id))


def coordination_evidence(ctx: Context, topic: Topic) -> CoordinationCheck:
    """The newest look with its evidence, for officers of the topic's agencies, moderators and administrators."""
    ctx.require(Permission.EXAMINE, topic.agency_ids)
    found = ctx.session.get(CoordinationCheck, topic.id, options=[undefer(CoordinationCheck.evidence)])
    if found is None or found.evidence is None:
        raise NotFound(N_("Nobody has looked for coordinated voters here yet."))
    return found


def votes_are_published(ctx: Context, topic: Topic) -> bool:
    """Whether voting has ended, from which on everybody may have every vote under a pseudonym."""
    return topic.opened_at is not None and topic.opened_at <= ctx.now and not is_open(ctx, topic)


def require_published_votes(ctx: Context, topic: Topic) -> None:
    """Raise `Conflict` while single votes are nobody's business: until voting has ended.

    Officers of the topic's agencies and administrators may have them, under pseudonyms, at any time. The memory of a
    map is under the same rule: whoever has two of them to the last bit can try out which vote lies between them.
    """
    trusted = ctx.actor.may(Permission.DESK, topic.agency_ids) or ctx.actor.may(Permission.ADMINISTER)
    if not (votes_are_published(ctx, topic) or trusted):
        raise Conflict(N_("Votes are published, under pseudonyms, once voting has ended."))


def memory_of(ctx: Context, snapshot_id: int) -> dict[str, Any] | None:
    """The memory of a published map; None if it is no longer kept, or there never was one."""
    return ctx.session.scalar(sa.select(MapSnapshot.memory).where(MapSnapshot.id == snapshot_id))


def _shown(topic_id: int) -> sa.Select[tuple[Statement]]:
    return sa.select(Statement).where(Statement.topic_id == topic_id, Statement.hidden_at.is_(None))


def _newest(topic_id: int) -> sa.Select[tuple[MapSnapshot]]:
    return sa.select(MapSnapshot).where(MapSnapshot.topic_id == topic_id).order_by(MapSnapshot.id.desc()).limit(1)
