"""Text from people, cleaned and held to its length: what every form of this feature takes."""

from __future__ import annotations

from app.core.errors import Invalid
from app.core.language import LANGUAGES, N_
from moderation import clean_text


def checked(field: str, text: str, longest: int, *, needed: str = "") -> str:
    """The cleaned text of a field. Raises `Invalid` for one too long, or for none where `needed` says what to write."""
    words = clean_text(text)
    if not words and needed:
        raise Invalid(fields={field: needed})
    if len(words) > longest:
        raise Invalid(fields={field: N_("This text is too long.")})
    return words


def checked_lang(lang: str) -> str:
    """A language people may write in, or `Invalid`."""
    if lang not in LANGUAGES:
        raise Invalid(fields={"lang": N_("Please choose a language from the list.")})
    return lang
