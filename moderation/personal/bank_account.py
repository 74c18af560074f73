"""Bank accounts: a bank's three figures and an account of ten to sixteen, where words say that money goes there.

At the post office (700) an account has a branch (局號) and
an account number of seven figures each. Accounts that are published to be paid into (a treasury, a collection) are no
person's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from moderation.personal.context import (
    CALLS,
    CARD,
    FAR,
    MONEY,
    OTHER_ACCOUNT,
    distance,
    is_other_number,
    sentence_before,
)
from moderation.personal.folding import Folded
from moderation.personal.spans import Kind, Span

_NUMBER = re.compile(r"(?<![A-Za-z0-9])(?<!\d[-.])\(?\d(?:[ \-.()]{0,3}\d){9,18}(?!\d|-\d)")
_POST = re.compile(r"局號[^\d\n]{0,6}(\d(?:[ -]?\d){6}(?!\d)[^\d\n]{0,8}帳號[^\d\n]{0,6}\d(?:[ -]?\d){6})(?!\d)")
_AMOUNT = re.compile(r"\s{0,2}(?:元|塊|萬|億|圓|dollars|NTD|TWD)", re.IGNORECASE)
_NEAR = 24


def bank_accounts(folded: Folded) -> Iterator[Span]:
    """Accounts money is sent to."""
    text = folded.digits
    for found in _NUMBER.finditer(text):
        start, end = found.span()
        if _is_account(text, start, end):
            yield Span(Kind.BANK_ACCOUNT, start, end, 0.97)
    for found in _POST.finditer(text):
        yield Span(Kind.BANK_ACCOUNT, found.start(1), found.end(1), 0.98)


def _is_account(text: str, start: int, end: int) -> bool:
    money = distance(MONEY, text, start, end)
    if money > _NEAR or _AMOUNT.match(text, end) or is_other_number(text, start, MONEY):
        return False
    nearer = min(distance(CALLS, text, start, end), distance(CARD, text, start, end))
    public = distance(OTHER_ACCOUNT, text, start, end) < FAR or OTHER_ACCOUNT.search(sentence_before(text, start))
    return money < nearer and not public
