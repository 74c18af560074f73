"""Changing the instance's settings and its calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date

import sqlalchemy as sa

from app.core.context import Context
from app.core.database import insert_once
from app.core.errors import Invalid, NotFound
from app.core.language import N_
from app.core.permissions import Permission
from app.core.settings import Settings
from app.instance.facts import CalendarChanged, CalendarDayRemoved, SettingsChanged
from app.instance.models import CalendarException, SettingsRow
from app.instance.rules import SettingsInput, check_settings
from moderation import clean_line


def change_settings(ctx: Context, entered: SettingsInput) -> SettingsRow:
    """Take new settings. Promises already made keep the version they were made under."""
    ctx.require(Permission.ADMINISTER)
    cleaned = replace(
        entered, name=_lines(entered.name), motto=_lines(entered.motto), contact_email=entered.contact_email.strip()
    )
    check_settings(cleaned)
    row = _row(ctx)
    for name, value in asdict(cleaned).items():
        setattr(row, name, value)
    _next_version(ctx, row)
    return row


def enter_exception(ctx: Context, day: date, name: Mapping[str, str], works: bool) -> CalendarException:
    """Enter or correct a day of the calendar. Due dates already promised do not move."""
    ctx.require(Permission.ADMINISTER)
    names = _lines(name)
    if not names:
        raise Invalid(fields={"name": N_("Please say what kind of day this is.")})
    row = _row(ctx)
    insert_once(ctx.session, CalendarException, day=day, name=names, works=works)
    exception = ctx.session.scalars(_entered(day)).one()
    exception.name, exception.works = names, works
    ctx.record(CalendarChanged(day, works))
    _next_version(ctx, row)
    return exception


def remove_exception(ctx: Context, day: date) -> None:
    """Take back a day that was entered; the country's calendar holds again. Due dates already promised do not move."""
    ctx.require(Permission.ADMINISTER)
    row = _row(ctx)
    exception = ctx.session.scalar(_entered(day))
    if exception is None:
        raise NotFound()
    ctx.session.delete(exception)
    ctx.record(CalendarDayRemoved(day))
    _next_version(ctx, row)


def _lines(texts: Mapping[str, str]) -> dict[str, str]:
    return {lang: line for lang, text in texts.items() if (line := clean_line(text))}


def _entered(day: date) -> sa.Select[tuple[CalendarException]]:
    return sa.select(CalendarException).where(CalendarException.day == day)


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
