"""Clocks, what was done to them, their pauses, and the record of their steps."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.agencies.models import Agency
from app.clocks.reckoning import DAY_UNITS
from app.clocks.rules import ActKind, Level, StepKind, Stop, Subject
from app.core.base import Base
from app.core.calendar import ONE_DAY
from app.core.deadline import Due
from app.core.terms import Promise, Terms

OPEN = sa.text("until_at IS NULL")
"""A pause that goes on: a clock has one at most."""


class ClockRow(Base):
    """A promise with a date. What it was made of is kept with it (`terms`, `policy_version`, `reckoning` with the
    version of the calendar and the skipped days), so that the date never moves by itself. Late, early, paused are
    questions asked with the present moment.

    `round` grows whenever the promise gets another date: a new round reminds and escalates anew.
    """

    __tablename__ = "clocks"
    __api__ = "case"
    __table_args__ = (
        sa.UniqueConstraint("subject", "subject_id", "promise"),
        sa.CheckConstraint("due_on >= started_on", name="order"),
        sa.CheckConstraint("(paused_at IS NULL) = (paused_on IS NULL)", name="paused"),
        sa.CheckConstraint(
            "(stopped_at IS NULL) = (stopped_on IS NULL) AND (stopped_at IS NULL) = (stop IS NULL)", name="stopped"
        ),
        sa.CheckConstraint("next_at IS NULL OR (stopped_at IS NULL AND paused_at IS NULL)", name="next"),
        sa.Index("ix_clocks_next", "next_at"),
        sa.Index("ix_clocks_due", "stopped_on", "due_on"),
        sa.Index("ix_clocks_late", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    promise: Mapped[Promise]
    subject: Mapped[Subject]
    subject_id: Mapped[int]
    topic_id: Mapped[int | None] = mapped_column(sa.ForeignKey("topics.id"), index=True)
    """On whose public timeline the clock stands."""
    agency_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agencies.id"))
    """Who is written to where the subject is no case: a case knows its agencies."""
    area: Mapped[str] = mapped_column(default="")
    """Whose office calendar counts; empty for that of the instance."""
    policy_version: Mapped[int]
    terms: Mapped[dict[str, Any]]
    reckoning: Mapped[dict[str, Any]]
    """How the present date was found. After an extension it begins on the old due day."""
    earlier: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    """The reckonings it continues, the oldest first: one for the promise, one for each extension but the last."""
    started_at: Mapped[datetime]
    started_on: Mapped[date]
    """Day zero: not counted."""
    due_on: Mapped[date]
    """The last day in time."""
    due_at: Mapped[datetime]
    """The first moment that is late."""
    round: Mapped[int] = mapped_column(default=1)
    round_at: Mapped[datetime]
    """When this round began: it reminds only of what comes later."""
    extended: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    """When the clock has to do something next; the sweep looks here. None: nothing, or not as long as it stands."""
    paused_at: Mapped[datetime | None]
    paused_on: Mapped[date | None]
    stopped_at: Mapped[datetime | None]
    stopped_on: Mapped[date | None]
    stop: Mapped[Stop | None]

    agency: Mapped[Agency | None] = relationship()
    acts: Mapped[list[ClockAct]] = relationship(order_by="ClockAct.id")
    pauses: Mapped[list[ClockPause]] = relationship(order_by="ClockPause.id")
    steps: Mapped[list[ClockStep]] = relationship(order_by="ClockStep.was_due_at, ClockStep.id")

    @property
    def legs(self) -> list[Due]:
        """How the present date was found, from the promise over each extension."""
        return [Due.from_json(stored) for stored in (*self.earlier, self.reckoning)]

    @property
    def promised(self) -> Terms:
        """The terms the promise was made under."""
        return Terms.from_json(self.terms)

    @property
    def counts_days(self) -> bool:
        """Whether the promise ends with a day, and not at a moment."""
        return Due.from_json(self.reckoning).unit in DAY_UNITS

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None

    @property
    def is_running(self) -> bool:
        return self.stopped_at is None and self.paused_at is None

    def face_day(self, today: date) -> date:
        """The day a face of this clock shows. A paused one stands on the day before its pause, the last that counts."""
        return self.paused_on - ONE_DAY if self.paused_on else today


class ClockAct(Base):
    """What somebody did to a clock, with the public reason and the date before and after."""

    __tablename__ = "clock_acts"
    __api__ = "case"

    id: Mapped[int] = mapped_column(primary_key=True)
    clock_id: Mapped[int] = mapped_column(sa.ForeignKey("clocks.id"), index=True)
    kind: Mapped[ActKind]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    agency_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agencies.id"))
    reason: Mapped[str]
    lang: Mapped[str]
    old_due_on: Mapped[date]
    new_due_on: Mapped[date]

    agency: Mapped[Agency | None] = relationship()


class ClockPause(Base):
    """A span in which a clock did not run. Days are local: none counts from `from_on` to the day before `until_on`."""

    __tablename__ = "clock_pauses"
    __api__ = "case"
    __table_args__ = (
        sa.CheckConstraint("(until_at IS NULL) = (until_on IS NULL)", name="ended"),
        sa.CheckConstraint("until_at IS NULL OR until_at >= from_at", name="order"),
        sa.Index("ix_clock_pauses_open", "clock_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clock_id: Mapped[int] = mapped_column(sa.ForeignKey("clocks.id"), index=True)
    act_id: Mapped[int] = mapped_column(sa.ForeignKey("clock_acts.id"))
    """The act of pausing: who, and why."""
    from_at: Mapped[datetime]
    from_on: Mapped[date]
    until_at: Mapped[datetime | None]
    until_on: Mapped[date | None]

    act: Mapped[ClockAct] = relationship(lazy="joined")


class ClockStep(Base):
    """A reminder or an escalation that was done. The unique key is what makes it happen once."""

    __tablename__ = "clock_steps"
    __api__ = "case"
    __table_args__ = (sa.UniqueConstraint("clock_id", "round", "kind", "step"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    clock_id: Mapped[int] = mapped_column(sa.ForeignKey("clocks.id"))
    round: Mapped[int]
    kind: Mapped[StepKind]
    step: Mapped[int]
    """Days before the due day, or after it."""
    level: Mapped[Level | None]
    """Who was told of a broken promise; None for a reminder."""
    was_due_at: Mapped[datetime]
    noted_at: Mapped[datetime]
