"""Cases with the dates a test wants, set as if the days had passed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

from app.cases.queries import case_by_id
from app.clocks.rules import Stop
from app.core.clock import end_of_day, start_of_day
from app.core.context import Context
from tests.support.builders import MadeCase, Make

Work = Callable[..., AbstractContextManager[Context]]


def promised(
    make: Make,
    work: Work,
    started_on: date,
    due_on: date,
    answered_on: date | None = None,
    *,
    agency_id: int | None = None,
    co_agency_id: int | None = None,
    title: str = "Night buses",
) -> MadeCase:
    """A case that began, fell due and was answered on these local days."""
    made = make.case(agency_id=agency_id, co_agency_id=co_agency_id, title=title)
    with work() as ctx:
        case, zone = case_by_id(ctx, made.id), ctx.settings.timezone
        case.opened_at = start_of_day(started_on, zone)
        promise = case.clock
        promise.started_on, promise.due_on, promise.due_at = started_on, due_on, end_of_day(due_on, zone)
        if answered_on is not None:
            case.answered_at = promise.stopped_at = start_of_day(answered_on, zone)
            promise.stopped_on, promise.stop, promise.next_at = answered_on, Stop.KEPT, None
    return made
