"""Statements, participants, votes and the published maps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.base import Base
from app.opinions.rules import Origin
from app.topics.models import Topic


class Statement(Base):
    """One idea in a sentence, to agree or disagree with.

    `key` finds the same words written again: a digest of their comparable form, or the name of an imported one.
    """

    __tablename__ = "statements"
    __api__ = "statements"
    __table_args__ = (
        sa.UniqueConstraint("topic_id", "key"),
        sa.CheckConstraint("agrees >= 0 AND disagrees >= 0 AND passes >= 0", name="counts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topics.id"))
    key: Mapped[str]
    text: Mapped[str]
    lang: Mapped[str]
    origin: Mapped[Origin]
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    written_at: Mapped[datetime]
    hidden_at: Mapped[datetime | None]
    agrees: Mapped[int] = mapped_column(default=0)
    disagrees: Mapped[int] = mapped_column(default=0)
    passes: Mapped[int] = mapped_column(default=0)

    topic: Mapped[Topic] = relationship()


class Participant(Base):
    """A pseudonym: one voter in one topic. Either a person here or somebody from an imported or simulated set.

    `alias` is how the voter is known to the map and in exports: drawn by lot, since ids tell who came before whom.
    """

    __tablename__ = "participants"
    __table_args__ = (
        sa.UniqueConstraint("topic_id", "person_id"),
        sa.UniqueConstraint("topic_id", "imported_as"),
        sa.Index("ix_participants_alias", "topic_id", "alias", unique=True),
        sa.CheckConstraint("(person_id IS NULL) <> (imported_as IS NULL)", name="one_source"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topics.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    imported_as: Mapped[str | None]
    alias: Mapped[int]


class VoteRow(Base):
    """The present vote of a participant on a statement: -1, 0 or 1. The database allows one."""

    __tablename__ = "votes"
    __table_args__ = (
        sa.UniqueConstraint("participant_id", "statement_id"),
        sa.CheckConstraint("value IN (-1, 0, 1)", name="value"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(sa.ForeignKey("participants.id"))
    statement_id: Mapped[int] = mapped_column(sa.ForeignKey("statements.id"), index=True)
    value: Mapped[int] = mapped_column(sa.SmallInteger)
    cast_at: Mapped[datetime]


class FormerVote(Base):
    """A vote that was changed: what it was before, and when it was replaced."""

    __tablename__ = "former_votes"

    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(sa.ForeignKey("participants.id"), index=True)
    statement_id: Mapped[int] = mapped_column(sa.ForeignKey("statements.id"))
    value: Mapped[int] = mapped_column(sa.SmallInteger)
    cast_at: Mapped[datetime]
    replaced_at: Mapped[datetime]


class MapState(Base):
    """How far a topic's map is drawn. It is out of date while `topics.vote_seq` is greater than `drawn_seq`.

    `leased_until` is set while a worker draws it; after that moment another worker may take over.
    """

    __tablename__ = "map_states"

    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topics.id"), primary_key=True)
    drawn_seq: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]


class MapSnapshot(Base):
    """A map as it was published: how many took part, by which engine, and everything the page shows (`content`)."""

    __tablename__ = "map_snapshots"
    __api__ = "map"
    __table_args__ = (sa.Index("ix_map_snapshots_topic", "topic_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topics.id"))
    seq: Mapped[int]
    """`topics.vote_seq` when its votes were read: a topic further on has votes that are not on this map."""
    made_at: Mapped[datetime]
    engine: Mapped[str]
    participants: Mapped[int]
    votes: Mapped[int]
    groups: Mapped[int]
    content: Mapped[dict[str, Any]]
    memory: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True), deferred=True)
    """What places a newcomer and begins the next map; kept of the newest map and of the one it was drawn after."""


class CoordinationCheck(Base):
    """The newest look for coordinated voters in a topic: how far votes are looked at, what is told, and the evidence.

    `leased_until` is set while a worker looks; after that moment another worker may take over.
    """

    __tablename__ = "coordination_checks"
    __api__ = "coordination"

    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topics.id"), primary_key=True)
    checked_seq: Mapped[int] = mapped_column(default=0)
    """`topics.vote_seq` when the votes were read."""
    checked_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    content: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    """What everybody may know: no alias, and of groups of fewer than five only that there are some."""
    evidence: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True), deferred=True)
    """Who, by alias, and what speaks for it: for those who may examine it."""
