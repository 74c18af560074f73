"""Reviewing: who has a proposal in hand, and what is decided about it."""

from __future__ import annotations

import sqlalchemy as sa

from app.accounts.models import Person
from app.core.context import Context
from app.core.deadline import due_after
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.language import LANGUAGES, N_
from app.core.permissions import SYSTEM, Permission
from app.endorsements.actions import end_gathering
from app.proposals.drafting import move
from app.proposals.facts import (
    ChangeAsked,
    ProposalAdmitted,
    ProposalRejected,
    ProposalTakenDown,
    ReviewReleased,
    ReviewTaken,
)
from app.proposals.models import Decision, Proposal
from app.proposals.queries import agencies_named, is_author, phase, proposal_by_id
from app.proposals.repeating import barred_until
from app.proposals.rules import GROUNDS, REASON_MAX, Code, Phase, ProposalState, Rejection, Verdict
from app.topics.models import TopicAgency
from app.topics.rules import Part
from moderation import clean_text

TAKEN = N_("Another reviewer has this proposal in hand.")
NOT_TAKEN = N_("Take the proposal in hand first, so that others see it.")
NOT_TWICE = N_("An appeal is decided by somebody who did not decide before.")
NOT_WAITING = N_("This proposal does not wait for a review.")


def take(ctx: Context, proposal: Proposal, *, force: bool = False) -> Proposal:
    """Take a proposal in hand, so that others see it; with `force` also from whoever has it."""
    ctx.require(Permission.REVIEW)
    _give(ctx, proposal, ctx.actor.person_id or 0, anybody=force)
    return proposal


def hand_over(ctx: Context, proposal: Proposal, person_id: int) -> Proposal:
    """Give the proposal one has in hand to another reviewer."""
    ctx.require(Permission.REVIEW)
    _require_in_hand(ctx, proposal)
    person = ctx.get(Person, person_id)
    if not (person.moderator and person.confirmed_at):
        raise Invalid(fields={"to": N_("Please choose a reviewer from the list.")})
    _give(ctx, proposal, person_id, anybody=True)
    return proposal


def release(ctx: Context, proposal: Proposal) -> Proposal:
    """Put the proposal one has in hand back into the queue."""
    ctx.require(Permission.REVIEW)
    _require_in_hand(ctx, proposal)
    proposal.reviewer_id = proposal.taken_at = None
    ctx.session.flush()
    ctx.record(ReviewReleased(proposal.topic_id))
    return proposal


def admit(ctx: Context, proposal: Proposal, agencies: tuple[str, ...]) -> Proposal:
    """Let people endorse a proposal. `agencies`: slugs of those who would have to answer, the lead first."""
    ctx.require(Permission.REVIEW)
    _require_in_hand(ctx, proposal)
    found = agencies_named(ctx, agencies)
    if not found or len(found) > ctx.policy.proposal.max_agencies:
        raise Invalid(fields={"agencies": N_("Please choose who would have to answer, within the number allowed.")})
    _decide(ctx, proposal, ProposalState.ADMITTED, Verdict.ADMITTED)
    lock = ctx.policy.period(ctx.policy.proposal.competence_lock)
    proposal.competence_until = due_after(ctx.today, lock.amount, lock.unit, ctx.calendar, lock.roll).on
    topic = proposal.topic
    topic.agencies.clear()
    ctx.session.flush()
    topic.agencies.extend(
        TopicAgency(agency=agency, part=Part.CO if number else Part.LEAD) for number, agency in enumerate(found)
    )
    topic.opened_at, topic.closed_at, proposal.hidden_at = ctx.now, None, None
    ctx.session.flush()
    ctx.record(ProposalAdmitted(proposal.topic_id, proposal.id))
    return proposal


def reject(ctx: Context, proposal: Proposal, why: Rejection) -> Proposal:
    """Turn a proposal down. It stays to be found with the reason, unless the code hides its text."""
    ctx.require(Permission.REVIEW)
    _require_in_hand(ctx, proposal)
    checked = _checked(ctx, proposal, why)
    _decide(ctx, proposal, ProposalState.REJECTED, Verdict.REJECTED, checked)
    _close(ctx, proposal, checked)
    ctx.record(ProposalRejected(proposal.topic_id, proposal.id, why.code.value))
    return proposal


def ask_for_change(ctx: Context, proposal: Proposal, words: str, lang: str) -> Proposal:
    """Give a proposal back to its author, who changes it and hands it in again; the clock stands meanwhile."""
    ctx.require(Permission.REVIEW)
    _require_in_hand(ctx, proposal)
    _decide(ctx, proposal, ProposalState.DRAFT, Verdict.ASKED, Rejection(Code.UNCLEAR, _reason(words, lang), lang))
    ctx.session.flush()
    ctx.record(ChangeAsked(proposal.topic_id, proposal.id))
    return proposal


def take_down(ctx: Context, proposal: Proposal, why: Rejection) -> Proposal:
    """Turn an admitted proposal down after all, before it is established.

    That the agency is not competent can be found for a few days only; later only what hides the text counts.
    """
    ctx.require(Permission.REVIEW)
    checked = _checked(ctx, proposal, why)
    ground = GROUNDS[why.code]
    if ground.is_competence and (proposal.competence_until is None or ctx.today > proposal.competence_until):
        raise Conflict(N_("It is too late to say that the agency is not competent. People rely on it."))
    if not ground.is_competence and ground.keeps_text:
        raise Conflict(N_("An admitted proposal is taken down only for want of competence, or for what it says."))
    end_unestablished(ctx, proposal)
    _decide(ctx, proposal, ProposalState.REJECTED, Verdict.REJECTED, checked)
    _close(ctx, proposal, checked)
    if not ground.keeps_text:
        proposal.topic.opened_at = None
    ctx.session.flush()
    ctx.record(ProposalTakenDown(proposal.topic_id, proposal.id, why.code.value))
    return proposal


