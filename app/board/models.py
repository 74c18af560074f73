"""What the board keeps beside the cases: the figures of each day, and how often a date in the calendar moved."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base


class ReplyFigures(Base):
    """How long replies take, by what was known when `day` ended. A row is never changed: the figures of a day stay."""

    __tablename__ = "reply_figures"
    __api__ = "board"

    day: Mapped[date] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]


class ShownDate(Base):
    """The due date of a case as subscribers of the calendar have seen it, and how often it moved until then."""

    __tablename__ = "shown_dates"

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    due_on: Mapped[date]
    moves: Mapped[int] = mapped_column(default=0)
    moved_at: Mapped[datetime | None]
