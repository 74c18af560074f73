"""Forms of identities."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, TelField
from wtforms.validators import InputRequired


class NumberForm(FlaskForm):
    """Where the code goes."""

    number = TelField(
        _l("Mobile number"),
        description=_l("We send a code there once and keep no number, only a mark by which we know it again."),
        validators=[InputRequired(message=_l("Enter a mobile number, such as 0912 345 678."))],
    )


class CodeForm(FlaskForm):
    """The code that was sent."""

    code = StringField(
        _l("Code"),
        description=_l("Six digits. It holds for ten minutes."),
        validators=[InputRequired(message=_l("Enter the code that we sent."))],
    )


class NoFields(FlaskForm):
    """One button."""
