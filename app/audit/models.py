"""The record of facts: append-only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base


class FactRow(Base):
    """One fact, with who did it and when. Rows are never changed or deleted."""

    __tablename__ = "facts"
    __table_args__ = (sa.Index("ix_facts_topic", "topic_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    topic_id: Mapped[int | None] = mapped_column(sa.ForeignKey("topics.id"))
    public: Mapped[bool]
    data: Mapped[dict[str, Any]]
