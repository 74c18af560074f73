"""The board as open data: what is owed and answered, and how long replies take."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from pydantic import BaseModel

from app.agencies.queries import all_agencies
from app.board.faces import count_of, page_of
from app.board.forms import BoardQuery, wanted
from app.board.models import ReplyFigures
from app.board.queries import figures_of, listed, newest_figures
from app.board.rules import MIN_CASES, Days, Figures
from app.cases.faces import clock_view
from app.cases.models import Case
from app.cases.presenting import CaseAgencyOut, present_part
from app.core.clock import rfc3339
from app.core.clockface import ClockStatus
from app.core.context import Context
from app.core.errors import NotFound
from app.core.language import N_
from app.core.permissions import Permission
from app.topics.rules import TopicKind
from app.web.acting import ctx, guard
from app.web.openapi import api_blueprint, present_page

api = api_blueprint("board")


class BoardLinks(BaseModel):
    """Pages about a case, and the operation that gives the whole of it."""

    page: str
    how_the_date_was_counted: str
    case: str


class BoardRow(BaseModel):
    """A case on the board. Days are local days of the instance; `days_late` are calendar days as of today."""

    kind: TopicKind
    case: str
    title: dict[str, str]
    agencies: list[CaseAgencyOut]
    started_on: str
    due_on: str
    answered_on: str | None
    status: ClockStatus
    status_words: str
    days_late: int
    links: BoardLinks


class BoardList(BaseModel):
    """A page of cases: the longest late first, then what is due next, then the newest answers."""

    items: list[BoardRow]
    next: str | None


class DaysOut(BaseModel):
    """Calendar days with their 95 % interval; null where that far nobody can see yet."""

    days: int | None
    low: int | None
    high: int | None


class ShareOut(BaseModel):
    """`count` of `total`, with the 95 % interval of the share."""

    count: int
    total: int
    share: float
    low: float
    high: float


class StepOut(BaseModel):
    """A day after the start on which replies came: `answered` of the `waiting`; `share` is answered by then."""

    day: int
    answered: int
    waiting: int
    share: float
    low: float
    high: float


class TimesOut(BaseModel):
    """How long replies take. Cases that still wait are counted as long as they have waited (Kaplan-Meier)."""

    answered: int
    waiting: int
    median: DaysOut
    ninety_percent: DaysOut
    answered_in_time: ShareOut
    curve: list[StepOut]


class AgencyTimes(BaseModel):
    """The figures of a lead agency; `times` is null where there are too few cases to say."""

    slug: str
    name: dict[str, str]
    times: TimesOut | None


class FiguresOut(BaseModel):
    """What was known when `day` ended. Nothing is told of fewer than `least` answered or overdue cases."""

    day: str
    made_at: str
    least: int
    all: TimesOut | None
    agencies: list[AgencyTimes]


class FiguresQuery(BaseModel):
    """Of which day; the last one counted if it is left open."""

    day: date | None = None


def present_row(ctx: Context, case: Case) -> dict[str, Any]:
    """The public fields of a case on the board."""
    clock, view = case.clock, clock_view(ctx, case)
    return {
        "kind": case.topic.kind,
        "case": case.topic.slug,
        "title": case.topic.title,
        "agencies": [present_part(part) for part in case.agencies],
        "started_on": clock.started_on.isoformat(),
        "due_on": clock.due_on.isoformat(),
        "answered_on": clock.stopped_on.isoformat() if clock.stopped_on else None,
        "status": view.face.status,
        "status_words": view.status,
        "days_late": view.face.days_late,
        "links": {
            "page": page_of(case, external=True),
            "how_the_date_was_counted": count_of(case, external=True),
            "case": url_for("replies_api.case", kind=case.topic.kind.value, slug=case.topic.slug, _external=True),
        },
    }


def present_times(stored: dict[str, Any] | None) -> dict[str, Any] | None:
    """Figures as they were stored."""
    if stored is None:
        return None
    found = Figures.from_json(stored)
    kept = found.in_time
    return {
        "answered": found.answered,
        "waiting": found.waiting,
        "median": present_days(found.median),
        "ninety_percent": present_days(found.ninety),
        "answered_in_time": {
            "count": kept.count,
            "total": kept.total,
            "share": kept.rate,
            "low": kept.low,
            "high": kept.high,
        },
        "curve": [vars(step) for step in found.curve],
    }


def present_days(found: Days) -> dict[str, int | None]:
    """A number of days and its interval."""
    return {"days": found.day, "low": found.low, "high": found.high}


def present_figures(ctx: Context, stored: ReplyFigures) -> dict[str, Any]:
    """The figures of a day. Agencies stand in the order they were added, which says nothing about them."""
    by_agency = stored.content["agencies"]
    return {
        "day": stored.day.isoformat(),
        "made_at": rfc3339(stored.made_at),
        "least": MIN_CASES,
        "all": present_times(stored.content["all"]),
        "agencies": [
            {"slug": one.slug, "name": one.name, "times": present_times(by_agency[str(one.id)])}
            for one in all_agencies(ctx)
            if str(one.id) in by_agency
        ],
    }


@api.get("/board")
@api.input(BoardQuery, location="query", arg_name="query")
@api.output(BoardList)
@guard(Permission.READ)
def board(query: BoardQuery) -> dict[str, Any]:
    """List what is owed and what was answered."""
    chosen, _ = wanted(ctx(), query)
    page = listed(ctx(), chosen, query.page, query.per_page)
    items = [present_row(ctx(), case) for case in page.items]
    return present_page(page, items, "board_api.board", query.per_page, **query.chosen)


@api.get("/board/figures")
@api.input(FiguresQuery, location="query", arg_name="query")
@api.output(FiguresOut)
@guard(Permission.READ)
def figures(query: FiguresQuery) -> dict[str, Any]:
    """How long replies take, by what was known when a day ended."""
    stored = figures_of(ctx(), query.day) if query.day else newest_figures(ctx())
    if stored is None:
        raise NotFound(N_("No figures were counted for that day."))
    return present_figures(ctx(), stored)
