"""The form that lets due dates follow the calendar."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from app.clocks.rules import REASON_MAX, Reason
from app.core.language import LANGUAGES
from app.web.i18n import page_locale


class ReasonForm(FlaskForm):
    """Why somebody acts on a clock."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Please give the reason. Everybody reads it.")), Length(max=REASON_MAX)],
        description=_l("Everybody reads it, beside the old date and the new one."),
        render_kw={"rows": 3},
    )
    lang = SelectField(
        _l("Language of the text"),
        [InputRequired()],
        choices=[SelectChoice(tag, name) for tag, name in LANGUAGES.items()],
        default=page_locale,
    )

    def given(self, agency_id: int | None = None) -> Reason:
        """The reason as an action takes it."""
        return Reason(self.reason.data or "", self.lang.data, agency_id)


class MoveForm(ReasonForm):
    """The reason, and the calendar whose moves were shown."""

    calendar = HiddenField()
