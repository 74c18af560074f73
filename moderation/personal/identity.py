"""Numbers the state gives to people: the national identification number and the residence permit's.

The national number is a letter (the place of first registration), 1 or 2, seven figures and a check figure. A residence
permit has a letter and 8 or 9 in the second place since 2 January 2021 (Ministry of the Interior, National Immigration
Agency: "new UI number"), before that two letters, the second from A to D. The check is the same for all: the letter
stands for two figures, and the figures weighed 1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1 add up to a multiple of ten
(戶籍統一編號編碼原則; 外來人口統一證號編碼規則). One in ten passes by chance, so words that name another number win.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from moderation.personal.context import is_other_number
from moderation.personal.folding import GAP, Folded
from moderation.personal.spans import Kind, Span

_LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO"
"""In the order of their values: A is 10, O is 35."""
_WEIGHTS = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
_NEW = re.compile(rf"(?<![A-Z0-9])[A-Z]{GAP}[1289](?:{GAP}\d){{8}}(?![A-Z0-9]|-\d)", re.IGNORECASE)
_OLD_PERMIT = re.compile(rf"(?<![A-Z0-9])[A-Z]{GAP}[A-D](?:{GAP}\d){{8}}(?![A-Z0-9]|-\d)", re.IGNORECASE)
_NAMED = re.compile(
    r"身[分份]證(?:明文件)?(?:統一)?(?:字號|編號|號碼)?|證號|居留證?|護照|\barc\b|\bid\b|permit|identity"
)
_SIGN = re.compile(r"[ .\-]")


def national_ids(folded: Folded) -> Iterator[Span]:
    """Numbers of citizens."""
    yield from _found(folded.digits, _NEW, "12", Kind.NATIONAL_ID)


def residence_permits(folded: Folded) -> Iterator[Span]:
    """Numbers of residents from abroad, in the form of today and the one before 2021."""
    yield from _found(folded.digits, _NEW, "89", Kind.RESIDENCE_PERMIT)
    yield from _found(folded.digits, _OLD_PERMIT, "ABCD", Kind.RESIDENCE_PERMIT)


def checks_out(number: str) -> bool:
    """Whether the check figure of ten signs is right.

    >>> checks_out("A123456789"), checks_out("A123456788")
    (True, False)
    """
    first = _value(number[0])
    # A second letter counts with the last figure of its value.
    second = _value(number[1]) % 10 if number[1].isalpha() else int(number[1])
    figures = (first // 10, first % 10, second, *map(int, number[2:]))
    return sum(weight * figure for weight, figure in zip(_WEIGHTS, figures, strict=True)) % 10 == 0


def _value(letter: str) -> int:
    return 10 + _LETTERS.index(letter)


def _found(text: str, pattern: re.Pattern[str], second: str, kind: Kind) -> Iterator[Span]:
    for match in pattern.finditer(text):
        number = _SIGN.sub("", match.group()).upper()
        right = number[1] in second and checks_out(number)
        if right and not is_other_number(text, match.start(), _NAMED):
            yield Span(kind, match.start(), match.end(), 0.99)
