"""Reading clocks: which have something to do, which are late."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.clocks.models import ClockPause, ClockRow
from app.clocks.reckoning import Reckoned, after_pauses, by_calendar, days_of_pause, later_by, longer, whole_days
from app.clocks.rules import Subject, check_extension
from app.core.calendar import OfficeCalendar
from app.core.context import Context
from app.core.terms import Promise


@dataclass(frozen=True)
class Move:
    """A date that today's calendar would find otherwise."""

    clock: ClockRow
    found: Reckoned


def clock_of(ctx: Context, subject: Subject, subject_id: int, promise: Promise) -> ClockRow | None:
    """The clock of a promise; None as long as it was not started."""
    query = sa.select(ClockRow).filter_by(subject=subject, subject_id=subject_id, promise=promise)
    return ctx.session.scalar(query)


def clocks_with_something_to_do(ctx: Context, limit: int, without: Collection[int] = ()) -> Sequence[int]:
    """Ids of the clocks whose next step is due, the one that has waited longest first."""
    query = (
        sa.select(ClockRow.id)
        .where(ClockRow.next_at <= ctx.now, ClockRow.id.not_in(without))
        .order_by(ClockRow.next_at, ClockRow.id)
        .limit(limit)
    )
    return ctx.session.scalars(query).all()


def is_running() -> sa.ColumnElement[bool]:
    """Clocks that count: neither stopped nor paused."""
    return sa.and_(ClockRow.stopped_at.is_(None), ClockRow.paused_at.is_(None))


def is_late(now: datetime) -> sa.ColumnElement[bool]:
    """Clocks whose promise is broken at this moment and not yet kept."""
    return sa.and_(is_running(), ClockRow.due_at <= now)


def calendar_of(ctx: Context, area: str) -> OfficeCalendar:
    """The office calendar a clock of this area counts by."""
    return ctx.calendar


def date_if_extended(ctx: Context, clock: ClockRow, amount: int) -> Reckoned:
    """The date after an extension, to be shown before it is confirmed. Raises what the extension would raise."""
    extension = clock.promised.extension
    check_extension(extension, clock.extended, amount, ctx.now, clock.due_at, clock.is_paused)
    period = replace(extension.most, amount=amount) if extension else clock.promised.period
    return longer(clock.legs, clock.due_at, period, calendar_of(ctx, clock.area), ctx.settings.timezone)


def date_if_resumed(ctx: Context, clock: ClockRow) -> Reckoned:
    """The date a paused clock would have if it ran again now."""
    zone, calendar = ctx.settings.timezone, calendar_of(ctx, clock.area)
    if not clock.counts_days:
        span = ctx.now - clock.paused_at if clock.paused_at else timedelta(0)
        return later_by(clock.legs, clock.due_at, span, zone)
    return whole_days(after_pauses(clock.legs, clock.promised, paused_days(ctx, clock), calendar), zone)


def paused_days(ctx: Context, clock: ClockRow) -> list[date]:
    """The local days on which this clock did not run; a pause that goes on is taken to end today."""
    pauses = ctx.session.scalars(sa.select(ClockPause).where(ClockPause.clock_id == clock.id)).all()
    return _days(pauses, ctx.today)


def moves(ctx: Context) -> list[Move]:
    """The running clocks whose date would move if the calendar of today were followed, by date.

    None moves to today or to a day that has passed: nobody is made late by a calendar. A paused clock follows once it
    runs.
    """
    whole = joinedload(ClockRow.agency), selectinload(ClockRow.pauses)
    query = sa.select(ClockRow).where(is_running()).options(*whole)
    clocks = ctx.session.scalars(query.order_by(ClockRow.due_on, ClockRow.id)).all()
    found = [Move(clock, _date_by_calendar(ctx, clock)) for clock in clocks if clock.counts_days]
    return [move for move in found if move.found.on != move.clock.due_on and move.found.on > ctx.today]


def _date_by_calendar(ctx: Context, clock: ClockRow) -> Reckoned:
    paused = _days(clock.pauses, ctx.today)
    legs = by_calendar(clock.legs, clock.promised, paused, calendar_of(ctx, clock.area))
    return whole_days(legs, ctx.settings.timezone)


def _days(pauses: Sequence[ClockPause], today: date) -> list[date]:
    return [day for one in pauses for day in days_of_pause(one.from_on, one.until_on or today)]
