"""Which groups a map shows: drawn where the evidence is, and steady from one map to the next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from deliberation.distinct import find_number
from deliberation.groups import Groups, draw_groups, renamed
from deliberation.placing import Placed
from deliberation.votes import Floats, Votes

# So often in a row must another number of groups win before a map changes it.
REPEATED = 3
# A fresh start replaces groups carried on from the map before if it leaves this much less spread inside them.
FRESHER = 0.97


@dataclass(frozen=True, eq=False)
class Grouping:
    """The groups a map shows, and what the next map has to know to be steady.

    Attributes
    ----------
    groups : Groups
        One of them: there are no distinct groups.
    sides : Groups
        The two ends of the spread of views, cut for reading: no evidence that there are groups.
    winner, times : int
        The number of groups that won last, and how often in a row.
    """

    groups: Groups
    sides: Groups
    winner: int
    times: int

    def resized(self, axes: int) -> Grouping:
        """The same in the first `axes` dimensions."""
        return replace(self, groups=self.groups.resized(axes), sides=self.sides.resized(axes))

    def to_json(self) -> dict[str, Any]:
        """Plain values that `from_json` reads back to the last bit."""
        plain = {name: [g.centres.tolist(), g.spread] for name, g in (("groups", self.groups), ("sides", self.sides))}
        return plain | {"winner": self.winner, "times": self.times}

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Grouping:
        """What `to_json` gave."""
        groups, sides = (Groups(np.array(plain[name][0]), float(plain[name][1])) for name in ("groups", "sides"))
        return cls(groups, sides, int(plain["winner"]), int(plain["times"]))


def draw_grouping(
    votes: Votes,
    placed: Placed,
    precision: Floats,
    fixed: int | None,
    rng: np.random.RandomState,
    former: Grouping | None,
) -> Grouping:
    """The groups among people `placed` by their `votes`, as many as the evidence carries or as `fixed` says.

    With a `former` grouping in the same coordinates groups keep their numbers, and their number changes only on
    repeated evidence.
    """
    winner = fixed or find_number(votes, placed, precision, rng, former.groups if former else None)
    times = former.times + 1 if former and former.winner == winner else 1
    shown = winner
    if fixed is None and former and times < REPEATED:
        shown = former.groups.count
    groups = _drawn(placed.places, shown, rng, former.groups if former else None)
    return Grouping(groups, _drawn(placed.places, 2, rng, former.sides if former else None), winner, times)


def _drawn(places: Floats, k: int, rng: np.random.RandomState, former: Groups | None) -> Groups:
    fresh = draw_groups(places, k, rng)
    if former is None or fresh.count == 1:
        return fresh
    if former.count == fresh.count:
        carried_on = draw_groups(places, k, rng, former.centres)
        if fresh.spread >= FRESHER * carried_on.spread:
            return carried_on
    return renamed(fresh, former, places)
