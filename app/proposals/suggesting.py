"""Writing a draft together: its author opens it by a secret link, others suggest changes, the author decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_urlsafe

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.accounts.names import shown_name
from app.core.context import Context
from app.core.errors import Conflict, Invalid, NotFound
from app.core.language import N_
from app.core.permissions import Permission
from app.core.persons import Act
from app.core.texts import checked
from app.identities.eligibility import require_eligible
from app.proposals.drafting import checked_input, entered_of, require_own, save
from app.proposals.facts import (
    DraftClosed,
    DraftOpened,
    SuggestionAccepted,
    SuggestionDeclined,
    SuggestionMade,
    SuggestionsEnded,
)
from app.proposals.models import Proposal, Suggestion
from app.proposals.passages import LINES, OPEN_EACH, OPEN_MOST, WHY_MAX, Change, Part, SuggestionState, with_change
from app.proposals.queries import is_author, proposal_of_topic
from app.proposals.rules import REASON_MAX, ProposalState
from moderation import clean_line, clean_text

TOLD_EVERY = timedelta(days=1)
MOVED = N_("This passage was changed meanwhile. Nothing is lost: what was suggested stays here to be read.")
ANSWERED = N_("This was answered already.")


@dataclass(frozen=True)
class SuggestionInput:
    """A change, why, and whether its author may be thanked by name once the proposal is public."""

    part: Part
    passage: str
    text: str
    why: str = ""
    by_name: bool = False


def open_draft(ctx: Context, proposal: Proposal) -> str:
    """Let everybody who has the link read the draft and suggest changes. Opened again, the link is another one."""
    ctx.require(Permission.PROPOSE)
    require_own(ctx, proposal)
    if proposal.state is not ProposalState.DRAFT:
        raise Conflict(N_("This proposal was handed in. Its text stays as it is."))
    proposal.draft_key = token_urlsafe(24)
    ctx.session.flush()
    ctx.record(DraftOpened(proposal.topic_id))
    return proposal.draft_key


def close_draft(ctx: Context, proposal: Proposal) -> None:
    """The link leads nowhere any more. What was suggested stays with the author."""
    ctx.require(Permission.PROPOSE)
    require_own(ctx, proposal)
    if proposal.draft_key is not None:
        proposal.draft_key = None
        ctx.session.flush()
        ctx.record(DraftClosed(proposal.topic_id))


def draft_by_key(ctx: Context, key: str, *, locked: bool = False) -> Proposal:
    """The open draft behind a link, or `NotFound`. `locked`: it is neither changed nor handed in before the commit."""
    ctx.require(Permission.PROPOSE)
    query = sa.select(Proposal).where(Proposal.draft_key == key, Proposal.state == ProposalState.DRAFT)
    query = query.with_for_update() if locked else query
    proposal = ctx.session.scalar(query, execution_options={"populate_existing": True})
    if proposal is None:
        raise NotFound()
    return proposal


def suggest(ctx: Context, key: str, entered: SuggestionInput) -> Suggestion:
    """Suggest a change to somebody else's open draft."""
    ctx.require(Permission.PROPOSE)
    require_eligible(ctx, Act.PROPOSE)
    proposal = draft_by_key(ctx, key, locked=True)
    if is_author(ctx, proposal):
        raise Conflict(N_("This is your own draft: change it as you like."))
    _require_room(ctx, proposal)
    change = _checked_change(ctx, proposal, entered)
    suggestion = Suggestion(
        proposal=proposal,
        person_id=ctx.actor.person_id,
        part=change.part,
        passage=change.passage,
        text=change.text,
        why=checked("why", entered.why, WHY_MAX),
        by_name=entered.by_name,
        state=SuggestionState.OPEN,
        made_at=ctx.now,
    )
    ctx.session.add(suggestion)
    ctx.session.flush()
    ctx.record(SuggestionMade(proposal.topic_id, suggestion.id))
    return suggestion


def accept(ctx: Context, suggestion: Suggestion) -> Proposal:
    """Take a suggestion: the text changes. Raises `Conflict` if the passage has changed; the suggestion stays open."""
    ctx.require(Permission.PROPOSE)
    proposal = suggestion.proposal
    require_own(ctx, proposal)
    changed = with_change(entered_of(proposal), Change(suggestion.part, suggestion.passage, suggestion.text))
    if suggestion.state is not SuggestionState.OPEN:
        raise Conflict(ANSWERED)
    if changed is None:
        raise Conflict(MOVED)
    # The proposal first, as whoever hands it in locks it first as well.
    save(ctx, proposal, changed, proposal.revision)
    _answer(ctx, suggestion, SuggestionState.ACCEPTED, "")
    ctx.record(SuggestionAccepted(proposal.topic_id, suggestion.id))
    return proposal


def decline(ctx: Context, suggestion: Suggestion, reason: str = "") -> None:
    """Leave the text as it is, and say why or not."""
    ctx.require(Permission.PROPOSE)
    require_own(ctx, suggestion.proposal)
    _answer(ctx, suggestion, SuggestionState.DECLINED, checked("reason", reason, REASON_MAX))
    ctx.record(SuggestionDeclined(suggestion.proposal.topic_id, suggestion.id))


def be_named(ctx: Context, suggestion_id: int, by_name: bool) -> None:
    """Say for one's own suggestion whether one may be thanked by name."""
    ctx.require(Permission.PROPOSE)
    suggestion = ctx.get(Suggestion, suggestion_id)
    if suggestion.person_id != ctx.actor.person_id:
        raise NotFound()
    suggestion.by_name = by_name
    ctx.session.flush()


