"""Polis as it runs in public: it remembers the last refresh. An emulation, without Polis' 100 base clusters.

After Polis' own mathematics (https://github.com/compdemocracy/polis, `math/`): two components kept from flipping,
k-means begun at the last centres, the number of groups by silhouette and changed only once another has been best four
times running. Polis numbers groups as k-means does; here they also get the best re-numbering, to Polis' favour.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

from bench.rivals.conversations import Ballots, spread_out
from bench.rivals.scores import Floats, Ints
from deliberation.polis import polis_axes

ENOUGH_VOTES = 7
FEWEST_PEOPLE = 15
MOST_GROUPS = 5
REPEATS = 4
SILHOUETTE_SAMPLE = 5_000


@dataclass
class EmulatedPolis:
    """One conversation, refreshed again and again; people and statements keep their numbers."""

    n_groups: int = 0
    labels: Ints | None = None
    _axes: Floats | None = None
    _inside: NDArray[np.bool_] | None = None
    _centres: dict[int, Floats] = field(default_factory=dict)
    _waiting: tuple[int, int] = (0, 0)

    def refresh(self, ballots: Ballots) -> tuple[Ints, Floats]:
        """Groups (n_people,), -1 for none, and positions (n_people, 2), NaN for whoever has not voted."""
        positions = self._positions(ballots)
        inside = self._clustered(ballots)
        places = positions[inside]
        most = min(MOST_GROUPS, 2 + len(places) // 12, len(np.unique(places, axis=0)) - 1)
        fits = {k: self._k_means(places, k) for k in range(2, most + 1)}
        self._centres = {k: fit.cluster_centers_ for k, fit in fits.items()}
        labels = np.full(ballots.n_people, -1, dtype=np.int64)
        if fits:
            self._choose({k: _silhouette(places, fit.labels_) for k, fit in fits.items()})
            labels[inside] = fits[self.n_groups].labels_
        self.labels = labels if self.labels is None else renumbered(self.labels, labels)
        return self.labels, positions

    def _positions(self, ballots: Ballots) -> Floats:
        votes = ballots.votes()
        polis = polis_axes(votes, 2)
        axes = spread_out(ballots.n_statements, votes.statements, polis.axes.T, 0.0)
        # A component's sign is arbitrary: keep the one it had.
        flips = np.where((axes * self._axes).sum(axis=0) < 0, -1.0, 1.0) if self._axes is not None else np.ones(2)
        self._axes = axes * flips
        stretched = polis.scores * flips * np.sqrt(votes.n_statements / votes.per_participant())[:, None]
        return spread_out(ballots.n_people, votes.participants, stretched, np.nan)

    def _clustered(self, ballots: Ballots) -> NDArray[np.bool_]:
        """Who is grouped: with enough votes now or at any time, else the most active."""
        each = ballots.votes_each()
        inside = each >= min(ENOUGH_VOTES, len(np.unique(ballots.statements)))
        if self._inside is not None:
            inside |= self._inside
        if inside.sum() < FEWEST_PEOPLE:
            inside[np.argsort(-each, kind="stable")[:FEWEST_PEOPLE]] = True
            inside &= each > 0
        self._inside = inside
        return inside

    def _k_means(self, places: Floats, k: int) -> KMeans:
        begun = self._centres.get(k)
        if begun is None:
            return KMeans(k, n_init=10, random_state=0).fit(places)
        return KMeans(k, init=begun, n_init=1).fit(places)

    def _choose(self, silhouettes: dict[int, float]) -> None:
        best = max(silhouettes, key=lambda k: (silhouettes[k], k))
        if self.n_groups not in silhouettes:
            self.n_groups = best
        elif best == self.n_groups:
            self._waiting = (0, 0)
        else:
            self._waiting = best, self._waiting[1] + 1 if self._waiting[0] == best else 1
            if self._waiting[1] >= REPEATS:
                self.n_groups = best


def _silhouette(places: Floats, labels: Ints) -> float:
    sample = SILHOUETTE_SAMPLE if len(places) > SILHOUETTE_SAMPLE else None
    return float(silhouette_score(places, labels, sample_size=sample, random_state=0))


def renumbered(before: Ints, after: Ints) -> Ints:
    """`after` with the numbers that leave most people in a group of the same number as `before` (Kuhn 1955)."""
    size = int(max(before.max(initial=-1), after.max(initial=-1))) + 1
    both = (before >= 0) & (after >= 0)
    shared = np.zeros((size, size))
    np.add.at(shared, (after[both], before[both]), 1)
    number = np.append(linear_sum_assignment(-shared)[1], -1)
    new: Ints = number[after]
    return new
