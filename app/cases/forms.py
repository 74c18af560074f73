"""Forms about a case: agencies, contributions, officers, transfers, notes, putting its date off."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.agencies.models import Agency
from app.agencies.rules import Staff
from app.cases.models import Case, CaseAgency
from app.cases.rules import CONTRIBUTION_MAX, NOTE_MAX, REASON_MAX
from app.clocks.forms import ReasonForm
from app.core.language import said
from app.topics.rules import Part
from app.web.i18n import page_locale

CHOOSE = _l("Please choose an agency from the list.")


def _reason() -> StringField:
    return StringField(
        _l("Reason"),
        [InputRequired(_l("Please give the reason. Everybody can read it.")), Length(max=REASON_MAX)],
        description=_l("Everybody can read it."),
    )


def note_field() -> TextAreaField:
    """A note for the officers of the case."""
    return TextAreaField(
        _l("Note"),
        [Length(max=NOTE_MAX)],
        description=_l("Only the officers of the case read this."),
        render_kw={"rows": 3},
    )


class AddForm(FlaskForm):
    """Giving another agency a part."""

    agency = SelectField(_l("Agency"), [InputRequired(CHOOSE)], coerce=int)
    part = RadioField(
        _l("Part"),
        choices=[SelectChoice(Part.CO.value, _l("takes part")), SelectChoice(Part.LEAD.value, _l("joint lead"))],
        default=Part.CO.value,
    )
    reason = _reason()


class ReleaseForm(FlaskForm):
    """Releasing an agency from its part."""

    agency = SelectField(_l("Agency"), [InputRequired(CHOOSE)], coerce=int)
    reason = _reason()


class OfferForm(FlaskForm):
    """Offering the case to another agency."""

    agency = SelectField(_l("Agency"), [InputRequired(CHOOSE)], coerce=int)
    reason = _reason()


class DeclineForm(FlaskForm):
    """Why an offered case is not taken."""

    reason = _reason()


class ContributionForm(FlaskForm):
    """What an agency adds to the reply. `seen` is the text its officer began from."""

    seen = HiddenField()
    text = TextAreaField(
        _l("What your agency adds"),
        [
            InputRequired(_l("Please write what your agency adds. One sentence can be enough.")),
            Length(max=CONTRIBUTION_MAX),
        ],
        description=_l("The agencies of the case read it, and the lead works it into the reply. Markdown can be used."),
        render_kw={"rows": 6},
    )


class OfficerForm(FlaskForm):
    """Who is in charge of a case in an agency."""

    handler = SelectField(_l("Officer in charge"), coerce=int)
    deputy = SelectField(_l("Deputy"), coerce=int, description=_l("Acts when the officer is away or has left."))
    note = note_field()


class NoteForm(FlaskForm):
    """An internal note."""

    text = TextAreaField(
        _l("New note"),
        [InputRequired(_l("Please write something.")), Length(max=NOTE_MAX)],
        description=_l("It cannot be changed later. Markdown can be used."),
        render_kw={"rows": 4},
    )


def agency_choices(agencies: Iterable[Agency]) -> list[SelectChoice]:
    """Agencies as the choices of a select."""
    return [SelectChoice(agency.id, said(agency.name, page_locale()).text) for agency in agencies]


def officer_choices(staff: Staff, without: int | None = None) -> list[SelectChoice]:
    """The officers of an agency as the choices of a select."""
    return [SelectChoice(key, name) for key, name in staff.names.items() if key != without]


def officer_form(part: CaseAgency, staff: Staff, taker: int | None = None) -> OfficerForm:
    """Who is in charge of an agency's part, as it is now; `taker` can only take it for themselves."""
    acting = taker or (part.handler_id if part.handler_id in staff.names else staff.contact)
    form = OfficerForm(prefix=f"officer{part.agency_id}", data={"handler": acting, "deputy": part.deputy_id or 0})
    form.handler.choices = [one for one in officer_choices(staff) if taker in (None, one.value)]
    form.deputy.choices = [SelectChoice(0, gettext("nobody in particular")), *officer_choices(staff)]
    return form


def contribution_form(part: CaseAgency) -> ContributionForm:
    """What an agency adds, as it is saved."""
    data = {"text": part.contribution, "seen": part.contribution}
    return ContributionForm(prefix=f"part{part.agency_id}", data=data)


def add_form(case: Case, agencies: Iterable[Agency]) -> AddForm:
    """Agencies that have no part yet."""
    form = AddForm(prefix="add")
    form.agency.choices = agency_choices(one for one in agencies if one.id not in case.agency_ids)
    return form


def release_form(case: Case) -> ReleaseForm:
    """Agencies that can be released: one has to lead."""
    form = ReleaseForm(prefix="release")
    alone = len(case.leads) == 1
    form.agency.choices = agency_choices(
        part.agency for part in case.agencies if not (alone and part.part is Part.LEAD)
    )
    return form


def offer_form(case: Case, agencies: Iterable[Agency]) -> OfferForm:
    """Agencies the case may be offered to."""
    form = OfferForm(prefix="offer")
    form.agency.choices = agency_choices(one for one in agencies if one.id not in case.lead_ids)
    return form


class ExtendForm(ReasonForm):
    """By how much the date is put off, and why."""

    amount = HiddenField()
