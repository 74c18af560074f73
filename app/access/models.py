"""Sign-ins, and what a person shows beside the password."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base


class SignIn(Base):
    """One coming in of a person on one device. The session holds `key`; ending the row ends the session."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    way: Mapped[str]
    """By what: `password`, or the name of a provider."""
    device: Mapped[str]
    """What the browser says of itself, in two words."""
    device_key: Mapped[str]
    """Digest of what the device remembers us by, so that a new one is noticed."""
    network: Mapped[str]
    began_at: Mapped[datetime]
    proved_at: Mapped[datetime | None]
    """When the second factor was last shown in it."""
    ended_at: Mapped[datetime | None]


class SecondFactor(Base):
    """A person who has set up a second factor, and how often it was wrong of late."""

    __tablename__ = "second_factors"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True, autoincrement=False)
    since: Mapped[datetime]
    secret: Mapped[str] = mapped_column(default="")
    """Of the authenticator app, sealed; empty for who has passkeys only."""
    last_step: Mapped[int] = mapped_column(default=0)
    """The time step of the last code that was taken: no code is taken twice."""
    failures: Mapped[int] = mapped_column(default=0)
    blocked_until: Mapped[datetime | None]


class Passkey(Base):
    """A passkey (WebAuthn credential) of a person."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    credential: Mapped[str] = mapped_column(unique=True)
    """Its id, base64url."""
    public_key: Mapped[bytes]
    uses: Mapped[int] = mapped_column(sa.BigInteger)
    """What the authenticator counted last; 0 for those that do not count."""
    label: Mapped[str]
    added_at: Mapped[datetime]


class RecoveryCode(Base):
    """A code that replaces a lost second factor once. Only its keyed digest is kept."""

    __tablename__ = "recovery_codes"
    __table_args__ = (sa.UniqueConstraint("person_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    digest: Mapped[str]
    used_at: Mapped[datetime | None]
