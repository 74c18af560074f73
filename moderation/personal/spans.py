"""What is found: which kind of personal data stands where in a text, and how sure we are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Kinds of personal data, by the names in the API."""

    NATIONAL_ID = "national_id"
    RESIDENCE_PERMIT = "residence_permit"
    PHONE = "phone"
    EMAIL = "email"
    CARD = "card"
    BANK_ACCOUNT = "bank_account"
    ADDRESS = "address"
    PLATE = "plate"


@dataclass(frozen=True)
class Span:
    """Personal data stands at `text[start:end]`, in the text as given; `score` goes from 0 to 1."""

    kind: Kind
    start: int
    end: int
    score: float


def without_overlaps(spans: Iterable[Span]) -> list[Span]:
    """Where spans share characters the surest stays, of equals the longest; in reading order."""
    kept: list[Span] = []
    taken: set[int] = set()
    for span in sorted(spans, key=lambda one: (-one.score, one.start - one.end, one.start)):
        if taken.isdisjoint(range(span.start, span.end)):
            kept.append(span)
            taken.update(range(span.start, span.end))
    return sorted(kept, key=lambda one: one.start)
