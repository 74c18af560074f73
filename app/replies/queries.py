"""Reading cases: one, the home page's, the officers' desk's. Everything a page shows is loaded with it."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from app.core.context import Context
from app.core.errors import NotFound
from app.core.pages import PAGE_SIZE_MAX
from app.replies.models import Case, CaseAgency, ClockRow, Reply
from app.replies.rules import Promise, ReplyState
from app.topics.models import Topic, TopicAgency


def case_of_topic(ctx: Context, topic_id: int) -> Case | None:
    """The case of a topic with everything that belongs to it; None as long as nothing is owed."""
    return ctx.session.scalar(sa.select(Case).where(Case.topic_id == topic_id).options(*_whole()))


def case_by_id(ctx: Context, case_id: int) -> Case:
    """A case with everything that belongs to it, or `NotFound`."""
    case = ctx.session.scalar(sa.select(Case).where(Case.id == case_id).options(*_whole()))
    if case is None:
        raise NotFound()
    return case


def owed_cases(ctx: Context, limit: int = 3) -> Sequence[Case]:
    """The cases that most need an answer, late ones first."""
    query = _listed().where(ClockRow.stopped_on.is_(None)).order_by(*_urgent_first()).limit(limit)
    return ctx.session.scalars(query).all()


def answered_cases(ctx: Context, limit: int = 3) -> Sequence[Case]:
    """The newest answers."""
    query = _listed().where(ClockRow.stopped_on.is_not(None)).order_by(*_urgent_first()).limit(limit)
    return ctx.session.scalars(query).all()


def my_open_cases(ctx: Context) -> Sequence[Case]:
    """What this officer's agencies owe, by due date."""
    query = _listed().where(ClockRow.stopped_on.is_(None), _of_agencies(ctx.actor.agencies))
    return ctx.session.scalars(query.order_by(*_urgent_first()).limit(PAGE_SIZE_MAX)).all()


def my_submitted_cases(ctx: Context) -> Sequence[Case]:
    """Replies of this officer's agencies that wait for an approver, by due date."""
    query = _listed().join(Reply).where(Reply.state == ReplyState.SUBMITTED, _of_agencies(ctx.actor.agencies))
    return ctx.session.scalars(query.order_by(*_urgent_first()).limit(PAGE_SIZE_MAX)).all()


def my_topics(ctx: Context) -> Sequence[Topic]:
    """Topics of this officer's agencies that are not closed: what is being prepared, then what closes next."""
    query = (
        sa.select(Topic)
        .where(
            Topic.closed_at.is_(None),
            Topic.agencies.any(TopicAgency.agency_id.in_(ctx.actor.agencies)),
        )
        .order_by(Topic.opened_at.is_not(None), Topic.closes_on, Topic.id)
        .limit(PAGE_SIZE_MAX)
    )
    return ctx.session.scalars(query).all()


def clocks_not_noted_late(ctx: Context) -> Sequence[int]:
    """Ids of running clocks whose due date has passed without anybody having been told."""
    query = (
        sa.select(ClockRow.id)
        .where(ClockRow.stopped_on.is_(None), ClockRow.due_on < ctx.today, ClockRow.late_noted_at.is_(None))
        .order_by(ClockRow.due_on, ClockRow.id)
    )
    return ctx.session.scalars(query).all()


def _listed() -> sa.Select[tuple[Case]]:
    """Cases beside their clock, with what a card shows."""
    return (
        sa.select(Case)
        .join(ClockRow, sa.and_(ClockRow.case_id == Case.id, ClockRow.promise == Promise.REPLY))
        .options(*_whole())
    )


def _whole() -> tuple[ORMOption, ...]:
    return (
        joinedload(Case.topic),
        joinedload(Case.reply).joinedload(Reply.author),
        selectinload(Case.agencies).joinedload(CaseAgency.agency),
        selectinload(Case.clocks),
        selectinload(Case.demands),
    )


def _urgent_first() -> tuple[sa.ColumnElement[object], ...]:
    owed_until = sa.case((ClockRow.stopped_on.is_(None), ClockRow.due_on))
    return (ClockRow.stopped_on.is_not(None), owed_until, ClockRow.stopped_on.desc(), Case.id)


def _of_agencies(agency_ids: Sequence[int] | frozenset[int]) -> sa.ColumnElement[bool]:
    return Case.agencies.any(CaseAgency.agency_id.in_(agency_ids))
