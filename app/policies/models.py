"""Versions of the rules."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base


class PolicyRow(Base):
    """A published version of the rules. Rows are only ever added: cases refer to the version they began under."""

    __tablename__ = "policies"
    __api__ = "policies"
    __table_args__ = (
        sa.CheckConstraint("version >= 1", name="version"),
        sa.Index("ix_policies_in_force", "effective_from", "version"),
    )

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document: Mapped[dict[str, Any]]
    effective_from: Mapped[date]
    published_by: Mapped[dict[str, str]]
    """The name of the office, by language."""
    published_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    """Who pressed the button; nobody for a command on the server. Not public."""
    note: Mapped[dict[str, str]]
