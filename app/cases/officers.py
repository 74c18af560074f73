"""Who in an agency is in charge of a case, and handing that over."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.agencies.queries import staff_of
from app.cases.assigning import part_of
from app.cases.facts import OfficerAssigned
from app.cases.models import Case, CaseAgency
from app.cases.notes import add_note
from app.cases.rules import NOTE_MAX
from app.core.context import Context
from app.core.errors import Invalid
from app.core.language import N_
from app.core.permissions import Permission
from app.core.texts import checked

NOT_AN_OFFICER = N_("Please choose an officer from the list.")


def assign(
    ctx: Context, case: Case, agency_id: int, handler_id: int, deputy_id: int | None = None, note: str = ""
) -> None:
    """Put an officer, and perhaps a deputy, in charge of an agency's part.

    An officer takes what nobody has and hands on what is theirs; all else the contact person or an approver assigns.
    """
    part = part_of(case, agency_id)
    ctx.require(*_needed(ctx, part, handler_id))
    people = staff_of(ctx, [agency_id])[agency_id].names
    if handler_id not in people:
        raise Invalid(fields={"handler": NOT_AN_OFFICER})
    if deputy_id is not None and (deputy_id not in people or deputy_id == handler_id):
        raise Invalid(fields={"deputy": N_("Please choose another officer as the deputy.")})
    words = checked("note", note, NOTE_MAX)
    _put(ctx, case, part, handler_id, deputy_id)
    if words:
        add_note(ctx, case, agency_id, words)


def hand_over(
    ctx: Context, agency_id: int, from_id: int, to_id: int, note: str = "", case_ids: Collection[int] | None = None
) -> int:
    """Hand the open cases of an officer (all, or these) to another officer of the agency; returns how many."""
    is_own = from_id == ctx.actor.person_id
    ctx.require(Permission.REPLY_WRITE if is_own else Permission.CASE_ASSIGN, [agency_id])
    if to_id not in staff_of(ctx, [agency_id])[agency_id].names or to_id == from_id:
        raise Invalid(fields={"to": NOT_AN_OFFICER})
    words = checked("note", note, NOTE_MAX)
    found = list(ctx.session.scalars(_open_parts(agency_id, from_id, case_ids)))
    if not found:
        raise Invalid(N_("There is no open case to hand over."))
    for part in found:
        _put(ctx, part.case, part, to_id, None if part.deputy_id == to_id else part.deputy_id)
        if words:
            add_note(ctx, part.case, agency_id, words)
    return len(found)


def may_assign(ctx: Context, part: CaseAgency) -> bool:
    """Whether this officer may say who is in charge: of what they or nobody has, or of everything there."""
    is_free = part.handler_id in (None, ctx.actor.person_id)
    return ctx.actor.may(Permission.REPLY_WRITE if is_free else Permission.CASE_ASSIGN, [part.agency_id])


def cases_in_charge(ctx: Context, agency_id: int, person_id: int) -> list[Case]:
    """The open cases an officer was put in charge of in an agency, their topics loaded."""
    query = _open_parts(agency_id, person_id).options(joinedload(CaseAgency.case).joinedload(Case.topic))
    return [part.case for part in ctx.session.scalars(query)]


def _needed(ctx: Context, part: CaseAgency, handler_id: int) -> tuple[Permission, list[int]]:
    me = ctx.actor.person_id
    is_mine = part.handler_id == me or (part.handler_id is None and handler_id == me)
    return (Permission.REPLY_WRITE if is_mine else Permission.CASE_ASSIGN), [part.agency_id]


def _put(ctx: Context, case: Case, part: CaseAgency, handler_id: int, deputy_id: int | None) -> None:
    part.handler_id, part.deputy_id = handler_id, deputy_id
    ctx.session.flush()
    ctx.record(OfficerAssigned(case.topic_id, case.id, part.agency_id, handler_id, deputy_id))


def _open_parts(
    agency_id: int, handler_id: int, case_ids: Collection[int] | None = None
) -> sa.Select[tuple[CaseAgency]]:
    query = sa.select(CaseAgency).where(
        CaseAgency.agency_id == agency_id,
        CaseAgency.handler_id == handler_id,
        CaseAgency.released_at.is_(None),
        CaseAgency.case.has(Case.answered_at.is_(None)),
    )
    if case_ids is not None:
        query = query.where(CaseAgency.case_id.in_(case_ids))
    return query.options(joinedload(CaseAgency.case)).order_by(CaseAgency.case_id)
