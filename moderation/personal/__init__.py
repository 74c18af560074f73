"""Personal data in texts: found by kind, with the place and how sure we are, and masked.

Each kind is a function in a module of its own, from the folded text to spans. They know nothing of each other; where
two find the same figures, the surer one stays. Nothing here decides: the author is told, a moderator sees.
"""

from __future__ import annotations

import re

from moderation.personal.address_chinese import chinese_addresses
from moderation.personal.address_english import english_addresses
from moderation.personal.bank_account import bank_accounts
from moderation.personal.card import cards
from moderation.personal.folding import Folded, fold
from moderation.personal.identity import national_ids, residence_permits
from moderation.personal.mail import mailboxes
from moderation.personal.masking import Hidden, Masked, mask, unmask
from moderation.personal.phone import phones
from moderation.personal.plate import plates
from moderation.personal.spans import Kind, Span, without_overlaps

__all__ = ["Hidden", "Kind", "Masked", "Span", "mask", "personal_data", "unmask"]

_DETECTORS = (
    national_ids,
    residence_permits,
    phones,
    mailboxes,
    cards,
    bank_accounts,
    plates,
    chinese_addresses,
    english_addresses,
)
_WEB_ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]+")


def personal_data(text: str) -> list[Span]:
    """Find personal data in a text, in reading order; spans never overlap.

    Written full-width, in Chinese figures or apart ("０９１２－３４５－６７８") it is found as well. Figures inside the
    address of a web page are none.

    >>> [(span.kind.value, span.start, span.end) for span in personal_data("請打 0912-345-678 找我")]
    [('phone', 3, 15)]
    """
    folded = fold(text)
    blanked = Folded(*(_WEB_ADDRESS.sub(_blank, plain) for plain in (folded.text, folded.digits)))
    return without_overlaps(span for detect in _DETECTORS for span in detect(blanked))


def _blank(found: re.Match[str]) -> str:
    return "\n" * len(found.group())
