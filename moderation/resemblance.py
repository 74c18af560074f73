"""How much two texts speak of the same, whatever words they put it in: a hint for people, never a verdict.

Compared are sets of terms: of Chinese every two characters that meet (Chinese has no spaces, and most words have two
characters), of other scripts words with their endings cut. The share of the smaller set that both have is the overlap
coefficient (Szymkiewicz-Simpson): a short text that says the same as part of a long one is found.
"""

from __future__ import annotations

import re
import unicodedata

_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_LEAST = 4
"""Shorter texts have too few terms to be compared."""
_STEM = 6
_ENGLISH = "and are but for from has have not that the this with should would they"
_CHINESE = "我們 應該 可以 希望 政府 沒有 以及 因為 所以 目前 民眾"
_SAYS_NOTHING = frozenset(f"{_ENGLISH} {_CHINESE}".split())


def resemblance(text: str, other: str) -> float:
    """The share of their terms that two texts have in common, from 0 to 1, measured by the shorter one.

    >>> resemblance("夜間公車延長到凌晨兩點", "請把夜間公車的末班延到凌晨兩點") > 0.5
    True
    >>> resemblance("夜間公車延長到凌晨兩點", "公園裡多種幾棵樹")
    0.0
    """
    one, two = _terms(text), _terms(other)
    least = min(len(one), len(two))
    return len(one & two) / least if least >= _LEAST else 0.0


def _terms(text: str) -> set[str]:
    found: set[str] = set()
    for run in _RUNS.findall(unicodedata.normalize("NFKC", text).casefold()):
        if re.match(f"[{_HAN}]", run):
            found |= {run[n : n + 2] for n in range(max(1, len(run) - 1))}
        elif len(run) > 2:
            found.add(run[:_STEM])
    return found - _SAYS_NOTHING
