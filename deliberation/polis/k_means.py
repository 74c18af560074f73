"""k-means as Polis runs it: from the first places or from last time's clusters, a few steps, empty clusters dropped.

Nothing is drawn by lot. red-dwarf 0.4.0 calls scikit-learn's k-means instead, with random starts and no memory.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree
from scipy.spatial.distance import cdist

from deliberation.votes import Floats, Ints

# Clusters have settled once no centre moves this far, in units of the map.
SETTLED = 0.01


@dataclass(frozen=True, eq=False)
class Clusters:
    """Clusters of places, each with an id that outlives its members.

    Attributes
    ----------
    ids : (n_clusters,), ascending
    centres : (n_clusters, 2)
    labels : (n_places,)
        Index into `ids`; -1 for a place that belongs to none yet.
    """

    ids: Ints
    centres: Floats
    labels: Ints

    def carried_to(self, rows: Ints) -> Clusters:
        """The same clusters with other places: `rows` is each one's place here, -1 if it is new."""
        labels = np.full(len(rows), -1, dtype=np.int64)
        labels[rows >= 0] = self.labels[rows[rows >= 0]]
        return Clusters(self.ids, self.centres, labels)


def k_means(
    places: Floats, k: int, steps: int, weights: Floats | None = None, last: Clusters | None = None
) -> Clusters:
    """At most `k` clusters of `places` (n, 2) weighing `weights` (n,) each; n is at least 1.

    `last` is the previous clustering, its labels carried over to these places: it starts from the centres of the
    members where they stand now. Without it the first `k` different places are the start.

    >>> found = k_means(np.array([[0.0, 0], [1, 0], [9, 0]]), 2, steps=20)
    >>> found.centres.tolist(), found.labels.tolist()
    ([[0.5, 0.0], [9.0, 0.0]], [0, 0, 1])
    """
    weights = np.ones(len(places)) if weights is None else weights
    if last is None or (last.labels < 0).all():
        centres = places[_first_different(places)[:k]]
        ids = np.arange(len(centres))
    else:
        ids, centres = _grown(places, k, *_recentred(places, weights, last))
    # Polis counts its limit down to 0 inclusive: one step more.
    for _ in range(steps + 1):
        labels: Ints = KDTree(centres).query(places)[1]
        before = centres
        kept, centres = _means(places, labels, weights, len(ids))
        ids, before, labels = ids[kept], before[kept], (np.cumsum(kept) - 1)[labels]
        if kept.all() and np.linalg.norm(centres - before, axis=1).max() < SETTLED:
            break
    return Clusters(ids, centres, labels)


def silhouette(places: Floats, labels: Ints) -> float:
    """Mean silhouette (Rousseeuw 1987) of `places` (n, 2); alone in a cluster counts 0, and so does a single cluster.

    Polis takes it over base clusters regardless of how many people each holds; red-dwarf 0.4.0 over people.

    >>> round(silhouette(np.array([[0.0, 0], [1, 0], [9, 0]]), np.array([0, 0, 1])), 3)
    0.588
    """
    sizes = np.bincount(labels)
    if len(sizes) < 2:
        return 0.0
    members = labels[:, None] == np.arange(len(sizes))
    totals = cdist(places, places) @ members
    own = totals[members] / np.maximum(sizes[labels] - 1, 1)
    others = np.where(members, np.inf, totals / sizes).min(axis=1)
    wider = np.maximum(own, others)
    values = np.where((sizes[labels] > 1) & (wider > 0), (others - own) / np.where(wider > 0, wider, 1), 0.0)
    return float(values.mean())


def count_different(places: Floats) -> int:
    """How many of `places` (n, 2) differ."""
    return len(_first_different(places))


def _first_different(places: Floats) -> Ints:
    """Rows that repeat no earlier one, in their order."""
    rows: Ints = np.unique(_spots(places), return_index=True)[1]
    return np.sort(rows)


def _spots(places: Floats) -> NDArray[np.complex128]:
    """Each place as one number, which sorts faster than a row."""
    return places[:, 0] + 1j * places[:, 1]


def _means(places: Floats, labels: Ints, weights: Floats, k: int) -> tuple[NDArray[np.bool_], Floats]:
    """Which of k clusters have members, and the weighted means of those."""
    mass = np.bincount(labels, weights, k)
    kept = mass > 0
    sums = np.stack([np.bincount(labels, weights * axis, k) for axis in places.T], axis=1)
    return kept, sums[kept] / mass[kept, None]


def _recentred(places: Floats, weights: Floats, last: Clusters) -> tuple[Ints, Floats]:
    """Last time's clusters about their members' places of today; of those on one spot the heaviest remains."""
    known = last.labels >= 0
    kept, centres = _means(places[known], last.labels[known], weights[known], len(last.ids))
    mass = np.bincount(last.labels[known], weights[known], len(last.ids))[kept]
    heaviest_first = np.argsort(-mass, kind="stable")
    alone = np.sort(heaviest_first[np.unique(_spots(centres[heaviest_first]), return_index=True)[1]])
    return last.ids[kept][alone], centres[alone]


def _grown(places: Floats, k: int, ids: Ints, centres: Floats) -> tuple[Ints, Floats]:
    """Clusters at the places farthest from any centre, until there are `k` or nobody is left aside.

    Polis recentres after each addition; the steps that follow do the same, so here it is not done twice.
    """
    distances = KDTree(centres).query(places)[0]
    while len(ids) < k and distances.max() > 0:
        farthest = places[distances.argmax()]
        ids, centres = np.append(ids, ids.max() + 1), np.vstack([centres, farthest])
        distances = np.minimum(distances, np.linalg.norm(places - farthest, axis=1))
    return ids, centres