def end_unestablished(ctx: Context, proposal: Proposal) -> None:
    """End the gathering of a proposal that was not established. Its row is locked first, so none slips through."""
    ended = end_gathering(ctx.acting_as(SYSTEM), proposal.topic_id)
    gathering = proposal.gathering
    if gathering is None or not ended:
        raise Conflict(N_("This step is not possible in the present state."))
    ctx.session.refresh(gathering)
    if gathering.established_at is not None:
        raise Conflict(N_("This proposal is established: a reply is owed, whatever is found later."))


def has_decided(proposal: Proposal, person_id: int | None) -> bool:
    """Whether this person decided in an earlier round, and so decides no more."""
    return any(one.round < proposal.round and one.reviewer_id == person_id for one in proposal.decisions)


def _give(ctx: Context, proposal: Proposal, person_id: int, *, anybody: bool) -> None:
    if proposal.state is not ProposalState.SUBMITTED:
        raise Conflict(NOT_WAITING)
    if proposal.author_id == person_id:
        raise Forbidden(N_("Nobody reviews a proposal of their own."))
    if has_decided(proposal, person_id):
        raise Forbidden(NOT_TWICE)
    free = () if anybody else (sa.or_(Proposal.reviewer_id.is_(None), Proposal.reviewer_id == person_id),)
    taken = (
        sa.update(Proposal)
        .where(Proposal.id == proposal.id, Proposal.state == ProposalState.SUBMITTED, *free)
        .values(reviewer_id=person_id, taken_at=ctx.now)
        .returning(Proposal.id)
    )
    if ctx.session.scalar(taken) is None:
        raise Conflict(TAKEN)
    ctx.session.refresh(proposal, ["reviewer_id", "taken_at", "reviewer"])
    ctx.record(ReviewTaken(proposal.topic_id, person_id))


def _require_in_hand(ctx: Context, proposal: Proposal) -> None:
    if proposal.state is not ProposalState.SUBMITTED:
        raise Conflict(NOT_WAITING)
    if proposal.reviewer_id != ctx.actor.person_id or is_author(ctx, proposal):
        raise Conflict(TAKEN if proposal.reviewer_id else NOT_TAKEN)


def _decide(
    ctx: Context, proposal: Proposal, then: ProposalState, verdict: Verdict, why: Rejection | None = None
) -> None:
    """Write the decision down and take the step. Whoever was quicker, by a second, has decided."""
    if not move(ctx, proposal, then):
        raise Conflict(N_("Somebody else decided meanwhile."))
    decision = Decision(
        round=proposal.round,
        reviewer_id=ctx.actor.person_id,
        decided_at=ctx.now,
        decided_on=ctx.today,
        verdict=verdict,
        code=why.code if why and verdict is Verdict.REJECTED else None,
        reason=why.reason if why else "",
        lang=why.lang if why else proposal.lang,
        same_as_id=why.same_as if why else None,
    )
    proposal.decisions.append(decision)
    proposal.reviewer_id = proposal.taken_at = None
    ctx.session.flush()


def _close(ctx: Context, proposal: Proposal, why: Rejection) -> None:
    topic = proposal.topic
    topic.closed_at = ctx.now
    if GROUNDS[why.code].keeps_text:
        topic.opened_at = topic.opened_at or ctx.now
    else:
        # After an appeal everybody may have known of it.
        proposal.hidden_at, topic.opened_at = ctx.now, None
    ctx.session.flush()


def _checked(ctx: Context, proposal: Proposal, why: Rejection) -> Rejection:
    words = _reason(why.reason, why.lang)
    same_as = _same_as(ctx, proposal, why) if GROUNDS[why.code].names_another else None
    return Rejection(why.code, words, why.lang, same_as)


def _same_as(ctx: Context, proposal: Proposal, why: Rejection) -> int:
    if why.same_as is None or why.same_as == proposal.id:
        raise Invalid(fields={"same_as": N_("Please enter the number of the other proposal.")})
    other = proposal_by_id(ctx, why.same_as)
    if why.code is Code.DUPLICATE and phase(other) not in {Phase.COLLECTING, Phase.ESTABLISHED}:
        raise Invalid(fields={"same_as": N_("That proposal is neither open for endorsement nor waiting for a reply.")})
    if why.code is Code.SAME_MATTER:
        until = barred_until(ctx, other)
        if until is None or ctx.today > until:
            raise Invalid(
                fields={"same_as": N_("That proposal has no reply yet, or one so old that the matter is free again.")}
            )
    return other.id


def _reason(words: str, lang: str) -> str:
    text = clean_text(words).strip()
    if not text:
        raise Invalid(fields={"reason": N_("Please say why. Everybody can read it.")})
    if len(text) > REASON_MAX:
        raise Invalid(fields={"reason": N_("This text is too long.")})
    if lang not in LANGUAGES:
        raise Invalid(fields={"lang": N_("Please choose a language from the list.")})
    return text
