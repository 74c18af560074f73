"""Changing the instance's settings and its calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date

import sqlalchemy as sa

from app.core.calendar import DayException, Half, unnamed
from app.core.context import Context
from app.core.database import insert_once
from app.core.errors import Invalid, NotFound
from app.core.language import N_
from app.core.permissions import Permission
from app.core.settings import Settings
from app.instance.facts import CalendarChanged, CalendarDayRemoved, SettingsChanged
from app.instance.models import CalendarException, SettingsRow
from app.instance.rules import SettingsInput, check_area, check_settings
from moderation import clean_line


def change_settings(ctx: Context, entered: SettingsInput) -> SettingsRow:
    """Take new settings. Promises already made keep the version they were made under."""
    ctx.require(Permission.ADMINISTER)
    cleaned = replace(
        entered, name=_lines(entered.name), motto=_lines(entered.motto), contact_email=entered.contact_email.strip()
    )
    check_settings(cleaned)
    row = _row(ctx)
    check_area(cleaned.area, row.country)
    for name, value in asdict(cleaned).items():
        setattr(row, name, value)
    _next_version(ctx, row)
    return row


def enter_exception(
    ctx: Context, day: date, name: Mapping[str, str], works: bool, area: str | None = None, half: Half | None = None
) -> CalendarException:
    """Enter or correct a day of the calendar, everywhere or in one area. Due dates already promised do not move."""
    ctx.require(Permission.ADMINISTER)
    if not _lines(name):
        raise Invalid(fields={"name": N_("Please say what kind of day this is.")})
    row = _row(ctx)
    check_area(area, row.country)
    exception = _enter(ctx, DayException(day, name, works, area, half))
    _next_version(ctx, row)
    return exception


def enter_days(ctx: Context, days: Sequence[DayException]) -> None:
    """Enter many days at once, as one new version of the settings. One without a name gets that of its kind."""
    ctx.require(Permission.ADMINISTER)
    row = _row(ctx)
    for day in days:
        check_area(day.area, row.country)
        _enter(ctx, day)
    if days:
        _next_version(ctx, row)


def remove_exception(ctx: Context, day: date, area: str | None = None) -> None:
    """Take back a day that was entered; the country's calendar holds again. Due dates already promised do not move."""
    ctx.require(Permission.ADMINISTER)
    row = _row(ctx)
    exception = ctx.session.scalar(_entered(day, area))
    if exception is None:
        raise NotFound()
    ctx.session.delete(exception)
    ctx.record(CalendarDayRemoved(day, area))
    _next_version(ctx, row)


def _enter(ctx: Context, day: DayException) -> CalendarException:
    works = day.works or day.half is not None
    name = _lines(dict(day.name)) or dict(unnamed(works, day.half))
    key = {"day": day.day, "area": day.area}
    insert_once(ctx.session, CalendarException, **key, name=name, works=works, half=day.half)
    exception = ctx.session.scalars(_entered(day.day, day.area)).one()
    exception.name, exception.works, exception.half = name, works, day.half
    ctx.record(CalendarChanged(day.day, works, day.area, day.half.value if day.half else None))
    return exception


def _lines(texts: Mapping[str, str]) -> dict[str, str]:
    return {lang: line for lang, text in texts.items() if (line := clean_line(text))}


def _entered(day: date, area: str | None) -> sa.Select[tuple[CalendarException]]:
    # `area IS NULL` where it is None.
    return sa.select(CalendarException).where(CalendarException.day == day, CalendarException.area == area)


def _row(ctx: Context) -> SettingsRow:
    """The settings, locked: two changes at once get two versions."""
    values = asdict(Settings()) | {"id": 1}
    del values["exceptions"]
    insert_once(ctx.session, SettingsRow, **values)
    return ctx.session.get_one(SettingsRow, 1, with_for_update=True, populate_existing=True)


def _next_version(ctx: Context, row: SettingsRow) -> None:
    row.version += 1
    ctx.session.flush()
    ctx.record(SettingsChanged(row.version))
