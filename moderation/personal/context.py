"""What the words around a number say about it: whose it is, or that it is something else."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

BEFORE, AFTER = 60, 20
"""Characters that are read on either side, inside the same sentence."""
FAR = 1_000
"""Further away than any word that was read."""
_AFTER_COSTS = 6
"""A word behind a number has to be this much nearer than one before it."""
_SHORT = "Rd St Ln No no Dr Mr Ms Sec sec Ave Aly Vil Mrs Tel tel Ext ext Ref ref Dist Blvd attn"
_ABBREVIATED = "".join(rf"(?<!\b{word})" for word in _SHORT.split())
_SENTENCE_END = re.compile(rf"[。！？!?\n;；]|(?:(?<=[a-z]{{2}}){_ABBREVIATED}|(?<=\d))\. {{1,2}}(?=[A-Za-z(+\d]|\Z)")
_CLAUSE_END = re.compile(r"[。！？!?\n;；,，、:：]|\. ")
_WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """One pattern for a list, to be read against small letters; English words as whole words, longer ones first.

    What a word can begin with is looked at before the words are, so that most characters cost one look.
    """
    ordered = sorted({word.lower() for word in words}, key=lambda word: (-len(word), word))
    english = [word for word in ordered if word.isascii()]
    chinese = [word for word in ordered if not word.isascii()]
    return re.compile(rf"{_one_of(chinese)}|(?<![a-z]){_one_of(english)}(?![a-z])")


def _one_of(words: list[str]) -> str:
    first = "".join(sorted({re.escape(word[0]) for word in words}))
    return rf"(?=[{first}])(?:{'|'.join(map(re.escape, words))})"


PERSONAL = _any_of(_WORDS["personal"])
OFFICIAL = _any_of(_WORDS["official"])
OTHER_NUMBER = _any_of(_WORDS["other_number"])
MONEY = _any_of(_WORDS["money"])
OTHER_ACCOUNT = _any_of(_WORDS["other_account"])
CARD = _any_of(_WORDS["card"])
CALLS = _any_of(_WORDS["calls"])
VEHICLE = _any_of(_WORDS["vehicle"])
NO_PLATE = _any_of(_WORDS["no_plate"])
NEVER_PLATE = frozenset(_WORDS["never_plate"].split())


def distance(words: re.Pattern[str], text: str, start: int, end: int) -> int:
    """How many characters lie between `text[start:end]` and the nearest of these words; `FAR` where none is near."""
    before = sentence_before(text, start).lower()
    last = max((found.end() for found in words.finditer(before)), default=None)
    ahead = FAR if last is None else len(before) - last
    after = _CLAUSE_END.split(text[end : end + AFTER], maxsplit=1)[0].lower()
    found = words.search(after)
    return min(ahead, found.start() + _AFTER_COSTS if found else FAR)


def sentence_before(text: str, start: int, reach: int = BEFORE) -> str:
    """The beginning of the sentence up to `start`, as far as it is read."""
    return _SENTENCE_END.split(text[max(0, start - reach) : start])[-1]


def is_official(text: str, start: int, end: int) -> bool:
    """Whether the words say that it belongs to the public rather than to a person. The nearer word decides."""
    public = distance(OFFICIAL, text, start, end)
    return public < FAR and public < distance(PERSONAL, text, start, end)


def is_other_number(text: str, start: int, but: re.Pattern[str]) -> bool:
    """Whether the words before say that it is a number of something else, and no word of `but` stands nearer."""
    before = sentence_before(text, start, 24).lower()
    other = max((found.end() for found in OTHER_NUMBER.finditer(before)), default=0)
    return other > max((found.end() for found in but.finditer(before)), default=0)
