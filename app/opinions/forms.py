"""Forms of the voting pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired

from app.core.language import LANGUAGES
from app.opinions.rules import LONGEST, SHORTEST


class StatementForm(FlaskForm):
    """A statement in one's own words. Its length is judged by the action, on the cleaned text."""

    text = TextAreaField(
        _l("Your statement"),
        [DataRequired(_l("Please write your statement."))],
        description=_l("One idea, 5 to 280 characters, that others can agree or disagree with."),
        render_kw={"minlength": SHORTEST, "maxlength": LONGEST, "rows": 3},
    )
    lang = SelectField(
        _l("Language of the statement"),
        [InputRequired()],
        choices=[SelectChoice(tag, name) for tag, name in LANGUAGES.items()],
    )
