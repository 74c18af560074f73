"""Reading the board: lists of cases, what feeds and calendars tell of them, and the figures.

`_clocks` alone knows where the clock of a promise to reply is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from app.board.models import ReplyFigures
from app.board.rules import WEEK, Pause, Shown, Waited, Wanted
from app.cases.models import Case, CaseAgency
from app.cases.rules import ANSWERS
from app.clocks.models import ClockPause, ClockRow
from app.clocks.queries import is_late
from app.core.calendar import ONE_DAY
from app.core.context import Context
from app.core.errors import Invalid
from app.core.language import N_
from app.core.pages import PAGE_SIZE, Page
from app.topics.models import Topic
from app.topics.rules import Part

WEEK_SHOWN, SHOWN = 6, 3
"""Cases on the front of the board: of those that became late this week, and of each other kind."""
NEWEST = 50
"""Entries of a feed."""
CALENDAR_REACH = timedelta(days=92)
CALENDAR_MOST = 500


@dataclass(frozen=True)
class Front:
    """The front of the board: of each kind the first few cases, and which kinds have more."""

    late_this_week: Sequence[Case]
    late_longer: Sequence[Case]
    due: Sequence[Case]
    answered: Sequence[Case]
    more: frozenset[str]


def listed(ctx: Context, wanted: Wanted, number: int = 1, size: int = PAGE_SIZE) -> Page[Case]:
    """The longest late first, then what is due next, then the newest answers."""
    if not 1 <= number <= 100_000:
        raise Invalid(N_("There is no such page."))
    query = _clocks(sa.select(Case)).where(*_chosen(wanted, ctx.now)).order_by(*_urgent_first()).options(*_shown())
    cases = ctx.session.scalars(query.limit(size + 1).offset((number - 1) * size)).all()
    return Page(items=cases[:size], number=number, has_next=len(cases) > size)


def front(ctx: Context, wanted: Wanted) -> Front:
    """What became late this week, what is late for longer, what is due next, and the newest answers."""
    late = replace(wanted, shown=Shown.LATE)
    week, before = ctx.today - WEEK, ctx.today - WEEK - timedelta(days=1)
    asked = {
        "late_this_week": (replace(late, due_from=week), ClockRow.due_on.desc(), WEEK_SHOWN),
        "late_longer": (replace(late, due_to=before), ClockRow.due_on, SHOWN),
        "due": (replace(wanted, shown=Shown.DUE), ClockRow.due_on, SHOWN),
        "answered": (replace(wanted, shown=Shown.ANSWERED), ClockRow.stopped_on.desc(), SHOWN),
    }
    found = {name: _first(ctx, which, order, most + 1) for name, (which, order, most) in asked.items()}
    first = {name: ids[: asked[name][2]] for name, ids in found.items()}
    cases = _by_id(ctx, [one for ids in first.values() for one in ids])
    sections = {name: [cases[one] for one in ids] for name, ids in first.items()}
    return Front(**sections, more=frozenset(name for name, ids in found.items() if len(ids) > len(first[name])))


def overdue(ctx: Context, agency_id: int | None = None) -> Sequence[Case]:
    """Cases whose day passed without a reply, whatever came since; the last to become late first."""
    missed = sa.or_(ClockRow.stopped_at >= ClockRow.due_at, is_late(ctx.now))
    return _newest(ctx, missed, ClockRow.due_on.desc(), agency_id)


def answered(ctx: Context, agency_id: int | None = None) -> Sequence[Case]:
    """Cases with a published reply, the newest reply first."""
    return _newest(ctx, Case.answered_at.is_not(None), Case.answered_at.desc(), agency_id)


def opened(ctx: Context, agency_id: int) -> Sequence[Case]:
    """Cases of an agency, the newest first."""
    return _newest(ctx, sa.true(), Case.opened_at.desc(), agency_id)


def calendar(ctx: Context, wanted: Wanted) -> Sequence[Case]:
    """What fell due within the last three months or still will, by due date."""
    recent = ClockRow.due_on >= ctx.today - CALENDAR_REACH
    query = _clocks(sa.select(Case)).where(recent, *_chosen(wanted, ctx.now)).options(*_shown())
    return ctx.session.scalars(query.order_by(ClockRow.due_on, Case.id).limit(CALENDAR_MOST)).all()


def newest_figures(ctx: Context) -> ReplyFigures | None:
    """The figures of the last day they were counted for."""
    return ctx.session.scalar(sa.select(ReplyFigures).order_by(ReplyFigures.day.desc()).limit(1))


def figures_of(ctx: Context, day: date) -> ReplyFigures | None:
    """The figures of a day, if they were counted."""
    return ctx.session.get(ReplyFigures, day)


def all_waits(ctx: Context) -> list[Waited]:
    """Every promise to reply from the rows themselves, with the agencies that lead now. For a job, not for a page."""
    leads: dict[int, set[int]] = {}
    lead = sa.select(CaseAgency.case_id, CaseAgency.agency_id).where(
        CaseAgency.part == Part.LEAD, CaseAgency.released_at.is_(None)
    )
    for case_id, agency_id in ctx.session.execute(lead):
        leads.setdefault(case_id, set()).add(agency_id)
    stood: dict[int, list[Pause]] = {}
    for pause in ctx.session.scalars(sa.select(ClockPause)):
        end = pause.until_on - ONE_DAY if pause.until_on else None
        stood.setdefault(pause.clock_id, []).append(Pause(pause.from_on - ONE_DAY, end))
    query = _clocks(sa.select(Case.id, ClockRow.id, ClockRow.started_on, ClockRow.due_on, ClockRow.stopped_on))
    return [
        Waited(*days, pauses=tuple(stood.get(clock_id, ())), agency_ids=frozenset(leads.get(case_id, ())))
        for case_id, clock_id, *days in ctx.session.execute(query.order_by(Case.id))
    ]


def _clocks(query: sa.Select[Any]) -> sa.Select[Any]:
    """Cases beside the clock of the reply they owe."""
    return query.join(Case.clocks.and_(ClockRow.promise.in_(ANSWERS)))


def _shown() -> tuple[ORMOption, ...]:
    return (
        joinedload(Case.topic),
        selectinload(Case.agencies).joinedload(CaseAgency.agency),
        selectinload(Case.clocks).selectinload(ClockRow.pauses),
    )


def _first(ctx: Context, wanted: Wanted, order: Any, many: int) -> Sequence[int]:
    query = _clocks(sa.select(Case.id)).where(*_chosen(wanted, ctx.now)).order_by(order, Case.id)
    return ctx.session.scalars(query.limit(many)).all()


def _by_id(ctx: Context, ids: Sequence[int]) -> dict[int, Case]:
    query = sa.select(Case).where(Case.id.in_(ids)).options(*_shown())
    return {case.id: case for case in ctx.session.scalars(query)}


def _newest(
    ctx: Context, which: sa.ColumnElement[bool], order: sa.ColumnElement[object], agency_id: int | None
) -> Sequence[Case]:
    query = _clocks(sa.select(Case)).where(which, *_of(agency_id)).order_by(order, Case.id.desc())
    return ctx.session.scalars(query.limit(NEWEST).options(*_shown())).all()


def _chosen(wanted: Wanted, now: datetime) -> list[sa.ColumnElement[bool]]:
    due_on, running = ClockRow.due_on, ClockRow.stopped_on.is_(None)
    states = {
        Shown.ALL: [],
        Shown.LATE: [is_late(now)],
        Shown.DUE: [running, ~is_late(now)],
        Shown.ANSWERED: [~running],
    }
    chosen: list[sa.ColumnElement[bool]] = [*states[wanted.shown], *_of(wanted.agency_id)]
    if wanted.kind is not None:
        chosen.append(Case.topic.has(Topic.kind == wanted.kind))
    if wanted.due_from is not None:
        chosen.append(due_on >= wanted.due_from)
    if wanted.due_to is not None:
        chosen.append(due_on <= wanted.due_to)
    return chosen


def _of(agency_id: int | None) -> list[sa.ColumnElement[bool]]:
    return [] if agency_id is None else [Case.agencies.any(CaseAgency.agency_id == agency_id)]


def _urgent_first() -> tuple[sa.ColumnElement[object], ...]:
    owed_until = sa.case((ClockRow.stopped_on.is_(None), ClockRow.due_on))
    return (ClockRow.stopped_on.is_not(None), owed_until, ClockRow.stopped_on.desc(), Case.id)
