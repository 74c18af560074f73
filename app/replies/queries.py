"""Reading cases: one, the home page's, the officers' desk's. Everything a page shows is loaded with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from app.clocks.models import ClockRow
from app.core.context import Context
from app.core.errors import NotFound
from app.core.pages import PAGE_SIZE_MAX
from app.core.policy import Policy
from app.policies.queries import policy_of
from app.replies.models import Case, CaseAgency, Demand, Reply
from app.replies.publications import HoldingAnswer, ReplyVersion
from app.replies.rules import ANSWERS, AnswerPart, Outcome, ReplyState
from app.topics.models import Topic, TopicAgency

EARLIER_MAX = 2000
"""Published texts a new one is compared with, the newest first."""


class EarlierText(NamedTuple):
    """A text of a published reply, and the topic it belongs to."""

    text: str
    title: dict[str, str]
    kind: str
    slug: str


def rules_of(ctx: Context, case: Case) -> Policy:
    """The rules a case was opened under: it keeps them, whatever was published since."""
    return policy_of(ctx, case.clock.policy_version)


def required_parts(ctx: Context, case: Case) -> tuple[AnswerPart, ...]:
    """What every answer to a demand must say before the reply can be submitted."""
    return tuple(AnswerPart(part) for part in rules_of(ctx, case).reply.required)


def outcomes_of(ctx: Context, case: Case) -> tuple[Outcome, ...]:
    """What may become of a demand of this case."""
    return tuple(Outcome(status) for status in rules_of(ctx, case).reply.statuses)


def case_of_topic(ctx: Context, topic_id: int) -> Case | None:
    """The case of a topic with everything that belongs to it; None as long as nothing is owed."""
    return ctx.session.scalar(sa.select(Case).where(Case.topic_id == topic_id).options(*_whole()))


def case_by_id(ctx: Context, case_id: int) -> Case:
    """A case with everything that belongs to it, or `NotFound`."""
    case = ctx.session.scalar(sa.select(Case).where(Case.id == case_id).options(*_whole()))
    if case is None:
        raise NotFound()
    return case


def cases_by_ids(ctx: Context, ids: Collection[int]) -> dict[int, Case]:
    """Cases with what a card shows of them, by id."""
    query = sa.select(Case).where(Case.id.in_(ids)).options(*_card())
    return {case.id: case for case in ctx.session.scalars(query)}


def earlier_texts(ctx: Context, case_id: int, lang: str, least: int) -> list[EarlierText]:
    """Summaries and answers of at least that many characters, published in this language by other cases."""
    found: list[EarlierText] = []
    for column, table in ((Reply.summary, Reply), (Demand.answer, Demand)):
        query = sa.select(column, Topic.title, Topic.kind, Topic.slug).select_from(Case).join(Case.topic).join(Reply)
        if table is Demand:
            query = query.join(Demand, Demand.case_id == Case.id)
        query = query.where(
            Case.id != case_id,
            Reply.state == ReplyState.PUBLISHED,
            Reply.lang == lang,
            sa.func.length(column) >= least,
        )
        rows = ctx.session.execute(query.order_by(Reply.published_at.desc(), Case.id).limit(EARLIER_MAX))
        found += [EarlierText(text, title, kind.value, slug) for text, title, kind, slug in rows]
    return found


def owed_cases(ctx: Context, limit: int = 3) -> Sequence[Case]:
    """The cases that most need an answer, late ones first."""
    query = _listed().where(ClockRow.stopped_on.is_(None)).order_by(*_urgent_first()).limit(limit)
    return ctx.session.scalars(query).all()


def answered_cases(ctx: Context, limit: int = 3) -> Sequence[Case]:
    """The newest answers."""
    query = _listed().where(ClockRow.stopped_on.is_not(None)).order_by(*_urgent_first()).limit(limit)
    return ctx.session.scalars(query).all()


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


def _listed() -> sa.Select[tuple[Case]]:
    """Cases beside their clock, with what a card shows."""
    return sa.select(Case).join(Case.clocks.and_(ClockRow.promise.in_(ANSWERS))).options(*_card())


def _card() -> tuple[ORMOption, ...]:
    return (
        joinedload(Case.topic),
        joinedload(Case.reply).joinedload(Reply.author),
        selectinload(Case.agencies).joinedload(CaseAgency.agency),
        selectinload(Case.clocks).selectinload(ClockRow.pauses),
        selectinload(Case.demands),
    )


def _whole() -> tuple[ORMOption, ...]:
    return (
        *_card(),
        joinedload(Case.reply).selectinload(Reply.versions).joinedload(ReplyVersion.author),
        selectinload(Case.demands).joinedload(Demand.written_by),
        selectinload(Case.holdings).joinedload(HoldingAnswer.author),
    )


def _urgent_first() -> tuple[sa.ColumnElement[object], ...]:
    owed_until = sa.case((ClockRow.stopped_on.is_(None), ClockRow.due_on))
    return (ClockRow.stopped_on.is_not(None), owed_until, ClockRow.stopped_on.desc(), Case.id)


def _of_agencies(agency_ids: Sequence[int] | frozenset[int]) -> sa.ColumnElement[bool]:
    return Case.agencies.any(CaseAgency.agency_id.in_(agency_ids))
