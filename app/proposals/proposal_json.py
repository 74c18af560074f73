"""A proposal as the API presents it: the public field names, which exports reuse."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import url_for
from pydantic import BaseModel

from app.core.clock import rfc3339
from app.core.policy_parts import Duty
from app.endorsements.models import Gathering
from app.proposals.models import Backer, Decision, Proposal, ProposalVersion
from app.proposals.queries import phase
from app.proposals.rules import BackerRole, Code, Phase, Verdict
from app.topics.models import TopicAgency
from app.topics.rules import Part, TopicKind
from app.web.openapi import api_blueprint

api = api_blueprint("proposals")
Texts = dict[str, str]


class ProposalAgencyOut(BaseModel):
    """An agency that would have to answer; the lead for all."""

    slug: str
    name: Texts
    part: Part


class ThresholdOut(BaseModel):
    """How many endorsements are needed, fixed when it opened; with the formula, the population and its date."""

    people: int
    formula: dict[str, Any] | None
    policy_version: int


class BreadthOut(BaseModel):
    """How broad the support is: endorsements by local day, and by area (ISO 3166-2) as far as it was said.

    Days and areas of fewer people than the rules let open data show are left out, and another one with them where they
    could be worked out from `endorsements`.
    """

    days: dict[str, int]
    areas: dict[str, int]


class TierOut(BaseModel):
    """A further duty from `at` endorsements on, and since when it is owed."""

    at: int
    duty: Duty
    reached_at: str | None


class DecisionOut(BaseModel):
    """What a review decided. `same_as`: number of the proposal it repeats."""

    verdict: Verdict
    code: Code | None
    reason: str
    lang: str
    decided_at: str
    same_as: int | None


class BackerOut(BaseModel):
    """An organisation that stands behind a proposal, said by its author or else found by a reviewer; until when."""

    organisation: str
    role: BackerRole
    link: str
    by_author: bool
    stated_at: str
    ended_at: str | None


class ProposalLinks(BaseModel):
    """Where the rest of a proposal is."""

    self: str
    page: str
    versions: str
    comments: str
    case: str


class ProposalOut(BaseModel):
    """A proposal. `endorsements` counts people; `opposed` those who speak against it.

    `closes_on` is the last local day on which it can be endorsed; days of a pause were added to it. `backed`: what its
    author answered to whether an organisation stands behind it; null: not answered.
    """

    id: int
    slug: str
    phase: Phase
    lang: str
    title: Texts
    summary: Texts
    demands: list[str]
    reason: str
    benefit: str
    evidence: str
    area: str
    agencies: list[ProposalAgencyOut]
    submitted_at: str | None
    opened_at: str | None
    endorsements: int
    opposed: int
    threshold: ThresholdOut | None
    closes_on: str | None
    established_at: str | None
    ended_at: str | None
    answered_at: str | None
    decisions: list[DecisionOut]
    backed: bool | None
    backers: list[BackerOut]
    withdrawn_because: str
    merged_into: int | None
    links: ProposalLinks


class ProposalWhole(ProposalOut):
    """A proposal by itself: with how broad its support is. `thanks`: names of those who helped with its text and
    agreed to be named."""

    breadth: BreadthOut
    tiers: list[TierOut]
    thanks: list[str]


def present_proposal(proposal: Proposal) -> dict[str, Any]:
    """The public fields of a proposal."""
    topic, case = proposal.topic, proposal.case
    return {
        "id": proposal.id,
        "slug": topic.slug,
        "phase": phase(proposal),
        "lang": proposal.lang,
        "title": topic.title,
        "summary": topic.summary,
        "demands": proposal.demands,
        "reason": proposal.reason,
        "benefit": proposal.benefit,
        "evidence": proposal.evidence,
        "area": proposal.area,
        "agencies": [_present_agency(part) for part in topic.agencies],
        "submitted_at": rfc3339(proposal.submitted_at) if proposal.submitted_at else None,
        "opened_at": rfc3339(topic.opened_at) if topic.opened_at else None,
        "answered_at": rfc3339(case.answered_at) if case and case.answered_at else None,
        "decisions": [_present_decision(one) for one in proposal.decisions],
        "backed": proposal.backed,
        "backers": [_present_backer(one) for one in proposal.backers],
        "withdrawn_because": proposal.withdrawn_because,
        "merged_into": proposal.merged_into_id,
        **_present_support(proposal.gathering),
        "links": _present_links(proposal),
    }


def present_tiers(found: Gathering | None, reached: dict[Duty, datetime]) -> list[dict[str, Any]]:
    """The further duties of a gathering."""
    return [
        {"at": one.at, "duty": one.duty, "reached_at": rfc3339(reached[one.duty]) if one.duty in reached else None}
        for one in (found.further_duties if found else [])
    ]


def _present_support(found: Gathering | None) -> dict[str, Any]:
    if found is None:
        nothing = dict.fromkeys(("threshold", "closes_on", "established_at", "ended_at"))
        return {"endorsements": 0, "opposed": 0, **nothing}
    needed = {"people": found.threshold, "formula": found.formula or None, "policy_version": found.policy_version}
    return {
        "endorsements": found.endorsed,
        "opposed": found.opposed,
        "threshold": needed,
        "closes_on": found.closes_on.isoformat(),
        "established_at": rfc3339(found.established_at) if found.established_at else None,
        "ended_at": rfc3339(found.ended_at) if found.ended_at else None,
    }


def _present_agency(part: TopicAgency) -> dict[str, Any]:
    return {"slug": part.agency.slug, "name": part.agency.name, "part": part.part}


def _present_decision(one: Decision) -> dict[str, Any]:
    return {
        "verdict": one.verdict,
        "code": one.code,
        "reason": one.reason,
        "lang": one.lang,
        "decided_at": rfc3339(one.decided_at),
        "same_as": one.same_as_id,
    }


def _present_backer(one: Backer) -> dict[str, Any]:
    return {
        "organisation": one.organisation,
        "role": one.role,
        "link": one.link,
        "by_author": one.by_author,
        "stated_at": rfc3339(one.stated_at),
        "ended_at": rfc3339(one.ended_at) if one.ended_at else None,
    }


def _present_links(proposal: Proposal) -> dict[str, str]:
    number, here = {"proposal_id": proposal.id}, {"kind": TopicKind.PROPOSAL.value, "slug": proposal.topic.slug}
    return {
        "self": url_for("proposals_api.proposal", **number, _external=True),
        "page": url_for("proposals.show", slug=proposal.topic.slug, _external=True),
        "versions": url_for("proposals_api.proposal_versions", **number, _external=True),
        "comments": url_for("comments_api.comments", **here, _external=True),
        "case": url_for("replies_api.case", **here, _external=True),
    }


def present_version(version: ProposalVersion) -> dict[str, Any]:
    return {"number": version.number, "saved_at": rfc3339(version.saved_at), "content": version.content}
