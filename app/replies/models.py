"""Cases, the demands, and the replies."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.agencies.models import Agency
from app.clocks.models import ClockRow
from app.clocks.rules import Subject
from app.core.base import Base
from app.replies.rules import ANSWERS, Outcome, ReplyState, Source
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
    agencies: Mapped[list[CaseAgency]] = relationship(order_by="CaseAgency.id", cascade="all, delete-orphan")
    clocks: Mapped[list[ClockRow]] = relationship(
        primaryjoin=lambda: sa.and_(sa.orm.foreign(ClockRow.subject_id) == Case.id, ClockRow.subject == Subject.CASE),
        order_by=ClockRow.id,
        viewonly=True,
    )
    demands: Mapped[list[Demand]] = relationship(
        back_populates="case", order_by="Demand.position", cascade="all, delete-orphan"
    )
    reply: Mapped[Reply | None] = relationship(back_populates="case")

    @property
    def clock(self) -> ClockRow:
        """The clock of the promise to answer, which every case has."""
        return next(clock for clock in self.clocks if clock.promise in ANSWERS)

    @property
    def agency_ids(self) -> list[int]:
        """Ids of the agencies that owe the answer, the lead first."""
        return [part.agency_id for part in self.agencies]

    @property
    def lead(self) -> CaseAgency:
        """The agency that answers for all."""
        return next(part for part in self.agencies if part.part is Part.LEAD)

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    @property
    def public_demands(self) -> list[Demand]:
        """What everybody may read: officers' own demands are part of the draft until the reply is published."""
        return [demand for demand in self.demands if self.is_answered or demand.source is Source.MAP]


class CaseAgency(Base):
    """An agency's part in a case: the lead answers, the others contribute."""

    __tablename__ = "case_agencies"
    __api__ = "case"
    __table_args__ = (sa.UniqueConstraint("case_id", "agency_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"))
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agencies.id"), index=True)
    part: Mapped[Part]

    agency: Mapped[Agency] = relationship()


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
