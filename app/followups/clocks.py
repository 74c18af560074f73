"""The clock of a study: when news of it is due. Started with the study, begun again with news, stopped by its end."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.core.context import Context
from app.core.deadline import Due, due_after
from app.followups.models import Study
from app.followups.rules import next_round_from
from app.followups.spans import spans


def first_round(ctx: Context, start: date) -> dict[str, Any]:
    """The columns of a study whose clock starts on the local day `start`."""
    return {"started_on": start} | _columns(_due(ctx, start))


def restart(ctx: Context, study: Study) -> None:
    """News has come today: the next is due a round later."""
    due = _due(ctx, next_round_from(study.due_on, ctx.today))
    if due.on < ctx.today:
        # Whole rounds were missed: the next one begins now.
        due = _due(ctx, ctx.today)
    for name, value in _columns(due).items():
        setattr(study, name, value)


def stop(ctx: Context, study: Study) -> None:
    """The study has a final outcome."""
    study.ended_on = ctx.today


def _due(ctx: Context, start: date) -> Due:
    period = spans(ctx).follow_up
    return due_after(start, period.amount, period.unit, ctx.calendar, period.roll)


def _columns(due: Due) -> dict[str, Any]:
    return {"due_on": due.on, "reckoning": due.to_json()}
