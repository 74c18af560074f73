"""Mail that is to be sent: the row is the truth, the job only looks for rows."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base


class Letter(Base):
    """One mail in the outbox. `message_id` stays the same on every attempt, so a receiver can drop a double."""

    __tablename__ = "letters"
    __table_args__ = (sa.Index("ix_letters_waiting", "sent_at", "given_up_at", "next_try_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(unique=True)
    recipient: Mapped[str]
    lang: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    written_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    """Also the lease: moved on when a worker takes the letter, so a dead worker's letter comes back."""
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")
