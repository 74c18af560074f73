"""This government's own settings, its calendar exceptions, and the sign of life of the workers."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base


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


class CalendarException(Base):
    """A day on which offices here work or rest otherwise than the country's calendar says (a typhoon day)."""

    __tablename__ = "calendar_exceptions"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(unique=True)
    name: Mapped[dict[str, str]]
    works: Mapped[bool]


class Heartbeat(Base):
    """When a worker was last seen alive."""

    __tablename__ = "heartbeats"

    worker: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
