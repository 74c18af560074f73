"""Pages of agencies, and their administration."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms.fields.choices import SelectChoice

from app.agencies.actions import add_agency, change_agency, name_contact, name_officer, release_officer
from app.agencies.deputies import end_absence, enter_absence
from app.agencies.forms import AbsenceForm, AgencyForm, OfficerForm, filled
from app.agencies.models import Agency
from app.agencies.queries import absences_of, agency_by_slug, agency_tree, all_agencies, officers_of, staff_of
from app.agencies.rules import Staff
from app.core.permissions import Permission, Role
from app.extensions import limiter
from app.web.acting import ctx, guard
from app.web.forms import accepted, answer_status
from app.web.pages import said_here

bp = Blueprint("agencies", __name__)


@bp.get("/agencies")
@guard(Permission.READ)
def index() -> ResponseReturnValue:
    """All agencies as a tree."""
    return render_template("agencies/index.html", tree=agency_tree(ctx()))


@bp.get("/agencies/<slug>")
@guard(Permission.READ)
def show(slug: str) -> ResponseReturnValue:
    """One agency."""
    return render_template("agencies/show.html", agency=agency_by_slug(ctx(), slug))


@bp.route("/admin/agencies/new", methods=["GET", "POST"])
@limiter.limit("30/minute", methods=["POST"])
@guard(Permission.ADMINISTER)
def new() -> ResponseReturnValue:
    """Add an agency."""
    form = _form()
    if accepted(form, lambda: add_agency(ctx(), form.entered())):
        flash(gettext("The agency was added."), "success")
        return redirect(url_for("agencies.edit", slug=form.slug.data), 303)
    return render_template("agencies/edit.html", form=form, agency=None), answer_status(form)


@bp.route("/admin/agencies/<slug>", methods=["GET", "POST"])
@limiter.limit("30/minute", methods=["POST"])
@guard(Permission.ADMINISTER)
def edit(slug: str) -> ResponseReturnValue:
    """Change an agency; see and release its officers."""
    agency = agency_by_slug(ctx(), slug)
    form = _form(agency)
    if accepted(form, lambda: change_agency(ctx(), agency, form.entered())):
        flash(gettext("The agency was saved."), "success")
        return redirect(url_for("agencies.edit", slug=slug), 303)
    return _edit_page(agency, form, OfficerForm(formdata=None, prefix="officer")), answer_status(form)


@bp.post("/admin/agencies/<slug>/officers")
@limiter.limit("30/minute")
@guard(Permission.ADMINISTER)
def add_officer(slug: str) -> ResponseReturnValue:
    """Name an officer."""
    agency = agency_by_slug(ctx(), slug)
    form = OfficerForm(prefix="officer")
    if accepted(form, lambda: name_officer(ctx(), agency, form.email.data or "", Role(form.role.data))):
        flash(gettext("The officer was named."), "success")
        return redirect(url_for("agencies.edit", slug=slug), 303)
    return _edit_page(agency, _form(agency, fresh=True), form), 422


@bp.post("/admin/agencies/<slug>/officers/<int:person_id>/release")
@limiter.limit("30/minute")
@guard(Permission.ADMINISTER)
def release(slug: str, person_id: int) -> ResponseReturnValue:
    """Release an officer."""
    release_officer(ctx(), agency_by_slug(ctx(), slug), person_id)
    flash(gettext("The officer was released."), "success")
    return redirect(url_for("agencies.edit", slug=slug), 303)


@bp.post("/admin/agencies/<slug>/officers/<int:person_id>/contact")
@limiter.limit("30/minute")
@guard(Permission.ADMINISTER)
def contact(slug: str, person_id: int) -> ResponseReturnValue:
    """Name the contact person."""
    name_contact(ctx(), agency_by_slug(ctx(), slug), person_id)
    flash(gettext("The contact person was named."), "success")
    return redirect(url_for("agencies.edit", slug=slug), 303)


@bp.route("/desk/absences", methods=["GET", "POST"])
@limiter.limit("30/minute", methods=["POST"])
@guard(Permission.DESK)
def absences() -> ResponseReturnValue:
    """Who is away in one's agencies, and who acts meanwhile."""
    staff = staff_of(ctx(), ctx().actor.agencies)
    forms = [(one, _absence_form(one, staff[one.id])) for one in all_agencies(ctx()) if one.id in staff]
    for one, form in forms:
        sent = form.person_id.name in request.form
        if sent and accepted(form, partial(_enter, one.id, form)):
            flash(gettext("The absence was entered."), "success")
            return redirect(url_for("agencies.absences"), 303)
    away = absences_of(ctx(), list(staff))
    status = 422 if request.method == "POST" else 200
    return render_template("agencies/absences.html", agencies=forms, away=away), status


@bp.post("/desk/absences/<int:absence_id>/end")
@limiter.limit("30/minute")
@guard(Permission.DESK)
def end(absence_id: int) -> ResponseReturnValue:
    """Take an absence off the list."""
    end_absence(ctx(), absence_id)
    flash(gettext("The absence was taken off the list."), "success")
    return redirect(url_for("agencies.absences"), 303)


def _enter(agency_id: int, form: AbsenceForm) -> None:
    enter_absence(ctx(), agency_id, form.entered())


def _absence_form(agency: Agency, staff: Staff) -> AbsenceForm:
    """The form of one agency: officers enter their own absence, who assigns anybody's."""
    me, assigns = ctx().actor.person_id, ctx().actor.may(Permission.CASE_ASSIGN, [agency.id])
    form = AbsenceForm(prefix=f"away{agency.id}", data={"person_id": me, "from_on": ctx().today})
    everybody = [SelectChoice(key, name) for key, name in staff.names.items()]
    form.person_id.choices = [one for one in everybody if assigns or one.value == me]
    form.deputy_id.choices = everybody if assigns else [one for one in everybody if one.value != me]
    return form


def _form(agency: Agency | None = None, fresh: bool = False) -> AgencyForm:
    data = filled(agency) if agency else {}
    form = AgencyForm(formdata=None, data=data) if fresh else AgencyForm(data=data)
    others = [other for other in all_agencies(ctx()) if other is not agency]
    form.parent_slug.choices = [
        SelectChoice("", gettext("no other agency")),
        *(SelectChoice(other.slug, said_here(other.name).text) for other in others),
    ]
    return form


def _edit_page(agency: Agency, form: AgencyForm, officer_form: OfficerForm) -> str:
    officers = officers_of(ctx(), agency.id)
    return render_template("agencies/edit.html", form=form, agency=agency, officers=officers, officer_form=officer_form)
