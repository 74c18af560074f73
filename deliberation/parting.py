"""Whose answers are set beside each other: distinct groups, or for reading the two ends of one spread of views."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deliberation.opinion_map import OpinionMap
from deliberation.publication import FEWEST_PEOPLE
from deliberation.statements import divisive, tally
from deliberation.votes import Ints, Votes


@dataclass(frozen=True, eq=False)
class Parted:
    """Who is in which part: `groups` (n_participants,), from 0, -1 in none; and their number `count`.

    `state`: `unclear`, too little said to speak of groups; `spread`, one spread of views; `groups`, distinct ones.
    """

    groups: Ints
    count: int
    state: str

    @property
    def is_shown(self) -> bool:
        """Whether there is more than one part to speak of."""
        return self.count > 1


def parted(votes: Votes, fitted: OpinionMap) -> Parted:
    """The groups of the map; of a spread of views its two ends, if anything parts people and both are large enough."""
    if fitted.n_groups_ != 1:
        return Parted(fitted.groups_, fitted.n_groups_, "groups" if fitted.n_groups_ else "unclear")
    sides = fitted.sides_
    large = bool(np.bincount(sides[sides >= 0], minlength=2).min() >= FEWEST_PEOPLE)
    if large and divisive(tally(votes, fitted.groups_, 1)):
        return Parted(sides, 2, "spread")
    return Parted(fitted.groups_, 1, "spread")
