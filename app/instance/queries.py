"""Reading the instance's settings."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.calendar import DayException
from app.core.context import Context
from app.core.settings import Settings
from app.instance.models import CalendarException, SettingsRow

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
    """The days entered here, newest first."""
    return ctx.session.scalars(sa.select(CalendarException).order_by(CalendarException.day.desc())).all()


def _settings(session: Session, row: SettingsRow) -> Settings:
    days = session.scalars(sa.select(CalendarException).order_by(CalendarException.day))
    return Settings(
        version=row.version,
        name=row.name,
        motto=row.motto,
        contact_email=row.contact_email,
        timezone=row.timezone,
        country=row.country,
        exceptions=tuple(DayException(day.day, tuple(day.name.items()), day.works) for day in days),
    )
