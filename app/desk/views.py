"""The officers' desk, and the page on which work goes from one officer to another."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from app.agencies.queries import agency_names, staff_of
from app.agencies.rules import Staff
from app.cases.forms import officer_choices
from app.cases.officers import cases_in_charge, hand_over
from app.cases.pages import WORKING
from app.cases.queries import answered_by
from app.core.language import said
from app.core.pages import Page
from app.core.permissions import Permission, Role
from app.desk.duties import duties
from app.desk.faces import answered_cards, desk_cards, filter_tabs, load_rows, offer_rows
from app.desk.forms import HandoverForm
from app.desk.queries import desk_rows, my_desk, my_topics, offers_to_me
from app.desk.rules import Filter
from app.extensions import limiter
from app.web.acting import ctx, guard
from app.web.forms import accepted, answer_status
from app.web.i18n import page_locale

bp = Blueprint("desk", __name__)


@bp.get("/desk")
@guard(Permission.DESK)
def show() -> ResponseReturnValue:
    """What this officer's agencies owe, by due date."""
    desk = my_desk(ctx())
    actor = ctx().actor
    is_contact = any(role is Role.CONTACT for _, role in actor.agency_roles)
    asked = request.args.get("show", "")
    shown = Filter(asked) if asked in list(Filter) else desk.first_filter(is_contact)
    number = request.args.get("page", 1, type=int)
    if shown is Filter.PUBLISHED:
        page: Page[Any] = answered_by(ctx(), actor.agencies, number)
        cards = answered_cards(ctx(), page.items)
    else:
        page = desk_rows(ctx(), desk.shown(shown), number)
        cards = desk_cards(ctx(), desk, page.items)
    assigns = sorted(one for one in actor.agencies if actor.may(Permission.CASE_ASSIGN, [one]))
    return render_template(
        "desk/show.html",
        tabs=filter_tabs(desk, shown),
        shown=shown,
        page=page,
        cards=cards,
        offers=offer_rows(ctx(), offers_to_me(ctx())),
        duties=duties(ctx()),
        loads=load_rows(desk.workload(assigns)),
        topics=my_topics(ctx()),
    )


@bp.route("/desk/handover", methods=["GET", "POST"])
@limiter.limit(WORKING, methods=["POST"])
@guard(Permission.REPLY_WRITE)
def handover() -> ResponseReturnValue:
    """Hand one's cases to another officer; who assigns hands over anybody's."""
    agency_id, from_id, staff = _whose()
    form = HandoverForm(data={"agency_id": agency_id, "from_id": from_id})
    form.to.choices = officer_choices(staff, without=from_id)
    cases = cases_in_charge(ctx(), agency_id, from_id)
    form.cases.choices = [(case.id, said(case.topic.title, page_locale()).text) for case in cases]
    chosen = form.cases.data or None
    done: list[int] = []
    if accepted(
        form, lambda: done.append(hand_over(ctx(), agency_id, from_id, form.to.data, form.note.data or "", chosen))
    ):
        flash(ngettext("%(num)s case was handed over.", "%(num)s cases were handed over.", done[0]), "success")
        return redirect(url_for("desk.show"), 303)
    me = ctx().actor
    others = staff.names if me.may(Permission.CASE_ASSIGN, [agency_id]) else {}
    page = {"agency_id": agency_id, "from_id": from_id, "others": others, "name": staff.names.get(from_id, "")}
    agencies = agency_names(ctx(), me.agencies)
    return render_template("desk/handover.html", form=form, agencies=agencies, **page), answer_status(form)


def _whose() -> tuple[int, int, Staff]:
    """The agency, the officer and the staff that are asked about: by default one's own."""
    actor = ctx().actor
    agency_id = request.values.get("agency_id", min(actor.agencies), type=int)
    from_id = request.values.get("from_id", actor.person_id, type=int)
    is_own = from_id == actor.person_id
    ctx().require(Permission.REPLY_WRITE if is_own else Permission.CASE_ASSIGN, [agency_id])
    staff = staff_of(ctx(), [agency_id])[agency_id]
    return agency_id, from_id, staff
