"""Cases, their clocks, the demands, and the replies."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.agencies.models import Agency
from app.core.base import Base
from app.replies.parts import PartState
from app.replies.records import CaseTransfer
from app.replies.rules import Outcome, Promise, ReplyState, Source
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
    transfers: Mapped[list[CaseTransfer]] = relationship(order_by=CaseTransfer.id)
    clocks: Mapped[list[ClockRow]] = relationship(back_populates="case", order_by="ClockRow.id")
    demands: Mapped[list[Demand]] = relationship(
        back_populates="case", order_by="Demand.position", cascade="all, delete-orphan"
    )
    reply: Mapped[Reply | None] = relationship(back_populates="case")

    @property
    def clock(self) -> ClockRow:
        """The clock of the promise to reply, which every case has."""
        return next(clock for clock in self.clocks if clock.promise is Promise.REPLY)

    @property
    def agency_ids(self) -> list[int]:
        """Ids of the agencies that owe the answer, the lead first."""
        return [part.agency_id for part in self.agencies]

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
        return [demand for demand in self.demands if self.is_answered or demand.source is Source.MAP]


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


class ClockRow(Base):
    """A promise with a date. `reckoning` holds how the date was found (rule, calendar version, skipped days), so
    that it never moves by itself; `settings_version` the settings it was made under.
    """

    __tablename__ = "clocks"
    __api__ = "case"
    __table_args__ = (
        sa.UniqueConstraint("case_id", "promise"),
        sa.CheckConstraint("due_on >= started_on", name="order"),
        sa.Index("ix_clocks_due", "stopped_on", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"))
    promise: Mapped[Promise]
    started_on: Mapped[date]
    due_on: Mapped[date]
    stopped_on: Mapped[date | None]
    late_noted_at: Mapped[datetime | None]
    """When the platform noticed that the due date had passed."""
    settings_version: Mapped[int]
    reckoning: Mapped[dict[str, Any]]

    case: Mapped[Case] = relationship(back_populates="clocks")


class Demand(Base):
    """A point that the reply must answer."""

    __tablename__ = "demands"
    __api__ = "case"
    __table_args__ = (
        sa.UniqueConstraint("case_id", "position"),
        sa.CheckConstraint("side IN (-1, 1)", name="side"),
        sa.CheckConstraint("(source = 'map') = (statement_id IS NOT NULL)", name="statement"),
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

    case: Mapped[Case] = relationship(back_populates="demands")


class Reply(Base):
    """The answer of the agencies as a whole; the answers point by point stand with the demands.

    `revision` grows with every change of the draft, its demands included. `author_id`: who saved or submitted it last,
    and may not approve it.
    """

    __tablename__ = "replies"
    __api__ = "case"
    __table_args__ = (sa.CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), unique=True)
    state: Mapped[ReplyState]
    revision: Mapped[int]
    summary: Mapped[str]
    summary_html: Mapped[str]
    lang: Mapped[str]
    contact: Mapped[str]
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    approver_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    saved_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    sent_back_because: Mapped[str] = mapped_column(default="")

    case: Mapped[Case] = relationship(back_populates="reply")
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
