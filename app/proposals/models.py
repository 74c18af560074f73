"""Proposals, their versions, and what reviewers decided."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.agencies.models import Agency
from app.cases.models import Case
from app.clocks.models import ClockRow
from app.clocks.rules import Subject
from app.core.base import Base
from app.core.terms import Promise
from app.endorsements.models import Gathering
from app.proposals.passages import Part, SuggestionState
from app.proposals.rules import BackerRole, Code, NewsKind, ProposalState, Verdict
from app.topics.models import Topic

UNANSWERED = sa.text("answered_at IS NULL")


class Proposal(Base):
    """What a citizen asks of agencies. Title and summary stand with its topic, in the language `lang`.

    The texts here are those of the newest version; as long as it is a draft they change. `revision` grows with
    everything that is saved.
    """

    __tablename__ = "proposals"
    __api__ = "proposals"
    __table_args__ = (
        sa.CheckConstraint("(reviewer_id IS NULL) = (taken_at IS NULL)", name="taken"),
        sa.CheckConstraint("round BETWEEN 0 AND 2", name="round"),
        sa.Index("ix_proposals_state", "state", "submitted_at"),
        sa.Index("uq_proposals_draft_key", "draft_key", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topics.id"), unique=True)
    state: Mapped[ProposalState]
    lang: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    demands: Mapped[list[str]] = mapped_column(sa.JSON)
    reason: Mapped[str] = mapped_column(default="")
    """Markdown, as are the next two; rendered when shown."""
    benefit: Mapped[str] = mapped_column(default="")
    evidence: Mapped[str] = mapped_column(default="")
    area: Mapped[str] = mapped_column(default="")
    """The place in words; empty: everywhere."""
    agencies: Mapped[list[str]] = mapped_column(sa.JSON)
    """Slugs of those the author thinks responsible; the review decides (see the topic)."""
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    round: Mapped[int] = mapped_column(default=0)
    """Reviews begun: 2 is that of an appeal."""
    appeal: Mapped[str] = mapped_column(default="")
    reviewer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    """Who has it in hand."""
    taken_at: Mapped[datetime | None]
    near_decided_at: Mapped[datetime | None]
    """When officers decided about a proposal that came near its threshold."""
    near_reason: Mapped[str] = mapped_column(default="")
    competence_until: Mapped[date | None]
    """The last day on which it can be found that the agency is not competent."""
    hidden_at: Mapped[datetime | None]
    """The texts are read by nobody but their author and the reviewers."""
    withdrawn_because: Mapped[str] = mapped_column(default="")
    backed: Mapped[bool | None]
    """What its author answered to whether an organisation stands behind it."""
    draft_key: Mapped[str | None]
    """The secret of the link by which others read the draft and suggest changes; None: it is closed."""
    suggestions_told_at: Mapped[datetime | None]
    """When the author was last told of suggestions."""
    retry_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("proposals.id"))
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("proposals.id"))

    topic: Mapped[Topic] = relationship()
    author: Mapped[Person | None] = relationship(foreign_keys=[author_id])
    reviewer: Mapped[Person | None] = relationship(foreign_keys=[reviewer_id])
    gathering: Mapped[Gathering | None] = relationship(
        primaryjoin=lambda: sa.orm.foreign(Proposal.topic_id) == Gathering.topic_id, viewonly=True
    )
    case: Mapped[Case | None] = relationship(
        primaryjoin=lambda: sa.orm.foreign(Proposal.topic_id) == Case.topic_id, viewonly=True
    )
    versions: Mapped[list[ProposalVersion]] = relationship(order_by="ProposalVersion.number")
    backers: Mapped[list[Backer]] = relationship(order_by="Backer.id")
    decisions: Mapped[list[Decision]] = relationship(
        order_by="Decision.id", foreign_keys=lambda: Decision.proposal_id, back_populates="proposal"
    )
    clock: Mapped[ClockRow | None] = relationship(
        primaryjoin=lambda: sa.and_(
            sa.orm.foreign(ClockRow.subject_id) == Proposal.id,
            ClockRow.subject == Subject.PROPOSAL,
            ClockRow.promise == Promise.REVIEW,
        ),
        viewonly=True,
        uselist=False,
    )
    """The clock of the review."""

    @property
    def decision(self) -> Decision | None:
        """What was decided last."""
        return self.decisions[-1] if self.decisions else None

    @property
    def is_public(self) -> bool:
        """Whether everybody may know of it."""
        return self.topic.opened_at is not None


class ProposalVersion(Base):
    """A proposal as it was handed in. `content`: field -> value."""

    __tablename__ = "proposal_versions"
    __api__ = "proposals"
    __table_args__ = (sa.UniqueConstraint("proposal_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposals.id"))
    number: Mapped[int]
    saved_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]


class Backer(Base):
    """An organisation that organises or pays for the campaign of a proposal. Rows are ended, never changed."""

    __tablename__ = "proposal_backers"
    __api__ = "proposals"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposals.id"), index=True)
    organisation: Mapped[str]
    role: Mapped[BackerRole]
    link: Mapped[str] = mapped_column(default="")
    stated_at: Mapped[datetime]
    stated_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    by_author: Mapped[bool]
    """Said by the author; otherwise found by a reviewer."""
    ended_at: Mapped[datetime | None]


class Suggestion(Base):
    """A change somebody suggested for an open draft, and what its author said. Read by those two alone, and while the
    draft is open by whoever has its link."""

    __tablename__ = "proposal_suggestions"
    __table_args__ = (
        sa.CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered"),
        sa.Index("ix_proposal_suggestions_waiting", "proposal_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposals.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    part: Mapped[Part]
    passage: Mapped[str]
    """As it was read; empty: something is added."""
    text: Mapped[str]
    """What should stand there; empty: nothing."""
    why: Mapped[str] = mapped_column(default="")
    by_name: Mapped[bool] = mapped_column(default=False)
    """The consent to be thanked by name on the public page."""
    state: Mapped[SuggestionState]
    made_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")

    proposal: Mapped[Proposal] = relationship()
    person: Mapped[Person | None] = relationship()


class Decision(Base):
    """What a reviewer decided, and why, for everybody to read."""

    __tablename__ = "proposal_decisions"
    __api__ = "proposals"
    __table_args__ = (sa.CheckConstraint("(verdict = 'rejected') = (code IS NOT NULL)", name="has_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposals.id"), index=True)
    round: Mapped[int]
    reviewer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    decided_at: Mapped[datetime]
    decided_on: Mapped[date]
    verdict: Mapped[Verdict]
    code: Mapped[Code | None]
    reason: Mapped[str] = mapped_column(default="")
    lang: Mapped[str]
    same_as_id: Mapped[int | None] = mapped_column(sa.ForeignKey("proposals.id"))

    proposal: Mapped[Proposal] = relationship(foreign_keys=[proposal_id], back_populates="decisions")
    same_as: Mapped[Proposal | None] = relationship(foreign_keys=[same_as_id])


class MergeOffer(Base):
    """The author of one proposal offers another author to unite both in one. Open until it is answered."""

    __tablename__ = "merge_offers"
    __table_args__ = (
        sa.CheckConstraint("from_id <> into_id", name="two"),
        sa.CheckConstraint("(answered_at IS NULL) = (accepted IS NULL)", name="answered"),
        sa.Index("uq_merge_offers_open", "from_id", unique=True, sqlite_where=UNANSWERED, postgresql_where=UNANSWERED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    from_id: Mapped[int] = mapped_column(sa.ForeignKey("proposals.id"))
    """The proposal that ends with it."""
    into_id: Mapped[int] = mapped_column(sa.ForeignKey("proposals.id"), index=True)
    offered_at: Mapped[datetime]
    words: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]

    source: Mapped[Proposal] = relationship(foreign_keys=[from_id])
    target: Mapped[Proposal] = relationship(foreign_keys=[into_id])


class SupporterLetter(Base):
    """A letter to the supporters of a topic who want to hear of it. Nobody sees their addresses.

    `sent_to`: the endorsement up to which it was written; a worker that is killed goes on from there.
    """

    __tablename__ = "supporter_letters"
    __api__ = "proposals"
    __table_args__ = (sa.Index("ix_supporter_letters_waiting", "done_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topics.id"), index=True)
    kind: Mapped[NewsKind]
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    agency_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agencies.id"))
    text: Mapped[str] = mapped_column(default="")
    """What the proposer or the agency writes, in plain words; empty where the platform tells something itself."""
    lang: Mapped[str] = mapped_column(default="")
    written_at: Mapped[datetime]
    sent_to: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]

    agency: Mapped[Agency | None] = relationship()


class Handling(Base):
    """How the agencies go about the case of a proposal: the plan they published, and the day they spoke with its
    author. Both were promised; their clocks stop with them."""

    __tablename__ = "case_handlings"
    __api__ = "proposals"
    __table_args__ = (
        sa.CheckConstraint("(planned_at IS NULL) = (plan = '')", name="planned"),
        sa.CheckConstraint("(contacted_on IS NULL) = (contacted_by_id IS NULL)", name="contacted"),
    )

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    plan: Mapped[str] = mapped_column(default="")
    """Markdown."""
    lang: Mapped[str] = mapped_column(default="")
    planned_at: Mapped[datetime | None]
    planned_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    contacted_on: Mapped[date | None]
    contacted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