def end_suggestions(ctx: Context, topic_id: int) -> None:
    """The draft was handed in or given up: the link ends, and what waits is not decided any more."""
    ctx.require(Permission.RUN)
    proposal = proposal_of_topic(ctx, topic_id)
    if proposal is None:
        return
    proposal.draft_key = None
    waiting = (
        sa.update(Suggestion)
        .where(Suggestion.proposal_id == proposal.id, Suggestion.state == SuggestionState.OPEN)
        .values(state=SuggestionState.UNDECIDED, answered_at=ctx.now)
        .returning(Suggestion.id)
    )
    ended = len(ctx.session.scalars(waiting).all())
    ctx.session.flush()
    if ended:
        ctx.record(SuggestionsEnded(topic_id, ended))


def claim_telling(ctx: Context, topic_id: int) -> bool:
    """Whether the author is to be told of suggestions now: at most once a day. Whoever asks first tells."""
    ctx.require(Permission.RUN)
    due = sa.or_(Proposal.suggestions_told_at.is_(None), Proposal.suggestions_told_at <= ctx.now - TOLD_EVERY)
    claim = sa.update(Proposal).where(Proposal.topic_id == topic_id, due).values(suggestions_told_at=ctx.now)
    return ctx.session.scalar(claim.returning(Proposal.id)) is not None


def suggestions_for(ctx: Context, proposal: Proposal) -> Sequence[Suggestion]:
    """What was suggested for a draft, what waits first. For its author, and whoever has the link."""
    waits = sa.case((Suggestion.state == SuggestionState.OPEN, 0), else_=1)
    query = sa.select(Suggestion).where(Suggestion.proposal_id == proposal.id).options(joinedload(Suggestion.person))
    return ctx.session.scalars(query.order_by(waits, Suggestion.id.desc()).limit(300)).all()


def suggestion_for(ctx: Context, proposal: Proposal, suggestion_id: int) -> Suggestion:
    """One of them, or `NotFound`."""
    found = ctx.get(Suggestion, suggestion_id)
    if found.proposal_id != proposal.id:
        raise NotFound()
    return found


def my_suggestions(ctx: Context) -> Sequence[Suggestion]:
    """What this actor suggested, the newest first."""
    query = sa.select(Suggestion).where(Suggestion.person_id == ctx.actor.person_id)
    query = query.options(joinedload(Suggestion.proposal).joinedload(Proposal.topic))
    return ctx.session.scalars(query.order_by(Suggestion.id.desc()).limit(100)).all()


def how_many_wait(ctx: Context, proposal: Proposal, person_id: int | None = None) -> int:
    """How many suggestions wait for the author; of one person, where one is named."""
    query = sa.select(sa.func.count()).select_from(Suggestion)
    query = query.where(Suggestion.proposal_id == proposal.id, Suggestion.state == SuggestionState.OPEN)
    query = query if person_id is None else query.where(Suggestion.person_id == person_id)
    return ctx.session.scalar(query) or 0


def thanked(ctx: Context, proposal: Proposal) -> list[str]:
    """The names of those whose suggestions became part of it, who agreed to be named and are of age."""
    taken = (Suggestion.proposal_id == proposal.id, Suggestion.state == SuggestionState.ACCEPTED, Suggestion.by_name)
    query = sa.select(Person).where(Person.id.in_(sa.select(Suggestion.person_id).where(*taken)))
    people = ctx.session.scalars(query.order_by(Person.name, Person.id))
    return [name for person in people if (name := shown_name(person))]


def _require_room(ctx: Context, proposal: Proposal) -> None:
    if how_many_wait(ctx, proposal, ctx.actor.person_id) >= OPEN_EACH:
        raise Conflict(N_("So many suggestions of yours wait for the author. Please wait until they are read."))
    if how_many_wait(ctx, proposal) >= OPEN_MOST:
        raise Conflict(N_("So many suggestions wait for the author that no more are taken at the moment."))


def _checked_change(ctx: Context, proposal: Proposal, entered: SuggestionInput) -> Change:
    clean = clean_line if entered.part in LINES else lambda text: clean_text(text).strip()
    change = Change(entered.part, clean(entered.passage), clean(entered.text))
    before = entered_of(proposal)
    after = with_change(before, change)
    if after is None:
        raise Conflict(N_("This passage was changed meanwhile, or stands there more than once. Please read it again."))
    if after == before:
        raise Invalid(fields={"text": N_("This changes nothing.")})
    try:
        checked_input(ctx, after)
    except Invalid as refusal:
        raise Invalid(fields={"text": next(iter(refusal.fields.values()))}) from None
    return change


def _answer(ctx: Context, suggestion: Suggestion, state: SuggestionState, reason: str) -> None:
    """Answer it, unless it was answered: two answers at once are one and a refusal."""
    if suggestion.proposal.state is not ProposalState.DRAFT:
        raise Conflict(N_("This proposal was handed in. Its text stays as it is."))
    waiting = (Suggestion.id == suggestion.id, Suggestion.state == SuggestionState.OPEN)
    values = {"state": state, "answered_at": ctx.now, "reason": reason}
    answer = sa.update(Suggestion).where(*waiting).values(values).returning(Suggestion.id)
    if ctx.session.scalar(answer) is None:
        raise Conflict(ANSWERED)
