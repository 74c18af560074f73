"""The desk page of holding answers: write one, and decide about one that waits."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.cases.faces import clock_view
from app.cases.models import Case
from app.cases.pages import CASE, WORKING, own_case, public_page
from app.core.permissions import Permission
from app.extensions import limiter
from app.replies.forms import HoldingForm, SendBackForm, holding_form
from app.replies.holding import publish_holding, send_holding_back, write_holding
from app.replies.pages import bp, may_approve
from app.replies.points import holding_markup
from app.replies.queries import open_holding
from app.replies.rules import HOLDINGS_MAX
from app.replies.told import holdings_told
from app.web.acting import ctx, guard
from app.web.forms import accepted, answer_status

HOLDING = f"{CASE}/holding"


@bp.route(HOLDING, methods=["GET", "POST"])
@limiter.limit(WORKING, methods=["POST"])
@guard(Permission.REPLY_WRITE)
def hold(case_id: int) -> ResponseReturnValue:
    """Write a holding answer, or read the one that waits and decide about it."""
    case = own_case(case_id)
    form = holding_form(open_holding(ctx(), case))
    entered = lambda: write_holding(ctx(), case, form.text.data, form.lang.data, form.revision.data or 0)  # noqa: E731
    if accepted(form, entered):
        flash(gettext("The holding answer now waits for an approver."), "success")
        return redirect(url_for("replies.hold", case_id=case_id), 303)
    return _page(own_case(case_id), form, None), answer_status(form)


@bp.post(f"{HOLDING}/back", endpoint="send_holding_back")
@limiter.limit(WORKING)
@guard(Permission.REPLY_WRITE)
def send_back(case_id: int) -> ResponseReturnValue:
    """Send a holding answer back with a reason."""
    case = own_case(case_id)
    form = SendBackForm()
    if accepted(form, lambda: send_holding_back(ctx(), case, form.revision.data, form.reason.data)):
        flash(gettext("The holding answer was sent back."), "success")
        return redirect(url_for("desk.show"), 303)
    case = own_case(case_id)
    return _page(case, holding_form(open_holding(ctx(), case), formdata=None), form), 422


@bp.post(f"{HOLDING}/publish", endpoint="publish_holding")
@limiter.limit(WORKING)
@guard(Permission.REPLY_PUBLISH)
def publish(case_id: int) -> ResponseReturnValue:
    """Publish a holding answer that waits."""
    case = own_case(case_id)
    publish_holding(ctx(), case, request.form.get("revision", 0, type=int))
    flash(gettext("The holding answer is published. The clock goes on."), "success")
    return redirect(public_page(case), 303)


def _page(case: Case, form: HoldingForm, back: SendBackForm | None) -> str:
    waiting, holdings = open_holding(ctx(), case), holdings_told(ctx(), case)
    form.revision.process_data(waiting.revision if waiting else 0)
    form.revision.raw_data = None
    return render_template(
        "replies/hold.html",
        case=case,
        form=form,
        back=back or SendBackForm(formdata=None, revision=waiting.revision if waiting else 0),
        clock=clock_view(ctx(), case),
        waiting=waiting,
        text=holding_markup(waiting.html) if waiting else "",
        holdings=holdings,
        may_decide=may_approve(case, waiting) and waiting is not None and not waiting.sent_back_because,
        may_write=not case.is_answered and len(holdings) < HOLDINGS_MAX,
    )
