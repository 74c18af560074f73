"""Telephone numbers of people: mobile, landline, with country code or extension, and those of other countries.

Domestic: 09 and eight figures is a mobile number; landlines have an area code from 02 to 089 and nine or ten figures
(NCC, 電信號碼計畫). Which of them exist the library phonenumbers knows, and everything with another country's
code. Free and premium numbers (0800, 0809, 0204) and short ones (110, 119, 1999) belong to nobody. A landline of an
agency is public: the words beside it tell. A mobile number is somebody's, whatever is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers
from phonenumbers import PhoneNumberType

from moderation.personal.context import CALLS, OTHER_ACCOUNT, distance, is_official, is_other_number, sentence_before
from moderation.personal.folding import Folded
from moderation.personal.spans import Kind, Span

_GAP = r"[ .\-()/_]{0,3}"
_FIRST_GAP = r"[ \-()/_]{0,3}"
_ABROAD = rf"(?:\(?(?:\+|(?<!\d)00){_GAP}886|(?<!\d)886){_GAP}"
_START = r"(?<!\d)(?<!\d[-.])(?<![A-Za-z0-9_]#)"
_END = r"(?!\d|-\d| ?元)"
_EXTENSION = r"(?:[ ,]{0,2}(?:#|\(?(?:轉分機|分機|轉|ext(?:ension)?\b\.?|x(?=\d)))[ :.#]{0,3}\d{1,6}(?!\d)\)?)?"
_MOBILE = re.compile(rf"{_START}(?:{_ABROAD}0?|\(?0){_FIRST_GAP}9(?:{_GAP}\d){{8}}{_END}{_EXTENSION}", re.IGNORECASE)
_LANDLINES = [
    re.compile(
        rf"{_START}(?:{_ABROAD}\(?0?|\(?0){_FIRST_GAP}[2-8](?:{_GAP}\d){{{more}}}{_END}{_EXTENSION}", re.IGNORECASE
    )
    for more in (8, 7)
]
_NO_AREA = re.compile(rf"(?<![\d+])(?<!\d[-.) ])[2-8]\d{{2,3}}[- ]\d{{4}}(?![\d-]){_EXTENSION}", re.IGNORECASE)
_NO_ZERO = re.compile(r"(?<![\d+])(?<!\d[-.) ])9\d{2}(?:[ -]?\d){6}(?!\d|-\d)")
_FOREIGN = re.compile(r"(?<![\d+])\+[1-9](?:[ .\-()]{0,3}\d){7,13}(?!\d)")
_OF_MOBILES = re.compile(r"手機|行動|mobile|cell", re.IGNORECASE)
_YEARS = re.compile(r"(?:19|20)\d\d[- ](?:19|20)\d\d")
_TAIL = re.compile(_EXTENSION + r"\Z", re.IGNORECASE)
_WORD_BEFORE = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z0-9_]{1,12}\Z")
_LABEL = re.compile(r"(?:tel|telephone|phone|mobile|mob|cell|call|no|ph|fax|line|id|at|on|is|m|t|p)\Z", re.IGNORECASE)
_OWNED = {
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.VOIP,
    PhoneNumberType.PERSONAL_NUMBER,
}
_BESIDE, _CALLED_NEAR = 3, 12
"""A word of calling this near makes a telephone number of figures that could be another one."""


def phones(folded: Folded) -> Iterator[Span]:
    """Numbers under which a person is called."""
    text = folded.digits
    for found in _MOBILE.finditer(text):
        if not _is_something_else(text, found):
            yield Span(Kind.PHONE, found.start(), found.end(), 0.97)
    yield from _landlines(text)
    yield from _short_forms(text)
    for found in _FOREIGN.finditer(text):
        if not found.group().startswith("+886") and _owned(found.group()):
            yield Span(Kind.PHONE, found.start(), found.end(), 0.95)


def _landlines(text: str) -> Iterator[Span]:
    for pattern in _LANDLINES:
        for found in pattern.finditer(text):
            start, end = found.span()
            if _is_something_else(text, found) or is_official(text, start, end):
                continue
            called = distance(CALLS, text, start, end) <= _CALLED_NEAR
            if _owned(_TAIL.sub("", found.group())):
                yield Span(Kind.PHONE, start, end, 0.95 if called else 0.8)
            elif called and not _is_free(found.group()):
                yield Span(Kind.PHONE, start, end, 0.7)


def _short_forms(text: str) -> Iterator[Span]:
    """Without the area code or the first zero: only where a word says that one can call."""
    for found in _NO_AREA.finditer(text):
        start, end = found.span()
        called = distance(CALLS, text, start, end) <= _CALLED_NEAR
        if called and not _YEARS.match(found.group()) and not is_official(text, start, end):
            yield Span(Kind.PHONE, start, end, 0.6)
    for found in _NO_ZERO.finditer(text):
        if _OF_MOBILES.search(sentence_before(text, found.start(), _CALLED_NEAR)):
            yield Span(Kind.PHONE, found.start(), found.end(), 0.7)


def _is_something_else(text: str, found: re.Match[str]) -> bool:
    """A longer code that only holds such figures, or a number that is called something else."""
    word = _WORD_BEFORE.search(text[max(0, found.start() - 12) : found.start()])
    is_inside = bool(word and not _LABEL.search(word.group()))
    signs_in = distance(OTHER_ACCOUNT, text, *found.span()) <= _BESIDE
    return is_inside or signs_in or is_other_number(text, found.start(), CALLS)


def _is_free(number: str) -> bool:
    return re.sub(r"\D", "", number).startswith(("0800", "0809", "0204", "886800", "886809"))


def _owned(number: str) -> bool:
    """Whether such a number exists and is one that people have."""
    figures = re.sub(r"[^\d+]", "", number)
    try:
        parsed = phonenumbers.parse(f"+{figures}" if figures.startswith("886") else figures, "TW")
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.number_type(parsed) in _OWNED
