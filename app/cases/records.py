"""What the agencies of a case hand each other: offers to take it over, and notes nobody else reads."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.agencies.models import Agency
from app.cases.rules import TransferOutcome
from app.core.base import Base


class CaseTransfer(Base):
    """A lead offers its case to another agency, which takes it or declines. Until it is taken the lead answers.

    `decided_by_id` and `decided_at` are the receipt. A case has one open offer at a time.
    """

    __tablename__ = "case_transfers"
    __api__ = "case"
    __table_args__ = (
        sa.CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="decided"),
        sa.CheckConstraint("(outcome IS NULL) = (decided_by_id IS NULL)", name="decided_by"),
        sa.CheckConstraint("from_agency_id <> to_agency_id", name="to_another"),
        sa.Index(
            "uq_case_transfers_open",
            "case_id",
            unique=True,
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    from_agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agencies.id"))
    to_agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agencies.id"), index=True)
    reason: Mapped[str]
    """Public, a line."""
    offered_at: Mapped[datetime]
    offered_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    outcome: Mapped[TransferOutcome | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    answer: Mapped[str] = mapped_column(default="")
    """Why it was declined; public, a line."""

    from_agency: Mapped[Agency] = relationship(foreign_keys=[from_agency_id])
    to_agency: Mapped[Agency] = relationship(foreign_keys=[to_agency_id])


class CaseNote(Base):
    """An internal note: for the officers of the case's agencies, never changed, never public, in no letter."""

    __tablename__ = "case_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agencies.id"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    written_at: Mapped[datetime]
    text: Mapped[str]
    html: Mapped[str]

    agency: Mapped[Agency] = relationship()
    author: Mapped[Person] = relationship()
