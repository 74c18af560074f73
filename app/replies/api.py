"""The case of an issue as open data: who owes the answer, by when and why then, and what was answered."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from app.clocks.models import ClockRow
from app.clocks.presenting import ActOut, PauseOut, StepOut, present_doings
from app.core.clock import rfc3339
from app.core.clockface import ClockStatus, clock_status
from app.core.context import Context
from app.core.deadline import Unit
from app.core.errors import NotFound
from app.core.language import N_
from app.core.permissions import Permission
from app.core.terms import Promise
from app.replies.answers_json import (
    DemandOut,
    HoldingOut,
    ReplyOut,
    VersionList,
    present_demand,
    present_holding,
    present_reply,
    present_version,
)
from app.replies.models import Case, CaseAgency
from app.replies.parts import PartState, TransferOutcome
from app.replies.queries import case_of_topic
from app.replies.records import CaseTransfer
from app.topics.queries import topic_by_slug
from app.topics.rules import ADDRESS, Part
from app.web.acting import ctx, guard
from app.web.openapi import api_blueprint

api = api_blueprint("replies")


class CaseAgencyOut(BaseModel):
    """An agency that owes the answer; the lead answers for all, or several joint leads. `name` by BCP 47 tag.

    `state` since `since`: its part is `required`, or `contributed` to the reply, or it was `released`. The reasons are
    public. An agency that was released and added again is listed twice.
    """

    slug: str
    name: dict[str, str]
    part: Part
    state: PartState
    since: str
    added_because: str
    released_because: str


class TransferOut(BaseModel):
    """An offer to take the case over. Without `outcome` it waits for its answer, and `from_agency` still answers."""

    from_agency: str
    to_agency: str
    reason: str
    offered_at: str
    outcome: TransferOutcome | None
    decided_at: str | None
    declined_because: str


class SkippedOut(BaseModel):
    """A rest day the count passed over, and which one it is by BCP 47 tag."""

    date: str
    name: dict[str, str]


class ClockOut(BaseModel):
    """A promise with its date. Days are local days of the instance, `YYYY-MM-DD`.

    `status` and the working days left and late are those of today, or of the day on which the clock was paused.
    `amount` and `unit` are what was promised; `acts` say what moved the date since. `due_at`: the first late moment.
    """

    promise: Promise
    started_on: str
    amount: int
    unit: Unit
    due_on: str
    due_at: str
    paused_on: str | None
    stopped_on: str | None
    status: ClockStatus
    working_days_left: int
    working_days_late: int
    skipped: list[SkippedOut]
    calendar_version: str
    policy_version: int
    acts: list[ActOut]
    pauses: list[PauseOut]
    steps: list[StepOut]


class CaseOut(BaseModel):
    """What the agencies owe on an issue, and what they answered."""

    issue: str
    opened_at: str
    answered_at: str | None
    agencies: list[CaseAgencyOut]
    transfers: list[TransferOut]
    clock: ClockOut
    demands: list[DemandOut]
    holding_answers: list[HoldingOut]
    reply: ReplyOut | None


def present_case(ctx: Context, case: Case) -> dict[str, Any]:
    """The public fields of a case."""
    return {
        "issue": case.topic.slug,
        "opened_at": rfc3339(case.opened_at),
        "answered_at": rfc3339(case.answered_at) if case.answered_at else None,
        "agencies": [present_part(part) for part in sorted(case.parts, key=_leads_first)],
        "transfers": [present_transfer(one) for one in case.transfers],
        "clock": present_clock(ctx, case.clock),
        "demands": [present_demand(demand, case.is_answered) for demand in case.public_demands],
        "holding_answers": [present_holding(holding) for holding in case.public_holdings],
        "reply": present_reply(case.reply, case.clock) if case.reply and case.is_answered else None,
    }


def present_part(part: CaseAgency) -> dict[str, Any]:
    """An agency and its part in a case."""
    return {
        "slug": part.agency.slug,
        "name": part.agency.name,
        "part": part.part,
        "state": part.state,
        "since": rfc3339(part.since),
        "added_because": part.added_because,
        "released_because": part.released_because,
    }


def present_transfer(offer: CaseTransfer) -> dict[str, Any]:
    """An offer to take a case over, with its answer."""
    return {
        "from_agency": offer.from_agency.slug,
        "to_agency": offer.to_agency.slug,
        "reason": offer.reason,
        "offered_at": rfc3339(offer.offered_at),
        "outcome": offer.outcome,
        "decided_at": rfc3339(offer.decided_at) if offer.decided_at else None,
        "declined_because": offer.answer,
    }


def _leads_first(part: CaseAgency) -> tuple[bool, bool, int]:
    """Who answers now before who was released."""
    return part.released_at is not None, part.part is not Part.LEAD, part.id


def present_clock(ctx: Context, clock: ClockRow) -> dict[str, Any]:
    """A clock as it stands today."""
    legs = clock.legs
    face = clock_status(clock.due_on, clock.face_day(ctx.today), clock.stopped_on, ctx.calendar)
    return {
        "promise": clock.promise,
        "started_on": clock.started_on.isoformat(),
        "amount": legs[0].amount,
        "unit": legs[0].unit,
        "due_on": clock.due_on.isoformat(),
        "due_at": rfc3339(clock.due_at),
        "paused_on": clock.paused_on.isoformat() if clock.paused_on else None,
        "stopped_on": clock.stopped_on.isoformat() if clock.stopped_on else None,
        "status": face.status,
        "working_days_left": face.working_days_left,
        "working_days_late": face.working_days_late,
        "skipped": [{"date": day.date.isoformat(), "name": dict(day.reason)} for leg in legs for day in leg.skipped],
        "calendar_version": legs[-1].calendar_version,
        "policy_version": clock.policy_version,
        **present_doings(clock),
    }


@api.get(f"{ADDRESS}/case")
@api.output(CaseOut)
@guard(Permission.READ)
def case(kind: str, slug: str) -> dict[str, Any]:
    """The case of a topic: agencies, clock, demands and reply."""
    found = case_of_topic(ctx(), topic_by_slug(ctx(), kind, slug).id)
    if found is None:
        raise NotFound(N_("There is no case yet: nothing is owed yet."))
    return present_case(ctx(), found)


@api.get(f"{ADDRESS}/case/versions")
@api.output(VersionList)
@guard(Permission.READ)
def case_versions(kind: str, slug: str) -> dict[str, Any]:
    """Every published version of the reply: the first one and its corrections."""
    found = case_of_topic(ctx(), topic_by_slug(ctx(), kind, slug).id)
    if found is None or found.reply is None or not found.is_answered:
        raise NotFound(N_("There is no published reply here."))
    return {"items": [present_version(found, version) for version in found.reply.published_versions]}
