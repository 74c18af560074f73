"""The clock of a case on the desk: putting its date off, pausing it, letting it run again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import HiddenField

from app.clocks.actions import extend_clock, pause_clock, resume_clock
from app.clocks.forms import ReasonForm
from app.clocks.queries import date_if_extended, date_if_resumed
from app.clocks.rules import Reason
from app.clocks.words import period_words
from app.core.context import Context
from app.core.deadline import Due
from app.core.errors import Conflict, Invalid
from app.core.language import said
from app.core.permissions import Permission
from app.core.terms import Extension
from app.extensions import limiter
from app.replies.faces import clock_view, day_words
from app.replies.models import Case
from app.replies.queries import case_by_id
from app.web.acting import ctx, guard
from app.web.forms import accepted
from app.web.i18n import page_locale

WRITING = "30/minute;600/day"


class ExtendForm(ReasonForm):
    """By how much the date is put off, and why."""

    amount = HiddenField()


@dataclass(frozen=True)
class Offer:
    """A new date before it is confirmed: how much is added, the date, and which days the count passes over."""

    amount: int
    on: date
    text: str


def extend_case(ctx: Context, case: Case, amount: int, reason: Reason) -> None:
    """An approver of the lead agency puts the date of the reply off. Raises as `extend_clock` does."""
    ctx.require(Permission.TIME_EXTEND, case.lead_ids)
    extend_clock(ctx, case.clock, amount, reason)


def pause_case(ctx: Context, case: Case, reason: Reason) -> None:
    """An officer of the lead agency pauses the clock of the reply: it waits for an answer of somebody outside."""
    ctx.require(Permission.TIME_KEEP, case.lead_ids)
    pause_clock(ctx, case.clock, reason)


def resume_case(ctx: Context, case: Case) -> None:
    """An officer of the lead agency lets the clock of the reply run again."""
    ctx.require(Permission.TIME_KEEP, case.lead_ids)
    resume_clock(ctx, case.clock, Reason(agency_id=case.lead.agency_id))


@guard(Permission.TIME_KEEP)
def clock(case_id: int) -> ResponseReturnValue:
    """What can be done to the clock of a case, with the date that would follow."""
    return _page(_own_case(case_id), asked=request.args.get("amount", 0, type=int))


@limiter.limit(WRITING)
@guard(Permission.TIME_EXTEND)
def extend(case_id: int) -> ResponseReturnValue:
    """Put the date off."""
    case, form = _own_case(case_id), ExtendForm(prefix="extend")
    amount = request.form.get(form.amount.name, 0, type=int)
    if accepted(form, lambda: extend_case(ctx(), case, amount, form.given(case.lead.agency_id))):
        flash(gettext("The date was put off. Everybody sees the old date, the new one and your reason."), "success")
        return redirect(url_for("replies.clock", case_id=case_id), 303)
    return _page(_own_case(case_id), asked=amount, extending=form), 422


@limiter.limit(WRITING)
@guard(Permission.TIME_KEEP)
def pause(case_id: int) -> ResponseReturnValue:
    """Pause the clock."""
    case, form = _own_case(case_id), ReasonForm()
    if accepted(form, lambda: pause_case(ctx(), case, form.given(case.lead.agency_id))):
        flash(gettext("The clock is paused. Everybody sees since when and why."), "success")
        return redirect(url_for("replies.clock", case_id=case_id), 303)
    return _page(_own_case(case_id), pausing=form), 422


@limiter.limit(WRITING)
@guard(Permission.TIME_KEEP)
def resume(case_id: int) -> ResponseReturnValue:
    """Let the clock run again."""
    resume_case(ctx(), _own_case(case_id))
    flash(gettext("The clock runs again. The days of the pause do not count."), "success")
    return redirect(url_for("replies.clock", case_id=case_id), 303)


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
        "replies/clock.html",
        case=case,
        clock=clock_view(ctx(), case),
        may_extend=ctx().actor.may(Permission.TIME_EXTEND, case.lead_ids),
        allowed=allowed,
        most=_most_words(allowed),
        offer=offer,
        refusal=refusal,
        resumed_on=date_if_resumed(ctx(), case.clock).on if case.clock.is_paused else None,
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
