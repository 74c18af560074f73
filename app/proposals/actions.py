"""What an author does with a proposal after its review, and what follows by itself."""

from __future__ import annotations

from app.clocks.actions import Start, pause_clock, restart_clock, resume_clock, start_clock, stop_clock
from app.clocks.models import ClockRow
from app.clocks.queries import clock_of
from app.clocks.rules import Reason, Stop, Subject
from app.core.context import Context
from app.core.errors import Conflict, Invalid
from app.core.language import N_
from app.core.permissions import Permission
from app.core.policy_parts import Deed
from app.core.terms import Promise
from app.endorsements.actions import end_gathering, open_gathering
from app.endorsements.halting import require_running
from app.proposals.drafting import draft, entered_of, move, require_own
from app.proposals.facts import ProposalSubmitted, ProposalWithdrawn
from app.proposals.models import Proposal
from app.proposals.queries import may_appeal, phase, proposal_of_topic
from app.proposals.reviewing import end_unestablished
from app.proposals.rules import REASON_MAX, Phase, ProposalState
from moderation import clean_text


def appeal(ctx: Context, proposal: Proposal, words: str) -> Proposal:
    """Ask for another review, by another reviewer, within so many days after the rejection. Once."""
    ctx.require(Permission.PROPOSE)
    require_own(ctx, proposal)
    if not may_appeal(ctx, proposal):
        raise Conflict(N_("An appeal is possible once, within 14 days after the decision."))
    proposal.appeal = _said(words, N_("Please say why the decision should be another."))
    if not move(ctx, proposal, ProposalState.SUBMITTED):
        raise Conflict(N_("This step is not possible in the present state."))
    proposal.round, proposal.submitted_at = 2, ctx.now
    ctx.session.flush()
    ctx.record(ProposalSubmitted(proposal.topic_id, proposal.id, proposal.versions[-1].number, proposal.round))
    return proposal


def withdraw(ctx: Context, proposal: Proposal, words: str) -> Proposal:
    """Take an admitted proposal back, as long as it is not established. The reason is public."""
    ctx.require(Permission.PROPOSE)
    require_own(ctx, proposal)
    if phase(proposal) is not Phase.COLLECTING:
        raise Conflict(N_("A proposal can be withdrawn only while endorsements are gathered."))
    reason = _said(words, N_("Please say why. Everybody can read it."))
    end_unestablished(ctx, proposal)
    if not move(ctx, proposal, ProposalState.WITHDRAWN):
        raise Conflict(N_("This step is not possible in the present state."))
    proposal.withdrawn_because, proposal.topic.closed_at = reason, ctx.now
    ctx.session.flush()
    ctx.record(ProposalWithdrawn(proposal.topic_id, proposal.id))
    return proposal


def file_again(ctx: Context, proposal: Proposal) -> Proposal:
    """Begin a new draft with the texts of a proposal that lapsed or was taken back."""
    ctx.require(Permission.PROPOSE)
    require_own(ctx, proposal)
    require_running(ctx, Deed.PROPOSE)
    if phase(proposal) not in {Phase.LAPSED, Phase.WITHDRAWN, Phase.REJECTED}:
        raise Conflict(N_("Only a proposal that ended without a reply can be filed again."))
    return draft(ctx, entered_of(proposal), retry_of=proposal.id)


def begin_review(ctx: Context, proposal_id: int) -> ClockRow:
    """The clock of a review starts, goes on after a change that was asked for, or begins anew for an appeal."""
    ctx.require(Permission.RUN)
    proposal, clock = ctx.get(Proposal, proposal_id), _review_clock(ctx, proposal_id)
    if clock is None:
        terms = ctx.policy.terms(Promise.REVIEW)
        return start_clock(ctx, Start(Subject.PROPOSAL, proposal_id, terms, ctx.today, ctx.policy.version))
    if proposal.round > 1 and clock.stopped_at is not None:
        restart_clock(ctx, clock, ctx.today, Reason(), ctx.policy.terms(Promise.REVIEW))
    elif clock.is_paused:
        resume_clock(ctx, clock)
    return clock


def end_review(ctx: Context, proposal_id: int, stop: Stop = Stop.KEPT) -> None:
    """The review is decided."""
    ctx.require(Permission.RUN)
    clock = _review_clock(ctx, proposal_id)
    if clock is not None:
        stop_clock(ctx, clock, stop)


def drop_review(ctx: Context, topic_id: int) -> None:
    """Its author gave it up: no decision is owed any more."""
    ctx.require(Permission.RUN)
    proposal = proposal_of_topic(ctx, topic_id)
    if proposal is not None:
        end_review(ctx, proposal.id, Stop.VOID)


def hold_review(ctx: Context, proposal_id: int) -> None:
    """The clock stands while the author changes something. One that is late stays late."""
    ctx.require(Permission.RUN)
    clock, proposal = _review_clock(ctx, proposal_id), ctx.get(Proposal, proposal_id)
    asked = proposal.decision
    if clock is not None and asked is not None and clock.is_running and ctx.now < clock.due_at:
        pause_clock(ctx, clock, Reason(asked.reason, asked.lang))


def begin_gathering(ctx: Context, topic_id: int) -> None:
    """An admitted proposal gathers endorsements from now on."""
    ctx.require(Permission.RUN)
    open_gathering(ctx, topic_id)


def close_lapsed(ctx: Context, topic_id: int) -> None:
    """Its window ended below the threshold: the discussion ends with it."""
    ctx.require(Permission.RUN)
    proposal = proposal_of_topic(ctx, topic_id)
    if proposal is not None and proposal.gathering is not None:
        proposal.topic.closed_at = proposal.gathering.closes_at
        ctx.session.flush()


def close_answered(ctx: Context, topic_id: int) -> None:
    """The reply to a proposal was published: nothing is endorsed or discussed any more."""
    ctx.require(Permission.RUN)
    proposal = proposal_of_topic(ctx, topic_id)
    if proposal is None:
        return
    end_gathering(ctx, topic_id)
    proposal.topic.closed_at = proposal.topic.closed_at or ctx.now
    ctx.session.flush()


def _review_clock(ctx: Context, proposal_id: int) -> ClockRow | None:
    """The clock of a review, once it was started."""
    return clock_of(ctx, Subject.PROPOSAL, proposal_id, Promise.REVIEW)


def _said(words: str, missing: str) -> str:
    text = clean_text(words).strip()
    if not text:
        raise Invalid(fields={"reason": missing})
    if len(text) > REASON_MAX:
        raise Invalid(fields={"reason": N_("This text is too long.")})
    return text
