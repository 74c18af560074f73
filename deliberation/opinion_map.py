"""The consensus map as an estimator in scikit-learn's manner."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # comes with scikit-learn

from deliberation.distinct import find_groups
from deliberation.factors import Observed
from deliberation.groups import Groups, draw_groups
from deliberation.learning import learn
from deliberation.placing import place_people
from deliberation.space import principal_space
from deliberation.votes import Floats, Ints, Votes

ENGINE = "minyi-factors 1"

# Below this many people with enough votes, groups are not spoken of.
FEWEST_PEOPLE = 11
# Votes after which a person may be counted into a group (all of them where there are fewer statements).
ENOUGH_VOTES = 7
GROUP_AXES = 4


@dataclass(frozen=True)
class Place:
    """One person on the map.

    `doubt` is the standard deviation of the position, in the units of the position; `membership` sums to 1 over the
    groups and is empty when there are none.
    """

    position: tuple[float, float]
    doubt: float
    membership: tuple[float, ...]


class OpinionMap(BaseEstimator):  # type: ignore[misc]  # scikit-learn carries no types
    """Where people stand, which groups they form, and what they would say to what they have not been asked.

    Parameters
    ----------
    n_groups : int, optional
        Draw this many groups instead of asking the evidence.
    random_state : int
        Seed of the hidden votes and of k-means. The same votes and seed give the same map, in whatever order they come.

    Attributes
    ----------
    participants_, statements_ : tuples of ids, sorted
    positions_ : (n_participants, 2)
        In log-odds per statement; the first axis is the wider one. The positive side agrees with more statements.
    doubts_ : (n_participants,)
        Standard deviation of each position.
    groups_ : int array (n_participants,)
        0 is the largest group; -1 is in no group, having given too few opinions.
    n_groups_ : int
        0 too little to say, 1 no distinct groups, else the number of groups.
    membership_ : (n_participants, n_groups_)

    Examples
    --------
    >>> people = [p for p in range(40) for s in range(10)]
    >>> asked = [s for p in range(40) for s in range(10)]
    >>> said = [1 if (p < 20) == (s < 5) else -1 for p in range(40) for s in range(10)]
    >>> drawn = OpinionMap().fit(Votes.from_triplets(people, asked, said))
    >>> drawn.n_groups_, np.bincount(drawn.groups_).tolist()
    (2, [20, 20])
    >>> bool(drawn.predict_agree([3], [2])[0] > 0.9)
    True
    >>> newcomer = drawn.place([0, 1, 8], [1, 1, -1])
    >>> max(newcomer.membership) > 0.5
    True
    """

    def __init__(self, n_groups: int | None = None, random_state: int = 0) -> None:
        self.n_groups = n_groups
        self.random_state = random_state

    def fit(self, votes: Votes) -> OpinionMap:
        """Learn the map of `votes`; any number of them, none included.

        Raises
        ------
        ValueError
            If `n_groups` is below 1.
        """
        if self.n_groups is not None and self.n_groups < 1:
            raise ValueError(f"n_groups is at least 1, not {self.n_groups}")
        # One thread: sums of floats in a fixed order, whatever the machine.
        with threadpool_limits(limits=1):
            self._fit(votes, np.random.RandomState(self.random_state))
        return self

    def _fit(self, votes: Votes, rng: np.random.RandomState) -> None:
        self.participants_ = votes.participants
        self.statements_ = votes.statements
        self._row = {one: i for i, one in enumerate(votes.participants)}
        self._column = {one: i for i, one in enumerate(votes.statements)}
        self._model, self._calibration, placed = learn(votes, rng)
        self._people = placed.means
        self._space = principal_space(self._model, placed.means)
        places, spreads = self._space.coordinates(placed.means), self._space.covariances(placed)
        self.positions_ = _padded(places, 2)
        self.doubts_ = _doubts(spreads, 2)
        self._near = places[:, :GROUP_AXES]
        counted = enough_votes(votes)
        found = self._grouped(votes, places, counted, rng)
        self._groups = found
        self.n_groups_ = 0 if found is None else found.count
        self.groups_ = np.full(votes.n_participants, -1, dtype=np.int64)
        self.membership_ = np.zeros((votes.n_participants, self.n_groups_))
        if found is not None:
            self.groups_[counted] = found.nearest(places[counted, :GROUP_AXES])
            self.membership_ = _membership(found, places, spreads)

    def _grouped(
        self, votes: Votes, places: Floats, counted: NDArray[np.bool_], rng: np.random.RandomState
    ) -> Groups | None:
        """The groups among the people `counted`; None where people or statements are too few to speak of groups."""
        if counted.sum() < FEWEST_PEOPLE or not places.shape[1]:
            return None
        near = places[counted, :GROUP_AXES]
        if self.n_groups is not None or not people_differ(votes):
            return draw_groups(near, self.n_groups or 1, rng)
        return find_groups(near, rng)

    def cut(self, n_groups: int) -> Ints:
        """The people of `groups_` cut into `n_groups` where they stand, numbered like it; nothing is learnt again.

        For reading one spread of views from its ends. A cut is no evidence that there are groups.
        """
        check_is_fitted(self)
        cut = np.full(len(self.groups_), -1, dtype=np.int64)
        near = self._near[self.groups_ >= 0]
        if len(near):
            with threadpool_limits(limits=1):
                groups = draw_groups(near, n_groups, np.random.RandomState(self.random_state))
            cut[self.groups_ >= 0] = groups.nearest(near)
        return cut

    def predict_agree(self, participants: Iterable[Hashable], statements: Iterable[Hashable]) -> Floats:
        """The chance that each person agrees with the statement beside them, if they agree or disagree at all.

        Two columns of ids of equal length; returns shape (n_pairs,).

        Raises
        ------
        ValueError
            Naming the row whose participant or statement the map has not seen.
        """
        check_is_fitted(self)
        rows = _found(self._row, participants, "participant")
        columns = _found(self._column, statements, "statement")
        if len(rows) != len(columns):
            raise ValueError(f"unequal lengths: {len(rows)} participants, {len(columns)} statements")
        chance: Floats = expit(self._calibration(self._model.logits(rows, columns)))
        return chance

    def place(self, statements: Iterable[Hashable], values: Iterable[int]) -> Place:
        """Where one person with these votes stands on the map as it is; nobody else moves.

        Votes on statements the map has not seen are left out of account.

        Raises
        ------
        ValueError
            Naming the row that is not a vote.
        """
        check_is_fitted(self)
        asked = list(statements)
        own = Votes.from_triplets([0] * len(asked), asked, values)
        known = [i for i, one in enumerate(own.statements) if one in self._column]
        kept = np.isin(own.columns, known)
        columns = np.array([self._column[own.statements[c]] for c in own.columns[kept]], dtype=np.int64)
        seen = Votes((0,), self.statements_, np.zeros(len(columns), dtype=np.int64), columns, own.values[kept])
        placed = place_people(self._model, Observed.of(seen))
        place, spread = self._space.coordinates(placed.means), self._space.covariances(placed)
        shares = _membership(self._groups, place, spread)[0] if self._groups is not None else np.zeros(0)
        x, y = _padded(place, 2)[0]
        return Place((float(x), float(y)), float(_doubts(spread, 2)[0]), tuple(shares.tolist()))


def enough_votes(votes: Votes) -> NDArray[np.bool_]:
    """Who gave enough votes to be counted into a group, at least half of them opinions, shape (n_participants,)."""
    needed = min(ENOUGH_VOTES, votes.n_statements)
    said = votes.per_participant(opinions_only=True)
    enough: NDArray[np.bool_] = (votes.per_participant() >= needed) & (2 * said >= max(needed, 1))
    return enough


def people_differ(votes: Votes) -> bool:
    """Whether any statement has both agreement and disagreement."""
    liked = np.bincount(votes.columns[votes.values > 0], minlength=votes.n_statements) > 0
    disliked = np.bincount(votes.columns[votes.values < 0], minlength=votes.n_statements) > 0
    return bool((liked & disliked).any())


def _membership(groups: Groups, places: Floats, spreads: Floats) -> Floats:
    axes = groups.centres.shape[1]
    return groups.membership(places[:, :axes], _doubts(spreads, axes) ** 2)


def _doubts(spreads: Floats, axes: int) -> Floats:
    """Root of the mean variance over the leading axes of covariances (n, d, d)."""
    variances = np.diagonal(spreads, axis1=1, axis2=2)[:, :axes]
    doubts: Floats = np.sqrt(variances.sum(axis=1) / max(axes, 1))
    return doubts


def _padded(places: Floats, axes: int) -> Floats:
    """The first `axes` columns, zeros where there are fewer."""
    padded = np.zeros((len(places), axes))
    padded[:, : places.shape[1]] = places[:, :axes]
    return padded


def _found(index: dict[Hashable, int], ids: Iterable[Hashable], what: str) -> Ints:
    listed = ids.tolist() if isinstance(ids, np.ndarray) else list(ids)
    try:
        return np.array([index[one] for one in listed], dtype=np.int64)
    except KeyError:
        row = next(row for row, one in enumerate(listed) if one not in index)
        raise ValueError(f"row {row}: the map has not seen {what} {listed[row]!r}") from None
