"""Reading clocks: which have something to do, which are late."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.clocks.models import ClockPause, ClockRow
from app.clocks.reckoning import (
    Offices,
    Reckoned,
    after_hours_of_pause,
    after_pauses,
    by_calendar,
    days_of_pause,
    longer,
    whole_days,
)
from app.clocks.rules import Subject, check_extension
from app.core.calendar import ONE_DAY
from app.core.clock import local_date, start_of_day
from app.core.context import Context
from app.core.officehours import OfficeHours
from app.core.terms import LEAST_PAUSE, Promise


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


def offices_of(ctx: Context, area: str) -> Offices:
    """What a clock of this area (ISO 3166-2) is reckoned by; without one, the offices of the instance."""
    opened = OfficeHours(ctx.policy.calendar.office_opens, ctx.policy.calendar.office_closes)
    return Offices(ctx.calendar_of(area), ctx.settings.timezone, opened)


def date_if_extended(ctx: Context, clock: ClockRow, amount: int) -> Reckoned:
    """The date after an extension, to be shown before it is confirmed. Raises what the extension would raise."""
    extension = clock.promised.extension
    check_extension(extension, clock.extended, amount, ctx.now, clock.due_at, clock.is_paused)
    period = replace(extension.most, amount=amount) if extension else clock.promised.period
    return longer(clock.legs, clock.due_at, period, offices_of(ctx, clock.area))


def date_if_resumed(ctx: Context, clock: ClockRow) -> Reckoned:
    """The date a paused clock would have if it ran again now."""
    offices, until = offices_of(ctx, clock.area), pause_end(ctx, clock)
    if not clock.counts_days:
        return after_hours_of_pause(clock.legs, clock.due_at, (clock.paused_at or ctx.now, until), offices)
    pauses = ctx.session.scalars(sa.select(ClockPause).where(ClockPause.clock_id == clock.id)).all()
    paused = _days(pauses, local_date(until, offices.timezone))
    return whole_days(after_pauses(clock.legs, clock.promised, paused, offices.calendar), offices.timezone)


def pause_end(ctx: Context, clock: ClockRow) -> datetime:
    """When the pause of a clock ends: now, or when it had lasted as long as the rules allow, if that was before."""
    last = last_of_pause(clock)
    return ctx.now if last is None else min(ctx.now, start_of_day(last + ONE_DAY, ctx.settings.timezone))


def last_of_pause(clock: ClockRow) -> date | None:
    """The last day on which a paused clock stands by itself; None for one that is not paused, or may stand for ever."""
    longest = clock.promised.longest_pause
    return None if clock.paused_on is None or longest is None else clock.paused_on + timedelta(days=longest - 1)


def long_paused(ctx: Context) -> Sequence[int]:
    """Ids of the clocks that are paused for at least the shortest time after which any rules end a pause."""
    least = ctx.today - timedelta(days=LEAST_PAUSE)
    query = sa.select(ClockPause.clock_id).where(ClockPause.until_at.is_(None), ClockPause.from_on <= least)
    return ctx.session.scalars(query.order_by(ClockPause.id)).all()


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
    legs = by_calendar(clock.legs, clock.promised, paused, offices_of(ctx, clock.area).calendar)
    return whole_days(legs, ctx.settings.timezone)


def _days(pauses: Sequence[ClockPause], today: date) -> list[date]:
    return [day for one in pauses for day in days_of_pause(one.from_on, one.until_on or today)]
