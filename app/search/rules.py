"""How texts are cut into words, what a question asks for, and where a text answers it. Strings in, values out.

Chinese has no spaces, and no dictionary cuts 臺北市 the way people search for it. So runs of Chinese become every two
characters that meet, and the last one alone: 夜間公車 is found by 公車, by 夜間, and by 車. Everything else is words.
Case, width, accents and the usual variants of a character (台, 臺) make no difference.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

TOKENS_VERSION = 1
"""Raised with every change of how words are cut; an index of another version is built anew."""
QUESTION_MAX = 200
"""Characters of a question that are looked at."""
CONCERN_MAX = 1000
"""Characters of a described concern that are looked at."""
TERMS_MAX = 16
WORD_MAX = 48
PREFIX_FROM = 3
"""Letters from which on a word also finds longer ones: "bus" finds "buses"."""
SNIPPET = 120
PAGES_MAX = 20

SAYS_NOTHING = frozenset(Path(__file__).with_name("says_nothing.txt").read_text(encoding="utf-8").split())
"""Words of a described concern that say nothing of what it is about."""

_TOGETHER = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
"""Han, kana, bopomofo and Hangul: scripts in which words are not (or not always) set apart."""
_RUN = re.compile(rf"[{_TOGETHER}]+|[^\W_{_TOGETHER}]+")
_IS_TOGETHER = re.compile(f"[{_TOGETHER}]")
_WITHOUT = re.compile("|".join(sorted(word for word in SAYS_NOTHING if _IS_TOGETHER.match(word))))
_VARIANTS = dict(zip("台裏着羣峯綫衆麽爲啓綉鷄", "臺裡著群峰線眾麼為啟繡雞", strict=True))


class State(StrEnum):
    """How far the topic is to which something belongs."""

    OPEN = "open"
    CLOSED = "closed"
    ANSWERED = "answered"


@dataclass(frozen=True)
class Token:
    """A word of a text as it is compared, and where it stands: `text[start:end]`."""

    word: str
    start: int
    end: int


@dataclass(frozen=True)
class Term:
    """What a question asks for: this word, or any word that begins so."""

    word: str
    prefix: bool = False

    def fits(self, word: str) -> bool:
        """Whether a word of a text answers it."""
        return word.startswith(self.word) if self.prefix else word == self.word


@dataclass(frozen=True)
class Piece:
    """A part of a text as it is shown: `hit` if it is what was asked for."""

    text: str
    hit: bool = False


def tokens(text: str) -> Iterator[Token]:
    """The words of a text in reading order.

    >>> [one.word for one in tokens("夜間公車 Café Ｎ８")]
    ['夜間', '間公', '公車', '車', 'cafe', 'n8']
    """
    folded, places = _folded(text)
    for run in _RUN.finditer(folded):
        first, last = run.span()
        if not _IS_TOGETHER.match(folded, first):
            yield Token(run.group()[:WORD_MAX], places[first], _end(places, last))
            continue
        for n in range(first, last):
            pair = min(n + 2, last)
            yield Token(folded[n:pair], places[n], _end(places, pair))


def words(text: str) -> list[str]:
    """Every word of a text, as the index keeps it."""
    return [token.word for token in tokens(text)]


def question_terms(question: str, most: int = TERMS_MAX) -> list[Term]:
    """What is looked for, each once: a lone character finds every word that holds it, a word also longer ones.

    >>> question_terms("公車 Bus 8")
    [Term(word='公車', prefix=False), Term(word='bus', prefix=True), Term(word='8', prefix=False)]
    >>> question_terms("車"), question_terms('"*^(:')
    ([Term(word='車', prefix=True)], [])
    """
    found: dict[Term, None] = {}
    folded, _ = _folded(question)
    for run in _RUN.finditer(folded):
        text = run.group()
        if not _IS_TOGETHER.match(text):
            found[Term(text[:WORD_MAX], len(text) >= PREFIX_FROM and not text.isdigit())] = None
        elif len(text) == 1:
            found[Term(text, prefix=True)] = None
        else:
            found |= dict.fromkeys(Term(text[n : n + 2]) for n in range(len(text) - 1))
        if len(found) >= most:
            break
    return list(found)[:most]


def telling_terms(text: str, most: int) -> list[Term]:
    """What a longer text is about: its words without those that say nothing, and no lone character.

    No word begins in the middle of one that says nothing: 沒有公車可以 is about 公車, neither 有公 nor 車可.

    >>> [one.word for one in telling_terms("我們希望公車 and the buses", 9)]
    ['公車', 'buses']
    """
    found = question_terms(_WITHOUT.sub(" ", _folded(text)[0]), most * 2)
    return [one for one in found if one.word not in SAYS_NOTHING and (len(one.word) > 1 or one.word.isdigit())][:most]


def shared_words(text: str, held: Collection[Term], most: int = 4) -> list[str]:
    """What of a text somebody else's words hold, as it was written, each once: the reason for a suggestion.

    >>> shared_words("夜間公車太少，公車站太遠", [Term("公車"), Term("夜間"), Term("間公")])
    ['夜間公車', '公車']
    """
    spans = hits(text, held)
    return list(dict.fromkeys(text[start:end] for start, end in spans))[:most]


def hits(text: str, terms: Collection[Term]) -> list[tuple[int, int]]:
    """Where the text answers: spans in reading order, neighbours as one.

    >>> hits("深夜公車與公車站", question_terms("公車"))
    [(2, 4), (5, 7)]
    """
    exact = {term.word for term in terms if not term.prefix}
    begins = tuple(term.word for term in terms if term.prefix)
    spans: list[tuple[int, int]] = []
    for token in tokens(text):
        start, end = token.start, token.end
        if token.word in exact:
            pass
        elif begins and token.word.startswith(begins):
            # Of two characters that meet, a lone one is only the first.
            end = start + 1 if _IS_TOGETHER.match(token.word) else end
        else:
            continue
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def marked(text: str, spans: Sequence[tuple[int, int]]) -> list[Piece]:
    """The text in pieces, hits apart."""
    pieces, done = [], 0
    for start, end in spans:
        pieces += [Piece(text[done:start]), Piece(text[start:end], hit=True)]
        done = end
    return [piece for piece in (*pieces, Piece(text[done:])) if piece.text]


def snippet(text: str, terms: Collection[Term], width: int = SNIPPET) -> list[Piece]:
    """The part of a text that answers best, in pieces; its beginning where nothing does.

    >>> [(one.text, one.hit) for one in snippet("末班公車", question_terms("公車"))]
    [('末班', False), ('公車', True)]
    """
    text = " ".join(text.split())
    spans = hits(text, terms)
    start = _window(text, spans, width)
    end = min(len(text), start + width)
    inside = [(max(a, start) - start, min(b, end) - start) for a, b in spans if a < end and b > start]
    pieces = marked(text[start:end], inside)
    before = [Piece("…")] if start else []
    return [*before, *pieces, *([Piece("…")] if end < len(text) else [])]


def _window(text: str, spans: Sequence[tuple[int, int]], width: int) -> int:
    """Where to begin: a little before the hits that stand closest together."""
    if not spans or len(text) <= width:
        return 0
    dense = max(spans, key=lambda one: (sum(one[0] <= a < one[0] + width * 3 // 4 for a, _ in spans), -one[0]))
    start = min(max(0, dense[0] - width // 4), len(text) - width)
    space = text.rfind(" ", max(0, start - 12), start + 1)
    return space + 1 if start and space >= 0 else start


def _folded(text: str) -> tuple[str, list[int]]:
    """The text as it is compared; for each of its characters the place it came from, and at last the text's length."""
    pieces = [_fold(sign) for sign in text]
    return "".join(pieces), [*(place for place, piece in enumerate(pieces) for _ in piece), len(text)]


def _end(places: Sequence[int], last: int) -> int:
    """Where a word ends of which `last` is the first character after it: accents that were left out belong to it."""
    return max(places[last], places[last - 1] + 1)


@lru_cache(maxsize=32768)
def _fold(sign: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", sign).casefold())
    kept = "".join(one for one in plain if unicodedata.category(one) not in {"Mn", "Me"})
    composed = unicodedata.normalize("NFC", kept)
    return _VARIANTS.get(composed, composed)
