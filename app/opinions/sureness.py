"""How sure a map is: what it foretold of votes kept from it, beside what mere popularity would have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from deliberation import MapMemory, Votes, share


class Knows(StrEnum):
    """How much more than popularity a map knows: not yet tried, nothing for certain, or something."""

    UNTRIED = "untried"
    LITTLE = "little"
    MORE = "more"


@dataclass(frozen=True)
class Sureness:
    """Of `hidden` votes kept from the map the share it foretold `right`, and the share popularity would have.

    `each` is the number of votes that half of the people have given, or more.
    """

    hidden: int
    right: float
    by_popularity: float
    each: int

    @property
    def knows(self) -> Knows:
        """More than popularity only if that is certain: the lower end of the margin of error is above it."""
        if not self.hidden:
            return Knows.UNTRIED
        low = share(round(self.right * self.hidden), self.hidden).low
        return Knows.MORE if low > self.by_popularity else Knows.LITTLE


def measured(votes: Votes, memory: MapMemory) -> dict[str, Any]:
    """The same as plain values for the content of a map; shares to the hundredth, which is all that is told."""
    foretold = memory.learnt.foretold
    of = max(foretold.hidden, 1)
    return {
        "hidden": foretold.hidden,
        "right": round(foretold.right / of, 2),
        "by_popularity": round(foretold.by_popularity / of, 2),
        "each": int(np.median(votes.per_participant())),
    }


def sureness_of(content: Mapping[str, Any]) -> Sureness | None:
    """What a map's content says of it; None of maps drawn before this was told."""
    plain = content.get("sureness")
    return Sureness(**plain) if plain else None
