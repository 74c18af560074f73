"""Addresses in English, as Taiwan's post writes them ("5F., No. 7, Ln. 50, Zhongxiao E. Rd., Taipei") and as others do
("7 Songren Road, Xinyi District").

Source of the forms: Chunghwa Post, 中文地址英譯. Like in Chinese there has to be a house number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from moderation.personal.context import is_official
from moderation.personal.folding import Folded
from moderation.personal.spans import Kind, Span

_NUMBER = r"\d{1,4}(?:-\d{1,3})?"
_NAME = r"(?:[A-Z][A-Za-z'’\-]{0,20}|[EWNS]\.|\d{1,2}(?:st|nd|rd|th))"
_ROAD = r"(?:Road|Rd|Street|St|Avenue|Ave|Boulevard|Blvd)\b\.?"
_SIDE = r"(?: (?:E|W|N|S|East|West|North|South)\b\.?)?"
_SECTION = rf"(?:,? ?(?:Section|Sec)\b\.? ?{_NUMBER})"
_LANE = rf"(?:(?:Lane|Ln|Alley|Aly)\b\.? ?{_NUMBER},? {{0,2}})"
_STREET = rf"(?:{_NAME} ){{1,4}}{_ROAD}{_SIDE}{_SECTION}?"
_FLOOR = rf"(?:{_NUMBER} ?(?:F|Floor|/F)\b|{_NUMBER}(?:st|nd|rd|th) (?:F|Floor|floor)\b|Floor \d{{1,2}})"
_ROOM = r"(?:Rm|Room|Apt|Unit|Flat)\b\.? ?\w{1,5}"
_INSIDE = rf"(?<![\dA-Za-z])(?:(?:{_FLOOR}|{_ROOM})(?:-\d{{1,2}})?\.?,? ?){{0,2}}"
_UNIT = r"(?:Dist|District|Township|Village|City|County|Vil)"
_AROUND = rf"(?:,? {{0,2}}(?:[A-Z][A-Za-z'’\-]{{1,18}} ?){{1,2}}{_UNIT}\b\.?(?: \d{{3,6}}(?!\d))?){{0,4}}"
_CITY = (
    r"(?:New Taipei|Taipei|Taoyuan|Taichung|Tainan|Kaohsiung|Keelung|Hsinchu|Chiayi|Miaoli|Changhua|Nantou|Yunlin"
    r"|Pingtung|Yilan|Hualien|Taitung|Penghu|Kinmen)(?: City| County)?"
)
_BEHIND = rf"{_AROUND}(?:,? {_CITY})?(?:,? \d{{3,6}}(?!\d))?(?:,? Taiwan(?: ?\(?R\.?O\.?C\.?\)?)?)?"
_NO = rf"No\.? ?{_NUMBER}"
_FORMS = (
    re.compile(
        rf"{_INSIDE}(?<![A-Za-z]){_NO},? {{0,2}}{_LANE}{{0,2}}{_SECTION}?,? {{0,2}}{_LANE}{{0,2}}{_STREET}{_BEHIND}"
    ),
    re.compile(rf"(?<![A-Za-z]){_LANE}{{1,2}}{_STREET},? {{0,2}}{_NO}{_BEHIND}"),
    re.compile(rf"(?<![A-Za-z]){_STREET},? {{0,2}}{_LANE}{{0,2}}{_NO}{_BEHIND}"),
    re.compile(
        rf"{_INSIDE}(?<![\dA-Za-z.,/#])(?!(?:19|20)\d\d ){_NUMBER},? {_LANE}{{0,2}}(?:{_SECTION}, ?)?{_STREET}{_BEHIND}"
    ),
)
_NO_HOUSE = re.compile(
    r"[ ,]{1,2}(?:\w+ )?(?:project|plan|improvement|reconstruction|extension|widening|bus|station|exit|traffic|safety"
    r"|act|bill|line|bridge|tunnel|works|budget|intersection|segment)\b",
    re.IGNORECASE,
)
_NOT_BEFORE = re.compile(
    r"(?:article|section|chapter|page|clause|route|bus|line|exit|proposal|phase|item|paragraph|appendix|case|issue|about|than|over"
    r"|another|some|nearly|highway|question|figure|table|sec|ln|lane|aly|alley|no)\.? ?(?:no\.? )?\Z"
)


def english_addresses(folded: Folded) -> Iterator[Span]:
    """Where somebody lives, in English."""
    text = folded.text
    read: list[tuple[int, int]] = []
    for form in _FORMS:
        for found in form.finditer(text):
            start, end = found.span()
            if any(start < last and first < end for first, last in read):
                continue
            read.append((start, end))
            if _NO_HOUSE.match(text, end) or _NOT_BEFORE.search(text[max(0, start - 16) : start].lower()):
                continue
            if not is_official(text, start, end):
                yield Span(Kind.ADDRESS, start, end, 0.8)
