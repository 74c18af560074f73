"""Text as a determined writer meant it to be read: without what hides a word from a program, and with its places.

Width, case, traditional and simplified form, hidden characters, look-alike letters of other scripts (Unicode's
confusables, UTS #39), accents: all folded. What stands at a place of the folded text is found again in the original.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from confusable_homoglyphs.confusables import confusables_data

from moderation.pieces import Passage, simpler
from moderation.text import clean_text


@dataclass(frozen=True)
class Folded:
    """Folded text; `places[n]` is where the n-th character of it came from."""

    text: str
    places: tuple[int, ...]

    def passage(self, start: int, end: int) -> Passage:
        """Where `text[start:end]` stands in the original."""
        return Passage(self.places[start], self.places[end - 1] + 1)

    def only(self, kept: list[int]) -> Folded:
        """The same with the characters at these indices alone."""
        return Folded("".join(self.text[n] for n in kept), tuple(self.places[n] for n in kept))


def folded(text: str) -> Folded:
    """Fold a text.

    >>> folded("Ｓсһооl\\u200b 臺北").text
    'school 台北'
    """
    letters, places = [], []
    for place, character in enumerate(text):
        for letter in _letter(character):
            letters.append(letter)
            places.append(place)
    return Folded("".join(letters), tuple(places))


@lru_cache(maxsize=20_000)
def _letter(character: str) -> str:
    if character.isspace():
        return "\n" if character in "\n\r\u2028\u2029" else " "
    if not clean_text(character):
        return ""
    plain = unicodedata.normalize("NFKD", character).casefold()
    bare = "".join(one for one in plain if not unicodedata.combining(one)) or plain
    return "".join(latin().get(one, one) for one in bare).translate(simpler())


@cache
def latin() -> dict[str, str]:
    """Letters of other scripts that look like a Latin letter, with that letter."""
    found = {}
    for character, alike in confusables_data.items():
        if len(character) == 1 and character.isalpha() and not _is_latin(character) and not _is_wide(character):
            for one in alike:
                if len(one["c"]) == 1 and "a" <= one["c"].casefold() <= "z":
                    found[character.casefold()] = one["c"].casefold()
                    break
    return found


def _is_latin(character: str) -> bool:
    return "LATIN" in unicodedata.name(character, "")


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F")
