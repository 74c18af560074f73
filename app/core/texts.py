"""Text from people, cleaned and held to its length: what an action takes, with a refusal beside the field."""

from __future__ import annotations

from collections.abc import Callable

from app.core.errors import Invalid
from app.core.language import LANGUAGES, N_
from moderation import clean_line, clean_text


def checked(field: str, text: str, longest: int, *, needed: str = "", clean: Callable[[str], str] = clean_text) -> str:
    """The cleaned text of a field. Raises `Invalid` for one too long, or for none where `needed` says what to write."""
    words = clean(text)
    if not words and needed:
        raise Invalid(fields={field: needed})
    check_length(field, words, longest)
    return words


def checked_line(field: str, text: str, longest: int, *, needed: str = "") -> str:
    """The same for a text of one line."""
    return checked(field, text, longest, needed=needed, clean=clean_line)


def check_length(field: str, text: str, longest: int) -> None:
    """Raise `Invalid` naming the field if the text is longer than allowed."""
    if len(text) > longest:
        raise Invalid(fields={field: N_("This text is too long.")})


def checked_lang(lang: str) -> str:
    """A language people may write in, or `Invalid`."""
    if lang not in LANGUAGES:
        raise Invalid(fields={"lang": N_("Please choose a language from the list.")})
    return lang
