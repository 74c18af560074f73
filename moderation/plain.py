"""Whether officials' text is easy to read: hints with the passage they are about, never a verdict.

Long sentences: English from 25 words (the limit of GOV.UK's style guide), Chinese from 60 characters, punctuation
not counted. Hard words: English words of 13 letters or more; Chinese words of the office from `officialese.toml`, each
with what to say instead.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN_OR_WORD = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+")
_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_CHINESE_SENTENCE = re.compile(r"[^。！？；\n]+")
_ENGLISH_SENTENCE = re.compile(r"(?:[^.!?\n]|[.](?=\S))+")
_NOT_PROSE = re.compile(r"^[^\S\n]*[|>].*$|https?://[^\s<>）)]+", re.MULTILINE)
LONG_CHINESE = 60
LONG_ENGLISH = 25
LONG_WORD = 13
HEAVY_SHARE = 0.06
"""Share of a text's characters that officialese makes up from which the whole text sounds like it."""
HINTS_MAX = 6


class HintKind(StrEnum):
    """What a hint is about."""

    LONG_SENTENCE = "long_sentence"
    OFFICIALESE = "officialese"
    HEAVY = "heavy"
    LONG_WORD = "long_word"


@dataclass(frozen=True)
class Hint:
    """A passage that could be plainer.

    `amount`: characters (Chinese) or words (English) of a long sentence, letters of a long word, percent of a text
    heavy with officialese, else how often the word stands there. `instead`: plain words for one of the office.
    """

    kind: HintKind
    passage: str
    amount: int
    instead: str = ""


def hints(text: str, lang: str) -> list[Hint]:
    """What could be plainer in a text, at most `HINTS_MAX`; nothing in languages we cannot judge.

    >>> [(hint.passage, hint.instead) for hint in hints("爰不再說明。", "zh-Hant-TW")]
    [('爰', '因此')]
    """
    prose = _NOT_PROSE.sub("", text)
    match lang.split("-", maxsplit=1)[0]:
        case "zh":
            found = [*_long_chinese(prose), *_heavy(prose), *_officialese(prose)]
        case "en":
            found = [*_long_english(prose), *_long_words(prose)]
        case _:
            found = []
    return found[:HINTS_MAX]


def officialese_share(text: str) -> float:
    """The share of a Chinese text's characters and words, from 0 to 1, that are words of the office."""
    whole = len(_HAN_OR_WORD.findall(text))
    return sum(len(found.group()) for found in _office_words(text)) / whole if whole else 0.0


def _long_chinese(text: str) -> Iterator[Hint]:
    for sentence in _CHINESE_SENTENCE.findall(text):
        length = len(_HAN_OR_WORD.findall(sentence))
        if length > LONG_CHINESE:
            yield Hint(HintKind.LONG_SENTENCE, sentence.strip(), length)


def _long_english(text: str) -> Iterator[Hint]:
    for sentence in _ENGLISH_SENTENCE.findall(text):
        length = len(sentence.split())
        if length > LONG_ENGLISH:
            yield Hint(HintKind.LONG_SENTENCE, sentence.strip(), length)


def _long_words(text: str) -> Iterator[Hint]:
    words = (word for word in _WORD.findall(text) if max(map(len, re.split("['’-]", word))) >= LONG_WORD)
    for word in dict.fromkeys(words):
        yield Hint(HintKind.LONG_WORD, word, len(word))


def _heavy(text: str) -> Iterator[Hint]:
    share = officialese_share(text)
    if share >= HEAVY_SHARE and len(text) >= LONG_CHINESE:
        yield Hint(HintKind.HEAVY, "", round(share * 100))


def _officialese(text: str) -> Iterator[Hint]:
    found = [match.group() for match in _office_words(text)]
    for word in dict.fromkeys(found):
        yield Hint(HintKind.OFFICIALESE, word, found.count(word), _lexicon()[word]["say"])


def _office_words(text: str) -> Iterator[re.Match[str]]:
    """Words of the office; plain words that hold one are stepped over whole."""
    return (match for match in _pattern().finditer(text) if match.group() in _lexicon())


@cache
def _lexicon() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("officialese.toml").read_text(encoding="utf-8"))


@cache
def _pattern() -> re.Pattern[str]:
    words = [*_lexicon(), *(plain for entry in _lexicon().values() for plain in entry.get("unless", []))]
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)))
