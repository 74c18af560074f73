"""Vehicle plates (交通部公路局, 車牌格式): letters and figures of old and new cars, motorcycles and trucks.

Standards, flights and models look alike. A plate of three letters and four figures is one where nothing says otherwise;
every other form needs a word of vehicles in its sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from moderation.personal.context import FAR, NO_PLATE, VEHICLE, distance
from moderation.personal.folding import Folded
from moderation.personal.spans import Kind, Span

_GAP = r"(?: ?- ?| )"
_START, _END = r"(?<![A-Za-z0-9])(?<![A-Za-z0-9]-)", r"(?![A-Za-z0-9]|-[A-Za-z0-9])"
_NEWEST = re.compile(rf"{_START}[A-Z]{{3}}{_GAP}?\d{{4}}{_END}", re.IGNORECASE)
_OTHERS = re.compile(
    rf"{_START}(?:[A-Z]{{3}}{_GAP}?\d{{3}}|\d{{3}}{_GAP}?[A-Z]{{3}}|[A-Z]{{2}}{_GAP}?\d{{3,4}}|\d{{3,4}}{_GAP}?[A-Z]{{2}}"
    rf"|[A-Z]\d{_GAP}\d{{4}}|\d[A-Z]{_GAP}\d{{4}}|\d{{4}}{_GAP}[A-Z]\d|\d{{4}}{_GAP}\d[A-Z]"
    rf"|[A-Z]\d[A-Z]{_GAP}\d{{3}}|[A-Z]{{2}}\d{_GAP}\d{{3}}|\d[A-Z]{{2}}{_GAP}\d{{3}}|\d{{3}}{_GAP}[A-Z]\d[A-Z]"
    rf"|\d{{2}}{_GAP}[A-Z]\d){_END}",
    re.IGNORECASE,
)
_NEVER = frozenset(
    ["ISO", "CNS", "RFC", "SDG", "COP", "IEC", "DIN", "ASTM", "JIS", "GDP", "AES", "SHA", "RSA", "UTF", "PDF", "USB", "LED", "BOT", "NT", "NTD", "TWD", "USD", "JPY", "EUR", "MRT", "BRT", "HSR", "EN", "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC", "NO", "ROC", "TW", "AM", "PM", "AI", "IN", "OF", "TO", "BY", "AT", "ON", "IS", "THE", "AND", "FOR", "WAS", "ALL", "ARE", "GB", "MB", "KM", "KG", "MM", "CM", "CC", "KW", "KWH", "MW", "DB", "HZ", "CO", "PPM", "VS", "OR", "UN", "EU", "WHO", "ACT", "ART", "SEC", "FY", "CY", "SO", "MY", "IT", "US", "WE", "AN", "AS", "IF", "LN", "RD", "ST", "FL", "GMT", "UTC", "BC", "AD"]
)
"""Standards, currencies, months, units and words that stand before or behind figures."""
_LETTERS = re.compile(r"[A-Za-z]+")
_BESIDE, _NEAR = 4, 30


def plates(folded: Folded) -> Iterator[Span]:
    """Plates of vehicles."""
    text = folded.digits
    for pattern, least_near in ((_NEWEST, FAR), (_OTHERS, _NEAR)):
        for found in pattern.finditer(text):
            start, end = found.span()
            vehicle = distance(VEHICLE, text, start, end)
            without_words = least_near == FAR and found.group()[3] == "-" and found.group()[:3].isupper()
            if vehicle > _BESIDE and not _NEVER.isdisjoint(_LETTERS.findall(found.group().upper())):
                continue
            if (vehicle <= _NEAR or without_words) and distance(NO_PLATE, text, start, end) >= vehicle:
                yield Span(Kind.PLATE, start, end, 0.9 if vehicle <= _NEAR else 0.6)
