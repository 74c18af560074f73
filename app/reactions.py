"""What follows from what: the platform's cause and effect on one page. Runs inside the transaction of the act."""

from __future__ import annotations

from collections.abc import Callable

from app.access import facts as access
from app.accounts import facts as accounts
from app.audit.actions import append
from app.cases import facts as cases
from app.cases.actions import open_case
from app.clocks import facts as clocks
from app.comments import facts as comments
from app.core.context import Context
from app.core.facts import Fact
from app.core.permissions import SYSTEM
from app.endorsements import facts as endorsements
from app.followups import facts as followups
from app.followups.actions import begin
from app.followups.studies import follow_correction
from app.identities import facts as identities
from app.issues.actions import mark_answered
from app.issues.facts import IssueClosed, IssueOpened, IssueRevised
from app.notices import clock_letters, letters, proposal_letters, security
from app.opinions import facts as opinions
from app.proposals import actions as proposing
from app.proposals import facts as proposals
from app.proposals.establishing import open_proposal_case
from app.proposals.handling import end_handling, promise_handling
from app.proposals.rules import NewsKind
from app.proposals.suggesting import end_suggestions
from app.proposals.telling import tell_supporters, tell_supporters_of_reply
from app.replies import facts as replies
from app.search.actions import index, index_titled, index_topic

