"""Which texts look alike: the same one, or the same with a greeting, a synonym, a slip, its parts in another order.

For short texts too: a statement has 10 to 140 characters. Two texts are compared by the pieces that no shared run of
two covers. What one text merely has more (a greeting) counts little; what stands in the place of something else
counts, and the more the longer it is in one go: a word changed is an edit, another place named is another statement.
A text that says the opposite ("not") is never alike. Likeness is a hint for a person, never a reason to merge.

Earlier texts are found by the runs they share, the rare ones first. Anything can be added and removed at any time.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import hypot

import numpy as np

from moderation.pieces import Run, covered, pieces, runs, stretches
from moderation.text import clean_text, identity_key

ALIKE = 0.905
"""Likeness from which two texts look alike: precision 0.95 on hard invented texts (`bench.look_alikes`)."""
LEAST = 6
"""Pieces below which only the same text is alike: there are only so many ways to say "I agree"."""
LONGEST = 300
"""Pieces that are compared; the likeness of long texts shows in their beginning."""
CANDIDATES = 12
"""Earlier texts that are compared in full."""
MORE = 0.1
"""What a piece counts that one text merely has more, beside one that stands in the place of another."""
KIN = 0.5
"""Share of letter pairs from which a word is another one with a slip."""
NEGATIONS = frozenset(
    [
        "不",
        "没",
        "无",
        "未",
        "别",
        "勿",
        "非",
        "反",
        "反对",
        "不要",
        "没有",
        "不再",
        "不会",
        "不应",
        "不该",
        "不能",
        "拒绝",
        "停止",
        "not",
        "no",
        "never",
        "don't",
        "doesn't",
        "won't",
        "can't",
        "cannot",
        "stop",
        "against",
    ]
)


@dataclass(frozen=True)
class LookAlike:
    """An earlier text that looks alike. `likeness` 1: the same pieces in the same order."""

    key: Hashable
    author: Hashable
    likeness: float

    @property
    def is_same(self) -> bool:
        return self.likeness == 1


def fingerprint(text: str) -> str:
    """64 hex digits that texts share which are the same but for case, width, punctuation, spaces and script."""
    words = _words(text)
    return sha256(" ".join(words).encode() if words else b"\0" + identity_key(text).encode()).hexdigest()


def resemblance(one: str, other: str) -> float:
    """How much two texts look alike, from 0 to 1.

    >>> resemblance("車站前應該增設遮陽棚，夏天太熱", "大家好，车站前應該增设遮陽棚,夏天太熱了") > ALIKE
    True
    >>> resemblance("車站前應該增設遮陽棚，夏天太熱", "車站前不應該增設遮陽棚，夏天太熱")
    0.0
    """
    return _resemblance(_words(one), _words(other))


class LookAlikes:
    """Texts by what they share. Of texts with one fingerprint the first is kept, with the keys of all."""

    def __init__(self) -> None:
        self._words: list[tuple[str, ...]] = []
        self._sizes = array("I")
        self._keys: list[dict[Hashable, Hashable]] = []
        self._numbers: dict[tuple[str, ...], int] = {}
        self._where: dict[Hashable, int] = {}
        self._with_run: dict[Run, array[int]] = {}

    def __len__(self) -> int:
        return len(self._where)

    def add(self, key: Hashable, text: str, author: Hashable = None) -> None:
        """Remember a text under a key; one that was there under the key is forgotten."""
        self.remove(key)
        words = tuple(_words(text))
        number = self._numbers.get(words)
        if number is None:
            number = self._numbers[words] = len(self._words)
            self._words.append(words)
            self._sizes.append(len(words))
            self._keys.append({})
            for run in _runs(words):
                self._with_run.setdefault(run, array("I")).append(number)
        self._keys[number][key] = author
        self._where[key] = number

    def remove(self, key: Hashable) -> None:
        """Forget the text under a key, if there is one."""
        if key in self._where:
            del self._keys[self._where.pop(key)][key]

    def like(self, text: str, least: float = ALIKE) -> list[LookAlike]:
        """The texts that look like this one, those most alike first; in the order they were added where equal."""
        words = tuple(_words(text))
        found = [(_resemblance(words, self._words[number]), number) for number in self._candidates(words)]
        best = sorted((-likeness, number) for likeness, number in found if likeness >= least)
        return [
            LookAlike(key, author, -likeness) for likeness, number in best for key, author in self._keys[number].items()
        ]

    def _candidates(self, words: tuple[str, ...]) -> list[int]:
        """The texts that share most with these words: the same one, and those with most of their rare runs."""
        same = self._numbers.get(words)
        known = [found for run in _runs(words) if (found := self._with_run.get(run)) is not None]
        if not known:
            return [] if same is None else [same]
        rarity = np.repeat([np.log1p(len(self._words) / len(one)) for one in known], [len(one) for one in known])
        shared = np.bincount(np.concatenate([np.frombuffer(one, np.uint32) for one in known]), rarity)
        numbers = np.flatnonzero(shared)
        score = shared[numbers] / np.sqrt(np.array(self._sizes)[numbers])
        order = np.lexsort((numbers, -score))[:CANDIDATES]
        return [int(number) for number in numbers[order] if self._keys[number]]


def _words(text: str) -> list[str]:
    return [piece.word for piece in pieces(clean_text(text))[:LONGEST]]


def _runs(words: Sequence[str]) -> dict[Run, None]:
    return dict.fromkeys(runs(words, 2)) or {tuple(words): None}


def _resemblance(one: Sequence[str], other: Sequence[str]) -> float:
    if one == other:
        return 1.0
    least = min(len(one), len(other))
    if least < LEAST:
        return 0.0
    missing, extra = _uncovered(one, other), _uncovered(other, one)
    if min(sum(map(len, missing)), sum(map(len, extra))) > least / 2:
        return 0.0
    left, more = _without(missing, extra), _without(extra, missing)
    if any("".join(chunk) in NEGATIONS for chunk in (*left, *more)):
        return 0.0
    lost, gained = _weights(left, more), _weights(more, left)
    changed = min(hypot(*lost), hypot(*gained)) / least
    added = abs(sum(lost) - sum(gained)) / least
    return max(0.0, min(1 - changed - MORE * added, 0.999))


def _uncovered(words: Sequence[str], other: Sequence[str]) -> list[Run]:
    """The stretches of words that no run of two shared with the other text covers."""
    known = set(runs(other, 2))
    return [tuple(words[a:b]) for a, b in stretches([not one for one in covered(words, known, 2)])]


def _without(chunks: list[Run], others: list[Run]) -> list[Run]:
    """The chunks without the words that stand alone on the other side as well: their neighbours changed, not they."""
    there = Counter(word for chunk in others for word in chunk)
    kept: list[Run] = []
    for chunk in chunks:
        rest = []
        for word in chunk:
            if there[word]:
                there[word] -= 1
            else:
                rest.append(word)
        if rest:
            kept.append(tuple(rest))
    return kept


def _weights(chunks: list[Run], others: list[Run]) -> list[float]:
    """What each chunk counts: its words, those with a slip only as much as is wrong with them."""
    letters = {pair for chunk in others for word in chunk for pair in _letter_pairs(word)}
    return [sum(_weight(word, letters) for word in chunk) for chunk in chunks]


def _weight(word: str, letters: set[Run]) -> float:
    if len(word) == 1:
        return 1.0
    mine = _letter_pairs(word)
    share = sum(pair in letters for pair in mine) / len(mine)
    return 1 - share if share >= KIN else 1.0


def _letter_pairs(word: str) -> list[Run]:
    """Letters that are neighbours, or nearly: a slip swaps two, or leaves one out."""
    return [*runs(word, 2), *zip(word, word[2:], strict=False)]
