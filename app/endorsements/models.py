"""Gatherings of endorsements, the endorsements, and what is counted of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.base import Base
from app.core.policy_parts import Deed, Duty
from app.endorsements.rules import Channel, FrozenTier, Rest, Side, TallyBy, groups_told
from app.topics.models import Topic

OPEN = sa.text("ended_at IS NULL")


class Gathering(Base):
    """A topic gathers endorsements. Threshold, formula with its population and date, window and rules are frozen when
    it opens; only days of rest move its end. The counters move in the same transaction as the rows they count.

    `ended_at`: no more endorsements, whatever became of it. Established or lapsed is derived from the two moments.
    """

    __tablename__ = "gatherings"
    __api__ = "proposals"
    __table_args__ = (
        sa.CheckConstraint("endorsed >= 0 AND opposed >= 0", name="counts"),
        sa.CheckConstraint("closes_on >= opened_on", name="order"),
        sa.Index("ix_gatherings_due", "ended_at", "closes_at"),
    )

    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topics.id"), primary_key=True)
    threshold: Mapped[int]
    formula: Mapped[dict[str, Any]]
    """Empty where the threshold was set as a number."""
    policy_version: Mapped[int]
    window: Mapped[dict[str, Any]]
    """As the rules state it: `amount` and `unit`."""
    notices: Mapped[list[int]] = mapped_column(sa.JSON)
    """Percentages of the threshold that are told."""
    may_withdraw: Mapped[bool]
    near_share: Mapped[float]
    tiers: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    """Further duties, each `at` so many people."""
    opened_at: Mapped[datetime]
    opened_on: Mapped[date]
    planned_on: Mapped[date]
    """The last day if there were no days of rest."""
    closes_on: Mapped[date]
    closes_at: Mapped[datetime]
    """The first moment after that day."""
    rests: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    endorsed: Mapped[int] = mapped_column(default=0)
    opposed: Mapped[int] = mapped_column(default=0)
    moves: Mapped[int] = mapped_column(default=0)
    """Grows with everything that moves the counters."""
    tallied: Mapped[int] = mapped_column(default=0)
    """The moves of which the tallies tell."""
    established_at: Mapped[datetime | None] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]
    """When it was deleted who endorsed."""

    topic: Mapped[Topic] = relationship()
    tallies: Mapped[list[Tally]] = relationship(
        order_by="Tally.key", primaryjoin="Gathering.topic_id == foreign(Tally.topic_id)", viewonly=True
    )

    @property
    def further_duties(self) -> list[FrozenTier]:
        """What is owed from more endorsements on, the nearest first."""
        return sorted(FrozenTier.from_json(one) for one in self.tiers)

    @property
    def days_of_rest(self) -> list[Rest]:
        """The days that do not count."""
        return [Rest.from_json(one) for one in self.rests]

    def told(self, by: TallyBy, fewest: int) -> dict[str, int]:
        """How broad the support was when it was counted last, without any group of fewer than `fewest` people."""
        counts = {kind: {one.key: one.endorsed for one in self.tallies if one.by is kind} for kind in TallyBy}
        # Everybody endorsed on some day; by now there may be more, and that sum was public when this was counted.
        return groups_told(counts[by], sum(counts[TallyBy.DAY].values()), fewest)


class Endorsement(Base):
    """What one person said of a topic: for, or against, beside which it is counted.

    Two unique keys count people: the account, and the voice, which several accounts of one person share; further
    voices have a table of their own. Voices stay when it is deleted who endorsed, so nobody counts twice.
    """

    __tablename__ = "endorsements"
    __table_args__ = (
        sa.UniqueConstraint("topic_id", "person_id"),
        sa.UniqueConstraint("topic_id", "voice"),
        sa.CheckConstraint("channel = 'web' OR entered_by_id IS NOT NULL OR person_id IS NULL", name="entered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("gatherings.topic_id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    voice: Mapped[str]
    side: Mapped[Side]
    given_at: Mapped[datetime]
    given_on: Mapped[date]
    area: Mapped[str] = mapped_column(default="")
    """Where the person says to live (ISO 3166-2); empty: not said."""
    channel: Mapped[Channel]
    entered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    evidence: Mapped[str] = mapped_column(default="")
    """Where the signature is kept, as "batch 3, sheet 12"."""
    wants_news: Mapped[bool] = mapped_column(default=False)
    """The consent to be written to about this proposal."""
    merged_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("topics.id"))
    voided_at: Mapped[datetime | None]
    """Found to be no person's own act; kept, and not counted."""


class EndorsementVoice(Base):
    """A further voice of somebody who endorsed, such as that of a verified number: no two may share any of them."""

    __tablename__ = "endorsement_voices"

    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("gatherings.topic_id"), primary_key=True)
    voice: Mapped[str] = mapped_column(primary_key=True)
    endorsement_id: Mapped[int] = mapped_column(sa.ForeignKey("endorsements.id"), index=True)


class Tally(Base):
    """How many endorse from an area, or endorsed on a day: how broad the support is, counted anew a little later."""

    __tablename__ = "endorsement_tallies"
    __api__ = "proposals"
    __table_args__ = (sa.CheckConstraint("endorsed >= 0", name="count"),)

    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("gatherings.topic_id"), primary_key=True)
    by: Mapped[TallyBy] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    """A day in ISO 8601, or the code of an area."""
    endorsed: Mapped[int]


class ProgressMark(Base):
    """A share of the threshold that was reached. The key is what makes it told once, whatever is withdrawn later."""

    __tablename__ = "progress_marks"
    __api__ = "proposals"

    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("gatherings.topic_id"), primary_key=True)
    percent: Mapped[int] = mapped_column(primary_key=True)
    reached_at: Mapped[datetime]


class TierMark(Base):
    """A further duty that came to be owed. The key is what makes it happen once, whatever is withdrawn later."""

    __tablename__ = "tier_marks"
    __api__ = "proposals"

    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("gatherings.topic_id"), primary_key=True)
    duty: Mapped[Duty] = mapped_column(primary_key=True)
    at: Mapped[int]
    reached_at: Mapped[datetime]


class Halt(Base):
    """Proposing or endorsing is stopped for the whole instance, with a reason everybody reads. At most one of each."""

    __tablename__ = "halts"
    __api__ = "proposals"
    __table_args__ = (
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= began_at", name="order"),
        sa.Index("uq_halts_open", "deed", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    deed: Mapped[Deed]
    reason: Mapped[dict[str, str]]
    began_at: Mapped[datetime]
    began_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
