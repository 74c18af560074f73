"""Words of abuse, kept as data, one file for each language in `moderation/words`.

Hidden spellings are undone first: width, scripts, look-alike letters, hidden characters, letters spaced out or drawn
out, digits and signs in the place of letters, and one or two letters starred out. Harmless longer words are stepped
over whole, English words are whole words, so neither Scunthorpe nor 心智障礙者 is named.

A word in quotation marks is mentioned rather than used: it counts half and is never grave.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from moderation.folding import Folded, folded
from moderation.pieces import HAN, Passage
from moderation.signals import Signal, SignalKind

FOLDER = Path(__file__).with_name("words")
LANGUAGES = ("zh-Hant", "en")
_BETWEEN_HAN = re.compile(rf"(?<=[{HAN}])[ \t*_.·・~\-+|/\\^'’`]+(?=[{HAN}])")
_SPACED = re.compile(r"(?<![^\W_])[^\W_](?:([ .\-_*~+|])[^\W_])(?:\1[^\W_])+(?![^\W_])")
_DRAWN_OUT = re.compile(r"([a-z])\1{2,}")
_TOKEN = re.compile(r"[a-z0-9@$!*]+(?:['’][a-z]+)?")
_LEET = str.maketrans("013457@$!’", "oieastasi'")
_QUOTED = re.compile(
    r"「[^」\n]{1,80}」|『[^』\n]{1,80}』|“[^”\n]{1,80}”|\"[^\"\n]{1,80}\"|(?<!\w)'[^'\n]{1,80}'(?!\w)"
)
_BLANKED = 16
"""Letters of the longest token in which stars are looked behind."""


@dataclass(frozen=True)
class Entry:
    """A word of the lexicon."""

    word: str
    kind: SignalKind
    severity: int
    source: str


@dataclass(frozen=True)
class Found:
    """A word of the lexicon in a text. `is_quoted`: it stands in quotation marks."""

    entry: Entry
    passage: Passage
    is_quoted: bool

    @property
    def severity(self) -> int:
        return 1 if self.is_quoted else self.entry.severity


def abuse(text: str) -> list[Signal]:
    """One signal for each kind of abuse: `amount` is the severity of the gravest word, `words` how many there are."""
    by_kind: dict[SignalKind, list[Found]] = {}
    for one in words_of_abuse(text):
        by_kind.setdefault(one.entry.kind, []).append(one)
    return [_signal(kind, found) for kind, found in by_kind.items()]


def words_of_abuse(text: str) -> list[Found]:
    """Every word of abuse in a text, in order, whatever its language."""
    plain = folded(text)
    quoted = [one.span() for one in _QUOTED.finditer(text)]
    hits = dict.fromkeys([*_chinese(plain), *_english(plain)])
    found = (Found(entry, place, any(a <= place.start < b for a, b in quoted)) for entry, place in hits)
    return sorted(found, key=lambda one: (one.passage.start, one.passage.end))


def _signal(kind: SignalKind, found: list[Found]) -> Signal:
    gravest = max(one.severity for one in found)
    quoted = sum(one.is_quoted for one in found)
    score = (0.2, 0.5, 0.9)[gravest - 1] * (0.5 if quoted == len(found) else 1)
    return Signal(kind, gravest, score, tuple(one.passage for one in found), {"words": len(found), "quoted": quoted})


def _chinese(plain: Folded) -> Iterator[tuple[Entry, Passage]]:
    solid = _solid(plain)
    for one in _pattern("zh-Hant").finditer(solid.text):
        entry = _entries("zh-Hant").get(one.group())
        if entry:
            yield entry, solid.passage(*one.span())


def _solid(plain: Folded) -> Folded:
    """Without what was put between two Chinese characters to part them; marks of a sentence part them."""
    gone = {n for one in _BETWEEN_HAN.finditer(plain.text) for n in range(*one.span())}
    return plain.only([n for n in range(len(plain.text)) if n not in gone]) if gone else plain


def _english(plain: Folded) -> Iterator[tuple[Entry, Passage]]:
    for spelling in (plain, _joined(plain)):
        if spelling is None:
            continue
        tokens = [(_spelt(one.group()), one.span()) for one in _TOKEN.finditer(spelling.text)]
        line, starts = _line([word for word, _ in tokens])
        for one in _pattern("en").finditer(line):
            entry = _entries("en").get(one.group())
            if entry:
                first = starts[one.start()]
                last = first + one.group().count(" ")
                yield entry, spelling.passage(tokens[first][1][0], tokens[last][1][1])


def _joined(plain: Folded) -> Folded | None:
    """With letters that were spaced out (`f u c k`, `f.u.c.k`) joined; None where there are none."""
    runs = [one.span() for one in _SPACED.finditer(plain.text)]
    # "you are a f u c k": the article is no part of it.
    runs = [(a + 2 if plain.text[a] in "ai" else a, b) for a, b in runs]
    gone = {n for a, b in runs for n in range(a, b) if not plain.text[n].isalnum()}
    return plain.only([n for n in range(len(plain.text)) if n not in gone]) if gone else None


def _line(words: list[str]) -> tuple[str, dict[int, int]]:
    """The words with one space between them, and which word starts where."""
    starts, at = {}, 0
    for number, word in enumerate(words):
        starts[at] = number
        at += len(word) + 1
    return " ".join(words), starts


def _spelt(token: str) -> str:
    """A token as it would be spelt: without drawn-out letters, digits for letters, and stars."""
    if token.isalpha() and token.isascii():
        return _DRAWN_OUT.sub(r"\1", token)
    if "*" in token.strip("*") and len(token) <= _BLANKED:
        return _unstarred(token)
    if token.isdigit() or not any(map(str.isalpha, token)):
        return token
    bare = token.rstrip("!*")
    return _DRAWN_OUT.sub(r"\1", bare.translate(_LEET))


def _unstarred(token: str) -> str:
    """The word a token with stars stands for: as long, with the same first letter and all that are left."""
    if token.count("*") > len(token) // 2 + 1 or not token[0].isalpha():
        return token
    shape = re.compile(re.escape(token).replace(r"\*", "[a-z]"))
    return next((word for word in _single_words() if shape.fullmatch(word)), token)


@cache
def _single_words() -> tuple[str, ...]:
    return tuple(word for word in _entries("en") if " " not in word)


@cache
def _entries(lang: str) -> dict[str, Entry]:
    """Every word of a language as it stands in folded text."""
    return {
        folded(word).text: Entry(word, SignalKind(group["kind"]), group["severity"], group["source"])
        for group in _groups(lang)
        for base in group["list"]
        for word in (base, *(base + end for end in group.get("ends", []) if " " not in base))
    }


@cache
def _pattern(lang: str) -> re.Pattern[str]:
    """Words of abuse, and the harmless ones that hold one: the longest is taken, from the left."""
    harmless = [folded(word).text for group in _groups(lang) for word in group.get("unless", [])]
    either = _longest_first([*_entries(lang), *harmless])
    return re.compile(either if lang.startswith("zh") else rf"(?<![^ ])(?:{either})(?![^ ])")


def _longest_first(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))


@cache
def _groups(lang: str) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = tomllib.loads((FOLDER / f"{lang}.toml").read_text(encoding="utf-8"))["words"]
    return groups
