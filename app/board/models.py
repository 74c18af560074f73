"""What the board keeps beside the cases: the figures of each day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base


class ReplyFigures(Base):
    """How long replies take, by what was known when `day` ended. A row is never changed: the figures of a day stay."""

    __tablename__ = "reply_figures"
    __api__ = "board"

    day: Mapped[date] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]
