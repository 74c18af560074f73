"""The clock of a case: how its date was counted, for everybody; putting it off and pausing it, for its officers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.cases.counting import closed_since, legs_told
from app.cases.faces import clock_view
from app.cases.forms import ExtendForm
from app.cases.history import doings
from app.cases.models import Case
from app.cases.pages import CASE, WORKING, bp
from app.cases.queries import case_by_id, case_of_topic
from app.cases.timekeeping import extend_case, pause_case, resume_case
from app.clocks.forms import ReasonForm
from app.clocks.queries import date_if_extended, date_if_resumed
from app.clocks.words import period_words
from app.core.deadline import Due
from app.core.errors import Conflict, Invalid, NotFound
from app.core.language import said
from app.core.permissions import Permission
from app.core.terms import Extension
from app.extensions import limiter
from app.topics.pages import topic_tabs
from app.topics.queries import topic_by_slug
from app.topics.rules import ADDRESS
from app.web.acting import ctx, guard
from app.web.forms import accepted
from app.web.i18n import day_words, page_locale


@dataclass(frozen=True)
class Offer:
    """A new date before it is confirmed: how much is added, the date, and which days the count passes over."""

    amount: int
    on: date
    text: str


@bp.get(f"{ADDRESS}/reply/date")
@guard(Permission.READ)
def why(kind: str, slug: str) -> ResponseReturnValue:
    """How the due date was counted."""
    topic = topic_by_slug(ctx(), kind, slug)
    case = case_of_topic(ctx(), topic.id)
    if case is None:
        raise NotFound()
    legs = case.clock.legs
    return render_template(
        "cases/why.html",
        topic=topic,
        tabs=topic_tabs(topic, "reply"),
        due=legs[0],
        clock=case.clock,
        legs=legs_told(legs),
        acts=doings(ctx(), case),
        since=closed_since(ctx(), legs[-1]),
    )


@bp.get(f"{CASE}/clock")
@guard(Permission.TIME_KEEP)
def clock(case_id: int) -> ResponseReturnValue:
    """What can be done to the clock of a case, with the date that would follow."""
    return _page(_own_case(case_id), asked=request.args.get("amount", 0, type=int))


@bp.post(f"{CASE}/clock/extend")
@limiter.limit(WORKING)
@guard(Permission.TIME_EXTEND)
def extend(case_id: int) -> ResponseReturnValue:
    """Put the date off."""
    case, form = _own_case(case_id), ExtendForm(prefix="extend")
    amount = request.form.get(form.amount.name, 0, type=int)
    if accepted(form, lambda: extend_case(ctx(), case, amount, form.given())):
        flash(gettext("The date was put off. Everybody sees the old date, the new one and your reason."), "success")
        return redirect(url_for("cases.clock", case_id=case_id), 303)
    return _page(_own_case(case_id), asked=amount, extending=form), 422


@bp.post(f"{CASE}/clock/pause")
@limiter.limit(WORKING)
@guard(Permission.TIME_KEEP)
def pause(case_id: int) -> ResponseReturnValue:
    """Pause the clock."""
    case, form = _own_case(case_id), ReasonForm()
    if accepted(form, lambda: pause_case(ctx(), case, form.given())):
        flash(gettext("The clock is paused. Everybody sees since when and why."), "success")
        return redirect(url_for("cases.clock", case_id=case_id), 303)
    return _page(_own_case(case_id), pausing=form), 422


@bp.post(f"{CASE}/clock/resume")
@limiter.limit(WORKING)
@guard(Permission.TIME_KEEP)
def resume(case_id: int) -> ResponseReturnValue:
    """Let the clock run again."""
    resume_case(ctx(), _own_case(case_id))
    flash(gettext("The clock runs again. The days of the pause do not count."), "success")
    return redirect(url_for("cases.clock", case_id=case_id), 303)


def _own_case(case_id: int) -> Case:
    case = case_by_id(ctx(), case_id)
    ctx().require(Permission.TIME_KEEP, case.lead_ids)
    return case


def _page(case: Case, asked: int = 0, extending: ExtendForm | None = None, pausing: ReasonForm | None = None) -> str:
    allowed = case.clock.promised.extension
    offer, refusal = _offer(case, asked or (allowed.most.amount if allowed else 1))
    form = extending or ExtendForm(formdata=None, prefix="extend")
    form.amount.process_data(offer.amount if offer else 0)
    form.amount.raw_data = None
    return render_template(
        "cases/clock.html",
        case=case,
        clock=clock_view(ctx(), case),
        may_extend=ctx().actor.may(Permission.TIME_EXTEND, case.lead_ids),
        allowed=allowed,
        most=_most_words(allowed),
        offer=offer,
        refusal=refusal,
        resumed_on=date_if_resumed(ctx(), case.clock).on if case.clock.is_paused else None,
        longest=case.clock.promised.longest_pause,
        is_late=case.clock.due_at <= ctx().now,
        extending=form,
        pausing=pausing or ReasonForm(formdata=None),
    )


def _offer(case: Case, amount: int) -> tuple[Offer | None, str]:
    """The date after an extension by this amount, or why there is none."""
    try:
        found = date_if_extended(ctx(), case.clock, amount)
    except (Conflict, Invalid) as refused:
        reason = next(iter(getattr(refused, "fields", {}).values()), refused.reason)
        return None, gettext(reason, **refused.values)
    return Offer(amount, found.on, _leg_words(found.legs[-1])), ""


def _leg_words(leg: Due) -> str:
    """Which days an extension passes over."""
    if not leg.skipped:
        return ""
    names = dict.fromkeys(said(one.reason, page_locale()).text for one in leg.skipped)
    return gettext(
        "Passed over: %(names)s, the last on %(day)s.",
        names=gettext(", ").join(names),
        day=day_words(leg.skipped[-1].date, ctx().today),
    )


def _most_words(allowed: Extension | None) -> str:
    return period_words(allowed.most) if allowed else ""
