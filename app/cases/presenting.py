"""A case as open data: who owes the answer, by when and why then."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from app.cases.models import CaseAgency, CaseTransfer
from app.cases.rules import PartState, TransferOutcome
from app.clocks.models import ClockRow
from app.clocks.presenting import ActOut, PauseOut, StepOut, present_doings
from app.core.clock import rfc3339
from app.core.clockface import ClockStatus, clock_status
from app.core.context import Context
from app.core.deadline import Rule, Unit
from app.core.terms import Promise
from app.topics.rules import Part


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
    `amount`, `unit` and `rule` are what was promised; `acts` say what moved the date since. `due_at`: the first late
    moment.
    """

    promise: Promise
    started_on: str
    amount: int
    unit: Unit
    rule: Rule
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


def present_clock(ctx: Context, clock: ClockRow) -> dict[str, Any]:
    """A clock as it stands today."""
    legs = clock.legs
    face = clock_status(clock.due_on, clock.face_day(ctx.today), clock.stopped_on, ctx.calendar)
    return {
        "promise": clock.promise,
        "started_on": clock.started_on.isoformat(),
        "amount": legs[0].amount,
        "unit": legs[0].unit,
        "rule": legs[0].rule,
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
