"""Texts and the language they are written in (BCP 47, RFC 5646)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

LOCALES = ("zh-Hant-TW", "en")
"""Languages of the interface, the default first."""

LANGUAGES = {
    "zh-Hant-TW": "中文（臺灣）",
    "en": "English",
    "vi": "Tiếng Việt",
    "id": "Bahasa Indonesia",
    "th": "ไทย",
    "fil": "Filipino",
    "ja": "日本語",
    "nan-Hant-TW": "臺語",
    "hak-Hant-TW": "客語",
    "ami": "Pangcah",
}
"""Languages people may write in: tag -> the language's own name."""


def N_(message: str) -> str:
    """Mark a message for the catalogue where it cannot be translated yet (rules, refusals, enums)."""
    return message


class Said(NamedTuple):
    """A text and its language."""

    text: str
    lang: str


def said(text: Mapping[str, str], preferred: str) -> Said:
    """The version of a text for a reader of `preferred`: that language, else the first one it was written in."""
    if preferred in text:
        return Said(text[preferred], preferred)
    for lang, version in text.items():
        return Said(version, lang)
    return Said("", preferred)
