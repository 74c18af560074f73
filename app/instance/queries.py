"""Reading the instance's settings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.calendar import (
    ONE_DAY,
    BeyondCalendar,
    DayException,
    days_between,
    notable_names,
    office_calendar,
)
from app.core.context import Context
from app.core.deadline import DAY_UNITS, Due, Unit, due_after
from app.core.errors import Invalid, NotFound
from app.core.language import N_
from app.core.settings import Settings
from app.instance.importing import FileDay, Plan, plan
from app.instance.models import CalendarException, SettingsRow
from app.instance.rules import AMOUNTS, check_area

_latest: dict[str, Settings] = {}


def load_settings(session: Session) -> Settings:
    """The settings in force. One small query; the rest is kept while the version stays the same."""
    row = session.get(SettingsRow, 1)
    if row is None:
        return Settings()
    key = str(session.get_bind())
    known = _latest.get(key)
    if known is None or known.version != row.version:
        known = _latest[key] = _settings(session, row)
    return known


def forget_settings() -> None:
    """Read everything anew: versions say nothing once a database was emptied or restored under a running process."""
    _latest.clear()


def calendar_exceptions(ctx: Context) -> Sequence[CalendarException]:
    """The days entered here, newest first; of one day, that for everywhere before those of areas."""
    order = (CalendarException.day.desc(), sa.func.coalesce(CalendarException.area, ""))
    return ctx.session.scalars(sa.select(CalendarException).order_by(*order)).all()


def reckon(ctx: Context, start: date, amount: int, unit: Unit, area: str | None = None) -> Due:
    """When a period that begins with the event on `start` ends, in an area or in the instance's own.

    Raises `Invalid` with the field (from, amount, unit, area) that cannot be counted with.
    """
    if amount not in AMOUNTS:
        raise Invalid(fields={"amount": N_("Enter a whole number from 1 to 1,000.")})
    if unit not in DAY_UNITS:
        raise Invalid(fields={"unit": N_("Choose days, working days or months.")})
    check_area(area, ctx.settings.country)
    try:
        return due_after(start, amount, unit, ctx.calendar_of(area or ctx.settings.area))
    except (BeyondCalendar, OverflowError):
        raise Invalid(fields={"from": N_("The office calendar does not reach the days of this period.")}) from None


def office_year(ctx: Context, year: int, area: str | None = None) -> list[DayException]:
    """The days of a year that differ from plain weeks: holidays, make-up days, and what was entered here.

    Weekends without another name are left out. Raises `NotFound` where the calendar does not reach.
    """
    check_area(area, ctx.settings.country)
    area = area or ctx.settings.area
    calendar = ctx.calendar_of(area)
    try:
        days = days_between(date(year, 1, 1) - ONE_DAY, date(year, 12, 31))
        found = [DayException(day, notable_names(calendar, day), calendar.is_working_day(day)) for day in days]
    except (BeyondCalendar, ValueError, OverflowError):
        raise NotFound(N_("The office calendar of this year is not known.")) from None
    return [one._replace(area=area, half=calendar.closed_half(one.day)) for one in found if one.name]


def plan_import(ctx: Context, days: Sequence[FileDay]) -> Plan:
    """What entering these days would change."""
    return plan(days, ctx.settings.exceptions, office_calendar(ctx.settings.country))


def _settings(session: Session, row: SettingsRow) -> Settings:
    days = session.scalars(sa.select(CalendarException).order_by(CalendarException.day))
    return Settings(
        version=row.version,
        name=row.name,
        motto=row.motto,
        contact_email=row.contact_email,
        timezone=row.timezone,
        country=row.country,
        area=row.area,
        exceptions=tuple(DayException(day.day, tuple(day.name.items()), day.works, day.area, day.half) for day in days),
    )
