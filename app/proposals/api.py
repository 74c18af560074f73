"""Proposals as open data, and endorsing over the API. Who endorsed is told to nobody."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from app.core.clock import rfc3339
from app.core.errors import Gone, NotFound
from app.core.permissions import Permission
from app.endorsements.endorsing import Given, endorse, oppose, take_back
from app.endorsements.queries import gathering_of, tiers_reached
from app.endorsements.rules import Side, TallyBy
from app.extensions import limiter
from app.proposals import suggestion_api
from app.proposals.models import Proposal
from app.proposals.pages import ENDORSING, reads_all
from app.proposals.proposal_json import (
    ProposalOut,
    ProposalWhole,
    api,
    present_proposal,
    present_tiers,
    present_version,
)
from app.proposals.queries import proposal_by_id, proposals_page, public_topic
from app.proposals.rules import Phase
from app.proposals.suggesting import thanked
from app.web.acting import ctx, guard
from app.web.openapi import PageQuery, present_page

__all__ = ["api", "suggestion_api"]
ONE = "/proposals/<int:proposal_id>"


class ProposalList(BaseModel):
    """A page of proposals."""

    items: list[ProposalOut]
    next: str | None


class ProposalQuery(PageQuery):
    """Which proposals."""

    phase: Literal["collecting", "established", "answered", "lapsed", "rejected", "withdrawn", "merged"] | None = None


class ProposalVersionOut(BaseModel):
    """A proposal as it was handed in."""

    number: int
    saved_at: str
    content: dict[str, Any]


class ProposalVersionList(BaseModel):
    """All versions, the first one first."""

    items: list[ProposalVersionOut]


class EndorseQuery(BaseModel):
    """What may be said with an endorsement: an area (ISO 3166-2), and whether one wants to hear of it by letter."""

    area: str = Field("", max_length=20)
    wants_news: bool = False


class GivenOut(BaseModel):
    """One's own voice."""

    proposal: int
    side: Side
    given_at: str
    area: str
    counted: bool


class TakenBack(BaseModel):
    """Whether there was something to take back."""

    taken_back: bool


def _present_given(proposal_id: int, given: Given) -> dict[str, Any]:
    row = given.endorsement
    return {
        "proposal": proposal_id,
        "side": row.side,
        "given_at": rfc3339(row.given_at),
        "area": row.area,
        "counted": row.voided_at is None,
    }


@api.get("/proposals")
@api.input(ProposalQuery, location="query", arg_name="query")
@api.output(ProposalList)
@guard(Permission.READ)
def proposals(query: ProposalQuery) -> dict[str, Any]:
    """List public proposals, in one phase or all."""
    page = proposals_page(ctx(), Phase(query.phase) if query.phase else None, query.page, query.per_page)
    chosen = {"phase": query.phase} if query.phase else {}
    items = [present_proposal(one) for one in page.items]
    return present_page(page, items, "proposals_api.proposals", query.per_page, **chosen)


@api.get(ONE)
@api.output(ProposalWhole)
@guard(Permission.READ)
def proposal(proposal_id: int) -> dict[str, Any]:
    """One proposal."""
    found = _readable(proposal_id)
    breadth: dict[str, dict[str, int]] = {"days": {}, "areas": {}}
    if found.gathering:
        gathering = gathering_of(ctx(), found.topic_id)
        fewest = ctx().policy.data.k_anonymity
        breadth = {"days": gathering.told(TallyBy.DAY, fewest), "areas": gathering.told(TallyBy.AREA, fewest)}
    tiers = present_tiers(found.gathering, tiers_reached(ctx(), found.topic_id))
    return present_proposal(found) | {"breadth": breadth, "tiers": tiers, "thanks": thanked(ctx(), found)}


@api.get(f"{ONE}/versions")
@api.output(ProposalVersionList)
@guard(Permission.READ)
def proposal_versions(proposal_id: int) -> dict[str, Any]:
    """Every version of a proposal that was handed in."""
    return {"items": [present_version(one) for one in _readable(proposal_id).versions]}


@api.post(f"{ONE}/endorsements")
@limiter.limit(ENDORSING)
@api.input(EndorseQuery, location="query", arg_name="query")
@api.output(GivenOut, status_code=201)
@api.doc(security="token", responses={200: "It was given before; nothing changed."})
@guard(Permission.ENDORSE)
def give(proposal_id: int, query: EndorseQuery) -> tuple[dict[str, Any], int]:
    """Endorse a proposal. Sent again, the answer is the same, with 200."""
    found = _public(proposal_id)
    given = endorse(ctx(), found, area=query.area, wants_news=query.wants_news)
    return _present_given(proposal_id, given), 201 if given.is_new else 200


@api.post(f"{ONE}/dissent")
@limiter.limit(ENDORSING)
@api.output(GivenOut, status_code=201)
@api.doc(security="token", responses={200: "It was said before; nothing changed."})
@guard(Permission.ENDORSE)
def dissent(proposal_id: int) -> tuple[dict[str, Any], int]:
    """Speak against a proposal: counted beside its endorsements."""
    given = oppose(ctx(), _public(proposal_id))
    return _present_given(proposal_id, given), 201 if given.is_new else 200


@api.delete(f"{ONE}/endorsements")
@limiter.limit(ENDORSING)
@api.output(TakenBack)
@api.doc(security="token")
@guard(Permission.ENDORSE)
def withdraw_own(proposal_id: int) -> dict[str, Any]:
    """Take back what one said of a proposal, as long as it can be endorsed and its rules allow it."""
    return {"taken_back": take_back(ctx(), _public(proposal_id))}


def _readable(proposal_id: int) -> Proposal:
    found = proposal_by_id(ctx(), proposal_id)
    if not reads_all(found):
        raise Gone()
    return found


def _public(proposal_id: int) -> int:
    """The topic of a public proposal; read lightly, for this is asked thousands of times a minute."""
    topic_id = public_topic(ctx(), proposal_id)
    if topic_id is None:
        raise NotFound()
    return topic_id
