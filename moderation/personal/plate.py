"""Vehicle plates (交通部公路局, 車牌格式): letters and figures of old and new cars, motorcycles and trucks.

Standards, flights and models look alike. A plate of three letters and four figures is one where nothing says otherwise;
every other form needs a word of vehicles in its sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from moderation.personal.context import NEVER_PLATE, NO_PLATE, VEHICLE, distance
from moderation.personal.folding import Folded
from moderation.personal.spans import Kind, Span

_GAP = r"(?: ?- ?| )"
_START, _END = r"(?<![A-Za-z0-9])(?<![A-Za-z0-9]-)", r"(?![A-Za-z0-9]|-[A-Za-z0-9])"
_NEWEST = re.compile(rf"{_START}[A-Z]{{3}}{_GAP}?\d{{4}}{_END}", re.IGNORECASE)
_OTHERS = re.compile(
    rf"{_START}(?:[A-Z]{{3}}{_GAP}?\d{{3}}|\d{{3}}{_GAP}?[A-Z]{{3}}|[A-Z]{{2}}{_GAP}?\d{{3,4}}|\d{{3,4}}{_GAP}?[A-Z]{{2}}"
    rf"|[A-Z]\d{_GAP}\d{{4}}|\d[A-Z]{_GAP}\d{{4}}|\d{{4}}{_GAP}[A-Z]\d|\d{{4}}{_GAP}\d[A-Z]"
    rf"|[A-Z]\d[A-Z]{_GAP}\d{{3}}|[A-Z]{{2}}\d{_GAP}\d{{3}}|\d[A-Z]{{2}}{_GAP}\d{{3}}|\d{{3}}{_GAP}[A-Z]\d[A-Z]){_END}",
    re.IGNORECASE,
)
_APART = re.compile(
    rf"{_START}(?:[A-Z](?: [A-Z]){{1,2}} ?-? ?\d(?: \d){{2,3}}"
    rf"|\d(?: \d){{2,3}} ?-? ?[A-Z](?: [A-Z]){{1,2}}){_END}",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[A-Za-z]+")
_BESIDE, _NEAR = 4, 30


def plates(folded: Folded) -> Iterator[Span]:
    """Plates of vehicles."""
    text = folded.digits
    for pattern in (_NEWEST, _OTHERS, _APART):
        for found in pattern.finditer(text):
            start, end = found.span()
            vehicle = distance(VEHICLE, text, start, end)
            is_sure = vehicle <= _NEAR
            is_plate = is_sure or (pattern is _NEWEST and _is_typical(found.group()))
            is_other = distance(NO_PLATE, text, start, end) < vehicle
            if is_plate and not is_other and _can_be(found.group(), vehicle):
                yield Span(Kind.PLATE, start, end, 0.9 if is_sure else 0.6)


def _can_be(signs: str, vehicle: int) -> bool:
    """Not a measure or a standard, unless it is called a plate ("車牌 USB-3450")."""
    has_dash = "-" in signs
    is_word = not NEVER_PLATE.isdisjoint(_LETTERS.findall(signs.upper()))
    return (has_dash or signs.isupper()) and not (is_word and (vehicle > _BESIDE or not has_dash))


def _is_typical(signs: str) -> bool:
    return signs[3] == "-" and signs.isupper()
