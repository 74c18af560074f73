"""Forms of identities."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TelField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.core.persons import AgeBand, Standing


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


class AboutForm(FlaskForm):
    """What a person says of themselves."""

    standing = SelectField(
        _l("Where I belong"),
        choices=[
            SelectChoice("", _l("not said")),
            SelectChoice(Standing.NATIONAL.value, _l("citizen")),
            SelectChoice(Standing.RESIDENT.value, _l("holder of a residence permit")),
            SelectChoice(Standing.OTHER.value, _l("neither")),
        ],
    )
    age_band = SelectField(
        _l("Age"),
        description=_l("Below 18 your name is shown to nobody."),
        choices=[SelectChoice("", _l("not said")), *(SelectChoice(band.value, band.value) for band in AgeBand)],
    )

    def said(self) -> tuple[Standing | None, AgeBand | None]:
        """What the action takes."""
        standing, band = self.standing.data, self.age_band.data
        return Standing(standing) if standing else None, AgeBand(band) if band else None


class NoFields(FlaskForm):
    """One button."""
