"""Cases, the demands, who answers them; what the agencies hand each other: offers of a case, and notes."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.agencies.models import Agency
from app.cases.rules import ANSWERS, PartState, Source, TransferOutcome
from app.clocks.models import ClockRow
from app.clocks.rules import Subject
from app.core.answers import Outcome
from app.core.base import Base
from app.topics.models import Topic
from app.topics.rules import Part


class Case(Base):
    """Agencies owe an answer on a topic. Its status is derived from its clocks and replies, never stored."""

    __tablename__ = "cases"
    __api__ = "case"

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topics.id"), unique=True)
    opened_at: Mapped[datetime]
    answered_at: Mapped[datetime | None] = mapped_column(index=True)

    topic: Mapped[Topic] = relationship()
    agencies: Mapped[list[CaseAgency]] = relationship(
        primaryjoin=lambda: sa.and_(Case.id == CaseAgency.case_id, CaseAgency.released_at.is_(None)),
        order_by=lambda: (CaseAgency.part.desc(), CaseAgency.id),
        viewonly=True,
    )
    """Who answers now, the leads first."""
    parts: Mapped[list[CaseAgency]] = relationship(
        back_populates="case", order_by="CaseAgency.id", cascade="all, delete-orphan"
    )
    """Who answers or once did."""
    transfers: Mapped[list[CaseTransfer]] = relationship(order_by="CaseTransfer.id")
    clocks: Mapped[list[ClockRow]] = relationship(
        primaryjoin=lambda: sa.and_(sa.orm.foreign(ClockRow.subject_id) == Case.id, ClockRow.subject == Subject.CASE),
        order_by=ClockRow.id,
        viewonly=True,
    )
    demands: Mapped[list[Demand]] = relationship(
        back_populates="case", order_by="Demand.position", cascade="all, delete-orphan"
    )

    @property
    def clock(self) -> ClockRow:
        """The clock of the promise to answer, which every case has."""
        return next(clock for clock in self.clocks if clock.promise in ANSWERS)

    @property
    def agency_ids(self) -> list[int]:
        """Ids of the agencies that owe the answer, the lead first."""
        return [part.agency_id for part in self.agencies]

    @property
    def parts_in_order(self) -> list[CaseAgency]:
        """Who answers or once did: those who answer now before those released, leads before the others."""
        return sorted(self.parts, key=lambda part: (part.released_at is not None, part.part is not Part.LEAD, part.id))

    @property
    def leads(self) -> list[CaseAgency]:
        """The agencies that answer for all: one, or several joint leads."""
        return [part for part in self.agencies if part.part is Part.LEAD]

    @property
    def lead(self) -> CaseAgency:
        """The agency that answers for all; of joint leads the one that was there first."""
        return self.leads[0]

    @property
    def lead_ids(self) -> list[int]:
        """Ids of the agencies whose approvers decide about the reply."""
        return [part.agency_id for part in self.leads]

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    @property
    def public_demands(self) -> list[Demand]:
        """What everybody may read: officers' own demands are part of the draft until the reply is published."""
        return [demand for demand in self.demands if self.is_answered or demand.source is not Source.OFFICER]


class CaseAgency(Base):
    """An agency's part in a case, from when it was added until it was released; added again it has a new row.

    `handler_id` and `deputy_id`: the officers in charge of it there.
    """

    __tablename__ = "case_agencies"
    __api__ = "case"
    __table_args__ = (
        sa.CheckConstraint("(released_at IS NULL) = (released_because = '')", name="released"),
        sa.CheckConstraint("(contributed_at IS NULL) = (contributed_by_id IS NULL)", name="contributed"),
        sa.Index(
            "uq_case_agencies_holding",
            "case_id",
            "agency_id",
            unique=True,
            sqlite_where=sa.text("released_at IS NULL"),
            postgresql_where=sa.text("released_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agencies.id"), index=True)
    part: Mapped[Part]
    added_at: Mapped[datetime | None]
    """None: since the case was opened."""
    added_because: Mapped[str] = mapped_column(default="")
    released_at: Mapped[datetime | None]
    released_because: Mapped[str] = mapped_column(default="")
    contribution: Mapped[str] = mapped_column(default="")
    """What it adds to the reply, in Markdown; the agencies of the case read it."""
    contribution_html: Mapped[str] = mapped_column(default="")
    contributed_at: Mapped[datetime | None]
    contributed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    handler_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    deputy_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))

    case: Mapped[Case] = relationship(back_populates="parts")
    agency: Mapped[Agency] = relationship()
    contributed_by: Mapped[Person | None] = relationship(foreign_keys=[contributed_by_id])

    @property
    def state(self) -> PartState:
        """A published reply speaks for every agency that was not released before."""
        if self.released_at is not None:
            return PartState.RELEASED
        is_in = self.contributed_at is not None or self.case.is_answered
        return PartState.CONTRIBUTED if is_in else PartState.REQUIRED

    @property
    def since(self) -> datetime:
        """Since when it is in this state."""
        return self.released_at or self.contributed_at or self.case.answered_at or self.added_at or self.case.opened_at


class Demand(Base):
    """A point that the reply must answer."""

    __tablename__ = "demands"
    __api__ = "case"
    __table_args__ = (
        sa.UniqueConstraint("case_id", "position"),
        sa.CheckConstraint("side IN (-1, 1)", name="side"),
        sa.CheckConstraint("(source = 'map') = (statement_id IS NOT NULL)", name="statement"),
        sa.CheckConstraint("NOT no_next_step OR (next_step = '' AND next_step_on IS NULL)", name="next_step"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"))
    position: Mapped[int]
    text: Mapped[str]
    lang: Mapped[str]
    source: Mapped[Source]
    statement_id: Mapped[int | None] = mapped_column(sa.ForeignKey("statements.id"))
    side: Mapped[int] = mapped_column(sa.SmallInteger, default=1)
    """1: people ask for it; -1: every group rejects the statement."""
    outcome: Mapped[Outcome | None]
    answer: Mapped[str] = mapped_column(default="")
    """Why, in Markdown."""
    answer_html: Mapped[str] = mapped_column(default="")
    basis: Mapped[str] = mapped_column(default="")
    """The law or the data the answer rests on, in Markdown; rendered when shown."""
    next_step: Mapped[str] = mapped_column(default="")
    next_step_on: Mapped[date | None]
    no_next_step: Mapped[bool] = mapped_column(default=False)
    """It was said that nothing follows; both empty: nothing was said yet."""
    contact: Mapped[str] = mapped_column(default="")
    """Who answers questions about this demand; empty: whoever does for the whole reply."""
    written_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    """Who last wrote this answer, and when."""
    written_at: Mapped[datetime | None]

    case: Mapped[Case] = relationship(back_populates="demands")
    written_by: Mapped[Person | None] = relationship()


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
