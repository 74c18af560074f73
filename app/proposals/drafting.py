"""Writing a proposal and handing it in."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import sqlalchemy as sa

from app.core.context import Context
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.language import N_
from app.core.permissions import Permission
from app.core.persons import Act
from app.core.policy_parts import Deed
from app.endorsements.halting import require_running
from app.identities.eligibility import require_eligible
from app.proposals.facts import DraftDiscarded, ProposalDrafted, ProposalSubmitted
from app.proposals.models import Proposal, ProposalVersion
from app.proposals.queries import agencies_named, is_author, waiting_for_review
from app.proposals.rules import (
    LONGEST,
    PROPOSAL_LIFECYCLE,
    Limits,
    ProposalInput,
    ProposalState,
    excerpt,
    problems,
    unready,
)
from app.topics.models import Topic
from app.topics.rules import TopicKind
from moderation import clean_line, clean_text

CHANGED_MEANWHILE = N_("This proposal was saved elsewhere while you were writing. Your text is not saved yet.")
NAME_IT = N_("Please name the organisation that stands behind it.")
FULL = N_("So many proposals wait for review that no more are taken at the moment. Your draft is kept.")


def draft(ctx: Context, entered: ProposalInput, retry_of: int | None = None) -> Proposal:
    """Begin a proposal. Nobody but its author sees it."""
    ctx.require(Permission.PROPOSE)
    require_running(ctx, Deed.PROPOSE)
    require_eligible(ctx, Act.PROPOSE)
    checked = checked_input(ctx, entered)
    topic = Topic(kind=TopicKind.PROPOSAL, slug=f"new-{uuid4().hex}", title={}, summary={})
    proposal = Proposal(
        topic=topic,
        state=ProposalState.DRAFT,
        lang=checked.lang,
        author_id=ctx.actor.person_id,
        created_at=ctx.now,
        retry_of_id=retry_of,
    )
    _set(proposal, checked)
    ctx.session.add(proposal)
    ctx.session.flush()
    # The number people say on the telephone is also the address.
    topic.slug = str(proposal.id)
    ctx.session.flush()
    ctx.record(ProposalDrafted(topic.id))
    return proposal


def save(ctx: Context, proposal: Proposal, entered: ProposalInput, revision: int) -> Proposal:
    """Save a draft. Raises `Conflict` if it was saved elsewhere after `revision`, or was handed in."""
    ctx.require(Permission.PROPOSE)
    require_own(ctx, proposal)
    if proposal.state is not ProposalState.DRAFT:
        raise Conflict(N_("This proposal was handed in. Its text stays as it is."))
    checked = checked_input(ctx, entered)
    _next_revision(ctx, proposal, revision)
    _set(proposal, checked)
    ctx.session.flush()
    return proposal


def submit(ctx: Context, proposal: Proposal, revision: int) -> Proposal:
    """Hand a draft in for review; as it stands it is kept as its next version. Raises `Invalid` for what it lacks."""
    ctx.require(Permission.PROPOSE)
    require_own(ctx, proposal)
    PROPOSAL_LIFECYCLE.check(proposal.state, ProposalState.SUBMITTED)
    require_running(ctx, Deed.PROPOSE)
    require_eligible(ctx, Act.PROPOSE)
    wrong = unready(proposal.topic.title.get(proposal.lang, ""), proposal.demands, proposal.reason, proposal.benefit)
    if lacks_backer(proposal):
        wrong["backed"] = NAME_IT
    if wrong:
        raise Invalid(N_("Something is still missing."), fields=wrong)
    cap = ctx.policy.proposal.intake_cap
    if cap and not proposal.round and waiting_for_review(ctx) >= cap:
        raise Conflict(FULL)
    _next_revision(ctx, proposal, revision)
    if not move(ctx, proposal, ProposalState.SUBMITTED):
        raise Conflict(CHANGED_MEANWHILE)
    proposal.submitted_at, proposal.round = ctx.now, proposal.round or 1
    version = _add_version(ctx, proposal)
    ctx.session.flush()
    ctx.record(ProposalSubmitted(proposal.topic_id, proposal.id, version, proposal.round))
    return proposal


def discard(ctx: Context, proposal: Proposal) -> None:
    """Give up a proposal before it is public."""
    ctx.require(Permission.PROPOSE)
    require_own(ctx, proposal)
    if proposal.state not in {ProposalState.DRAFT, ProposalState.SUBMITTED}:
        raise Conflict(N_("This step is not possible in the present state."))
    if not move(ctx, proposal, ProposalState.WITHDRAWN):
        raise Conflict(CHANGED_MEANWHILE)
    proposal.reviewer_id = proposal.taken_at = None
    proposal.topic.closed_at = ctx.now
    ctx.session.flush()
    ctx.record(DraftDiscarded(proposal.topic_id))


def require_own(ctx: Context, proposal: Proposal) -> None:
    """Raise `Forbidden` unless this actor wrote it."""
    if not is_author(ctx, proposal):
        raise Forbidden(N_("Only the proposer can do this."))


def move(ctx: Context, proposal: Proposal, then: ProposalState) -> bool:
    """Take a step of the life of a proposal; False if somebody else took one first."""
    as_seen = (Proposal.id == proposal.id, Proposal.state == proposal.state)
    found = ctx.session.scalar(sa.update(Proposal).where(*as_seen).values(state=then).returning(Proposal.id))
    return found is not None


def lacks_backer(proposal: Proposal) -> bool:
    """Whether its author said that an organisation stands behind it, and none is named."""
    return bool(proposal.backed) and not any(one.ended_at is None for one in proposal.backers)


def content_of(proposal: Proposal) -> dict[str, object]:
    """What is kept of a version, as plain JSON values."""
    return {
        "lang": proposal.lang,
        "title": proposal.topic.title.get(proposal.lang, ""),
        "demands": list(proposal.demands),
        "reason": proposal.reason,
        "benefit": proposal.benefit,
        "evidence": proposal.evidence,
        "area": proposal.area,
        "agencies": list(proposal.agencies),
    }


def entered_of(proposal: Proposal) -> ProposalInput:
    """A proposal as its author entered it."""
    texts = {name: getattr(proposal, name) for name in LONGEST if name != "title"}
    return ProposalInput(
        lang=proposal.lang,
        title=proposal.topic.title.get(proposal.lang, ""),
        demands=tuple(proposal.demands),
        area=proposal.area,
        agencies=tuple(proposal.agencies),
        backed=proposal.backed,
        **texts,
    )


def checked_input(ctx: Context, entered: ProposalInput) -> ProposalInput:
    """What was entered, cleaned; raises `Invalid` for what the rules do not allow."""
    texts = {name: clean_text(getattr(entered, name)).strip() for name in ("reason", "benefit", "evidence")}
    checked = replace(
        entered,
        title=clean_line(entered.title),
        area=clean_line(entered.area)[:80],
        demands=tuple(line for one in entered.demands if (line := clean_line(one))),
        agencies=tuple(one.slug for one in agencies_named(ctx, entered.agencies)),
        **texts,
    )
    rules = ctx.policy.proposal
    wrong = problems(checked, Limits(rules.max_demands, rules.max_agencies))
    if wrong:
        raise Invalid(fields=wrong)
    return checked


def _set(proposal: Proposal, entered: ProposalInput) -> None:
    topic = proposal.topic
    topic.title = {entered.lang: entered.title}
    summary = excerpt(entered.reason or " ".join(entered.demands))
    topic.summary = {entered.lang: summary} if summary else {}
    proposal.lang, proposal.area = entered.lang, entered.area
    proposal.backed = entered.backed
    proposal.demands, proposal.agencies = list(entered.demands), list(entered.agencies)
    proposal.reason, proposal.benefit, proposal.evidence = entered.reason, entered.benefit, entered.evidence


def _next_revision(ctx: Context, proposal: Proposal, revision: int) -> None:
    """Take the next revision, unless somebody took it first; the row stays locked until the commit."""
    as_seen = (Proposal.id == proposal.id, Proposal.revision == revision, Proposal.state == proposal.state)
    step = sa.update(Proposal).where(*as_seen).values(revision=revision + 1).returning(Proposal.id)
    if ctx.session.scalar(step) is None:
        raise Conflict(CHANGED_MEANWHILE)


def _add_version(ctx: Context, proposal: Proposal) -> int:
    last = sa.select(sa.func.max(ProposalVersion.number)).where(ProposalVersion.proposal_id == proposal.id)
    number = (ctx.session.scalar(last) or 0) + 1
    version = ProposalVersion(proposal_id=proposal.id, number=number, saved_at=ctx.now, content=content_of(proposal))
    ctx.session.add(version)
    ctx.session.flush()
    return number
