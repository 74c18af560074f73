"""Groups of people who answer alike, drawn by k-means; how many there are is decided in `distinct`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.cluster import KMeans

from deliberation.votes import Floats, Ints

# Decimals kept of a place: people with the same answers then stand on the same spot, whatever the last bits say.
ROUNDING = 6


@dataclass(frozen=True, eq=False)
class Groups:
    """Centres of the groups (n_groups, d), largest group first, and the spread of people about them (a variance)."""

    centres: Floats
    spread: float

    @property
    def count(self) -> int:
        """Number of groups; 1 means one spread of views."""
        return len(self.centres)

    def nearest(self, places: Floats) -> Ints:
        """The group of each place (n, d)."""
        nearest: Ints = squares(places, self.centres).argmin(axis=1)
        return nearest

    def membership(self, places: Floats, doubts: Floats) -> Floats:
        """The share of each group in each person (n, n_groups), rows summing to 1.

        `doubts` (n,) is the variance of each place per axis: the less is known of a person, the more even the row.
        """
        scaled = -squares(places, self.centres) / (2 * (self.spread + doubts)[:, None])
        weights: Floats = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        shares: Floats = weights / weights.sum(axis=1, keepdims=True)
        return shares


def draw_groups(places: Floats, k: int, rng: np.random.RandomState) -> Groups:
    """k groups of `places` (n, d) by k-means; fewer where there are not k different places."""
    places = places.round(ROUNDING)
    k = min(k, len(np.unique(places, axis=0)))
    if k <= 1:
        return Groups(places.mean(axis=0, keepdims=True), float(places.var(axis=0).mean()))
    labels = KMeans(k, n_init=10, random_state=rng.randint(2**31 - 1)).fit(places).labels_
    centres = np.stack([places[labels == g].mean(axis=0) for g in range(k)])
    order = np.lexsort((centres[:, 0], -np.bincount(labels, minlength=k)))
    spread = float(((places - centres[labels]) ** 2).mean())
    return Groups(centres[order], spread)


def squares(places: Floats, centres: Floats) -> Floats:
    """Squared distances (n, n_centres)."""
    squares: Floats = ((places[:, None, :] - centres[None]) ** 2).sum(axis=2)
    return squares
