"""Addresses of mailboxes, also where the sign @ is written as a word to hide it.

A mailbox of an agency (`.gov`, `.gov.tw`) and one of an office (`service@`, `info@` outside the free providers) is
public. Syntax: the part of RFC 5321 that people have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from moderation.personal.folding import Folded
from moderation.personal.spans import Kind, Span

_LOCAL = r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9_%+](?:[A-Za-z0-9._%+\-]{0,62}[A-Za-z0-9_%+\-])?"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?"
_PLAIN = re.compile(rf"{_LOCAL} ?@ ?(?:{_LABEL}[.。]){{1,5}}[A-Za-z]{{2,18}}(?![A-Za-z0-9@])")
_AT = r"(?: ?[\[({<] ?(?:at|@|小老鼠) ?[\])}>] ?| ?小老鼠 ?| ?@ ?)"
_DOT = r"(?: ?[\[({<] ?(?:dot|\.|點) ?[\])}>] ?| dot | ?點 ?|\.)"
_ENDING = r"(?:com|net|org|edu|tw|io|me|cc|info|gov)(?![A-Za-z0-9])"
_HIDDEN = re.compile(rf"{_LOCAL}{_AT}(?:{_LABEL}{_DOT}){{1,4}}{_ENDING}", re.IGNORECASE)
_SPOKEN = re.compile(rf"{_LOCAL} at (?:{_LABEL} dot ){{1,4}}{_ENDING}", re.IGNORECASE)
_OF_AN_OFFICE = re.compile(
    r"(?:services?|info|contact|support|help|admin|office|webmaster|no-?reply|press|mayor|hello|1999|mail|opendata"
    r"|postmaster|feedback|enquir(?:y|ies)|inquir(?:y|ies)|customer[a-z.]*|cs)\Z",
    re.IGNORECASE,
)
_FREE = re.compile(r"(?:gmail|yahoo|hotmail|outlook|icloud|hinet|pchome|proton|live|msn|qq|163|me)\b", re.IGNORECASE)
_AGENCY = re.compile(r"[.@]gov(?:[.][a-z]{2,6})?\Z", re.IGNORECASE)


def mailboxes(folded: Folded) -> Iterator[Span]:
    """Mailboxes of people."""
    for pattern, score in ((_PLAIN, 0.99), (_HIDDEN, 0.9), (_SPOKEN, 0.9)):
        for found in pattern.finditer(folded.text):
            if not _is_public(found.group()):
                yield Span(Kind.EMAIL, found.start(), found.end(), score)


def _is_public(address: str) -> bool:
    local, _, host = address.replace(" ", "").partition("@")
    return bool(_AGENCY.search(address) or (host and _OF_AN_OFFICE.match(local) and not _FREE.match(host)))
