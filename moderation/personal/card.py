"""Payment cards: the first figures and the length name an issuer (ISO/IEC 7812-1), the last one is Luhn's check."""

from __future__ import annotations

import re
from collections.abc import Iterator

from moderation.personal.context import CARD, is_other_number
from moderation.personal.folding import Folded
from moderation.personal.spans import Kind, Span

_NUMBER = re.compile(r"(?<![A-Za-z0-9])(?<!\d[-.])\d(?:[ \-.]{0,3}\d){12,18}(?!\d|[-.]\d)")
_SIGN = re.compile(r"[ .\-]")
_ISSUERS = (
    # first figures from, to, lengths
    ("4", "4", {13, 16, 19}),  # Visa
    ("51", "55", {16}),  # Mastercard
    ("2221", "2720", {16}),
    ("34", "34", {15}),  # American Express
    ("37", "37", {15}),
    ("3528", "3589", {16, 17, 18, 19}),  # JCB
    ("300", "305", {14}),  # Diners Club
    ("36", "36", {14}),
    ("38", "39", {14}),
    ("6011", "6011", {16, 19}),  # Discover
    ("644", "659", {16, 19}),
    ("62", "62", {16, 17, 18, 19}),  # UnionPay
)


def cards(folded: Folded) -> Iterator[Span]:
    """Numbers of cards."""
    for found in _NUMBER.finditer(folded.digits):
        number = _SIGN.sub("", found.group())
        if _is_issued(number) and passes_luhn(number) and not is_other_number(folded.digits, found.start(), CARD):
            yield Span(Kind.CARD, found.start(), found.end(), 0.96)


def passes_luhn(number: str) -> bool:
    """Luhn's check (US patent 2,950,048): from the right, every second figure doubled, the figures' sum ends in 0.

    >>> passes_luhn("4111111111111111"), passes_luhn("4111111111111112")
    (True, False)
    """
    doubled = (sum(divmod(2 * int(figure), 10)) for figure in number[-2::-2])
    return (sum(map(int, number[-1::-2])) + sum(doubled)) % 10 == 0


def _is_issued(number: str) -> bool:
    return any(low <= number[: len(low)] <= high and len(number) in lengths for low, high, lengths in _ISSUERS)
