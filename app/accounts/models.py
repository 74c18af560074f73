"""People, the agencies they work for, and their API tokens."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.base import Base
from app.core.permissions import AGENCY_ROLES, Role


class Person(Base):
    """Somebody with an account. `email` is the address as typed, `email_key` the one form in which it is compared.

    `mailbox` is where it leads, however it is spelled (see rules). None: another account had this mailbox before
    mailboxes were told apart; the person keeps signing in with the address as it was typed.
    """

    __tablename__ = "people"
    __table_args__ = (sa.Index("uq_people_mailbox", "mailbox", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(unique=True)
    mailbox: Mapped[str | None]
    name: Mapped[str]
    lang: Mapped[str]
    password_hash: Mapped[str]
    joined_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    epoch: Mapped[int] = mapped_column(default=1)
    """Sessions carry it; raising it signs the person out everywhere and ends every mailed link."""
    moderator: Mapped[bool] = mapped_column(default=False)
    administrator: Mapped[bool] = mapped_column(default=False)
    minor: Mapped[bool] = mapped_column(default=False)
    """Says to be below 18: the name is shown nowhere (see `names`)."""

    tokens: Mapped[list[ApiToken]] = relationship(back_populates="person", order_by="ApiToken.id")


class ApiToken(Base):
    """A personal token for the API. Only its SHA-256 digest is kept."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    name: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    proved: Mapped[bool] = mapped_column(default=False)
    """Made after a second factor was shown: without, it acts for no office where offices need one."""

    person: Mapped[Person] = relationship(back_populates="tokens")


class Membership(Base):
    """A person works for an agency, as author of texts or as the one who approves them."""

    __tablename__ = "memberships"
    __table_args__ = (
        sa.UniqueConstraint("agency_id", "person_id"),
        sa.CheckConstraint(
            "role IN ({})".format(", ".join(f"'{role.value}'" for role in sorted(AGENCY_ROLES))),
            name="agency_role",
        ),
        sa.Index(
            "uq_memberships_contact",
            "agency_id",
            unique=True,
            sqlite_where=sa.text("is_contact"),
            postgresql_where=sa.text("is_contact"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agencies.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    role: Mapped[Role]
    is_contact: Mapped[bool] = mapped_column(default=False)
    """Whom the agency names for all its cases: its participation officer."""

    person: Mapped[Person] = relationship()
