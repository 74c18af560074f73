"""The page on which officers publish their plan for the case of a proposal, and note the talk with its author."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.cases.models import Case
from app.cases.queries import case_by_id
from app.core.errors import NotFound
from app.core.permissions import Permission
from app.endorsements.queries import gathering_of
from app.extensions import limiter
from app.proposals.faces import early_promises, further_duties
from app.proposals.forms import ContactForm, PlanForm, language_choices
from app.proposals.handling import early_clocks, handling_of, note_contact, publish_plan
from app.proposals.pages import DECIDING, bp
from app.web.acting import ctx, guard
from app.web.forms import accepted
from app.web.i18n import page_locale
from app.web.pages import prose

HANDLING = "/desk/cases/<int:case_id>/handling"


@bp.get(HANDLING)
@guard(Permission.REPLY_WRITE)
def handling(case_id: int) -> ResponseReturnValue:
    """What is promised before the reply, and whether it was given."""
    return _page(_case(case_id))


@bp.post(f"{HANDLING}/plan")
@limiter.limit(DECIDING)
@guard(Permission.REPLY_PUBLISH)
def plan(case_id: int) -> ResponseReturnValue:
    """Publish how the agencies go about it."""
    case, form = _case(case_id), _plan_form()
    if accepted(form, lambda: publish_plan(ctx(), case, form.text.data, form.lang.data)):
        flash(gettext("The plan is published."), "success")
        return redirect(url_for("proposals.handling", case_id=case_id), 303)
    return _page(_case(case_id), plan_form=form), 422


@bp.post(f"{HANDLING}/contact")
@limiter.limit(DECIDING)
@guard(Permission.REPLY_WRITE)
def contact(case_id: int) -> ResponseReturnValue:
    """Note the day of the first talk."""
    case, form = _case(case_id), ContactForm(prefix="contact")
    if accepted(form, lambda: note_contact(ctx(), case, form.day.data)):
        flash(gettext("The talk is noted."), "success")
        return redirect(url_for("proposals.handling", case_id=case_id), 303)
    return _page(_case(case_id), contact_form=form), 422


def _case(case_id: int) -> Case:
    """The case of a proposal that this officer's agencies answer."""
    case = case_by_id(ctx(), case_id)
    ctx().require(Permission.REPLY_WRITE, case.agency_ids)
    if handling_of(ctx(), case_id) is None:
        raise NotFound()
    return case


def _plan_form() -> PlanForm:
    form = PlanForm(prefix="plan", lang=page_locale())
    form.lang.choices = language_choices()
    return form


def _page(case: Case, plan_form: PlanForm | None = None, contact_form: ContactForm | None = None) -> str:
    found, gathering = handling_of(ctx(), case.id), gathering_of(ctx(), case.topic_id)
    return render_template(
        "proposals/handling.html",
        case=case,
        topic=case.topic,
        found=found,
        plan=prose(found.plan, found.lang) if found and found.plan else None,
        early=early_promises(ctx(), early_clocks(ctx(), case.id)),
        duties=further_duties(ctx(), gathering),
        may_plan=ctx().actor.may(Permission.REPLY_PUBLISH, case.lead_ids),
        plan_form=plan_form or _plan_form(),
        contact_form=contact_form or ContactForm(prefix="contact", day=ctx().today),
    )
