"""Proposals that missed their threshold but came near it: officers look at them all the same."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from app.core.context import Context
from app.core.errors import Conflict, Invalid
from app.core.language import N_
from app.core.permissions import SYSTEM, Permission
from app.endorsements.endorsing import establish
from app.endorsements.models import Gathering
from app.proposals.facts import NearMissLeft, NearMissTaken
from app.proposals.models import Proposal
from app.proposals.queries import IN_PHASE, listed, with_outcome
from app.proposals.rules import REASON_MAX, Phase
from app.topics.models import Topic, TopicAgency
from moderation import clean_text

NEAR = sa.and_(Gathering.endorsed > 0, Gathering.endorsed >= Gathering.near_share * Gathering.threshold)
"""The same as `is_near`, for the database."""


def near_misses(ctx: Context) -> Sequence[Proposal]:
    """Lapsed proposals of this officer\'s agencies that came near and wait for a decision, the nearest first."""
    ctx.require(Permission.CASE_ASSIGN)
    mine = Topic.agencies.any(TopicAgency.agency_id.in_(ctx.actor.agencies))
    query = with_outcome().where(*IN_PHASE[Phase.LAPSED], NEAR, mine, Proposal.near_decided_at.is_(None))
    nearest = (Gathering.endorsed * 1.0 / Gathering.threshold).desc()
    return ctx.session.scalars(query.options(*listed()).order_by(nearest, Proposal.id)).all()


def take_up(ctx: Context, proposal: Proposal, reason: str) -> None:
    """Take it up as if it were established: a case opens, and a reply is owed."""
    ctx.require(Permission.CASE_ASSIGN, proposal.topic.agency_ids)
    _decide(ctx, proposal, reason)
    proposal.topic.closed_at = None
    ctx.session.flush()
    establish(ctx.acting_as(SYSTEM), proposal.topic_id)
    ctx.record(NearMissTaken(proposal.topic_id, proposal.id))


def leave(ctx: Context, proposal: Proposal, reason: str) -> None:
    """Leave it, and say why: its supporters read it."""
    ctx.require(Permission.CASE_ASSIGN, proposal.topic.agency_ids)
    _decide(ctx, proposal, reason)
    ctx.record(NearMissLeft(proposal.topic_id, proposal.id))


def _decide(ctx: Context, proposal: Proposal, reason: str) -> None:
    words = clean_text(reason).strip()
    if not words or len(words) > REASON_MAX:
        raise Invalid(fields={"reason": N_("Please say why. Everybody can read it.")})
    lapsed = (Gathering.established_at.is_(None), Gathering.ended_at.is_not(None))
    near = sa.select(Gathering.topic_id).where(Gathering.topic_id == Proposal.topic_id, *lapsed, NEAR)
    once = (
        sa.update(Proposal)
        .where(Proposal.id == proposal.id, Proposal.near_decided_at.is_(None), near.exists())
        .values(near_decided_at=ctx.now, near_reason=words)
        .returning(Proposal.id)
    )
    if ctx.session.scalar(once) is None:
        raise Conflict(N_("This proposal did not come near its threshold, or it was decided already."))
