"""Drafts that are written together, over the API: what was suggested, and what its author says to it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from app.accounts.names import shown_name
from app.core.clock import rfc3339
from app.core.permissions import Permission
from app.extensions import limiter
from app.proposals.drafting import content_of, require_own
from app.proposals.models import Proposal, Suggestion
from app.proposals.pages import DECIDING, WRITING
from app.proposals.passages import Part, SuggestionState
from app.proposals.proposal_json import api
from app.proposals.queries import proposal_by_id
from app.proposals.suggesting import (
    SuggestionInput,
    accept,
    decline,
    draft_by_key,
    suggest,
    suggestion_for,
    suggestions_for,
)
from app.web.acting import ctx, guard

OWN = "/proposals/<int:proposal_id>/suggestions"
LINK = "/drafts/<key>"


class SuggestionOut(BaseModel):
    """A change to `passage` of `part`; an empty passage: `text` is added. `by`: null for minors and who is gone."""

    id: int
    part: Part
    passage: str
    text: str
    why: str
    by: str | None
    state: SuggestionState
    made_at: str
    answered_at: str | None
    reason: str


class SuggestionList(BaseModel):
    """What was suggested; what waits for the author first."""

    items: list[SuggestionOut]


class DraftOut(BaseModel):
    """A draft behind its link, as it stands: field -> value, and what was suggested for it."""

    content: dict[str, Any]
    suggestions: list[SuggestionOut]


class SuggestionIn(BaseModel):
    """`passage` as it was read in `part`; empty: `text` is added. `by_name`: one may be thanked by name."""

    part: Part
    passage: str = ""
    text: str = ""
    why: str = ""
    by_name: bool = False


class ReasonIn(BaseModel):
    """A word to whoever suggested it."""

    reason: str = ""


@api.get(LINK)
@api.output(DraftOut)
@api.doc(security="token")
@guard(Permission.PROPOSE)
def open_draft(key: str) -> dict[str, Any]:
    """An open draft. The key is what its author gives away with the link."""
    found = draft_by_key(ctx(), key)
    return {"content": content_of(found), "suggestions": [_present(one) for one in suggestions_for(ctx(), found)]}


@api.post(f"{LINK}/suggestions")
@limiter.limit(WRITING)
@api.input(SuggestionIn, arg_name="body")
@api.output(SuggestionOut, status_code=201)
@api.doc(security="token")
@guard(Permission.PROPOSE)
def make_suggestion(key: str, body: SuggestionIn) -> dict[str, Any]:
    """Suggest a change to an open draft of somebody else."""
    return _present(suggest(ctx(), key, SuggestionInput(**body.model_dump())))


@api.get(OWN)
@api.output(SuggestionList)
@api.doc(security="token")
@guard(Permission.PROPOSE)
def suggestions(proposal_id: int) -> dict[str, Any]:
    """What was suggested for one's own draft."""
    return {"items": [_present(one) for one in suggestions_for(ctx(), _own(proposal_id))]}


@api.post(f"{OWN}/<int:suggestion_id>/accept")
@limiter.limit(DECIDING)
@api.output(SuggestionOut)
@api.doc(security="token")
@guard(Permission.PROPOSE)
def accept_suggestion(proposal_id: int, suggestion_id: int) -> dict[str, Any]:
    """Take a suggestion into the text. 409: the passage was changed meanwhile; the suggestion stays open."""
    found = suggestion_for(ctx(), _own(proposal_id), suggestion_id)
    accept(ctx(), found)
    return _present(found)


@api.post(f"{OWN}/<int:suggestion_id>/decline")
@limiter.limit(DECIDING)
@api.input(ReasonIn, arg_name="body")
@api.output(SuggestionOut)
@api.doc(security="token")
@guard(Permission.PROPOSE)
def decline_suggestion(proposal_id: int, suggestion_id: int, body: ReasonIn) -> dict[str, Any]:
    """Leave the text as it is."""
    found = suggestion_for(ctx(), _own(proposal_id), suggestion_id)
    decline(ctx(), found, body.reason)
    return _present(found)


def _own(proposal_id: int) -> Proposal:
    found = proposal_by_id(ctx(), proposal_id)
    require_own(ctx(), found)
    return found


def _present(one: Suggestion) -> dict[str, Any]:
    return {
        "id": one.id,
        "part": one.part,
        "passage": one.passage,
        "text": one.text,
        "why": one.why,
        "by": shown_name(one.person) if one.person else None,
        "state": one.state,
        "made_at": rfc3339(one.made_at),
        "answered_at": rfc3339(one.answered_at) if one.answered_at else None,
        "reason": one.reason,
    }
