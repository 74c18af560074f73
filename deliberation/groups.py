"""Groups of people who answer alike, drawn by k-means; how many there are is decided in `distinct`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans

from deliberation.votes import Floats, Ints

# Decimals kept of a place: people with the same answers then stand on the same spot, whatever the last bits say.
ROUNDING = 5
STARTS = 3
# Centres are learnt from at most so many people.
LEARNT_FROM = 20_000


@dataclass(frozen=True, eq=False)
class Groups:
    """Centres of the groups (n_groups, d), and the spread of people about them (a variance)."""

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

    def membership(self, places: Floats, variances: Floats) -> Floats:
        """The share of each group in each person (n, n_groups), rows summing to 1.

        `variances` (n, d) are those of the places: the less is known of a person, the more even the row.
        """
        doubts = variances.mean(axis=1) if variances.shape[1] else np.zeros(len(places))
        scaled = -squares(places, self.centres) / (2 * (self.spread + doubts)[:, None] + 1e-12)
        weights: Floats = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        shares: Floats = weights / weights.sum(axis=1, keepdims=True)
        return shares

    def resized(self, axes: int) -> Groups:
        """The same groups in the first `axes` dimensions, at 0 on those they do not have."""
        centres = np.zeros((self.count, axes))
        centres[:, : self.centres.shape[1]] = self.centres[:, :axes]
        return Groups(centres, self.spread)


def draw_groups(places: Floats, k: int, rng: np.random.RandomState, begin: Floats | None = None) -> Groups:
    """k groups of `places` (n, d) by k-means, the largest first; fewer where there are not k different places.

    From `begin`, centres (k, d), the search goes on in their order: the groups keep their numbers.
    """
    places = places.round(ROUNDING)
    if len(places) > LEARNT_FROM:
        places = places[np.linspace(0, len(places) - 1, LEARNT_FROM).astype(np.int64)]
    k = min(k, len(np.unique(places, axis=0)))
    if k <= 1:
        return Groups(places.mean(axis=0, keepdims=True), float(places.var(axis=0).mean()))
    going_on = begin is not None and len(begin) == k
    starts = {"init": begin, "n_init": 1} if going_on else {"n_init": STARTS}
    labels = KMeans(k, random_state=rng.randint(2**31 - 1), **starts).fit(places).labels_
    sizes = np.bincount(labels, minlength=k)
    if going_on and not sizes.all():
        return draw_groups(places, k, rng)
    centres = np.stack([places[labels == g].mean(axis=0) for g in range(k)])
    order = np.arange(k) if going_on else np.lexsort((centres[:, 0], -sizes))
    return Groups(centres[order], float(((places - centres[labels]) ** 2).mean()))


def renamed(groups: Groups, former: Groups, places: Floats) -> Groups:
    """The same groups, numbered so that as many people of `places` (n, d) as can be keep the number they had.

    Optimal matching of new groups to former ones (Kuhn 1955). Numbers stay 0 to n_groups - 1: the number of a group
    that is no more goes to a new one.
    """
    k = groups.count
    kept = np.zeros((max(k, former.count), max(k, former.count)))
    np.add.at(kept, (former.nearest(places), groups.nearest(places)), 1)
    numbers, found = linear_sum_assignment(-kept)
    order = np.full(k, -1, dtype=np.int64)
    staying = (numbers < k) & (found < k)
    order[numbers[staying]] = found[staying]
    order[order < 0] = np.setdiff1d(np.arange(k), found[staying])
    return Groups(groups.centres[order], groups.spread)


def squares(places: Floats, centres: Floats) -> Floats:
    """Squared distances (n, n_centres)."""
    lengths = (places**2).sum(axis=1)[:, None] + (centres**2).sum(axis=1)
    squares: Floats = np.maximum(lengths - 2 * places @ centres.T, 0.0)
    return squares