REACTIONS: dict[type[Fact], tuple[Callable[..., object], ...]] = {
    accounts.PersonJoined: (letters.ask_to_confirm,),
    accounts.ConfirmationAsked: (letters.ask_to_confirm,),
    accounts.KnownAddressJoined: (letters.tell_of_known_address,),
    accounts.ResetAsked: (letters.offer_reset,),
    accounts.PasswordChanged: (letters.tell_of_new_password,),
    IssueOpened: (lambda ctx, fact: index_topic(ctx, fact.topic_id),),
    IssueRevised: (lambda ctx, fact: index_titled(ctx, fact.topic_id),),
    opinions.VotesImported: (lambda ctx, fact: index_topic(ctx, fact.topic_id),),
    opinions.StatementAdded: (lambda ctx, fact: index(ctx, "statements", {fact.statement_id: fact.topic_id}),),
    opinions.StatementHidden: (lambda ctx, fact: index(ctx, "statements", {fact.statement_id: fact.topic_id}),),
    comments.CommentWritten: (lambda ctx, fact: index(ctx, "comments", {fact.comment_id: fact.topic_id}),),
    comments.CommentEdited: (lambda ctx, fact: index(ctx, "comments", {fact.comment_id: fact.topic_id}),),
    comments.CommentDeleted: (lambda ctx, fact: index(ctx, "comments", {fact.comment_id: fact.topic_id}),),
    access.SignInBegan: (security.tell_of_new_device,),
    access.FactorAdded: (security.tell_of_change,),
    access.FactorRemoved: (security.tell_of_change,),
    access.FactorProved: (security.tell_of_used_code,),
    access.RecoveryCodesMade: (security.tell_of_change,),
    access.SecondFactorReset: (security.tell_of_change,),
    identities.IdentityLinked: (security.tell_of_change,),
    identities.IdentityUnlinked: (security.tell_of_change,),
    identities.PhoneVerified: (security.tell_of_change,),
    identities.PhoneRemoved: (security.tell_of_change,),
    IssueClosed: (lambda ctx, fact: open_case(ctx, fact.topic_id, fact.closed_on),),
    proposals.SuggestionMade: (proposal_letters.tell_of_suggestion,),
    proposals.SuggestionAccepted: (proposal_letters.tell_of_answer,),
    proposals.SuggestionDeclined: (proposal_letters.tell_of_answer,),
    proposals.ProposalSubmitted: (
        lambda ctx, fact: proposing.begin_review(ctx, fact.proposal_id),
        lambda ctx, fact: end_suggestions(ctx, fact.topic_id),
        lambda ctx, fact: index(ctx, "proposals", {fact.topic_id: fact.topic_id}),
    ),
    proposals.ChangeAsked: (
        lambda ctx, fact: proposing.hold_review(ctx, fact.proposal_id),
        lambda ctx, fact: index(ctx, "proposals", {fact.topic_id: fact.topic_id}),
        proposal_letters.tell_of_decision,
    ),
    proposals.ProposalAdmitted: (
        lambda ctx, fact: proposing.end_review(ctx, fact.proposal_id),
        lambda ctx, fact: proposing.begin_gathering(ctx, fact.topic_id),
        lambda ctx, fact: index_topic(ctx, fact.topic_id),
        proposal_letters.tell_of_decision,
    ),
    proposals.ProposalRejected: (
        lambda ctx, fact: proposing.end_review(ctx, fact.proposal_id),
        lambda ctx, fact: index_topic(ctx, fact.topic_id),
        proposal_letters.tell_of_decision,
    ),
    proposals.DraftDiscarded: (
        lambda ctx, fact: proposing.drop_review(ctx, fact.topic_id),
        lambda ctx, fact: end_suggestions(ctx, fact.topic_id),
        lambda ctx, fact: index(ctx, "proposals", {fact.topic_id: fact.topic_id}),
    ),
    proposals.ProposalTakenDown: (
        lambda ctx, fact: index_topic(ctx, fact.topic_id),
        proposal_letters.tell_of_decision,
    ),
    endorsements.ProgressReached: (proposal_letters.tell_of_progress,),
    endorsements.ProposalLapsed: (
        lambda ctx, fact: proposing.close_lapsed(ctx, fact.topic_id),
        proposal_letters.tell_of_lapse,
    ),
    endorsements.ProposalEstablished: (
        lambda ctx, fact: open_proposal_case(ctx, fact.topic_id, fact.established_on),
        proposal_letters.tell_of_establishment,
        lambda ctx, fact: tell_supporters(ctx, fact.topic_id, NewsKind.ESTABLISHED),
    ),
    endorsements.TierReached: (letters.tell_of_further_duty,),
    proposals.ProposalMerged: (lambda ctx, fact: tell_supporters(ctx, fact.topic_id, NewsKind.MERGED),),
    proposals.MergeOffered: (proposal_letters.tell_of_merge_offer,),
    cases.CaseOpened: (letters.tell_of_case, lambda ctx, fact: promise_handling(ctx, fact.case_id)),
    cases.AgencyAdded: (letters.tell_of_new_part,),
    cases.AgencyReleased: (letters.tell_of_release,),
    cases.TransferOffered: (letters.tell_of_offer,),
    cases.TransferAccepted: (letters.tell_of_taken_offer,),
    cases.TransferDeclined: (letters.tell_of_declined_offer,),
    cases.TransferWithdrawn: (letters.tell_of_withdrawn_offer,),
    clocks.ClockReminded: (clock_letters.remind,),
    clocks.ClockEscalated: (clock_letters.tell_of_lateness,),
    clocks.ClockExtended: (clock_letters.tell_of_new_date,),
    clocks.ClockMoved: (clock_letters.tell_of_new_date,),
    clocks.ClockResumed: (clock_letters.tell_of_new_date,),
    clocks.ClockPaused: (clock_letters.tell_of_pause,),
    replies.ReplySubmitted: (letters.tell_of_draft,),
    replies.ReplyPublished: (
        lambda ctx, fact: mark_answered(ctx, fact.topic_id),
        lambda ctx, fact: begin(ctx, fact.case_id),
        lambda ctx, fact: index_titled(ctx, fact.topic_id),
        lambda ctx, fact: proposing.close_answered(ctx, fact.topic_id),
        lambda ctx, fact: end_handling(ctx, fact.case_id),
        lambda ctx, fact: tell_supporters_of_reply(ctx, fact.topic_id),
    ),
    replies.ReplySentBack: (letters.tell_of_draft_sent_back,),
    replies.HoldingSubmitted: (letters.tell_of_holding,),
    replies.HoldingSentBack: (letters.tell_of_holding_sent_back,),
    replies.ReplyCorrected: (
        lambda ctx, fact: follow_correction(ctx, fact.case_id),
        lambda ctx, fact: index_titled(ctx, fact.topic_id),
    ),
    replies.CorrectionSubmitted: (letters.tell_of_correction,),
    replies.CorrectionSentBack: (letters.tell_of_correction_sent_back,),
    followups.StudyEndProposed: (letters.tell_of_study_end,),
    followups.StudyEndRefused: (letters.tell_of_study_end_refused,),
    followups.MilestoneWentStale: (letters.tell_of_stale_milestone,),
}


def react(ctx: Context, fact: Fact) -> None:
    """Write the fact down, then do what follows from it, in the name of the system."""
    append(ctx, fact)
    for follow in REACTIONS.get(type(fact), ()):
        follow(ctx.acting_as(SYSTEM), fact)
