"""The spine: anything that is discussed and may be owed an answer."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.agencies.models import Agency
from app.core.base import Base
from app.topics.rules import Part, TopicKind


class Topic(Base):
    """A topic owns its comments, opinions and case; an issue *has* one. Public from `opened_at` on.

    The counters move in the same transaction as the rows they count.
    """

    __tablename__ = "topics"
    __api__ = "issues"
    __table_args__ = (
        sa.UniqueConstraint("kind", "slug"),
        sa.Index("ix_topics_open", "kind", "closed_at", "closes_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[TopicKind]
    slug: Mapped[str]
    title: Mapped[dict[str, str]]
    summary: Mapped[dict[str, str]]
    opened_at: Mapped[datetime | None]
    closes_on: Mapped[date | None]
    """The last day on which voices are taken, in the instance's time zone."""
    closes_at: Mapped[datetime | None]
    """The first moment after that day."""
    closed_at: Mapped[datetime | None]
    statement_count: Mapped[int] = mapped_column(default=0)
    participant_count: Mapped[int] = mapped_column(default=0)
    vote_count: Mapped[int] = mapped_column(default=0)
    comment_count: Mapped[int] = mapped_column(default=0)
    mark_count: Mapped[int] = mapped_column(default=0)
    """Marks on comments: convincing or not."""
    mark_seq: Mapped[int] = mapped_column(default=0)
    """Grows with everything that changes the order of the comments: a mark, a new comment, a deleted one."""
    ranked_count: Mapped[int] = mapped_column(default=0)
    """Comments that enough people of known view have marked; written by the job that ranks them."""
    vote_seq: Mapped[int] = mapped_column(default=0)
    """Grows with everything that changes the map: a vote, a changed vote, a hidden statement."""
    notice: Mapped[dict[str, str]] = mapped_column(default=dict)
    """What every reader of the figures must know first, as that the participants are simulated; mostly empty."""
    imported_from: Mapped[str] = mapped_column(default="")
    """Address of the conversation elsewhere that this topic was imported from; empty for one that began here."""

    agencies: Mapped[list[TopicAgency]] = relationship(
        back_populates="topic", order_by="TopicAgency.id", cascade="all, delete-orphan"
    )

    @property
    def agency_ids(self) -> list[int]:
        """Ids of the agencies that own this topic, the lead first."""
        return [part.agency_id for part in self.agencies]


class TopicAgency(Base):
    """An agency's part in a topic."""

    __tablename__ = "topic_agencies"
    __api__ = "issues"
    __table_args__ = (sa.UniqueConstraint("topic_id", "agency_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topics.id"))
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agencies.id"), index=True)
    part: Mapped[Part]

    topic: Mapped[Topic] = relationship(back_populates="agencies")
    agency: Mapped[Agency] = relationship()
