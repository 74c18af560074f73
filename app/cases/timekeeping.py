"""Keeping the time of a case: putting its date off, pausing its clock, letting it run again."""

from __future__ import annotations

from dataclasses import replace

from app.cases.models import Case
from app.clocks.actions import extend_clock, pause_clock, resume_clock
from app.clocks.rules import Reason
from app.core.context import Context
from app.core.permissions import Permission


def extend_case(ctx: Context, case: Case, amount: int, reason: Reason) -> None:
    """An approver of a lead agency puts the date of the reply off, in its name. Raises as `extend_clock` does."""
    mine = ctx.agency_for(Permission.TIME_EXTEND, case.lead_ids)
    extend_clock(ctx, case.clock, amount, replace(reason, agency_id=mine))


def pause_case(ctx: Context, case: Case, reason: Reason) -> None:
    """An officer of a lead agency pauses the clock of the reply: it waits for an answer of somebody outside."""
    mine = ctx.agency_for(Permission.TIME_KEEP, case.lead_ids)
    pause_clock(ctx, case.clock, replace(reason, agency_id=mine))


def resume_case(ctx: Context, case: Case) -> None:
    """An officer of a lead agency lets the clock of the reply run again."""
    mine = ctx.agency_for(Permission.TIME_KEEP, case.lead_ids)
    resume_clock(ctx, case.clock, Reason(agency_id=mine))
