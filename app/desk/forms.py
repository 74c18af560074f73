"""The form of the desk: handing cases over."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from app.cases.forms import note_field


class HandoverForm(FlaskForm):
    """Cases from one officer to another: these, or all where none is ticked."""

    agency_id = IntegerField(widget=HiddenInput())
    from_id = IntegerField(widget=HiddenInput())
    to = SelectField(_l("To"), coerce=int)
    cases = SelectMultipleField(
        _l("Cases"),
        coerce=int,
        description=_l("All of them, if you choose none."),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    note = note_field()
