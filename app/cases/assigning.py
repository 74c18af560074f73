"""Who answers a case: agencies added and released, contributions, and what of them is missing."""

from __future__ import annotations

import sqlalchemy as sa

from app.agencies.models import Agency
from app.cases.facts import AgencyAdded, AgencyReleased, PartContributed
from app.cases.models import Case, CaseAgency
from app.cases.rules import CONTRIBUTION_MAX, GIVE_REASON, REASON_MAX, PartSeen, may_leave, missing
from app.core.context import Context
from app.core.errors import Conflict, Invalid, NotFound
from app.core.language import N_, said
from app.core.permissions import Permission
from app.core.texts import checked, checked_line
from app.topics.rules import Part
from moderation import clean_text, render

ANSWERED = N_("The reply is published. Who answers can no longer be changed.")
NO_LEAD = N_("An agency has to lead. Offer the case to another agency, or add a lead first.")
SAVED_MEANWHILE = N_("Somebody of your agency saved this meanwhile. Please read the new version first.")


def missing_parts(case: Case) -> list[CaseAgency]:
    """The agencies whose part is required and not in yet."""
    absent = missing(parts_seen(case))
    return [part for part in case.agencies if part.agency_id in absent]


def require_parts(ctx: Context, case: Case) -> None:
    """Raise `Conflict` naming the agencies whose part is missing: a reply speaks for all of them."""
    lock(ctx, case)
    absent = missing_parts(case)
    if absent:
        names = " · ".join(said(part.agency.name, ctx.actor.lang).text for part in absent)
        raise Conflict(N_("The part of these agencies is missing: %(agencies)s."), agencies=names)


def parts_seen(case: Case) -> list[PartSeen]:
    """The parts of the agencies that answer now, as the rules read them."""
    return [PartSeen(part.agency_id, part.part is Part.LEAD, part.state) for part in case.agencies]


def add_agency(ctx: Context, case: Case, agency_id: int, part: Part, reason: str) -> CaseAgency:
    """A lead gives another agency a part, with a public reason, until the reply is published."""
    ctx.require(Permission.CASE_ASSIGN, case.lead_ids)
    words = checked_line("reason", reason, REASON_MAX, needed=GIVE_REASON)
    lock(ctx, case)
    if ctx.session.get(Agency, agency_id) is None:
        raise Invalid(fields={"agency": N_("Please choose an agency from the list.")})
    if agency_id in case.agency_ids:
        raise Invalid(fields={"agency": N_("This agency takes part already.")})
    row = join(ctx, case, agency_id, part, words)
    ctx.record(AgencyAdded(case.topic_id, case.id, row.id, agency_id, part))
    return row


def release_agency(ctx: Context, case: Case, agency_id: int, reason: str) -> None:
    """A lead releases an agency from its part, with a public reason, until the reply is published."""
    ctx.require(Permission.CASE_ASSIGN, case.lead_ids)
    words = checked_line("reason", reason, REASON_MAX, needed=GIVE_REASON)
    lock(ctx, case)
    part = part_of(case, agency_id)
    if not may_leave(parts_seen(case), agency_id):
        raise Conflict(NO_LEAD)
    leave(ctx, case, part, words)
    ctx.record(AgencyReleased(case.topic_id, case.id, part.id, agency_id))


def contribute(ctx: Context, case: Case, agency_id: int, text: str, seen: str = "") -> CaseAgency:
    """An officer says that the part of the agency is in; `text` (Markdown) is what it adds to the reply.

    It can be saved again until the reply is published. `seen` is the text the officer began from.
    """
    ctx.require(Permission.REPLY_WRITE, [agency_id])
    needed = N_("Please write what your agency adds. One sentence can be enough.")
    words = checked("text", text, CONTRIBUTION_MAX, needed=needed)
    lock(ctx, case)
    part = part_of(case, agency_id)
    if part.contribution != clean_text(seen):
        raise Conflict(SAVED_MEANWHILE)
    part.contribution, part.contribution_html = words, str(render(words))
    part.contributed_at, part.contributed_by_id = ctx.now, ctx.actor.person_id
    ctx.session.flush()
    ctx.session.expire(part, ["contributed_by"])
    ctx.record(PartContributed(case.topic_id, case.id, part.id, agency_id))
    return part


def part_of(case: Case, agency_id: int) -> CaseAgency:
    """The present part of an agency, or `NotFound`."""
    for part in case.agencies:
        if part.agency_id == agency_id:
            return part
    raise NotFound()


def lock(ctx: Context, case: Case) -> None:
    """Read who answers anew and let nobody change it until this unit of work ends. Raises `Conflict` once answered."""
    ctx.session.flush()
    locked = sa.select(Case).where(Case.id == case.id).with_for_update().execution_options(populate_existing=True)
    ctx.session.scalars(locked).one()
    parts = sa.select(CaseAgency).where(CaseAgency.case_id == case.id).execution_options(populate_existing=True)
    ctx.session.scalars(parts).all()
    ctx.session.expire(case, ["agencies", "parts", "transfers"])
    if case.is_answered:
        raise Conflict(ANSWERED)


def join(ctx: Context, case: Case, agency_id: int, part: Part, reason: str) -> CaseAgency:
    """A new part; the case is locked."""
    row = CaseAgency(case_id=case.id, agency_id=agency_id, part=part, added_at=ctx.now, added_because=reason)
    ctx.session.add(row)
    _reread(ctx, case)
    return row


def leave(ctx: Context, case: Case, part: CaseAgency, reason: str) -> None:
    """The end of a part; the case is locked."""
    part.released_at, part.released_because = ctx.now, reason
    _reread(ctx, case)


def _reread(ctx: Context, case: Case) -> None:
    ctx.session.flush()
    ctx.session.expire(case, ["agencies", "parts"])
