"""Reading cases: one, or those of the home page. Everything a page shows is loaded with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from app.cases.models import Case, CaseAgency, Demand
from app.cases.rules import ANSWERS
from app.clocks.models import ClockRow
from app.core.context import Context
from app.core.errors import NotFound
from app.core.pages import Page, paged
from app.core.policy import Policy
from app.policies.queries import policy_of


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


def owed_cases(ctx: Context, limit: int = 3) -> Sequence[Case]:
    """The cases that most need an answer, late ones first."""
    query = _listed().where(ClockRow.stopped_on.is_(None)).order_by(*_urgent_first()).limit(limit)
    return ctx.session.scalars(query).all()


def answered_cases(ctx: Context, limit: int = 3) -> Sequence[Case]:
    """The newest answers."""
    query = _listed().where(ClockRow.stopped_on.is_not(None)).order_by(*_urgent_first()).limit(limit)
    return ctx.session.scalars(query).all()


def answered_by(ctx: Context, agency_ids: Collection[int], number: int = 1) -> Page[Case]:
    """The answered cases of these agencies, the newest answer first."""
    theirs = Case.agencies.any(CaseAgency.agency_id.in_(agency_ids))
    query = sa.select(Case).where(Case.answered_at.is_not(None), theirs).options(*_card())
    return paged(ctx.session, query.order_by(Case.answered_at.desc(), Case.id.desc()), number)


def rules_of(ctx: Context, case: Case) -> Policy:
    """The rules a case was opened under: it keeps them, whatever was published since."""
    return policy_of(ctx, case.clock.policy_version)


def _listed() -> sa.Select[tuple[Case]]:
    """Cases beside their clock, with what a card shows."""
    return sa.select(Case).join(Case.clocks.and_(ClockRow.promise.in_(ANSWERS))).options(*_card())


def _card() -> tuple[ORMOption, ...]:
    return (
        joinedload(Case.topic),
        selectinload(Case.agencies).joinedload(CaseAgency.agency),
        selectinload(Case.clocks).selectinload(ClockRow.pauses),
        selectinload(Case.demands),
    )


def _whole() -> tuple[ORMOption, ...]:
    return (*_card(), selectinload(Case.demands).joinedload(Demand.written_by))


def _urgent_first() -> tuple[sa.ColumnElement[object], ...]:
    owed_until = sa.case((ClockRow.stopped_on.is_(None), ClockRow.due_on))
    return (ClockRow.stopped_on.is_not(None), owed_until, ClockRow.stopped_on.desc(), Case.id)
