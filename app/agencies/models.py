"""Agencies and their tree."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Membership, Person
from app.core.base import Base


class Agency(Base):
    """A body that posts issues and owes replies."""

    __tablename__ = "agencies"
    __api__ = "agencies"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[dict[str, str]]
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agencies.id"), index=True)
    email: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    competences: Mapped[dict[str, list[str]]]

    parent: Mapped[Agency | None] = relationship(remote_side=[id], back_populates="children")
    children: Mapped[list[Agency]] = relationship(back_populates="parent", order_by="Agency.id")
    members: Mapped[list[Membership]] = relationship(order_by=Membership.id)


class Absence(Base):
    """An officer is away, and another acts meanwhile. `until_on` is the last day; None: until further notice."""

    __tablename__ = "absences"
    __table_args__ = (
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name="order"),
        sa.CheckConstraint("person_id <> deputy_id", name="somebody_else"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agencies.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    deputy_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    entered_at: Mapped[datetime]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    deputy: Mapped[Person] = relationship(foreign_keys=[deputy_id])
