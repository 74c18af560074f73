"""A text in the plainest signs, as long as before, so that what is found in it stands there in the text as given.

Full-width and circled figures, digits of other scripts, dashes and spaces of every kind become ASCII; hidden characters
and the marks that make an emoji of a figure become spaces.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

GAP = r"[ .\-]{0,3}"
"""What people put between the figures of one number."""
_DASHES = frozenset("-‐‑‒–—―−－﹣﹘ー─~～")
_DROPPED = frozenset("\ufe0e\ufe0f\u20e3")
_CHINESE_DIGITS = str.maketrans("〇零一二三四五六七八九壹貳參叁肆伍陸柒捌玖", "001234567891233456789")
_SPELLED = re.compile("[〇零一二三四五六七八九壹貳參叁肆伍陸柒捌玖]{3,}")


@dataclass(frozen=True)
class Folded:
    """`text` in plain signs; `digits` is the same with Chinese figures in a row ("零九一二") as ASCII figures."""

    text: str
    digits: str


def fold(text: str) -> Folded:
    """Fold a text, character by character.

    >>> fold("０９１２－三四五").digits
    '0912-345'
    """
    plain = text if text.isascii() else text.translate(_TABLE)
    return Folded(plain, _SPELLED.sub(lambda found: found.group().translate(_CHINESE_DIGITS), plain))


class _Table(dict[int, int]):
    """What each character becomes, looked up once."""

    def __missing__(self, code: int) -> int:
        self[code] = folded = ord(_plain(chr(code)))
        return folded


_TABLE = _Table()


def _plain(character: str) -> str:
    if character in "\r\n\t":
        return character
    if character in _DASHES:
        return "-"
    if character in _DROPPED or character.isspace() or unicodedata.category(character) in ("Cc", "Cf"):
        return " "
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    whole = unicodedata.normalize("NFKC", character)
    return whole if len(whole) == 1 else character
