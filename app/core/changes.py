"""What changed between two versions of a text, word by word; in Chinese, character by character."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_HAN = "\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
WORDS = re.compile(rf"[{_HAN}]|\s*[^\W{_HAN}]+|\s*[^\s{_HAN}]|\s+")
SENTENCES = re.compile(r"[^.!?。！？\n]*[.!?。！？\n]+\s*|[^.!?。！？\n]+")
MOST_PAIRS = 100_000
"""Pairs of equal pieces above which a comparison would keep the server busy; ordinary texts stay far below."""


@dataclass(frozen=True)
class Change:
    """A piece of text that stayed (`same`), was added (`ins`) or was removed (`del`)."""

    kind: Literal["same", "ins", "del"]
    text: str


def changes(before: str, after: str) -> list[Change]:
    """The pieces in reading order: those not added make up `before`, those not removed make up `after`.

    Texts that repeat themselves too much to be compared by words are compared by sentences, or not at all.
    """
    for pieces in (WORDS, SENTENCES):
        old, new = pieces.findall(before), pieces.findall(after)
        if _pairs(old, new) <= MOST_PAIRS:
            return _compare(old, new)
    return [Change("del", before), Change("ins", after)]


def _pairs(old: Sequence[str], new: Sequence[str]) -> int:
    there = Counter(new)
    return sum(times * there[piece] for piece, times in Counter(old).items())


def _compare(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    found: list[Change] = []
    for step, i, i_end, j, j_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if step == "equal":
            found.append(Change("same", "".join(old[i:i_end])))
            continue
        if i < i_end:
            found.append(Change("del", "".join(old[i:i_end])))
        if j < j_end:
            found.append(Change("ins", "".join(new[j:j_end])))
    return found
