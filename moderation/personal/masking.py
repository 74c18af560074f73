"""Masking: the author reads what was hidden and where, everybody else does not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from moderation.personal.spans import Kind, Span, without_overlaps

SIGN = "■■■■"
"""As long for everything: a mask that keeps the length tells half of what it hides."""


@dataclass(frozen=True)
class Hidden:
    """What stands at `masked.text[start:end]` in truth. For the author's eyes only."""

    kind: Kind
    start: int
    end: int
    original: str


@dataclass(frozen=True)
class Masked:
    """A text without what was found in it, and all that is needed to put it back."""

    text: str
    hidden: tuple[Hidden, ...]


def mask(text: str, spans: Iterable[Span]) -> Masked:
    """Hide the spans of `text`.

    >>> mask("打 0912345678 給我", [Span(Kind.PHONE, 2, 12, 1.0)]).text
    '打 ■■■■ 給我'
    """
    pieces: list[str] = []
    hidden: list[Hidden] = []
    length = done = 0
    for span in without_overlaps(spans):
        before = text[done : span.start]
        start = length + len(before)
        pieces += [before, SIGN]
        hidden.append(Hidden(span.kind, start, start + len(SIGN), text[span.start : span.end]))
        length, done = start + len(SIGN), span.end
    return Masked("".join([*pieces, text[done:]]), tuple(hidden))


def unmask(masked: Masked) -> str:
    """The text as its author wrote it."""
    pieces: list[str] = []
    done = 0
    for one in masked.hidden:
        pieces += [masked.text[done : one.start], one.original]
        done = one.end
    return "".join([*pieces, masked.text[done:]])
