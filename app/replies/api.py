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
from app.replies.models import Case, CaseAgency, Demand, Reply
from app.replies.queries import case_of_topic
from app.replies.rules import Outcome, Source
from app.topics.queries import topic_by_slug
from app.topics.rules import Part
from app.web.acting import ctx, guard
from app.web.openapi import api_blueprint

api = api_blueprint("replies")
KIND = "issues"


class CaseAgencyOut(BaseModel):
    """An agency that owes the answer; the lead answers for all. `name` by BCP 47 tag."""

    slug: str
    name: dict[str, str]
    part: Part


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
    clock: ClockOut
    demands: list[DemandOut]
    reply: ReplyOut | None


def present_case(ctx: Context, case: Case) -> dict[str, Any]:
    """The public fields of a case."""
    return {
        "issue": case.topic.slug,
        "opened_at": rfc3339(case.opened_at),
        "answered_at": rfc3339(case.answered_at) if case.answered_at else None,
        "agencies": [present_part(part) for part in case.agencies],
        "clock": present_clock(ctx, case.clock),
        "demands": [present_demand(demand, case.is_answered) for demand in case.public_demands],
        "reply": present_reply(case.reply, case.clock) if case.reply and case.is_answered else None,
    }


def present_part(part: CaseAgency) -> dict[str, Any]:
    """An agency and its part in a case."""
    return {"slug": part.agency.slug, "name": part.agency.name, "part": part.part}


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
        "late": clock.stopped_at is not None and clock.stopped_at >= clock.due_at,
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
