"""This government's own settings, its calendar exceptions, and the sign of life of the workers."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base
from app.core.calendar import Half


class SettingsRow(Base):
    """One row, always with id 1. Every change raises `version`."""

    __tablename__ = "instance_settings"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    name: Mapped[dict[str, str]]
    motto: Mapped[dict[str, str]]
    contact_email: Mapped[str]
    timezone: Mapped[str]
    country: Mapped[str]
    area: Mapped[str | None]


class CalendarException(Base):
    """A day on which offices here work or rest otherwise than the country's calendar says (a typhoon day).

    `area` is an ISO 3166-2 code, or null: everywhere. `half`: in it offices are closed, in the other they work.
    """

    __api__ = "calendar"
    __tablename__ = "calendar_exceptions"
    __table_args__ = (
        sa.UniqueConstraint("day", "area"),
        # To a unique key two nulls differ.
        sa.Index(
            "uq_calendar_exceptions_day_everywhere",
            "day",
            unique=True,
            sqlite_where=sa.text("area IS NULL"),
            postgresql_where=sa.text("area IS NULL"),
        ),
        sa.CheckConstraint("half IS NULL OR works", name="half_works"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    area: Mapped[str | None]
    name: Mapped[dict[str, str]]
    works: Mapped[bool]
    half: Mapped[Half | None]


class Heartbeat(Base):
    """When a worker was last seen alive."""

    __tablename__ = "heartbeats"

    worker: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
