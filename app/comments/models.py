"""Arguments for and against, with one level of reply."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.agencies.models import Agency
from app.comments.rules import Stance, State, state_of
from app.core.base import Base
from app.topics.models import Topic


class Comment(Base):
    """A comment or a reply to one. A deleted comment stays as a marker and keeps its replies."""

    __tablename__ = "comments"
    __api__ = "comments"
    __table_args__ = (sa.Index("ix_comments_thread", "topic_id", "parent_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topics.id"))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("comments.id"), index=True)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    agency_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agencies.id"), index=True)
    """The agency of the topic for which the author spoke. Written down once: officers come and go, words stay."""
    lang: Mapped[str]
    stance: Mapped[Stance]
    text: Mapped[str]
    html: Mapped[str]
    """`text` as safe markup, made when it was written."""
    written_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    """When a version was last replaced; edits within the window leave no trace."""
    deleted_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    convincing: Mapped[int] = mapped_column(sa.CheckConstraint("convincing >= 0", name="convincing"), default=0)
    unconvincing: Mapped[int] = mapped_column(sa.CheckConstraint("unconvincing >= 0", name="unconvincing"), default=0)
    bridging: Mapped[float | None]
    """Of the quarter of people least inclined to it, the share surely convinced (lower bound); None: too few marks."""
    place: Mapped[int | None]
    """From 0, among the comments of the topic when they were last ranked; None: written since, or a reply."""

    topic: Mapped[Topic] = relationship()
    author: Mapped[Person] = relationship()
    agency: Mapped[Agency | None] = relationship()
    replies: Mapped[list[Comment]] = relationship(order_by="Comment.id")
    versions: Mapped[list[CommentVersion]] = relationship(order_by="CommentVersion.id")

    @property
    def state(self) -> State:
        """What readers see of it."""
        return state_of(self.deleted_at, self.hidden_at)


class CommentVersion(Base):
    """What a comment said before an edit."""

    __tablename__ = "comment_versions"
    __api__ = "comments"

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comments.id"), index=True)
    text: Mapped[str]
    lang: Mapped[str]
    stance: Mapped[Stance]
    replaced_at: Mapped[datetime]


class CommentMark(Base):
    """What a reader thinks of a comment; shown to nobody else. Somebody from a simulated set has no person here."""

    __tablename__ = "comment_marks"
    __table_args__ = (
        sa.UniqueConstraint("comment_id", "person_id"),
        sa.UniqueConstraint("comment_id", "imported_as"),
        sa.CheckConstraint("(person_id IS NULL) <> (imported_as IS NULL)", name="one_source"),
        sa.CheckConstraint("value IN (-1, 1)", name="value"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comments.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    imported_as: Mapped[str | None]
    value: Mapped[int] = mapped_column(sa.SmallInteger)
    marked_at: Mapped[datetime]


class RankState(Base):
    """How far a topic's comments are ranked: out of date while `topics.mark_seq` is greater, or on another day.

    `leased_until` is set while a worker ranks them; after that moment another worker may take over.
    """

    __tablename__ = "rank_states"

    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topics.id"), primary_key=True)
    ranked_seq: Mapped[int] = mapped_column(default=0)
    ranked_on: Mapped[date | None]
    leased_until: Mapped[datetime | None]
