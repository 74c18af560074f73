"""Pages on which officers say who answers a case, offer it to another agency, and write internal notes."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.agencies.queries import all_agencies, staff_of
from app.cases import clock_views
from app.cases.assigning import add_agency, contribute, missing_parts, part_of, release_agency
from app.cases.faces import agencies_words, clock_view
from app.cases.forms import (
    AddForm,
    ContributionForm,
    DeclineForm,
    NoteForm,
    OfferForm,
    OfficerForm,
    ReleaseForm,
    add_form,
    contribution_form,
    offer_form,
    officer_form,
    release_form,
)
from app.cases.models import Case, CaseAgency, CaseTransfer
from app.cases.notes import write_note
from app.cases.officers import assign, may_assign
from app.cases.pages import CASE, WORKING, bp, own_case
from app.cases.part_faces import note_views, own_parts, part_views
from app.cases.queries import case_by_id
from app.cases.transfers import accept_transfer, decline_transfer, offer_transfer, open_transfer, withdraw_transfer
from app.core.errors import Forbidden, NotFound
from app.core.permissions import Permission
from app.extensions import limiter
from app.topics.rules import Part
from app.web.acting import ctx, guard
from app.web.forms import accepted, answer_status

__all__ = ["bp", "clock_views"]
OFFER = "/desk/offers/<int:transfer_id>"


@dataclass
class Forms:
    """The forms of the page "who answers"; which of them are shown depends on who looks."""

    add: AddForm
    release: ReleaseForm
    offer: OfferForm
    parts: dict[int, ContributionForm]
    officers: dict[int, OfficerForm]


@bp.get(f"{CASE}/agencies")
@guard(Permission.REPLY_WRITE)
def agencies(case_id: int) -> ResponseReturnValue:
    """Who answers a case, what each agency adds, and who is in charge."""
    case = own_case(case_id)
    return _agencies_page(case, _forms(case))


@bp.post(f"{CASE}/agencies/add")
@limiter.limit(WORKING)
@guard(Permission.CASE_ASSIGN)
def add(case_id: int) -> ResponseReturnValue:
    """Give another agency a part."""
    case = own_case(case_id)
    ctx().require(Permission.CASE_ASSIGN, case.lead_ids)
    forms = _forms(case)
    form = forms.add
    done = accepted(form, lambda: add_agency(ctx(), case, form.agency.data, Part(form.part.data), form.reason.data))
    return _after(case_id, forms, "add", gettext("The agency was added.") if done else "")


@bp.post(f"{CASE}/agencies/release")
@limiter.limit(WORKING)
@guard(Permission.CASE_ASSIGN)
def release(case_id: int) -> ResponseReturnValue:
    """Release an agency from its part."""
    case = own_case(case_id)
    ctx().require(Permission.CASE_ASSIGN, case.lead_ids)
    forms = _forms(case)
    form = forms.release
    done = accepted(form, lambda: release_agency(ctx(), case, form.agency.data, form.reason.data))
    return _after(case_id, forms, "release", gettext("The agency was released.") if done else "")


@bp.post(f"{CASE}/agencies/<int:agency_id>/part")
@limiter.limit(WORKING)
@guard(Permission.REPLY_WRITE)
def part(case_id: int, agency_id: int) -> ResponseReturnValue:
    """Say that the part of one's agency is in."""
    case = own_case(case_id)
    ctx().require(Permission.REPLY_WRITE, [agency_id])
    part_of(case, agency_id)
    forms = _forms(case)
    form = forms.parts[agency_id]
    done = accepted(form, lambda: contribute(ctx(), case, agency_id, form.text.data, form.seen.data or ""))
    return _after(case_id, forms, f"part{agency_id}", gettext("The part of your agency is in.") if done else "")


@bp.post(f"{CASE}/agencies/<int:agency_id>/officer")
@limiter.limit(WORKING)
@guard(Permission.REPLY_WRITE)
def officer(case_id: int, agency_id: int) -> ResponseReturnValue:
    """Put an officer in charge in one's agency."""
    case = own_case(case_id)
    ctx().require(Permission.REPLY_WRITE, [agency_id])
    part = part_of(case, agency_id)
    if not may_assign(ctx(), part):
        raise Forbidden()
    forms = _forms(case)
    form = forms.officers[agency_id]
    chosen = form.handler.data, form.deputy.data or None, form.note.data or ""
    done = accepted(form, lambda: assign(ctx(), case, agency_id, *chosen))
    return _after(case_id, forms, f"officer{agency_id}", gettext("The officer in charge was saved.") if done else "")


@bp.post(f"{CASE}/offer")
@limiter.limit(WORKING)
@guard(Permission.CASE_ASSIGN)
def offer(case_id: int) -> ResponseReturnValue:
    """Offer the case to another agency."""
    case = own_case(case_id)
    mine = ctx().agency_for(Permission.CASE_ASSIGN, case.lead_ids)
    forms = _forms(case)
    form = forms.offer
    done = accepted(form, lambda: offer_transfer(ctx(), case, mine, form.agency.data, form.reason.data))
    words = gettext("The case was offered. Your agency answers until the offer is accepted.")
    return _after(case_id, forms, "offer", words if done else "")


