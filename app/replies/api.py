"""The case of an issue as open data: who owes the answer, by when and why then, and what was answered."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from app.core.clock import rfc3339
from app.core.clockface import ClockStatus, clock_status
from app.core.context import Context
from app.core.deadline import Due, Unit
from app.core.errors import NotFound
from app.core.language import N_
from app.core.permissions import Permission
from app.replies.models import Case, CaseAgency, ClockRow, Demand, Reply
from app.replies.parts import PartState, TransferOutcome
from app.replies.queries import case_of_topic
from app.replies.records import CaseTransfer
from app.replies.rules import Outcome, Promise, Source
from app.topics.queries import topic_by_slug
from app.topics.rules import Part
from app.web.acting import ctx, guard
from app.web.openapi import api_blueprint

api = api_blueprint("replies")
KIND = "issues"


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

    `status` and the working days left and late are those of today; all else was fixed when the case was opened.
    """

    promise: Promise
    started_on: str
    amount: int
    unit: Unit
    due_on: str
    stopped_on: str | None
    status: ClockStatus
    working_days_left: int
    working_days_late: int
    skipped: list[SkippedOut]
    calendar_version: str
    settings_version: int


class DemandOut(BaseModel):
    """A point the reply must answer. `statement` is where it comes from; `side` -1: all groups reject that statement.

    Before the reply is published only demands from the map are listed, without `outcome` and `answer` (Markdown).
    """

    text: str
    lang: str
    source: Source
    statement: int | None
    side: int
    outcome: Outcome | None
    answer: str | None
    answer_html: str | None


class ReplyOut(BaseModel):
    """The published reply; `summary` in Markdown."""

    summary: str
    summary_html: str
    lang: str
    contact: str
    published_at: str
    late: bool


class CaseOut(BaseModel):
    """What the agencies owe on an issue, and what they answered."""

    issue: str
    opened_at: str
    answered_at: str | None
    agencies: list[CaseAgencyOut]
    transfers: list[TransferOut]
    clock: ClockOut
    demands: list[DemandOut]
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
    due = Due.from_json(clock.reckoning)
    face = clock_status(clock.due_on, ctx.today, clock.stopped_on, ctx.calendar)
    return {
        "promise": clock.promise,
        "started_on": clock.started_on.isoformat(),
        "amount": due.amount,
        "unit": due.unit,
        "due_on": clock.due_on.isoformat(),
        "stopped_on": clock.stopped_on.isoformat() if clock.stopped_on else None,
        "status": face.status,
        "working_days_left": face.working_days_left,
        "working_days_late": face.working_days_late,
        "skipped": [{"date": day.date.isoformat(), "name": dict(day.reason)} for day in due.skipped],
        "calendar_version": due.calendar_version,
        "settings_version": clock.settings_version,
    }


def present_demand(demand: Demand, is_answered: bool) -> dict[str, Any]:
    """A demand, with its answer once that is published."""
    return {
        "text": demand.text,
        "lang": demand.lang,
        "source": demand.source,
        "statement": demand.statement_id,
        "side": demand.side,
        "outcome": demand.outcome if is_answered else None,
        "answer": demand.answer if is_answered else None,
        "answer_html": demand.answer_html if is_answered else None,
    }


def present_reply(reply: Reply, clock: ClockRow) -> dict[str, Any]:
    """A published reply."""
    return {
        "summary": reply.summary,
        "summary_html": reply.summary_html,
        "lang": reply.lang,
        "contact": reply.contact,
        "published_at": rfc3339(reply.published_at) if reply.published_at else None,
        "late": clock.stopped_on is not None and clock.stopped_on > clock.due_on,
    }


@api.get(f"/{KIND}/<slug>/case")
@api.output(CaseOut)
@guard(Permission.READ)
def case(slug: str) -> dict[str, Any]:
    """The case of an issue: agencies, clock, demands and reply."""
    found = case_of_topic(ctx(), topic_by_slug(ctx(), KIND, slug).id)
    if found is None:
        raise NotFound(N_("There is no case yet: nothing is owed before the issue closes."))
    return present_case(ctx(), found)
