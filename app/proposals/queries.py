"""Reading proposals, with visibility applied."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from app.agencies.models import Agency
from app.cases.models import Case
from app.clocks.models import ClockRow
from app.clocks.rules import Subject
from app.core.context import Context
from app.core.deadline import Unit, due_after
from app.core.errors import NotFound
from app.core.pages import PAGE_SIZE, Page, paged
from app.core.permissions import Permission
from app.core.terms import Promise
from app.endorsements.models import Gathering
from app.proposals.models import Decision, Proposal
from app.proposals.rules import APPEAL_DAYS, Phase, ProposalState, phase_of
from app.topics.models import Topic, TopicAgency

SEEN_BY_REVIEWERS = {ProposalState.SUBMITTED, ProposalState.REJECTED, ProposalState.ADMITTED, ProposalState.MERGED}


def proposal_by_id(ctx: Context, proposal_id: int) -> Proposal:
    """A proposal this actor may know of, or `NotFound`. Of a hidden one everybody may know that it was, and why not."""
    query = sa.select(Proposal).where(Proposal.id == proposal_id).options(*_whole())
    proposal = ctx.session.scalar(query, execution_options={"populate_existing": True})
    if proposal is None or not (proposal.is_public or proposal.hidden_at or may_read_all(ctx, proposal)):
        raise NotFound()
    return proposal


def proposal_by_slug(ctx: Context, slug: str) -> Proposal:
    """The same by its address, which is its number."""
    if not slug.isascii() or not slug.isdigit() or len(slug) > 9:
        raise NotFound()
    return proposal_by_id(ctx, int(slug))


def proposal_of_topic(ctx: Context, topic_id: int) -> Proposal | None:
    """The proposal a topic belongs to, if it is one's."""
    query = sa.select(Proposal).where(Proposal.topic_id == topic_id).options(*_whole())
    return ctx.session.scalar(query, execution_options={"populate_existing": True})


def may_read_all(ctx: Context, proposal: Proposal) -> bool:
    """Whether this actor reads the texts whatever was decided: its author, and reviewers once it was handed in."""
    if is_author(ctx, proposal):
        return True
    return proposal.state in SEEN_BY_REVIEWERS and ctx.actor.may(Permission.REVIEW)


def public_topic(ctx: Context, proposal_id: int) -> int | None:
    """The topic of a public proposal by its number."""
    query = sa.select(Proposal.topic_id).join(Proposal.topic)
    return ctx.session.scalar(query.where(Proposal.id == proposal_id, Topic.opened_at <= ctx.now))


def is_author(ctx: Context, proposal: Proposal) -> bool:
    """Whether this actor wrote it."""
    return ctx.actor.is_signed_in and proposal.author_id == ctx.actor.person_id


def may_appeal(ctx: Context, proposal: Proposal) -> bool:
    """Whether an appeal is possible now: its last day is the fourteenth after the decision."""
    decision = proposal.decision
    if proposal.state is not ProposalState.REJECTED or proposal.round != 1 or decision is None:
        return False
    return ctx.today <= due_after(decision.decided_on, APPEAL_DAYS, Unit.DAY, ctx.calendar, True).on


def phase(proposal: Proposal) -> Phase:
    """Where a proposal is. Its gathering and its case must be loaded."""
    gathering, case = proposal.gathering, proposal.case
    return phase_of(
        proposal.state,
        is_established=gathering is not None and gathering.established_at is not None,
        has_ended=gathering is not None and gathering.ended_at is not None,
        is_answered=case is not None and case.answered_at is not None,
    )


def proposals_page(ctx: Context, wanted: Phase | None = None, number: int = 1, size: int = PAGE_SIZE) -> Page[Proposal]:
    """Public proposals in a phase, or all: those that end first where support is gathered, else the newest first."""
    query = with_outcome().where(Topic.opened_at <= ctx.now).options(*listed())
    if wanted is not None:
        query = query.where(*IN_PHASE[wanted])
    if wanted is Phase.COLLECTING:
        query = query.order_by(Gathering.closes_at, Proposal.id)
    else:
        query = query.order_by(Topic.opened_at.desc(), Proposal.id.desc())
    return paged(ctx.session, query, number, size)


def newly_admitted(ctx: Context, limit: int) -> list[tuple[Topic, datetime, str]]:
    """Topics people could endorse lately, with the moment."""
    return _told(ctx, Gathering.opened_at, "admitted", limit)


def newly_established(ctx: Context, limit: int) -> list[tuple[Topic, datetime, str]]:
    """Topics that were established lately, with the moment."""
    return _told(ctx, Gathering.established_at, "established", limit)