@bp.get(OFFER, endpoint="answer")
@guard(Permission.CASE_ASSIGN)
def answer_page(transfer_id: int) -> ResponseReturnValue:
    """A case that another agency offers to ours."""
    one, case = _offer_to_us(transfer_id)
    return _offer_page(one, case, DeclineForm())


@bp.post(f"{OFFER}/accept")
@limiter.limit(WORKING)
@guard(Permission.CASE_ASSIGN)
def accept(transfer_id: int) -> ResponseReturnValue:
    """Take the case."""
    one, case = _offer_to_us(transfer_id)
    accept_transfer(ctx(), case, one)
    flash(gettext("Your agency leads this case now."), "success")
    return redirect(url_for("cases.agencies", case_id=case.id), 303)


@bp.post(f"{OFFER}/decline")
@limiter.limit(WORKING)
@guard(Permission.CASE_ASSIGN)
def decline(transfer_id: int) -> ResponseReturnValue:
    """Do not take the case."""
    one, case = _offer_to_us(transfer_id)
    form = DeclineForm()
    if accepted(form, lambda: decline_transfer(ctx(), case, one, form.reason.data)):
        flash(gettext("The offer was declined."), "success")
        return redirect(url_for("desk.show"), 303)
    return _offer_page(*_offer_to_us(transfer_id), form), 422


@bp.post(f"{OFFER}/withdraw")
@limiter.limit(WORKING)
@guard(Permission.CASE_ASSIGN)
def withdraw(transfer_id: int) -> ResponseReturnValue:
    """Take one's own offer back."""
    one = ctx().get(CaseTransfer, transfer_id)
    ctx().require(Permission.CASE_ASSIGN, [one.from_agency_id])
    withdraw_transfer(ctx(), case_by_id(ctx(), one.case_id), one)
    flash(gettext("The offer was taken back."), "success")
    return redirect(url_for("cases.agencies", case_id=one.case_id), 303)


@bp.route(f"{CASE}/notes", methods=["GET", "POST"])
@limiter.limit(WORKING, methods=["POST"])
@guard(Permission.REPLY_WRITE)
def notes(case_id: int) -> ResponseReturnValue:
    """Internal notes on a case."""
    case = own_case(case_id)
    form = NoteForm()
    if accepted(form, lambda: write_note(ctx(), case, form.text.data)):
        flash(gettext("The note was saved."), "success")
        return redirect(url_for("cases.notes", case_id=case_id), 303)
    case = own_case(case_id)
    page = {"clock": clock_view(ctx(), case), "notes": note_views(ctx(), case)}
    return render_template("cases/notes.html", case=case, form=form, **page), answer_status(form)


def _forms(case: Case) -> Forms:
    mine = own_parts(ctx(), case)
    staff, known = staff_of(ctx(), [part.agency_id for part in mine]), all_agencies(ctx())
    return Forms(
        add=add_form(case, known),
        release=release_form(case),
        offer=offer_form(case, known),
        parts={part.agency_id: contribution_form(part) for part in mine},
        officers={
            part.agency_id: officer_form(part, staff[part.agency_id], _taker(part))
            for part in mine
            if may_assign(ctx(), part)
        },
    )


def _taker(part: CaseAgency) -> int | None:
    """Who can only take a part that nobody has."""
    is_free = part.handler_id is None and not ctx().actor.may(Permission.CASE_ASSIGN, [part.agency_id])
    return ctx().actor.person_id if is_free else None


def _after(case_id: int, forms: Forms, name: str, done: str) -> ResponseReturnValue:
    """Back to the page with what was `done`; where the form was refused, the page with what was typed and is wrong."""
    if done:
        flash(done, "success")
        return redirect(url_for("cases.agencies", case_id=case_id), 303)
    return _agencies_page(own_case(case_id), forms, name), 422


def _agencies_page(case: Case, forms: Forms, refused: str = "") -> str:
    mine = own_parts(ctx(), case)
    return render_template(
        "cases/agencies.html",
        case=case,
        clock=clock_view(ctx(), case),
        parts=part_views(ctx(), case),
        mine=mine,
        owing=[part for part in mine if len(case.leads) > 1 or part.part is not Part.LEAD],
        missing=missing_parts(case),
        leads=ctx().actor.may(Permission.CASE_ASSIGN, case.lead_ids) and not case.is_answered,
        offer=open_transfer(case),
        forms=forms,
        refused=refused,
    )


def _offer_to_us(transfer_id: int) -> tuple[CaseTransfer, Case]:
    one = ctx().get(CaseTransfer, transfer_id)
    ctx().require(Permission.CASE_ASSIGN, [one.to_agency_id])
    if one.outcome is not None:
        raise NotFound()
    return one, case_by_id(ctx(), one.case_id)


def _offer_page(one: CaseTransfer, case: Case, form: DeclineForm) -> str:
    return render_template(
        "cases/offer.html",
        offer=one,
        case=case,
        agencies=agencies_words(case.agencies),
        clock=clock_view(ctx(), case),
        form=form,
    )
