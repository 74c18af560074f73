"""Issues posted by agencies, their versions and attachments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.base import Base
from app.issues.rules import IssueState, PromiseLevel
from app.topics.models import Topic, TopicAgency
from app.topics.rules import Part


class Issue(Base):
    """What an agency asks the public. Title, summary, dates and agencies stand with its topic.

    `revision` grows with everything that is saved: whoever saves over a newer one is told.
    """

    __tablename__ = "issues"
    __api__ = "issues"

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topics.id"), unique=True)
    state: Mapped[IssueState] = mapped_column(index=True)
    promise: Mapped[PromiseLevel]
    area: Mapped[dict[str, str]]
    """The place in words; empty for the whole of the instance."""
    background: Mapped[dict[str, str]]
    """Markdown, as are the next two; rendered when shown through `moderation.render`."""
    still_open: Mapped[dict[str, str]]
    decided: Mapped[dict[str, str]]
    withdrawn_because: Mapped[dict[str, str]] = mapped_column(default=dict)
    opens_on: Mapped[date | None]
    """The first day, if it is not to open as soon as it is approved."""
    approver_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    """Who approved the draft as it stands, to open on its first day."""
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))

    topic: Mapped[Topic] = relationship()
    versions: Mapped[list[IssueVersion]] = relationship(order_by="IssueVersion.number")
    attachments: Mapped[list[Attachment]] = relationship(order_by="Attachment.id", cascade="all, delete-orphan")

    @property
    def lead(self) -> TopicAgency:
        """The agency that asks, and answers for all."""
        return next(part for part in self.topic.agencies if part.part is Part.LEAD)

    @property
    def is_published(self) -> bool:
        return self.state is not IssueState.DRAFT and self.topic.opened_at is not None


class IssueVersion(Base):
    """A published issue as it stood from `saved_at` on. `content`: field -> text by language, or a plain value."""

    __tablename__ = "issue_versions"
    __api__ = "issues"
    __table_args__ = (sa.UniqueConstraint("issue_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(sa.ForeignKey("issues.id"))
    number: Mapped[int]
    saved_at: Mapped[datetime]
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    note: Mapped[str] = mapped_column(default="")
    content: Mapped[dict[str, Any]]


class Attachment(Base):
    """A file beside an issue, kept under its SHA-256 in the instance's folder and served as a download only."""

    __tablename__ = "attachments"
    __api__ = "issues"
    __table_args__ = (sa.UniqueConstraint("issue_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(sa.ForeignKey("issues.id"))
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(index=True)
    added_at: Mapped[datetime]
