"""What we know of people beside their address. Numbers and subjects are kept as keyed digests only."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base
from app.core.persons import AgeBand, Level, Standing


class Identity(Base):
    """A sign-in of a provider that belongs to a person. `key` is the HMAC of issuer and subject.

    Given up it stays, ended: what was one person's never becomes another's, so nobody counts twice by handing it on.
    """

    __tablename__ = "identities"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    provider: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    level: Mapped[Level]
    linked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Declaration(Base):
    """What a person says of themselves. Of an age only the band is asked, never the day of birth."""

    __tablename__ = "declarations"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True, autoincrement=False)
    standing: Mapped[Standing | None]
    age_band: Mapped[AgeBand | None]
    declared_at: Mapped[datetime]


class Phone(Base):
    """A mobile number whose messages a person reads. `place` counts the accounts of one number: the unique key, not a
    count, keeps them within the limit of the rules.
    """

    __tablename__ = "phones"
    __table_args__ = (sa.UniqueConstraint("key", "place"),)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True, autoincrement=False)
    key: Mapped[str]
    place: Mapped[int]
    hint: Mapped[str]
    """Its last digits, for its owner."""
    number_range: Mapped[str]
    """The block of ten thousand numbers it lies in, for those who look for numbers bought together."""
    verified_at: Mapped[datetime]


class PhoneCode(Base):
    """A code that was sent to a number. Only its keyed digest is kept."""

    __tablename__ = "phone_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    key: Mapped[str] = mapped_column(index=True)
    """Of the number."""
    hint: Mapped[str]
    number_range: Mapped[str]
    digest: Mapped[str]
    sent_at: Mapped[datetime]
    guesses: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class TextMessage(Base):
    """A text message that waits to be sent. Once it has left, or was given up, number and words are forgotten."""

    __tablename__ = "text_messages"
    __table_args__ = (sa.Index("ix_text_messages_waiting", "done_at", "next_try_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    """The same on every attempt, so that a gateway can drop a double."""
    number: Mapped[str]
    text: Mapped[str]
    written_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    delivered: Mapped[bool] = mapped_column(default=False)
    last_error: Mapped[str] = mapped_column(default="")
