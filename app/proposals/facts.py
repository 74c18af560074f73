"""What happens to proposals. That endorsements were gathered is told by the feature `endorsements`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.core.facts import Fact


@dataclass(frozen=True)
class ProposalDrafted(Fact):
    """Somebody began a proposal."""

    kind = "proposal.drafted"
    topic_id: int


@dataclass(frozen=True)
class DraftOpened(Fact):
    """The author opened a draft to whoever has its link."""

    kind = "proposal.draft-opened"
    topic_id: int


@dataclass(frozen=True)
class DraftClosed(Fact):
    """The author closed it again: the link leads nowhere."""

    kind = "proposal.draft-closed"
    topic_id: int


@dataclass(frozen=True)
class SuggestionMade(Fact):
    """Somebody suggested a change to an open draft."""

    kind = "proposal.suggestion-made"
    topic_id: int
    suggestion_id: int


@dataclass(frozen=True)
class SuggestionAccepted(Fact):
    """The author took a suggestion: the text changed."""

    kind = "proposal.suggestion-accepted"
    topic_id: int
    suggestion_id: int


@dataclass(frozen=True)
class SuggestionDeclined(Fact):
    """The author left the text as it was."""

    kind = "proposal.suggestion-declined"
    topic_id: int
    suggestion_id: int


@dataclass(frozen=True)
class SuggestionsEnded(Fact):
    """With the draft so many suggestions ended that nobody had decided."""

    kind = "proposal.suggestions-ended"
    topic_id: int
    suggestions: int


@dataclass(frozen=True)
class BackerNamed(Fact):
    """Its author said, or a reviewer found, that an organisation stands behind a proposal."""

    kind = "proposal.backer-named"
    public = True
    topic_id: int
    backer_id: int
    by_author: bool


@dataclass(frozen=True)
class BackerEnded(Fact):
    """It was said that an organisation does not stand behind it any more."""

    kind = "proposal.backer-ended"
    public = True
    topic_id: int
    backer_id: int
    by_author: bool


@dataclass(frozen=True)
class ProposalSubmitted(Fact):
    """A proposal was handed in for review, as version `version`; in the second `round` by an appeal."""

    kind = "proposal.submitted"
    topic_id: int
    proposal_id: int
    version: int
    round: int


@dataclass(frozen=True)
class ReviewTaken(Fact):
    """A reviewer took a proposal, or was given it by another one."""

    kind = "proposal.review-taken"
    topic_id: int
    reviewer_id: int


@dataclass(frozen=True)
class ReviewReleased(Fact):
    """A reviewer put a proposal back into the queue."""

    kind = "proposal.review-released"
    topic_id: int


@dataclass(frozen=True)
class ChangeAsked(Fact):
    """The author has to change something before the review goes on."""

    kind = "proposal.change-asked"
    topic_id: int
    proposal_id: int


@dataclass(frozen=True)
class ProposalAdmitted(Fact):
    """A proposal passed its review: people may endorse it."""

    kind = "proposal.admitted"
    public = True
    topic_id: int
    proposal_id: int


@dataclass(frozen=True)
class ProposalRejected(Fact):
    """A proposal was turned down, for the reason with this code."""

    kind = "proposal.rejected"
    public = True
    topic_id: int
    proposal_id: int
    code: str


@dataclass(frozen=True)
class ProposalTakenDown(Fact):
    """An admitted proposal was turned down after all, before anybody owed a reply."""

    kind = "proposal.taken-down"
    public = True
    topic_id: int
    proposal_id: int
    code: str


@dataclass(frozen=True)
class ProposalWithdrawn(Fact):
    """Its author took a proposal back."""

    kind = "proposal.withdrawn"
    public = True
    topic_id: int
    proposal_id: int


@dataclass(frozen=True)
class MergeOffered(Fact):
    """The author of a proposal offered to unite it with another one."""

    kind = "proposal.merge-offered"
    topic_id: int
    offer_id: int


@dataclass(frozen=True)
class MergeDeclined(Fact):
    """The other author wants to go on alone."""

    kind = "proposal.merge-declined"
    topic_id: int
    offer_id: int


@dataclass(frozen=True)
class ProposalMerged(Fact):
    """Both authors agreed: the supporters of this proposal now support the other one, each counted once."""

    kind = "proposal.merged"
    public = True
    topic_id: int
    proposal_id: int
    into_id: int
    joined: int


@dataclass(frozen=True)
class NearMissTaken(Fact):
    """Officers take up a proposal that came near its threshold, as if it were established."""

    kind = "proposal.near-miss-taken"
    public = True
    topic_id: int
    proposal_id: int


@dataclass(frozen=True)
class NearMissLeft(Fact):
    """Officers looked at a proposal that came near its threshold, and said why they leave it."""

    kind = "proposal.near-miss-left"
    public = True
    topic_id: int
    proposal_id: int


@dataclass(frozen=True)
class SupportersWritten(Fact):
    """The proposer or an agency wrote to those supporters who want to hear of it."""

    kind = "proposal.supporters-written"
    public = True
    topic_id: int
    letter_id: int


@dataclass(frozen=True)
class DraftDiscarded(Fact):
    """Its author gave up a proposal before it was public."""

    kind = "proposal.discarded"
    topic_id: int


@dataclass(frozen=True)
class PlanPublished(Fact):
    """The agencies said how they handle the case."""

    kind = "proposal.plan-published"
    public = True
    topic_id: int
    case_id: int


@dataclass(frozen=True)
class ProposerContacted(Fact):
    """The agencies spoke with the proposer, on this day."""

    kind = "proposal.proposer-contacted"
    public = True
    topic_id: int
    case_id: int
    on: date
