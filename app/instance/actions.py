"""Changing the instance's settings and its calendar."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from app.core.context import Context
from app.core.errors import Invalid
from app.core.language import N_
from app.core.permissions import Permission
from app.core.settings import Settings
from app.instance.facts import CalendarChanged, SettingsChanged
from app.instance.models import CalendarException, SettingsRow
from app.instance.rules import SettingsInput, check_settings
from moderation import clean_line


def change_settings(ctx: Context, entered: SettingsInput) -> SettingsRow:
    """Take new settings. Promises already made keep the version they were made under."""
    ctx.require(Permission.ADMINISTER)
    check_settings(entered)
    row = _row(ctx)
    row.name = {lang: clean_line(text) for lang, text in entered.name.items() if text.strip()}
    row.motto = {lang: clean_line(text) for lang, text in entered.motto.items() if text.strip()}
    row.contact_email = entered.contact_email
    row.timezone = entered.timezone
    row.reply_working_days = entered.reply_working_days
    row.min_people_for_map = entered.min_people_for_map
    _next_version(ctx, row)
    return row


def enter_exception(ctx: Context, day: date, name: dict[str, str], works: bool) -> CalendarException:
    """Enter or correct a day of the calendar. Due dates already promised do not move."""
    ctx.require(Permission.ADMINISTER)
    names = {lang: clean_line(text) for lang, text in name.items() if text.strip()}
    if not names:
        raise Invalid(fields={"name": N_("Please say what kind of day this is.")})
    found = ctx.session.scalar(sa.select(CalendarException).where(CalendarException.day == day))
    exception = found or CalendarException(day=day)
    exception.name, exception.works = names, works
    ctx.session.add(exception)
    ctx.record(CalendarChanged(day, works))
    _next_version(ctx, _row(ctx))
    return exception


def _row(ctx: Context) -> SettingsRow:
    row = ctx.session.get(SettingsRow, 1, with_for_update=True)
    if row is None:
        default = Settings()
        row = SettingsRow(
            id=1,
            version=0,
            name=default.name,
            motto=default.motto,
            contact_email=default.contact_email,
            timezone=default.timezone,
            country=default.country,
            reply_working_days=default.reply_working_days,
            min_people_for_map=default.min_people_for_map,
        )
        ctx.session.add(row)
    return row


def _next_version(ctx: Context, row: SettingsRow) -> None:
    row.version += 1
    ctx.session.flush()
    ctx.record(SettingsChanged(row.version, row.reply_working_days))
