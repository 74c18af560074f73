"""What is published beside a reply: its former and corrected versions, and holding answers before it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.core.base import Base
from app.replies.rules import HOLDINGS_MAX, ReplyState

if TYPE_CHECKING:
    from app.cases.models import Case, Reply


class ReplyVersion(Base):
    """A published reply as it stood from `published_at` on, or the correction that is to be the next one.

    `content` as `app.replies.versions.content_of` writes it; `reason` is public, and empty for the first version. Only
    one correction is under way at a time: it has taken the next `number`.
    """

    __tablename__ = "reply_versions"
    __api__ = "case"
    __table_args__ = (
        sa.UniqueConstraint("reply_id", "number"),
        sa.CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published"),
        sa.CheckConstraint("number = 1 OR reason <> ''", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(sa.ForeignKey("replies.id"))
    number: Mapped[int]
    state: Mapped[ReplyState]
    revision: Mapped[int] = mapped_column(default=1)
    content: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(default="")
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    approver_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    saved_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    sent_back_because: Mapped[str] = mapped_column(default="")

    reply: Mapped[Reply] = relationship(back_populates="versions")
    author: Mapped[Person] = relationship(foreign_keys=[author_id])


class HoldingAnswer(Base):
    """What says "we are looking at it": an interim answer, which keeps no promise and stops no clock.

    A case has two at most. One waits for an approver until `published_at`, unless it was sent back to be changed.
    """

    __tablename__ = "holding_answers"
    __api__ = "case"
    __table_args__ = (
        sa.UniqueConstraint("case_id", "number"),
        sa.CheckConstraint(f"number BETWEEN 1 AND {HOLDINGS_MAX}", name="number"),
        sa.CheckConstraint("(approver_id IS NULL) = (published_at IS NULL)", name="approved"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"))
    number: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1)
    text: Mapped[str]
    html: Mapped[str]
    lang: Mapped[str]
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    approver_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    written_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    sent_back_because: Mapped[str] = mapped_column(default="")

    case: Mapped[Case] = relationship(back_populates="holdings")
    author: Mapped[Person] = relationship(foreign_keys=[author_id])

    @property
    def is_published(self) -> bool:
        return self.published_at is not None
