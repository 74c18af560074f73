"""The one way a person's name reaches others. The names of minors never do."""

from __future__ import annotations

from flask_babel import gettext

from app.accounts.models import Person


def shown_name(person: Person) -> str | None:
    """The name as data for everybody; None for a minor's."""
    return None if person.minor else person.name


def name_words(person: Person) -> str:
    """The name as a page shows it, or words in its place."""
    return shown_name(person) or gettext("somebody under 18")
