"""The reply to a case, its former and corrected versions, and the holding answers before it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.cases.models import Case
from app.core.base import Base
from app.replies.rules import HOLDINGS_MAX, ReplyState


class Reply(Base):
    """The answer of the agencies as a whole; the answers point by point stand with the demands.

    `revision` grows with every change of the draft, its demands included. `author_id`: who saved or submitted it last,
    and may not approve it.
    """

    __tablename__ = "replies"
    __api__ = "case"
    __table_args__ = (sa.CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), unique=True)
    state: Mapped[ReplyState]
    revision: Mapped[int]
    summary: Mapped[str]
    summary_html: Mapped[str]
    lang: Mapped[str]
    contact: Mapped[str]
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    approver_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    saved_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    sent_back_because: Mapped[str] = mapped_column(default="")

    case: Mapped[Case] = relationship()
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    versions: Mapped[list[ReplyVersion]] = relationship(back_populates="reply", order_by="ReplyVersion.number")

    @property
    def published_versions(self) -> list[ReplyVersion]:
        """What was published, oldest first: the first reply, then its corrections."""
        return [version for version in self.versions if version.state is ReplyState.PUBLISHED]

    @property
    def correction(self) -> ReplyVersion | None:
        """The correction that is being written or waits for an approver."""
        return next((version for version in self.versions if version.state is not ReplyState.PUBLISHED), None)


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

    author: Mapped[Person] = relationship(foreign_keys=[author_id])

    @property
    def is_published(self) -> bool:
        return self.published_at is not None
