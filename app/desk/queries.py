"""The officers' desk: what is owed, who is in charge of it, for whom it waits. A fixed number of reads for any load."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.agencies.queries import staff_of
from app.agencies.rules import Staff
from app.cases.models import Case, CaseAgency, CaseTransfer
from app.cases.queries import cases_by_ids
from app.cases.rules import ANSWERS, PartSeen, PartState, missing
from app.clocks.models import ClockRow
from app.clocks.queries import is_late
from app.core.clock import local_date
from app.core.context import Context
from app.core.pages import PAGE_SIZE, PAGE_SIZE_MAX, Page
from app.core.permissions import Permission
from app.desk.rules import Desk, Line, Place, Waiting, waiting_for
from app.replies.models import HoldingAnswer, Reply
from app.replies.rules import ReplyState, may_decide
from app.topics.models import Topic, TopicAgency
from app.topics.rules import Part


def my_desk(ctx: Context) -> Desk:
    """The open cases of this officer's agencies."""
    ctx.require(Permission.DESK)
    staff = staff_of(ctx, ctx.actor.agencies)
    rows = _open_parts(ctx)
    by_case: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_case[row.case_id].append(row)
    return Desk([_line(ctx, parts, staff) for parts in by_case.values()], staff, ctx.today)


def desk_rows(ctx: Context, lines: Sequence[Line], number: int = 1, size: int = PAGE_SIZE) -> Page[tuple[Line, Case]]:
    """A page of these lines, each with its whole case."""
    here = lines[(number - 1) * size : number * size] if number > 0 else []
    cases = cases_by_ids(ctx, [line.case_id for line in here])
    return Page([(line, cases[line.case_id]) for line in here], number, len(lines) > number * size)


def offers_to_me(ctx: Context) -> Sequence[CaseTransfer]:
    """Cases that other agencies offer to mine, where I may answer; the oldest offer first."""
    mine = [one for one in ctx.actor.agencies if ctx.actor.may(Permission.CASE_ASSIGN, [one])]
    query = (
        sa.select(CaseTransfer)
        .join(Case, Case.id == CaseTransfer.case_id)
        .where(CaseTransfer.to_agency_id.in_(mine), CaseTransfer.outcome.is_(None), Case.answered_at.is_(None))
        .options(joinedload(CaseTransfer.from_agency), joinedload(CaseTransfer.to_agency))
        .order_by(CaseTransfer.id)
    )
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


def _open_parts(ctx: Context) -> Sequence[Any]:
    """Every present part of every open case of my agencies, by due date, leads first."""
    mine = sa.select(CaseAgency.case_id).where(
        CaseAgency.agency_id.in_(ctx.actor.agencies), CaseAgency.released_at.is_(None)
    )
    offered = sa.select(CaseTransfer.case_id).where(CaseTransfer.outcome.is_(None))
    holding = sa.select(HoldingAnswer.author_id).where(
        HoldingAnswer.case_id == Case.id, HoldingAnswer.published_at.is_(None), HoldingAnswer.sent_back_because == ""
    )
    query = (
        sa.select(
            Case.id.label("case_id"),
            Case.opened_at,
            ClockRow.due_on,
            is_late(ctx.now).label("is_late"),
            CaseAgency.agency_id,
            CaseAgency.part,
            CaseAgency.contributed_at,
            CaseAgency.handler_id,
            CaseAgency.deputy_id,
            Reply.state,
            Reply.author_id,
            (Reply.sent_back_because != "").label("sent_back"),
            Case.id.in_(offered).label("is_offered"),
            holding.scalar_subquery().label("holding_author_id"),
        )
        .join(Case.clocks.and_(ClockRow.promise.in_(ANSWERS)))
        .join(CaseAgency, sa.and_(CaseAgency.case_id == Case.id, CaseAgency.released_at.is_(None)))
        .outerjoin(Reply, Reply.case_id == Case.id)
        .where(ClockRow.stopped_on.is_(None), Case.id.in_(mine))
        .order_by(ClockRow.due_on, Case.id, CaseAgency.part.desc(), CaseAgency.id)
    )
    return ctx.session.execute(query).all()


def _line(ctx: Context, rows: list[Any], staff: Mapping[int, Staff]) -> Line:
    """A case as the one of my agencies sees it that has something to do, or else the first, which leads if one does."""
    parts = [_seen(row) for row in rows]
    mine = [row for row in rows if row.agency_id in ctx.actor.agencies]
    submitted = rows[0].state is ReplyState.SUBMITTED
    waits = {row.agency_id: waiting_for(parts, row.agency_id, submitted, row.is_offered) for row in mine}
    acting = {row.agency_id: staff[row.agency_id].acting(row.handler_id, row.deputy_id) for row in mine}
    me = ctx.actor.person_id
    row = min(mine, key=lambda one: (waits[one.agency_id] is not Waiting.US, acting[one.agency_id] != me))
    waiting, leads = waits[row.agency_id], [part.agency_id for part in parts if part.is_lead]
    may = ctx.actor.may(Permission.REPLY_PUBLISH, leads)
    decides = submitted and may and may_decide(row.author_id, me)
    holds = row.holding_author_id is not None and may and may_decide(row.holding_author_id, me)
    holding = holds and not decides
    others = (missing(parts) or leads) if waiting is Waiting.AGENCIES else []
    return Line(
        case_id=row.case_id,
        agency_id=row.agency_id,
        due_on=row.due_on,
        days_open=(ctx.today - local_date(row.opened_at, ctx.settings.timezone)).days,
        is_late=bool(row.is_late),
        acting=acting[row.agency_id],
        reply=row.state,
        sent_back=bool(row.sent_back),
        waiting=waiting,
        others=tuple(one for one in others if one != row.agency_id),
        is_mine=me in acting.values(),
        is_my_turn=holding or decides or (waiting is Waiting.US and acting[row.agency_id] == me),
        place=Place.HOLDING if holding else Place.PART if row.agency_id in missing(parts) else Place.REPLY,
    )


def _seen(row: Any) -> PartSeen:
    state = PartState.REQUIRED if row.contributed_at is None else PartState.CONTRIBUTED
    return PartSeen(row.agency_id, row.part is Part.LEAD, state)
