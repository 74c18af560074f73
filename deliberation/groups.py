"""Groups of people who answer alike - if there are any.

k-means draws the groups; whether they are worth drawing is decided apart from it. The number must win on the
mixture's information criterion, and every group must be parted from its nearest neighbour by a real gap.
"No distinct groups" is a normal answer: many conversations are one spread of views.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture

from deliberation.continuum import gap_p_value
from deliberation.votes import Floats, Ints

MOST_GROUPS = 5
SMALLEST_GROUP = 5
SMALLEST_SHARE = 0.04
GAP_LEVEL = 0.05
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
        nearest: Ints = _squares(places, self.centres).argmin(axis=1)
        return nearest

    def membership(self, places: Floats, doubts: Floats) -> Floats:
        """The share of each group in each person (n, n_groups), rows summing to 1.

        `doubts` (n,) is the variance of each place per axis: the less is known of a person, the more even the row.
        """
        scaled = -_squares(places, self.centres) / (2 * (self.spread + doubts)[:, None])
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


def find_groups(places: Floats, rng: np.random.RandomState) -> Groups:
    """As many groups as the evidence carries, down to one."""
    drawn = {k: draw_groups(places, k, rng) for k in range(1, MOST_GROUPS + 1)}
    least = max(SMALLEST_GROUP, SMALLEST_SHARE * len(places))
    scores = {}
    for k, groups in drawn.items():
        labels = groups.nearest(places)
        if groups.count == k and np.bincount(labels, minlength=k).min() >= least:
            scores[k] = _criterion(places, groups)
    for k in sorted(scores, key=scores.__getitem__):
        if k == 1 or _parted(places, drawn[k], rng):
            return drawn[k]
        scores[k] = np.inf
    return drawn[1]


def _criterion(places: Floats, groups: Groups) -> float:
    """Bayesian information criterion (Schwarz 1978), lower is better, of a normal mixture begun at these groups.

    All parts share one covariance, so that a dense middle of a single spread is not taken for a group of its own.
    """
    mixture = GaussianMixture(
        groups.count,
        covariance_type="tied",
        means_init=groups.centres,
        weights_init=np.full(groups.count, 1 / groups.count),
        reg_covar=1e-3 * float(places.var(axis=0).mean()) + 1e-9,
        max_iter=500,
        random_state=0,
    )
    return float(mixture.fit(places).bic(places))


def _parted(places: Floats, groups: Groups, rng: np.random.RandomState) -> bool:
    """Whether a gap lies between every group and its nearest neighbour."""
    labels = groups.nearest(places)
    gaps = _squares(groups.centres, groups.centres) + np.diag(np.full(groups.count, np.inf))
    pairs = {tuple(sorted((g, int(h)))) for g, h in enumerate(gaps.argmin(axis=1))}
    for g, h in sorted(pairs):
        line = groups.centres[h] - groups.centres[g]
        if gap_p_value(places[(labels == g) | (labels == h)] @ line, rng) > GAP_LEVEL:
            return False
    return True


def _squares(places: Floats, centres: Floats) -> Floats:
    """Squared distances (n, n_centres)."""
    squares: Floats = ((places[:, None, :] - centres[None]) ** 2).sum(axis=2)
    return squares
