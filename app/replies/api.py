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
from app.replies.models import Case, CaseAgency, Demand, HoldingAnswer, Reply, ReplyVersion
from app.replies.parts import PartState, TransferOutcome
from app.replies.queries import case_of_topic
from app.replies.records import CaseTransfer
from app.replies.rules import Answer, Outcome, Source
from app.replies.versions import Content
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

    Before the reply is published only demands that the public made are listed, without their answers. Of an answer:
    `basis` is the law or the data it rests on (Markdown, as is `answer`); `next_step_on` a local day; `no_next_step`
    says that nothing follows; `contact` is who answers questions about this demand.
    """

    text: str
    lang: str
    source: Source
    statement: int | None
    side: int
    outcome: Outcome | None
    answer: str | None
    answer_html: str | None
    basis: str | None
    next_step: str | None
    next_step_on: str | None
    no_next_step: bool | None
    contact: str | None


class HoldingOut(BaseModel):
    """An interim answer (Markdown), published before the reply. It kept no promise and stopped no clock."""

    number: int
    text: str
    html: str
    lang: str
    published_at: str


class AnswerOut(BaseModel):
    """The answer to a demand as a version of the reply gave it."""

    demand: str
    outcome: Outcome | None
    answer: str
    basis: str
    next_step: str
    next_step_on: str | None
    no_next_step: bool
    contact: str


class VersionOut(BaseModel):
    """A published version of a reply, whole. `reason`: why it was corrected; empty for the first."""

    number: int
    published_at: str
    reason: str
    summary: str
    lang: str
    contact: str
    answers: list[AnswerOut]


class VersionList(BaseModel):
    """Every published version of a reply, the oldest first."""

    items: list[VersionOut]


class ReplyOut(BaseModel):
    """The published reply; `summary` in Markdown. `version` grows, and `corrected_at` is set, with every correction."""

    summary: str
    summary_html: str
    lang: str
    contact: str
    published_at: str
    late: bool
    version: int
    corrected_at: str | None


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


def present_demand(demand: Demand, is_answered: bool) -> dict[str, Any]:
    """A demand, with its answer once that is published."""
    asked = {
        "text": demand.text,
        "lang": demand.lang,
        "source": demand.source,
        "statement": demand.statement_id,
        "side": demand.side,
    }
    answer = present_answer(demand.said) | {"answer_html": demand.answer_html}
    return asked | (answer if is_answered else dict.fromkeys(answer))


def present_answer(answer: Answer) -> dict[str, Any]:
    """An answer in the words of the API."""
    kept = answer.to_json()
    return {"answer" if name == "text" else name: value for name, value in kept.items()}


def present_holding(holding: HoldingAnswer) -> dict[str, Any]:
    """A published holding answer."""
    return {
        "number": holding.number,
        "text": holding.text,
        "html": holding.html,
        "lang": holding.lang,
        "published_at": rfc3339(holding.published_at) if holding.published_at else None,
    }


def present_reply(reply: Reply, clock: ClockRow) -> dict[str, Any]:
    """A published reply."""
    newest = reply.published_versions[-1] if reply.published_versions else None
    corrected_at = newest.published_at if newest and newest.number > 1 else None
    return {
        "summary": reply.summary,
        "summary_html": reply.summary_html,
        "lang": reply.lang,
        "contact": reply.contact,
        "published_at": rfc3339(reply.published_at) if reply.published_at else None,
        "late": clock.stopped_at is not None and clock.stopped_at >= clock.due_at,
        "version": newest.number if newest else 1,
        "corrected_at": rfc3339(corrected_at) if corrected_at else None,
    }


def present_version(case: Case, version: ReplyVersion) -> dict[str, Any]:
    """A published version of a reply."""
    content = Content.from_json(version.content)
    answered = [(demand, content.answers[demand.id]) for demand in case.demands if demand.id in content.answers]
    return {
        "number": version.number,
        "published_at": rfc3339(version.published_at) if version.published_at else None,
        "reason": version.reason,
        "summary": content.summary,
        "lang": content.lang,
        "contact": content.contact,
        "answers": [{"demand": demand.text} | present_answer(answer) for demand, answer in answered],
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


@api.get(f"/{KIND}/<slug>/case/versions")
@api.output(VersionList)
@guard(Permission.READ)
def case_versions(slug: str) -> dict[str, Any]:
    """Every published version of the reply to an issue: the first one and its corrections."""
    found = case_of_topic(ctx(), topic_by_slug(ctx(), KIND, slug).id)
    if found is None or found.reply is None or not found.is_answered:
        raise NotFound(N_("There is no published reply here."))
    return {"items": [present_version(found, version) for version in found.reply.published_versions]}
