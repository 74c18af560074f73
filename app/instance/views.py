"""Health, the administrator's settings and calendar, and the calendar everybody may count by."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from wtforms.fields.choices import SelectChoice

from app.core.areas import areas_of
from app.core.calendar import CLOSED_HALF, SATURDAY, DayException
from app.core.clock import start_of_day
from app.core.deadline import Due, Unit
from app.core.errors import Invalid, NotFound
from app.core.language import N_
from app.core.permissions import Permission
from app.extensions import db, limiter
from app.instance import reckoning
from app.instance.actions import change_settings, enter_days, enter_exception, remove_exception
from app.instance.calendar_csv import SAMPLE, write_csv
from app.instance.calendar_files import read_days
from app.instance.calendar_ics import write_ics
from app.instance.forms import CalendarForm, ImportForm, ReckonForm, SettingsForm, area_choices, filled
from app.instance.health import OK, fitness
from app.instance.importing import MAX_BYTES, BadFile, FileDay, Problem
from app.instance.queries import calendar_exceptions, office_year, plan_import, reckon
from app.instance.reckoning import LAW, LAWS, preview_rows, year_rows
from app.web.acting import acting, ctx, for_everybody, guard
from app.web.forms import accepted, answer_status, tell
from app.web.i18n import page_locale

bp = Blueprint("instance", __name__)


@bp.get("/healthz")
@for_everybody
def health() -> ResponseReturnValue:
    """Whether this process answers."""
    return _plain({"process": "ok"}, 200)


@bp.get("/readyz")
@for_everybody
def ready() -> ResponseReturnValue:
    """Whether the database answers, its migrations are current, and a worker is alive."""
    checks = fitness(db.session(), acting().clock.now())
    return _plain(checks, 200 if set(checks.values()) == {OK} else 503)


@bp.route("/admin/settings", methods=["GET", "POST"])
@limiter.limit("30/minute", methods=["POST"])
@guard(Permission.ADMINISTER)
def edit_settings() -> ResponseReturnValue:
    """Change the instance's settings."""
    form = SettingsForm(data=filled(ctx().settings))
    form.area.choices = area_choices(ctx().settings.country, gettext("the whole country"))
    if accepted(form, lambda: change_settings(ctx(), form.entered())):
        flash(gettext("The settings were saved."), "success")
        return redirect(url_for("instance.edit_settings"), 303)
    return render_template("instance/settings.html", form=form), answer_status(form)


@bp.route("/admin/calendar", methods=["GET", "POST"])
@limiter.limit("30/minute", methods=["POST"])
@guard(Permission.ADMINISTER)
def calendar() -> ResponseReturnValue:
    """Enter days the country's calendar does not know."""
    form = CalendarForm()
    form.area.choices = _areas()
    if accepted(form, lambda: _enter(form)):
        flash(gettext("The day was entered. Due dates already promised stay as they are."), "success")
        return redirect(url_for("instance.calendar"), 303)
    days = calendar_exceptions(ctx())
    page = render_template(
        "instance/calendar.html", form=form, days=days, areas=areas_of(ctx().settings.country), halves=CLOSED_HALF
    )
    return page, answer_status(form)


@bp.post("/admin/calendar/<day>/remove")
@limiter.limit("30/minute")
@guard(Permission.ADMINISTER)
def remove_day(day: str) -> ResponseReturnValue:
    """Take back a day that was entered, for the area that was sent or for everywhere."""
    try:
        removed = date.fromisoformat(day)
    except ValueError:
        raise NotFound() from None
    remove_exception(ctx(), removed, request.form.get("area") or None)
    flash(gettext("The day was removed. Due dates already promised stay as they are."), "success")
    return redirect(url_for("instance.calendar"), 303)