def _told(ctx: Context, moment: sa.ColumnElement[Any], what: str, limit: int) -> list[tuple[Topic, datetime, str]]:
    query = sa.select(Topic, moment).join(Gathering, Gathering.topic_id == Topic.id)
    query = query.where(Topic.opened_at <= ctx.now, moment.is_not(None)).order_by(moment.desc()).limit(limit)
    return [(topic, at, what) for topic, at in ctx.session.execute(query)]


def my_proposals(ctx: Context) -> Sequence[Proposal]:
    """What this actor wrote, the newest first; without what was given up."""
    mine = (Proposal.author_id == ctx.actor.person_id, Proposal.author_id.is_not(None))
    given_up = sa.and_(Proposal.state == ProposalState.WITHDRAWN, Topic.opened_at.is_(None))
    query = sa.select(Proposal).join(Proposal.topic).where(*mine, sa.not_(given_up)).options(*listed())
    return ctx.session.scalars(query.order_by(Proposal.id.desc()).limit(100)).all()


def review_queue(ctx: Context) -> Sequence[Proposal]:
    """What waits for review, the one that is due first before the others."""
    ctx.require(Permission.REVIEW)
    query = (
        sa.select(Proposal)
        .outerjoin(
            ClockRow,
            sa.and_(
                ClockRow.subject == Subject.PROPOSAL,
                ClockRow.subject_id == Proposal.id,
                ClockRow.promise == Promise.REVIEW,
            ),
        )
        .where(Proposal.state == ProposalState.SUBMITTED)
        .options(*listed(), joinedload(Proposal.clock), joinedload(Proposal.reviewer))
        .order_by(ClockRow.due_at, Proposal.id)
        .limit(200)
    )
    return ctx.session.scalars(query).unique().all()


def waiting_for_review(ctx: Context) -> int:
    """How many proposals wait for their review."""
    query = sa.select(sa.func.count()).select_from(Proposal).where(Proposal.state == ProposalState.SUBMITTED)
    return ctx.session.scalar(query) or 0


def agencies_named(ctx: Context, slugs: Sequence[str]) -> list[Agency]:
    """The agencies with these slugs, in this order; unknown ones are left out."""
    found = {one.slug: one for one in ctx.session.scalars(sa.select(Agency).where(Agency.slug.in_(slugs)))}
    return [found[slug] for slug in dict.fromkeys(slugs) if slug in found]


def texts_to_compare(ctx: Context, proposal: Proposal, limit: int = 500) -> Sequence[Proposal]:
    """The newest public proposals another one could repeat."""
    query = (
        with_outcome()
        .where(Proposal.id != proposal.id, Topic.opened_at.is_not(None), Proposal.state == ProposalState.ADMITTED)
        .options(*listed())
        .order_by(Proposal.id.desc())
        .limit(limit)
    )
    return ctx.session.scalars(query).all()


def with_outcome() -> sa.Select[tuple[Proposal]]:
    """Proposals beside their topic, gathering and case."""
    return (
        sa.select(Proposal)
        .join(Proposal.topic)
        .outerjoin(Gathering, Gathering.topic_id == Proposal.topic_id)
        .outerjoin(Case, Case.topic_id == Proposal.topic_id)
    )


def listed() -> tuple[ORMOption, ...]:
    """What a list shows of them."""
    agencies = joinedload(Proposal.topic).selectinload(Topic.agencies)
    behind = selectinload(Proposal.backers)
    return (agencies.joinedload(TopicAgency.agency), behind, joinedload(Proposal.gathering), joinedload(Proposal.case))


def _whole() -> tuple[ORMOption, ...]:
    return (
        *listed(),
        joinedload(Proposal.author),
        joinedload(Proposal.reviewer),
        joinedload(Proposal.clock),
        selectinload(Proposal.versions),
        selectinload(Proposal.decisions).joinedload(Decision.same_as).joinedload(Proposal.topic),
    )


_ADMITTED = Proposal.state == ProposalState.ADMITTED
_NOT_ANSWERED = Case.answered_at.is_(None)
IN_PHASE: dict[Phase, tuple[sa.ColumnElement[bool], ...]] = {
    Phase.COLLECTING: (_ADMITTED, Gathering.established_at.is_(None), Gathering.ended_at.is_(None)),
    Phase.ESTABLISHED: (_ADMITTED, Gathering.established_at.is_not(None), _NOT_ANSWERED),
    Phase.ANSWERED: (_ADMITTED, Case.answered_at.is_not(None)),
    Phase.LAPSED: (_ADMITTED, Gathering.established_at.is_(None), Gathering.ended_at.is_not(None), _NOT_ANSWERED),
    Phase.REJECTED: (Proposal.state == ProposalState.REJECTED,),
    Phase.WITHDRAWN: (Proposal.state == ProposalState.WITHDRAWN,),
    Phase.MERGED: (Proposal.state == ProposalState.MERGED,),
}
"""The same as `phase_of`, for the database."""
