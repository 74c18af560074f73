"""Saying who is away, and who acts meanwhile."""

from __future__ import annotations

from app.agencies.facts import AbsenceEnded, AbsenceEntered
from app.agencies.models import Absence
from app.agencies.queries import staff_of
from app.agencies.rules import AbsenceInput, check_absence
from app.core.context import Context
from app.core.permissions import Permission


def enter_absence(ctx: Context, agency_id: int, entered: AbsenceInput) -> Absence:
    """An officer says when they are away and who acts; for others the contact person or an approver does."""
    ctx.require(*_needed(ctx, agency_id, entered.person_id))
    check_absence(entered, staff_of(ctx, [agency_id])[agency_id])
    absence = Absence(
        agency_id=agency_id,
        person_id=entered.person_id,
        deputy_id=entered.deputy_id,
        from_on=entered.from_on,
        until_on=entered.until_on,
        entered_at=ctx.now,
    )
    ctx.session.add(absence)
    ctx.session.flush()
    ctx.record(AbsenceEntered(agency_id, entered.person_id, entered.deputy_id, entered.from_on, entered.until_on))
    return absence


def end_absence(ctx: Context, absence_id: int) -> None:
    """Take an absence off the list: the officer is back, or it was a mistake."""
    absence = ctx.get(Absence, absence_id)
    ctx.require(*_needed(ctx, absence.agency_id, absence.person_id))
    ctx.session.delete(absence)
    ctx.record(AbsenceEnded(absence.agency_id, absence.person_id))


def _needed(ctx: Context, agency_id: int, person_id: int) -> tuple[Permission, list[int]]:
    return (Permission.DESK if person_id == ctx.actor.person_id else Permission.CASE_ASSIGN), [agency_id]
