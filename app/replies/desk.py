"""The officers' desk: what is owed, who is in charge of it, for whom it waits. A fixed number of reads for any load."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.agencies.queries import staff_of
from app.agencies.rules import Staff
from app.clocks.models import ClockRow
from app.clocks.queries import is_late
from app.core.clock import local_date
from app.core.context import Context
from app.core.pages import PAGE_SIZE, Page
from app.core.permissions import Permission
from app.replies.models import Case, CaseAgency, Reply
from app.replies.parts import PartSeen, PartState, Waiting, missing, waiting_for
from app.replies.publications import HoldingAnswer
from app.replies.queries import cases_by_ids
from app.replies.records import CaseTransfer
from app.replies.rules import ANSWERS, ReplyState, may_decide
from app.topics.rules import Part


class Filter(StrEnum):
    """What the desk shows."""

    MINE = "mine"
    WAITING = "waiting"
    LATE = "late"
    AGENCY = "agency"
    PUBLISHED = "published"
    """Not what is owed: the replies given, the newest first."""


class Place(StrEnum):
    """Where on the desk the next step of a case is done."""

    REPLY = "reply"
    PART = "part"
    HOLDING = "holding"


@dataclass(frozen=True)
class Line:
    """An open case as one of my agencies sees it. `acting`: who is in charge there; `others`: agencies waited for.

    `is_mine`: I am in charge; `is_my_turn`: nothing happens until I do something; `place`: where it is done.
    """

    case_id: int
    agency_id: int
    due_on: date
    days_open: int
    is_late: bool
    acting: int | None
    waiting: Waiting
    others: tuple[int, ...]
    is_mine: bool
    is_my_turn: bool
    place: Place


@dataclass(frozen=True)
class Load:
    """What an officer has on the table."""

    name: str
    open: int
    late: int
    this_week: int


@dataclass(frozen=True)
class Desk:
    """Everything open of my agencies, by due date; `staff` by agency."""

    lines: Sequence[Line]
    staff: Mapping[int, Staff]
    today: date

    def shown(self, wanted: Filter) -> list[Line]:
        """The lines a filter shows."""
        return [line for line in self.lines if _is_shown(line, wanted)]

    def count(self, wanted: Filter) -> int | None:
        """How many lines a filter shows; None for what is not counted."""
        return None if wanted is Filter.PUBLISHED else len(self.shown(wanted))

    def first_filter(self, is_contact: bool) -> Filter:
        """What is shown unasked: the contact person sees all, an officer their own work or what waits for them."""
        if is_contact:
            return Filter.AGENCY
        return next((one for one in (Filter.MINE, Filter.WAITING) if self.shown(one)), Filter.AGENCY)

    def workload(self, agency_ids: Collection[int]) -> list[Load]:
        """Open, late and due this week (until Sunday) by officer; those without any work as well."""
        sunday = self.today + timedelta(days=6 - self.today.weekday())
        here = [line for line in self.lines if line.agency_id in agency_ids]
        held = Counter(line.acting for line in here)
        late = Counter(line.acting for line in here if line.is_late)
        soon = Counter(line.acting for line in here if self.today <= line.due_on <= sunday)
        names = {key: name for agency_id in agency_ids for key, name in self.staff[agency_id].names.items()}
        return [Load(name, held[key], late[key], soon[key]) for key, name in names.items()]


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
            Case.id.in_(offered).label("is_offered"),
            holding.scalar_subquery().label("holding_author_id"),
        )
        .join(Case.clocks.and_(ClockRow.promise.in_(ANSWERS)))
        .join(CaseAgency, sa.and_(CaseAgency.case_id == Case.id, CaseAgency.released_at.is_(None)))
        .outerjoin(Reply)
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
        waiting=waiting,
        others=tuple(one for one in others if one != row.agency_id),
        is_mine=me in acting.values(),
        is_my_turn=holding or decides or (waiting is Waiting.US and acting[row.agency_id] == me),
        place=Place.HOLDING if holding else Place.PART if row.agency_id in missing(parts) else Place.REPLY,
    )


def _seen(row: Any) -> PartSeen:
    state = PartState.REQUIRED if row.contributed_at is None else PartState.CONTRIBUTED
    return PartSeen(row.agency_id, row.part is Part.LEAD, state)


def _is_shown(line: Line, wanted: Filter) -> bool:
    return {
        Filter.MINE: line.is_mine,
        Filter.WAITING: line.is_my_turn,
        Filter.LATE: line.is_late,
        Filter.AGENCY: True,
        Filter.PUBLISHED: False,
    }[wanted]
