"""Signals about the form of a text, whatever it says: repeats, shouting, and a flood of posts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from moderation.pieces import Passage, pieces
from moderation.signals import Signal, SignalKind, passage

_RUN = re.compile(r"([^\W\d_]|[^\w\s])\1{3,}")
_DRAWN = frozenset("-=_*~.·…─—#|>")
"""Signs people draw lines and headings with: no repeat, however many."""
_MARKS = re.compile(r"[!！\u203c❗❕](?:[?？\s]{0,2}[!！\u203c❗❕])*")
_LETTERS = re.compile(r"[A-Za-z]+")
REPEATED_CHARACTERS = 8
REPEATED_WORDS = 5
REPEATED_LINES = 3
PHRASE = 6
"""Pieces the longest phrase has whose repetition is noticed."""
CAPITALS = 60
LETTERS = 20
WORDS = 4
"""A text with fewer letters, or fewer words in capitals, may be a list of abbreviations."""
SENTENCE = frozenset(
    [
        "THE",
        "IS",
        "ARE",
        "WAS",
        "NOT",
        "NO",
        "YOU",
        "WE",
        "THEY",
        "THIS",
        "THAT",
        "AND",
        "OF",
        "TO",
        "ALL",
        "WHY",
        "STOP",
        "MY",
        "YOUR",
    ]
)
"""Small words that only a sentence has, and a list of abbreviations has not."""
EXCLAMATIONS = 3
FLOODS = ((timedelta(minutes=5), 3), (timedelta(minutes=30), 5), (timedelta(hours=1), 7))
"""One more than Alaveteli lets anybody comment within the same time (its setting `comment rate limits`)."""


def repeats(text: str) -> list[Signal]:
    """Characters, words and lines that stand there again and again."""
    found = (_characters(text), _words(text), _lines(text))
    return [signal for signal in found if signal]


def shouting(text: str) -> list[Signal]:
    """Capitals, and exclamation marks in a row, of any width."""
    found = (_capitals(text), _exclamations(text))
    return [signal for signal in found if signal]


def flood(times: Iterable[datetime], now: datetime) -> list[Signal]:
    """Too many posts of one author: `times` of the earlier ones, the present one not among them. The gravest window."""
    posted = list(times)
    counted = [(sum(now - one < window for one in posted) + 1, window, least) for window, least in FLOODS]
    over = [(count / least, count, window) for count, window, least in counted if count >= least]
    if not over:
        return []
    ratio, count, window = max(over)
    return [Signal(SignalKind.FLOOD, count, min(1.0, ratio / 2), (), {"minutes": int(window.total_seconds() // 60)})]


def _characters(text: str) -> Signal | None:
    found = [one for one in _RUN.finditer(text) if one.group(1) not in _DRAWN and one.group(1) not in "!！"]
    longest = max((len(one.group()) for one in found), default=0)
    if longest < REPEATED_CHARACTERS:
        return None
    passages = tuple(passage(one) for one in found if len(one.group()) >= REPEATED_CHARACTERS)
    return Signal(SignalKind.REPEATED_CHARACTERS, longest, min(1.0, longest / 40), passages)


def _words(text: str) -> Signal | None:
    cut = pieces(text)
    words = [piece.word for piece in cut]
    best = max(_echoes(words), default=(0, 0, 0))
    times, first, last = best
    if times < REPEATED_WORDS:
        return None
    return Signal(
        SignalKind.REPEATED_WORDS, times, min(1.0, times / 20), (Passage(cut[first].start, cut[last - 1].end),)
    )


def _echoes(words: list[str]) -> Iterator[tuple[int, int, int]]:
    """(times, first, one past the last) of every phrase that follows on itself; a lone Chinese character is none."""
    for length in range(1, PHRASE + 1):
        same = 0
        for n in range(length, len(words) + 1):
            if n < len(words) and words[n] == words[n - length]:
                same += 1
                continue
            phrase = words[n - length : n]
            if same >= length and len("".join(phrase)) > 1 and len(set(phrase)) * 2 > length:
                yield same // length + 1, n - same - length, n
            same = 0


def _lines(text: str) -> Signal | None:
    lines = [(found.group().strip(), passage(found)) for found in re.finditer(r"[^\n]+", text)]
    counted = Counter(line for line, _ in lines if len(line) >= 4 and not _DRAWN.issuperset(line.replace(" ", "")))
    line, times = counted.most_common(1)[0] if counted else ("", 0)
    if times < REPEATED_LINES:
        return None
    places = tuple(place for one, place in lines if one == line)
    return Signal(SignalKind.REPEATED_LINES, times, min(1.0, times / 10), places)


def _capitals(text: str) -> Signal | None:
    found = list(_LETTERS.finditer(text))
    letters = "".join(one.group() for one in found)
    loud = [one for one in found if len(one.group()) > 1 and one.group().isupper()]
    if len(letters) < LETTERS or len(loud) < WORDS or SENTENCE.isdisjoint(one.group() for one in loud):
        return None
    percent = round(100 * sum(map(str.isupper, letters)) / len(letters))
    if percent < CAPITALS:
        return None
    return Signal(SignalKind.CAPITALS, percent, percent / 200, tuple(map(passage, loud)))


def _exclamations(text: str) -> Signal | None:
    found = [(sum(c not in "?？ \n\t" for c in one.group()), one) for one in _MARKS.finditer(text)]
    loud = [(count, one) for count, one in found if count >= EXCLAMATIONS]
    if not loud:
        return None
    longest = max(count for count, _ in loud)
    return Signal(SignalKind.EXCLAMATIONS, longest, min(0.5, longest / 20), tuple(passage(one) for _, one in loud))
