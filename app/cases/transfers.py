"""A case goes over to another agency: offered with a reason, then accepted or declined. The clock does not stop."""

from __future__ import annotations

from app.agencies.models import Agency
from app.cases.assigning import join, leave, lock, part_of
from app.cases.facts import TransferAccepted, TransferDeclined, TransferOffered, TransferWithdrawn
from app.cases.models import Case, CaseTransfer
from app.cases.rules import GIVE_REASON, REASON_MAX, TransferOutcome
from app.core.context import Context
from app.core.errors import Conflict, Invalid
from app.core.language import N_
from app.core.permissions import Permission
from app.core.texts import checked_line
from app.topics.rules import Part

OFFERED_ALREADY = N_("This case is offered to an agency already. Wait for its answer, or take the offer back.")
DECIDED_MEANWHILE = N_("This offer was answered or taken back meanwhile.")


def open_transfer(case: Case) -> CaseTransfer | None:
    """The offer that waits for an answer."""
    return next((one for one in case.transfers if one.outcome is None), None)


def offer_transfer(ctx: Context, case: Case, from_id: int, to_id: int, reason: str) -> CaseTransfer:
    """A lead offers its case to another agency, with a public reason; it answers until that one accepts."""
    ctx.require(Permission.CASE_ASSIGN, [from_id] if from_id in case.lead_ids else [])
    words = checked_line("reason", reason, REASON_MAX, needed=GIVE_REASON)
    lock(ctx, case)
    if ctx.session.get(Agency, to_id) is None:
        raise Invalid(fields={"agency": N_("Please choose an agency from the list.")})
    if to_id in case.lead_ids:
        raise Invalid(fields={"agency": N_("This agency leads already.")})
    if open_transfer(case) is not None:
        raise Conflict(OFFERED_ALREADY)
    offer = CaseTransfer(
        case_id=case.id,
        from_agency_id=from_id,
        to_agency_id=to_id,
        reason=words,
        offered_at=ctx.now,
        offered_by_id=ctx.actor.person_id,
    )
    ctx.session.add(offer)
    ctx.session.flush()
    ctx.session.expire(case, ["transfers"])
    ctx.record(TransferOffered(case.topic_id, case.id, offer.id, from_id, to_id))
    return offer


def accept_transfer(ctx: Context, case: Case, offer: CaseTransfer) -> None:
    """The other agency takes the case: from now on it leads, and the one before is released."""
    ctx.require(Permission.CASE_ASSIGN, [offer.to_agency_id])
    _decide(ctx, case, offer, TransferOutcome.ACCEPTED)
    former = part_of(case, offer.from_agency_id)
    if offer.to_agency_id in case.agency_ids:
        part_of(case, offer.to_agency_id).part = Part.LEAD  # what it contributed stays
    else:
        join(ctx, case, offer.to_agency_id, Part.LEAD, offer.reason)
    leave(ctx, case, former, offer.reason)
    ctx.record(TransferAccepted(case.topic_id, case.id, offer.id, offer.from_agency_id, offer.to_agency_id))


def decline_transfer(ctx: Context, case: Case, offer: CaseTransfer, reason: str) -> None:
    """The other agency does not take the case, with a public reason."""
    ctx.require(Permission.CASE_ASSIGN, [offer.to_agency_id])
    words = checked_line("reason", reason, REASON_MAX, needed=GIVE_REASON)
    _decide(ctx, case, offer, TransferOutcome.DECLINED)
    offer.answer = words
    ctx.record(TransferDeclined(case.topic_id, case.id, offer.id, offer.from_agency_id, offer.to_agency_id))


def withdraw_transfer(ctx: Context, case: Case, offer: CaseTransfer) -> None:
    """The lead takes its offer back."""
    ctx.require(Permission.CASE_ASSIGN, [offer.from_agency_id])
    _decide(ctx, case, offer, TransferOutcome.WITHDRAWN)
    ctx.record(TransferWithdrawn(case.topic_id, case.id, offer.id, offer.from_agency_id, offer.to_agency_id))


def _decide(ctx: Context, case: Case, offer: CaseTransfer, outcome: TransferOutcome) -> None:
    lock(ctx, case)
    ctx.session.refresh(offer)
    if offer.outcome is not None or offer.from_agency_id not in case.lead_ids:
        raise Conflict(DECIDED_MEANWHILE)
    offer.outcome, offer.decided_at, offer.decided_by_id = outcome, ctx.now, ctx.actor.person_id
    ctx.session.flush()
