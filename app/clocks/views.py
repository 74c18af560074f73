"""What a change of the calendar would move, for administrators."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from app.clocks.actions import move_due_dates
from app.clocks.forms import MoveForm
from app.clocks.queries import Move, moves
from app.clocks.words import promise_name
from app.core.language import said
from app.core.permissions import Permission
from app.extensions import limiter
from app.web.acting import ctx, guard
from app.web.filters import day
from app.web.forms import accepted, answer_status
from app.web.i18n import page_locale

bp = Blueprint("clocks", __name__)


@bp.route("/admin/calendar/dates", methods=["GET", "POST"])
@limiter.limit("30/minute", methods=["POST"])
@guard(Permission.ADMINISTER)
def calendar_moves() -> ResponseReturnValue:
    """See which due dates would move with the calendar, and move them."""
    form = MoveForm()
    moved: list[int] = []
    if accepted(form, lambda: moved.append(move_due_dates(ctx(), form.given(), form.calendar.data or ""))):
        flash(ngettext("%(num)s due date was moved.", "%(num)s due dates were moved.", moved[0]), "success")
        return redirect(url_for("clocks.calendar_moves"), 303)
    form.calendar.process_data(ctx().calendar.version)
    form.calendar.raw_data = None
    rows = [_row(move) for move in moves(ctx())]
    return render_template("clocks/calendar_moves.html", form=form, rows=rows), answer_status(form)


def _row(move: Move) -> list[str | list[str]]:
    lang, clock = page_locale(), move.clock
    return [
        [promise_name(clock.promise), said(clock.agency.name, lang).text if clock.agency else ""],
        day(clock.due_on, lang, year=True),
        day(move.found.on, lang, year=True),
    ]
