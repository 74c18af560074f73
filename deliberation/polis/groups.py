"""Polis' groups: who is counted, how many groups, and what one refresh hands on to the next.

People are first gathered into at most 100 base clusters, which are then gathered into 2 to 5 groups. Small et al.
(2021); the details are those of Polis' mathematics as of October 2024.

red-dwarf 0.4.0 asks 7 votes even where there are fewer statements, fills up to no number, has no base clusters, always
tries 2 to 5 groups, and remembers nothing, so it has no smoother either.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from deliberation.polis.k_means import Clusters, count_different, k_means, silhouette
from deliberation.votes import Floats, Ints, Votes

ENOUGH_VOTES = 7
FEWEST_INSIDE = 15
BASE_CLUSTERS = 100
BASE_STEPS = 100
# Polis means to allow 100 steps here too, but passes them under a name that is not read.
GROUP_STEPS = 20
MOST_GROUPS = 5
CLUSTERS_PER_GROUP = 12
UPDATES_TO_CHANGE = 4


@dataclass(frozen=True)
class Smoother:
    """Holds the number of groups until another has been best in four updates running.

    `best` was best last time, for the `times`-th time running; `shown` is the number people see.

    >>> smoother = Smoother.after(None, 2)
    >>> for best in (3, 3, 3):
    ...     smoother = smoother.after(smoother, best)
    >>> smoother.shown, Smoother.after(smoother, 3).shown
    (2, 3)
    """

    best: int
    times: int
    shown: int

    @classmethod
    def after(cls, last: Smoother | None, best: int) -> Smoother:
        """The state once `best` has been found best; the very first is shown at once."""
        if last is None:
            return cls(best, 1, best)
        times = last.times + 1 if best == last.best else 1
        return cls(best, times, best if times >= UPDATES_TO_CHANGE else last.shown)


@dataclass(frozen=True, eq=False)
class Grouping:
    """What a refresh found among the people in the conversation, and what the next one starts from.

    Attributes
    ----------
    base : clusters of the people in the conversation
    by_count : for each number of groups tried, the clusters of the base clusters' centres
    silhouettes : the mean silhouette of each
    smoother : None if the number of groups was never left to the silhouette
    count : the number of groups shown, a key of `by_count`
    """

    base: Clusters
    by_count: dict[int, Clusters]
    silhouettes: dict[int, float]
    smoother: Smoother | None
    count: int

    @property
    def labels(self) -> Ints:
        """The group of each person in the conversation, from 0."""
        labels: Ints = self.by_count[self.count].labels[self.base.labels]
        return labels


def in_conversation(votes: Votes, stayed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Who is counted, shape (n_participants,): those with 7 votes, or all there are, and those who were before.

    Passes are votes. Where that leaves fewer than 15 people, those with most votes fill up to 15.

    >>> votes = Votes.from_triplets([1, 1, 2], ["a", "b", "a"], [1, 0, 1])
    >>> in_conversation(votes, stayed=np.zeros(2, dtype=bool)).tolist()
    [True, True]
    """
    given = votes.per_participant()
    inside = stayed | (given >= min(ENOUGH_VOTES, votes.n_statements))
    outside = np.flatnonzero(~inside)
    most_active = outside[np.argsort(-given[outside], kind="stable")]
    inside[most_active[: max(FEWEST_INSIDE - int(inside.sum()), 0)]] = True
    return inside


def gather(places: Floats, rows: Ints, last: Grouping | None, n_groups: int | None = None) -> Grouping | None:
    """The groups of `places` (n, 2); None where all stand on one spot.

    `rows` (n,) is where each person stood in `last.base.labels`, -1 if nowhere. With `n_groups` the silhouette is
    not asked.
    """
    if not len(places) or count_different(places) < 2:
        return None
    base = k_means(places, BASE_CLUSTERS, BASE_STEPS, last=last.base.carried_to(rows) if last else None)
    weights = np.bincount(base.labels).astype(float)
    counts = [min(n_groups, len(base.ids))] if n_groups else range(2, most_groups(len(base.ids)) + 1)
    by_count = {k: k_means(base.centres, k, GROUP_STEPS, weights, _last_of(k, base, last)) for k in counts}
    silhouettes = {k: silhouette(base.centres, found.labels) for k, found in by_count.items()}
    smoother = last.smoother if last else None
    if n_groups:
        return Grouping(base, by_count, silhouettes, smoother, counts[0])
    best = max(by_count, key=lambda k: (silhouettes[k], k))
    if smoother is not None and smoother.shown not in by_count:
        smoother = None
    smoother = Smoother.after(smoother, best)
    return Grouping(base, by_count, silhouettes, smoother, smoother.shown)


def most_groups(n_base_clusters: int) -> int:
    """The largest number of groups tried.

    >>> [most_groups(n) for n in (2, 11, 12, 24, 36, 100)]
    [2, 2, 3, 4, 5, 5]
    """
    return min(MOST_GROUPS, 2 + n_base_clusters // CLUSTERS_PER_GROUP)


def _last_of(k: int, base: Clusters, last: Grouping | None) -> Clusters | None:
    """Last time's clusters for `k`, about the base clusters that are still there."""
    if last is None or k not in last.by_count:
        return None
    place = np.searchsorted(last.base.ids, base.ids).clip(max=len(last.base.ids) - 1)
    return last.by_count[k].carried_to(np.where(last.base.ids[place] == base.ids, place, -1))


def named_like(before: Ints, after: Ints, n_groups: int) -> Ints:
    """`after` (n,) with the ids that keep most people in the group they were in, by optimal matching (Kuhn 1955).

    `before` (n,) are the same people's groups of last time; -1 is in no group. Ids stay 0 ... n_groups - 1, so where
    there are fewer groups than before, an id above that is not kept.

    >>> named_like(np.array([0, 0, 1, 1, -1]), np.array([1, 1, 0, 2, 2]), 3).tolist()
    [0, 0, 1, 2, 2]
    """
    both = (before >= 0) & (before < n_groups) & (after >= 0)
    table = np.zeros((n_groups, n_groups), dtype=np.int64)
    np.add.at(table, (after[both], before[both]), 1)
    name = linear_sum_assignment(table, maximize=True)[1]
    return np.where(after >= 0, name[after], -1)


def named_by_size(groups: Ints, n_groups: int) -> Ints:
    """`groups` (n,) with the largest called 0; of equals, the one met first.

    >>> named_by_size(np.array([0, 1, 1, -1]), 2).tolist()
    [1, 0, 0, -1]
    """
    order = np.argsort(-np.bincount(groups[groups >= 0], minlength=n_groups), kind="stable")
    name = np.empty(n_groups, dtype=np.int64)
    name[order] = np.arange(n_groups)
    return np.where(groups >= 0, name[groups], -1)