@bp.route("/admin/calendar/import", methods=["GET", "POST"])
@limiter.limit("30/minute", methods=["POST"])
@guard(Permission.ADMINISTER)
def import_file() -> ResponseReturnValue:
    """Read a file of days and show what would be entered. Nothing is saved yet."""
    form = ImportForm()
    form.area.choices = _areas()
    problems: tuple[Problem, ...] = ()
    if form.validate_on_submit():
        try:
            return _preview(_read(form.file.data.read(MAX_BYTES + 1), form.area.data or None))
        except BadFile as bad:
            problems = bad.problems
    page = render_template("instance/import.html", form=form, problems=problems, most=MAX_BYTES, sample=SAMPLE)
    return page, answer_status(form)


@bp.post("/admin/calendar/import/save")
@limiter.limit("30/minute")
@guard(Permission.ADMINISTER)
def save_import() -> ResponseReturnValue:
    """Enter the days of a preview. They are read and checked again: the page may have been changed on its way."""
    try:
        found = _read(request.form.get("days", "").encode(), None)
    except BadFile:
        raise Invalid(N_("The days could not be read again. Please send the file once more.")) from None
    news = [one.day for one in plan_import(ctx(), found).planned]
    enter_days(ctx(), [DayException(one.day, one.name, one.works, one.area, one.half) for one in news])
    words = ngettext("%(num)s day was entered.", "%(num)s days were entered.", len(news))
    flash(f"{words} {gettext('Due dates already promised stay as they are.')}", "success")
    return redirect(url_for("instance.calendar"), 303)


@bp.get("/calendar")
@guard(Permission.READ)
def count() -> ResponseReturnValue:
    """The public calculator: when a period ends, and why then."""
    asked = bool(request.args)
    form = ReckonForm(request.args if asked else None, start=ctx().today, amount=60, area=ctx().settings.area or "")
    form.area.choices = area_choices(ctx().settings.country, gettext("the whole country"))
    due = _reckoned(form) if asked else None
    page = render_template("instance/count.html", form=form, due=due, words=reckoning, law=LAW, laws=LAWS)
    return page, 422 if form.errors else 200


@bp.get("/calendar/<int:year>")
@guard(Permission.READ)
def year(year: int) -> ResponseReturnValue:
    """The days of a year on which offices work otherwise than in a plain week."""
    days = office_year(ctx(), year)
    rest = [one for one in days if not one.works and one.day.weekday() < SATURDAY]
    return render_template("instance/year.html", year=year, rows=year_rows(days), rest=len(rest))


@bp.get("/calendar/<int:year>.ics")
@guard(Permission.READ)
def year_file(year: int) -> ResponseReturnValue:
    """The same for calendar programs."""
    days = [FileDay(0, one.day, dict(one.name), one.works, one.area, one.half) for one in office_year(ctx(), year)]
    name = gettext("Office calendar %(year)s", year=year)
    stamp = start_of_day(ctx().today, ctx().settings.timezone)
    host = urlsplit(current_app.config["CONFIG"].base_url).hostname or "localhost"
    return Response(write_ics(days, name, page_locale(), host, stamp), mimetype="text/calendar")


def _areas() -> list[SelectChoice]:
    return area_choices(ctx().settings.country, gettext("everywhere"))


def _enter(form: CalendarForm) -> None:
    works = form.works.data == "work"
    enter_exception(ctx(), form.day.data, form.names(), works, form.area.data or None, form.half)


def _read(data: bytes, area: str | None) -> list[FileDay]:
    settings = ctx().settings
    return read_days(data, settings.timezone, areas_of(settings.country), area)


def _preview(days: list[FileDay]) -> ResponseReturnValue:
    planned = plan_import(ctx(), days)
    return render_template(
        "instance/preview.html",
        plan=planned,
        rows=preview_rows(planned, areas_of(ctx().settings.country)),
        content=write_csv([one.day for one in planned.planned]),
    )


def _reckoned(form: ReckonForm) -> Due | None:
    """The answer, or None where the form was not filled in rightly; the form says why."""
    if not form.validate():
        return None
    try:
        return reckon(ctx(), form.start.data, form.amount.data, Unit(form.unit.data), form.area.data or None)
    except Invalid as refusal:
        tell(form, refusal)
        return None


def _plain(checks: dict[str, str], status: int) -> ResponseReturnValue:
    response = jsonify(checks)
    response.headers["Cache-Control"] = "no-store"
    return response, status
