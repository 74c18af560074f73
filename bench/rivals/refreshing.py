"""The map as the platform refreshes it: each fit knows the one before."""

from __future__ import annotations

import numpy as np

from bench.rivals.conversations import Ballots, spread_out
from bench.rivals.scores import Floats, Ints
from deliberation import OpinionMap

Seen = tuple[Ints, Floats]


class Refreshed:
    """One conversation, refreshed again and again; people keep their numbers."""

    def __init__(self, n_groups: int | None = None) -> None:
        self.n_groups = n_groups
        self.last: OpinionMap | None = None

    def refresh(self, ballots: Ballots) -> Seen:
        """Groups (n_people,), -1 for none, and positions (n_people, 2), NaN for whoever has not voted."""
        self.last = fitted = OpinionMap(self.n_groups, random_state=0).fit(ballots.votes(), previous=self.last)
        labels = spread_out(ballots.n_people, fitted.participants_, fitted.groups_, -1)
        positions = spread_out(ballots.n_people, fitted.participants_, fitted.positions_[:, :2], np.nan)
        return labels, positions
