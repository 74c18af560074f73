"""What agencies promise besides the reply once a proposal is established: a plan, and a talk with its author."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from app.cases.models import Case
from app.cases.queries import case_by_id
from app.clocks.actions import Start, start_clock, stop_clock
from app.clocks.models import ClockRow
from app.clocks.queries import clock_of
from app.clocks.rules import Stop, Subject
from app.core.context import Context
from app.core.database import insert_once
from app.core.errors import Conflict, Invalid
from app.core.language import LANGUAGES, N_
from app.core.permissions import Permission
from app.core.terms import Promise
from app.proposals.facts import PlanPublished, ProposerContacted
from app.proposals.models import Handling
from app.proposals.queries import proposal_of_topic
from app.proposals.rules import PLAN_MAX
from moderation import clean_text

EARLY = (Promise.PLAN, Promise.CONTACT)


def promise_handling(ctx: Context, case_id: int) -> None:
    """Start the clocks of the plan and of the first talk for the case of a proposal; other cases promise neither."""
    ctx.require(Permission.RUN)
    case = case_by_id(ctx, case_id)
    if proposal_of_topic(ctx, case.topic_id) is None:
        return
    insert_once(ctx.session, Handling, case_id=case.id, plan="", lang="")
    for promise in EARLY:
        terms = ctx.policy.terms(promise)
        about = {"topic_id": case.topic_id, "agency_id": case.lead.agency_id}
        start_clock(ctx, Start(Subject.CASE, case.id, terms, ctx.today, ctx.policy.version, **about))


def end_handling(ctx: Context, case_id: int) -> None:
    """The reply is there: nobody waits for a plan or a talk any more."""
    ctx.require(Permission.RUN)
    for clock in early_clocks(ctx, case_id):
        stop_clock(ctx, clock, Stop.VOID)


def publish_plan(ctx: Context, case: Case, text: str, lang: str) -> Handling:
    """Say how the agencies go about the case: who works on it, whom they ask, what happens when."""
    ctx.require(Permission.REPLY_PUBLISH, case.lead_ids)
    words = clean_text(text).strip()
    if not words:
        raise Invalid(fields={"text": N_("Please say how you go about it.")})
    if len(words) > PLAN_MAX:
        raise Invalid(fields={"text": N_("This text is too long.")})
    if lang not in LANGUAGES:
        raise Invalid(fields={"lang": N_("Please choose a language from the list.")})
    handling = _locked(ctx, case)
    if handling.planned_at is not None:
        raise Conflict(N_("The plan was published already."))
    handling.plan, handling.lang, handling.planned_at = words, lang, ctx.now
    handling.planned_by_id = ctx.actor.person_id
    ctx.session.flush()
    _keep(ctx, case, Promise.PLAN)
    ctx.record(PlanPublished(case.topic_id, case.id))
    return handling


def note_contact(ctx: Context, case: Case, day: date) -> Handling:
    """Note on which day somebody of the agencies first spoke with the proposer."""
    ctx.require(Permission.REPLY_WRITE, case.agency_ids)
    if day > ctx.today or day < case.clock.started_on:
        raise Invalid(fields={"day": N_("The day lies between the day the case was opened and today.")})
    handling = _locked(ctx, case)
    if handling.contacted_on is not None:
        raise Conflict(N_("The first talk was noted already."))
    handling.contacted_on, handling.contacted_by_id = day, ctx.actor.person_id
    ctx.session.flush()
    _keep(ctx, case, Promise.CONTACT)
    ctx.record(ProposerContacted(case.topic_id, case.id, day))
    return handling


def handling_of(ctx: Context, case_id: int) -> Handling | None:
    """How the case of a proposal is handled; None for the case of an issue."""
    return ctx.session.get(Handling, case_id)


def early_clocks(ctx: Context, case_id: int) -> list[ClockRow]:
    """The clocks of the plan and the talk, as far as they were started."""
    found = [clock_of(ctx, Subject.CASE, case_id, promise) for promise in EARLY]
    return [clock for clock in found if clock is not None]


def _keep(ctx: Context, case: Case, promise: Promise) -> None:
    clock = clock_of(ctx, Subject.CASE, case.id, promise)
    if clock is not None:
        stop_clock(ctx, clock)


def _locked(ctx: Context, case: Case) -> Handling:
    query = sa.select(Handling).where(Handling.case_id == case.id).with_for_update()
    handling = ctx.session.scalar(query, execution_options={"populate_existing": True})
    if handling is None:
        raise Conflict(N_("This is promised only for proposals."))
    return handling
