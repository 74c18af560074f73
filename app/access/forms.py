"""Forms for setting up a second factor."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired


class AppForm(FlaskForm):
    """A code of the app that was just set up."""

    code = StringField(
        _l("Code"),
        description=_l("The six digits the app shows now."),
        validators=[InputRequired(message=_l("Enter the code that the app shows."))],
    )
    sealed = HiddenField()


class PasskeyForm(FlaskForm):
    """A passkey that the browser has made."""

    label = StringField(_l("Name of the passkey"), description=_l("For yourself, such as the device it is on."))
    answer = HiddenField()
    ask = HiddenField()
