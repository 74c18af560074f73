"""Health, and the administrator's settings."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core.errors import NotFound
from app.core.permissions import Permission
from app.extensions import db, limiter
from app.instance.actions import change_settings, enter_exception, remove_exception
from app.instance.forms import CalendarForm, SettingsForm, filled
from app.instance.health import OK, fitness
from app.instance.queries import calendar_exceptions
from app.web.acting import acting, ctx, for_everybody, guard
from app.web.forms import accepted, answer_status

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
    if accepted(form, lambda: enter_exception(ctx(), form.day.data, form.names(), form.works.data == "work")):
        flash(gettext("The day was entered. Due dates already promised stay as they are."), "success")
        return redirect(url_for("instance.calendar"), 303)
    days = calendar_exceptions(ctx())
    return render_template("instance/calendar.html", form=form, days=days), answer_status(form)


@bp.post("/admin/calendar/<day>/remove")
@limiter.limit("30/minute")
@guard(Permission.ADMINISTER)
def remove_day(day: str) -> ResponseReturnValue:
    """Take back a day that was entered."""
    try:
        removed = date.fromisoformat(day)
    except ValueError:
        raise NotFound() from None
    remove_exception(ctx(), removed)
    flash(gettext("The day was removed. Due dates already promised stay as they are."), "success")
    return redirect(url_for("instance.calendar"), 303)


def _plain(checks: dict[str, str], status: int) -> ResponseReturnValue:
    response = jsonify(checks)
    response.headers["Cache-Control"] = "no-store"
    return response, status
