"""Which of one's votes place one on the map most, and what each of them draws one towards."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from deliberation import MapMemory, Place
from deliberation.groups import Groups
from deliberation.space import on_paper
from deliberation.votes import Floats

MOST = 3
LEAST = 1e-6
"""A pull shorter than this moves nobody."""
CLEARLY = 0.3
"""Cosine of the angle between a pull and the way to a group, from which on it may be said to draw there."""


@dataclass(frozen=True)
class Reason:
    """A vote that places its voter: it draws towards a `group` (from 1), or, where that is 0, towards the people
    who answer the statement `like` with `likely` (+1 or -1). Both 0: towards no one who could be named."""

    statement: int
    value: int
    group: int = 0
    like: int = 0
    likely: int = 0


def reasons(
    memory: MapMemory, place: Place, votes: Mapping[int, int], parts: Groups | None, nameable: Collection[int]
) -> tuple[Reason, ...]:
    """The votes with the longest pulls, longest first. The place is the sum of all pulls.

    `parts` are the groups the map names, or the sides of a spread; None or one names nobody, and the direction is told
    by another statement of those `nameable`.
    """
    pulls = [(one, np.array(pull)) for one, pull in place.pulls.items() if one in nameable and isinstance(one, int)]
    felt = [(one, pull) for one, pull in pulls if np.hypot(*pull) > LEAST]
    strongest = sorted(felt, key=lambda pair: (-float(np.hypot(*pair[1])), pair[0]))[:MOST]
    return tuple(_reason(memory, one, votes[one], pull, parts, nameable) for one, pull in strongest)


def _reason(
    memory: MapMemory, statement: int, value: int, pull: Floats, parts: Groups | None, nameable: Collection[int]
) -> Reason:
    if parts is not None and parts.count > 1:
        centres = on_paper(parts.centres)
        away = centres - centres.mean(axis=0)
        along = away @ pull / np.maximum(np.linalg.norm(away, axis=1), LEAST)
        if along.max() >= CLEARLY * np.linalg.norm(pull):
            return Reason(statement, value, group=int(along.argmax()) + 1)
    like, likely = _telling(memory, statement, pull, nameable)
    return Reason(statement, value, like=like, likely=likely)


def _telling(memory: MapMemory, statement: int, pull: Floats, nameable: Collection[int]) -> tuple[int, int]:
    """The other statement whose answer becomes likeliest, or least likely, where the pull leads."""
    gains = pull @ on_paper(memory.learnt.space.axes.T).T
    best, gain = 0, LEAST
    for other, gained in zip(memory.learnt.statements, gains.tolist(), strict=True):
        if isinstance(other, int) and other != statement and other in nameable and abs(gained) > abs(gain):
            best, gain = other, gained
    return best, (1 if gain > 0 else -1) if best else 0
