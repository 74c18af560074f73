"""Uniting two proposals, when both authors want it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.core.context import Context
from app.core.database import insert_once
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.language import N_
from app.core.permissions import SYSTEM, Permission
from app.endorsements.uniting import unite
from app.proposals.drafting import move, require_own
from app.proposals.facts import MergeDeclined, MergeOffered, ProposalMerged
from app.proposals.models import MergeOffer, Proposal
from app.proposals.queries import phase, proposal_by_id
from app.proposals.rules import REASON_MAX, Phase, ProposalState
from moderation import clean_text

ONLY_COLLECTING = N_("Only proposals that gather endorsements can be united.")


def offer_merge(ctx: Context, proposal: Proposal, into: int, words: str = "") -> MergeOffer:
    """The author offers to let this proposal go into another one."""
    ctx.require(Permission.PROPOSE)
    require_own(ctx, proposal)
    other = proposal_by_id(ctx, into) if into != proposal.id else None
    if other is None or other.author_id == proposal.author_id or other.author_id is None:
        raise Invalid(fields={"into": N_("Please enter the number of somebody else's proposal.")})
    if phase(proposal) is not Phase.COLLECTING or phase(other) is not Phase.COLLECTING:
        raise Conflict(ONLY_COLLECTING)
    said = clean_text(words).strip()[:REASON_MAX]
    if not insert_once(ctx.session, MergeOffer, from_id=proposal.id, into_id=other.id, offered_at=ctx.now, words=said):
        raise Conflict(N_("You have offered this already. The other author has not answered yet."))
    offer = ctx.session.scalars(sa.select(MergeOffer).filter_by(from_id=proposal.id, answered_at=None)).one()
    ctx.record(MergeOffered(other.topic_id, offer.id))
    return offer


def accept_merge(ctx: Context, offer_id: int) -> Proposal:
    """The other author agrees: supporters are united, and the page of the first stays with a link."""
    ctx.require(Permission.PROPOSE)
    offer = _answer(ctx, offer_id, accepted=True)
    source, target = proposal_by_id(ctx, offer.from_id), proposal_by_id(ctx, offer.into_id)
    if phase(source) is not Phase.COLLECTING or phase(target) is not Phase.COLLECTING:
        raise Conflict(ONLY_COLLECTING)
    if not move(ctx, source, ProposalState.MERGED):
        raise Conflict(ONLY_COLLECTING)
    source.merged_into_id, source.topic.closed_at = target.id, ctx.now
    ctx.session.flush()
    joined = unite(ctx.acting_as(SYSTEM), source.topic_id, target.topic_id)
    ctx.record(ProposalMerged(source.topic_id, source.id, target.id, joined))
    return target


def decline_merge(ctx: Context, offer_id: int) -> None:
    """The other author wants to go on alone."""
    ctx.require(Permission.PROPOSE)
    offer = _answer(ctx, offer_id, accepted=False)
    ctx.record(MergeDeclined(proposal_by_id(ctx, offer.from_id).topic_id, offer.id))


def offers_to(ctx: Context, proposal: Proposal) -> list[MergeOffer]:
    """What other authors offer to the author of this proposal, unanswered."""
    query = sa.select(MergeOffer).filter_by(into_id=proposal.id, answered_at=None)
    return list(ctx.session.scalars(query.options(joinedload(MergeOffer.source).joinedload(Proposal.topic))))


def _answer(ctx: Context, offer_id: int, *, accepted: bool) -> MergeOffer:
    query = sa.select(MergeOffer).where(MergeOffer.id == offer_id).with_for_update()
    offer = ctx.session.scalar(query, execution_options={"populate_existing": True})
    if offer is None:
        raise NotFound()
    if proposal_by_id(ctx, offer.into_id).author_id != ctx.actor.person_id:
        raise Forbidden(N_("Only the proposer can do this."))
    if offer.answered_at is not None:
        raise Conflict(N_("This was answered already."))
    offer.answered_at, offer.accepted = ctx.now, accepted
    ctx.session.flush()
    return offer
