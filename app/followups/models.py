"""What follows a reply: feedback, the survey, studies that go on, and milestones."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.cases.models import Case, Demand
from app.clocks.models import ClockRow
from app.core.answers import Outcome
from app.core.base import Base
from app.followups.rules import DONE, NewsState, Stale, Verdict


class FeedbackWindow(Base):
    """Until when people may say whether the reply answers what was asked, and how many said what.

    The counters move in the same transaction as the rows they count.
    """

    __tablename__ = "feedback_windows"
    __api__ = "followups"
    __table_args__ = (sa.CheckConstraint("yes >= 0 AND partly >= 0 AND no >= 0", name="counts"),)

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    until: Mapped[date]
    """The last local day."""
    yes: Mapped[int] = mapped_column(default=0)
    partly: Mapped[int] = mapped_column(default=0)
    no: Mapped[int] = mapped_column(default=0)


class Feedback(Base):
    """What a person says of a reply, one each. Hidden words stay counted."""

    __tablename__ = "feedback"
    __api__ = "followups"
    __table_args__ = (sa.UniqueConstraint("case_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    verdict: Mapped[Verdict]
    text: Mapped[str]
    html: Mapped[str]
    """`text` as safe markup, made when it was written."""
    lang: Mapped[str]
    written_at: Mapped[datetime]
    hidden_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class Survey(Base):
    """The question to everybody who took part. `asked_at` is set once all of them have been written to.

    Answers are kept as counts only, by opinion group ("0" is none) in the order of `Satisfaction`; nobody's own is
    kept. `told` is what is public of them (see `telling`).
    """

    __tablename__ = "surveys"
    __api__ = "followups"
    __table_args__ = (sa.Index("ix_surveys_due", "asked_at", "due_on"),)

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    due_on: Mapped[date]
    asked_at: Mapped[datetime | None]
    snapshot_id: Mapped[int | None]
    """The map whose groups are counted: the newest when the first answer came. It may be thinned out since."""
    groups: Mapped[int] = mapped_column(default=0)
    """How many groups that map has."""
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    told: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Invitation(Base):
    """A person was asked how satisfied they are with what became of a topic; asked once, answering once."""

    __tablename__ = "survey_invitations"
    __table_args__ = (sa.UniqueConstraint("case_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    invited_at: Mapped[datetime]
    answered_on: Mapped[date | None]
    """A day, not a moment: moments would tell whose a sentence or a step of the counts is."""


class SurveySentence(Base):
    """A sentence with an answer, for the officers of the case. Whose it is, is not kept."""

    __tablename__ = "survey_sentences"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    text: Mapped[str]
    lang: Mapped[str]


class Study(Base):
    """A demand that was taken under study: news of it is owed every few months until it has a final outcome."""

    __tablename__ = "studies"
    __api__ = "followups"
    __table_args__ = (sa.CheckConstraint("(outcome IS NULL) = (ended_on IS NULL)", name="ended"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    demand_id: Mapped[int] = mapped_column(sa.ForeignKey("demands.id"), unique=True)
    clock_id: Mapped[int] = mapped_column(sa.ForeignKey("clocks.id"), unique=True)
    started_on: Mapped[date]
    outcome: Mapped[Outcome | None]
    ended_on: Mapped[date | None]

    case: Mapped[Case] = relationship()
    demand: Mapped[Demand] = relationship()
    clock: Mapped[ClockRow] = relationship()
    news: Mapped[list[StudyNews]] = relationship(back_populates="study", order_by="StudyNews.id")

    @property
    def waiting(self) -> StudyNews | None:
        """The proposed end that waits for an approver."""
        return next((one for one in self.news if one.state is NewsState.WAITING), None)

    @property
    def published(self) -> list[StudyNews]:
        """What everybody may read, the newest first."""
        return [one for one in self.news if one.state is NewsState.PUBLISHED][::-1]


class StudyNews(Base):
    """What an agency reports of a study. With an outcome it ends the study, once a second person has approved it."""

    __tablename__ = "study_news"
    __api__ = "followups"
    __table_args__ = (
        sa.CheckConstraint("published_at IS NULL OR refused_at IS NULL", name="decided"),
        sa.CheckConstraint("outcome IS NOT NULL OR published_at IS NOT NULL", name="waits_for_an_end"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(sa.ForeignKey("studies.id"), index=True)
    outcome: Mapped[Outcome | None]
    text: Mapped[str]
    html: Mapped[str]
    lang: Mapped[str]
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    approver_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    written_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    refused_because: Mapped[str] = mapped_column(default="")

    study: Mapped[Study] = relationship(back_populates="news")

    @property
    def state(self) -> NewsState:
        """Whether it is public, refused, or waits."""
        if self.published_at is not None:
            return NewsState.PUBLISHED
        return NewsState.WAITING if self.refused_at is None else NewsState.REFUSED


class Milestone(Base):
    """A step of what was promised, with its date. Whether it is late or quiet is a question asked with today's date."""

    __tablename__ = "milestones"
    __api__ = "followups"
    __table_args__ = (
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
        sa.Index("ix_milestones_unfinished", "progress", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    demand_id: Mapped[int] = mapped_column(sa.ForeignKey("demands.id"), index=True)
    title: Mapped[dict[str, str]]
    due_on: Mapped[date]
    progress: Mapped[int] = mapped_column(default=0)
    """Percent."""
    added_at: Mapped[datetime]
    heard_on: Mapped[date]
    """The local day of the newest news."""

    case: Mapped[Case] = relationship()
    demand: Mapped[Demand] = relationship()
    news: Mapped[list[MilestoneNews]] = relationship(order_by="MilestoneNews.id")
    reminders: Mapped[list[MilestoneReminder]] = relationship()

    @property
    def is_done(self) -> bool:
        return self.progress >= DONE


class MilestoneNews(Base):
    """A line of the log, the first one the promise itself: how far it was then, and which day stood then."""

    __tablename__ = "milestone_news"
    __api__ = "followups"

    id: Mapped[int] = mapped_column(primary_key=True)
    milestone_id: Mapped[int] = mapped_column(sa.ForeignKey("milestones.id"), index=True)
    progress: Mapped[int]
    due_on: Mapped[date]
    note: Mapped[str]
    lang: Mapped[str]
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    written_at: Mapped[datetime]


class MilestoneReminder(Base):
    """The agency was reminded of a milestone: once for each reason and day from which it holds."""

    __tablename__ = "milestone_reminders"
    __table_args__ = (sa.UniqueConstraint("milestone_id", "why", "since"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    milestone_id: Mapped[int] = mapped_column(sa.ForeignKey("milestones.id"))
    why: Mapped[Stale]
    since: Mapped[date]
    reminded_at: Mapped[datetime]
