"""What texts are compared by: pieces, runs of neighbouring pieces, and what of one text such runs cover in another.

A piece is a Chinese character or a word. Case, width, hidden characters, punctuation, white space and Markdown's signs
are none, and a traditional character is the same piece as its simplified form. Runs are the "shingles" of Broder, On
the resemblance and containment of documents (1997). All work grows with the length of the texts, never with its square.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC

HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PIECE = re.compile(rf"[{HAN}]|[^\W_{HAN}]+(?:['’][^\W_{HAN}]+)*")
_HAN_BLOCKS = ((0x3400, 0x9FFF), (0xF900, 0xFAFF))

Run = tuple[str, ...]


@dataclass(frozen=True)
class Passage:
    """Where a passage stands in the text: `text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True)
class Piece:
    """A piece as it compares, and where it stands: `text[start:end]`."""

    start: int
    end: int
    word: str


def pieces(text: str) -> list[Piece]:
    """The pieces of a text in order.

    >>> [piece.word for piece in pieces("臺灣 **Ｂｕｓ**!")]
    ['台', '湾', 'bus']
    """
    return [Piece(found.start(), found.end(), plain(found.group())) for found in _PIECE.finditer(text)]


def plain(word: str) -> str:
    """A word as it compares."""
    return unicodedata.normalize("NFKC", word).casefold().translate(simpler())


def runs(words: Sequence[str], length: int) -> Iterator[Run]:
    """Every run of `length` neighbouring words; a text may be too short for one."""
    return zip(*(words[n:] for n in range(length)))  # noqa: B905 (the shortest ends it)


def covered(words: Sequence[str], known: Collection[Run], length: int) -> list[bool]:
    """For each word, whether a run of `length` it belongs to is `known`."""
    found = [False] * len(words)
    for n, run in enumerate(runs(words, length)):
        if run in known:
            found[n : n + length] = [True] * length
    return found


def stretches(flags: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """First and one past the last of every stretch of flags that are set."""
    first: int | None = None
    for n, is_set in enumerate([*flags, False]):
        if is_set and first is None:
            first = n
        elif not is_set and first is not None:
            yield first, n
            first = None


@cache
def simpler() -> dict[int, str]:
    """Each traditional character with its simplified form, one by one: for comparing, never for showing."""
    traditional = [chr(code) for first, last in _HAN_BLOCKS for code in range(first, last + 1)]
    simplified = OpenCC("t2s").convert("\n".join(traditional)).split("\n")
    return {ord(old): new for old, new in zip(traditional, simplified, strict=True) if old != new}
