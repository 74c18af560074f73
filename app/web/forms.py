"""What every form page does: run the action, and put a refusal beside the fields it is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext
from flask_wtf import FlaskForm

from app.core.errors import Conflict, Invalid
from app.extensions import db


def accepted(form: FlaskForm, act: Callable[[], Any]) -> bool:
    """Whether the form was sent, is valid, and the action took it.

    A refusal of the action undoes what it did and becomes an error of its field, or of the whole form.
    """
    if not form.validate_on_submit():
        return False
    try:
        act()
    except (Invalid, Conflict) as refusal:
        db.session.rollback()
        tell(form, refusal)
        return False
    return True


def answer_status(form: FlaskForm) -> int:
    """200 for a form shown for the first time, 422 for one that was not accepted."""
    return 422 if form.is_submitted() else 200


def tell(form: FlaskForm, refusal: Invalid | Conflict) -> None:
    """Put a refusal beside the fields it is about, or above the form."""
    fields = getattr(refusal, "fields", {})
    for name, words in fields.items():
        here = next(
            (field for field in form if field.short_name == name or field.short_name.startswith(f"{name}_")), None
        )
        errors = form.form_errors if here is None else here.errors
        if isinstance(errors, tuple):
            here.errors = [gettext(words)]
        else:
            errors.append(gettext(words))
    if not fields:
        form.form_errors.append(gettext(refusal.reason, **refusal.values))
