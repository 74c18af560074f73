"""What the author of a proposal is told, by letter. `app/reactions.py` calls these in the name of the system."""

from __future__ import annotations

from app.cases.queries import case_of_topic
from app.core.context import Context
from app.core.language import said
from app.endorsements.facts import ProgressReached, ProposalEstablished, ProposalLapsed
from app.notices.addresses import addresses
from app.notices.queries import people_to_write_to
from app.notices.sending import send
from app.proposals.facts import (
    ChangeAsked,
    MergeOffered,
    ProposalAdmitted,
    ProposalRejected,
    ProposalTakenDown,
    SuggestionAccepted,
    SuggestionDeclined,
    SuggestionMade,
)
from app.proposals.models import Proposal, Suggestion
from app.proposals.passages import SuggestionState
from app.proposals.queries import proposal_of_topic
from app.proposals.suggesting import claim_telling

DECIDED = {
    ChangeAsked: "proposal_change_asked",
    ProposalAdmitted: "proposal_admitted",
    ProposalRejected: "proposal_rejected",
    ProposalTakenDown: "proposal_rejected",
}


def tell_of_decision(ctx: Context, fact: ChangeAsked | ProposalAdmitted | ProposalRejected | ProposalTakenDown) -> None:
    """What the review decided."""
    proposal = proposal_of_topic(ctx, fact.topic_id)
    if proposal is None:
        return
    gathering = proposal.gathering
    values = {"threshold": gathering.threshold, "closes_on": gathering.closes_on} if gathering else {}
    _to_author(ctx, proposal, DECIDED[type(fact)], **values)


def tell_of_progress(ctx: Context, fact: ProgressReached) -> None:
    """A part of the threshold is reached; of the whole another letter tells."""
    proposal = proposal_of_topic(ctx, fact.topic_id)
    if proposal is not None and fact.endorsed < fact.threshold:
        _to_author(ctx, proposal, "proposal_progress", endorsed=fact.endorsed, threshold=fact.threshold)


def tell_of_establishment(ctx: Context, fact: ProposalEstablished) -> None:
    """The threshold is reached: who owes a reply by when."""
    proposal, case = proposal_of_topic(ctx, fact.topic_id), case_of_topic(ctx, fact.topic_id)
    if proposal is not None and case is not None:
        _to_author(ctx, proposal, "proposal_established", endorsed=fact.endorsed, due_on=case.clock.due_on)


def tell_of_merge_offer(ctx: Context, fact: MergeOffered) -> None:
    """Another author offers to unite two proposals: the page says which."""
    proposal = proposal_of_topic(ctx, fact.topic_id)
    if proposal is not None:
        _to_author(ctx, proposal, "proposal_merge_offered")


def tell_of_lapse(ctx: Context, fact: ProposalLapsed) -> None:
    """The window ended below the threshold."""
    proposal = proposal_of_topic(ctx, fact.topic_id)
    if proposal is not None:
        _to_author(ctx, proposal, "proposal_lapsed", endorsed=fact.endorsed, threshold=fact.threshold)


def tell_of_suggestion(ctx: Context, fact: SuggestionMade) -> None:
    """Somebody suggested a change to a draft; its author hears of suggestions once a day at most."""
    proposal = proposal_of_topic(ctx, fact.topic_id)
    if proposal is not None and claim_telling(ctx, fact.topic_id):
        _to_author(ctx, proposal, "suggestion_made")


def tell_of_answer(ctx: Context, fact: SuggestionAccepted | SuggestionDeclined) -> None:
    """The author took a suggestion or left it: whoever made it hears so."""
    suggestion = ctx.get(Suggestion, fact.suggestion_id)
    people = people_to_write_to(ctx, [suggestion.person_id]) if suggestion.person_id is not None else []
    for reader in people:
        page = addresses().page("/account/suggestions", reader.lang)
        send(ctx, reader, "suggestion_answered", taken=suggestion.state is SuggestionState.ACCEPTED, page=page)


def _to_author(ctx: Context, proposal: Proposal, name: str, **values: object) -> None:
    readers = people_to_write_to(ctx, [proposal.author_id]) if proposal.author_id is not None else []
    for reader in readers:
        title = said(proposal.topic.title, reader.lang).text
        send(ctx, reader, name, title=title, page=addresses().proposal(proposal.id, reader.lang), **values)
