"""Which passages of a text stand in an earlier one, word for word: a reply that was used before shows itself.

Texts are compared by runs of pieces (`moderation.pieces`). A passage is what neighbouring shared runs make up. Whether
two short texts are the same one is asked of `moderation.lookalikes`, which compares by the same pieces and runs.

Not compared is what has to read the same everywhere: block quotations, longer words in quotation marks, and what names
a law ("依道路交通管理處罰條例第 56 條第 1 項規定", "article 48 of the Administrative Procedure Act").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from moderation.pieces import Passage, Piece, covered, pieces, runs, stretches

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
class Likeness:
    """How much of a text, from 0 to 1, stands in an earlier one, and where, in reading order."""

    share: float
    passages: tuple[Passage, ...]

    @property
    def is_large(self) -> bool:
        return self.share >= LARGELY


def likeness(text: str, earlier: str) -> Likeness:
    """Compare `text` with an `earlier` one of the same language; nothing is alike where either is short.

    >>> likeness("Too short to tell.", "Too short to tell.").share
    0.0
    """
    if min(len(text), len(earlier)) < LEAST_CHARACTERS:
        return Likeness(0.0, ())
    cut = _pieces(text)
    known = set(runs([piece.word for piece in _pieces(earlier)], RUN))
    shared = covered([piece.word for piece in cut], known, RUN)
    found = [(first, last) for first, last in stretches(shared) if last - first >= PASSAGE]
    passages = tuple(Passage(cut[first].start, cut[last - 1].end) for first, last in found)
    return Likeness(sum(last - first for first, last in found) / max(1, len(cut)), passages)


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
    cut, folded = _pieces(text), text.casefold()
    if len(folded) != len(text):  # a letter that folds into two: places would not fit any more
        folded = text
    ends = range(RUN - 1, len(cut), RUN)
    return [folded[cut[n - RUN + 1].start : cut[n].end] for n in ends]


def _pieces(text: str) -> list[Piece]:
    """The pieces of a text in order, without quotations; positions are those of the text as given."""
    return pieces(_QUOTED.sub(lambda found: "\0" * len(found.group()), text))
