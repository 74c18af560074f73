"""Which passages of a text stand in an earlier one, word for word: a reply that was used before shows itself.

Texts are compared by runs of pieces ("shingles"; Broder, On the resemblance and containment of documents, 1997). A
piece is a Chinese character or a word; case, width, punctuation, white space and Markdown's signs are none. A passage
is what neighbouring shared runs make up. The work grows with the length of the texts, never with its square.

Not compared is what has to read the same everywhere: block quotations, longer words in quotation marks, and what names
a law ("依道路交通管理處罰條例第 56 條第 1 項規定", "article 48 of the Administrative Procedure Act").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PIECE = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+(?:['’][^\W_{_HAN}]+)*")
_IS_HAN = re.compile(f"[{_HAN}]")
_NUMBER = r"[\d０-９一二三四五六七八九十百之]+"
_QUOTED = re.compile(
    r"^[ \t]{0,3}>.*$"
    r"|「[^「」\n]{12,}」|『[^『』\n]{12,}』|“[^“”\n]{40,}”|\"[^\"\n]{40,}\""
    r"|[依按據]?《[^《》\n]{2,40}》"
    rf"|[依按據][^，。；、\s依按據]{{0,25}}?(?:法|條例|規則|辦法|細則|準則|自治條例)(?=\s*第|規定|$)"
    rf"|第\s*{_NUMBER}\s*[條項款目](?:\s*之\s*{_NUMBER})?(?:規定)?"
    r"|\b(?:[Aa]rticles?|[Ss]ections?|[Pp]aragraphs?)\s+\d+(?:\s*\(\d+\))*"
    r"(?:\s+of\s+the(?:\s+[A-Z][\w'’-]+|\s+(?:of|and|for|on|the))+)?",
    re.MULTILINE,
)
RUN = 6
"""Pieces in a run: six characters or six words in a row are seldom the same by chance."""
PASSAGE = 12
"""Pieces a passage has at least."""
LEAST_CHARACTERS = 80
"""Shorter texts are not compared: there are only so many ways to say "we agree"."""
CANDIDATES = 20
"""Earlier texts that are compared in full: those that share most at first sight."""
LARGELY = 0.5
"""Share of a text that stands in an earlier one from which it largely repeats it."""


@dataclass(frozen=True)
class Passage:
    """Where a passage stands in the text: `text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True)
class Likeness:
    """How much of a text, from 0 to 1, stands in an earlier one, and where, in reading order."""

    share: float
    passages: tuple[Passage, ...]

    @property
    def is_large(self) -> bool:
        return self.share >= LARGELY


@dataclass(frozen=True)
class _Piece:
    start: int
    end: int
    word: str


def likeness(text: str, earlier: str) -> Likeness:
    """Compare `text` with an `earlier` one of the same language; nothing is alike where either is short.

    >>> likeness("Too short to tell.", "Too short to tell.").share
    0.0
    """
    if min(len(text), len(earlier)) < LEAST_CHARACTERS:
        return Likeness(0.0, ())
    pieces = _pieces(text)
    shared = _covered(pieces, set(_runs(_pieces(earlier))))
    stretches = [(first, last) for first, last in _stretches(shared) if last - first >= PASSAGE]
    passages = tuple(Passage(pieces[first].start, pieces[last - 1].end) for first, last in stretches)
    return Likeness(sum(last - first for first, last in stretches) / max(1, len(pieces)), passages)


def closest(text: str, earlier: Sequence[str]) -> tuple[int, Likeness] | None:
    """Which of the `earlier` texts `text` repeats most, by its place in them; None if it repeats none.

    At first sight runs as they were typed are looked for in every text, which takes no time; then a few are compared.
    """
    if len(text) < LEAST_CHARACTERS:
        return None
    probes = _probes(text)
    seen = [(sum(probe in folded for probe in probes), n) for n, folded in enumerate(map(str.casefold, earlier))]
    likely = sorted((hits, n) for hits, n in seen if hits)[-CANDIDATES:]
    compared = [(n, likeness(text, earlier[n])) for _, n in likely]
    best = max(compared, key=lambda pair: pair[1].share, default=None)
    return best if best and best[1].share else None


def _probes(text: str) -> list[str]:
    """The text cut into runs as they were typed."""
    pieces, folded = _pieces(text), text.casefold()
    if len(folded) != len(text):  # a letter that folds into two: places would not fit any more
        folded = text
    ends = range(RUN - 1, len(pieces), RUN)
    return [folded[pieces[n - RUN + 1].start : pieces[n].end] for n in ends]


def _pieces(text: str) -> list[_Piece]:
    """The pieces of a text in order, without quotations; positions are those of the text as given."""
    blanked = _QUOTED.sub(lambda found: "\0" * len(found.group()), text)
    return [_Piece(found.start(), found.end(), _plain(found.group())) for found in _PIECE.finditer(blanked)]


def _plain(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold()


def _runs(pieces: list[_Piece]) -> Iterator[tuple[str, ...]]:
    words = [piece.word for piece in pieces]
    return (tuple(words[n : n + RUN]) for n in range(len(words) - RUN + 1))


def _covered(pieces: list[_Piece], known: set[tuple[str, ...]]) -> list[bool]:
    """For each piece, whether a run it belongs to is known."""
    covered = [False] * len(pieces)
    for n, run in enumerate(_runs(pieces)):
        if run in known:
            covered[n : n + RUN] = [True] * RUN
    return covered


def _stretches(covered: list[bool]) -> Iterator[tuple[int, int]]:
    """First and one past the last of every stretch of covered pieces."""
    first: int | None = None
    for n, is_covered in enumerate([*covered, False]):
        if is_covered and first is None:
            first = n
        elif not is_covered and first is not None:
            yield first, n
            first = None
