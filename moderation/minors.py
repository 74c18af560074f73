"""Bait for children: somebody asks for contact, a photo or a meeting, and speaks to a child.

An ask alone is everyday ("add me on LINE, the neighbours' group"), and so is speaking of children. Only both near
each other count, and only asks in the second person: a report about such messages ("a stranger asked pupils for
photos") is none. What stands in quotation marks is reported, not asked.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from moderation.folding import Folded, folded
from moderation.signals import Signal, SignalKind

_QUOTED = re.compile(r"「[^「」\n]{1,200}」|『[^『』\n]{1,200}』|“[^“”\n]{1,200}”|\"[^\"\n]{1,200}\"")


def contact_bait(text: str) -> list[Signal]:
    """At most one signal; `amount` is how many different cues come together, at least two."""
    plain = _without_spaces_in_chinese(folded(_QUOTED.sub(lambda one: "\n" * len(one.group()), text)))
    asks, young = _hits(plain, "ask"), _hits(plain, "young")
    near = [ask for ask in asks if any(_gap(ask[1:], one[1:]) <= _data()["window"] for one in young)]
    if not near:
        return []
    told = [one for one in young if any(_gap(ask[1:], one[1:]) <= _data()["window"] for ask in near)]
    cues = {name for name, *_ in (*near, *told)}
    grave = {"meeting", "secret", "photo"} & cues
    score = min(1.0, 0.35 + 0.15 * len(cues) + 0.15 * len(grave))
    passages = tuple(plain.passage(a, b) for _, a, b in sorted((*near, *told), key=lambda one: one[1:]))
    return [Signal(SignalKind.CONTACT_BAIT, len(cues), score, passages, {"grave": len(grave)})]


def _hits(plain: Folded, side: str) -> list[tuple[str, int, int]]:
    return [(name, *one.span()) for name, cue in _cues(side).items() for one in cue.finditer(plain.text)]


def _gap(one: tuple[int, int], other: tuple[int, int]) -> int:
    return max(one[0], other[0]) - min(one[1], other[1])


def _without_spaces_in_chinese(plain: Folded) -> Folded:
    text = plain.text
    kept = [n for n in range(len(text)) if text[n] != " " or not _parts_chinese(text, n)]
    return plain.only(kept)


def _parts_chinese(text: str, n: int) -> bool:
    return n > 0 and (text[n - 1] > "\u2e7f" or text[n + 1 : n + 2] > "\u2e7f")


@cache
def _cues(side: str) -> dict[str, re.Pattern[str]]:
    cues: dict[str, list[str]] = _data()[side]
    return {name: re.compile("|".join(folded(one).text for one in several)) for name, several in cues.items()}


@cache
def _data() -> dict[str, Any]:
    path = Path(__file__).with_name("words") / "contact.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
