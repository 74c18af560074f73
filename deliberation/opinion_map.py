"""The consensus map as an estimator in scikit-learn's manner."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

import numpy as np
from scipy.special import expit
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # comes with scikit-learn

from deliberation.codes import rows_of
from deliberation.grouping import Grouping, draw_grouping
from deliberation.learning import drawn_people, learn
from deliberation.memory import MapMemory, Place
from deliberation.placing import Placed, place_people, placed_at_once
from deliberation.space import Space, on_paper
from deliberation.votes import Bools, Floats, Votes

ENGINE = "minyi-factors 2"

# Below this many people with enough votes, groups are not spoken of.
FEWEST_PEOPLE = 11
# Votes after which a person may be counted into a group (all of them where there are fewer statements).
ENOUGH_VOTES = 7
# The number of groups is judged by at most so many people.
GROUPED_FROM = 2_000


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
        The picture: the first two columns of `latent_`. On a first map the first axis is the wider one, and the
        positive side agrees with more statements; later maps keep the directions of the one before.
    uncertainty_ : (n_participants, 2)
        Standard deviation of each position.
    latent_ : (n_participants, n_axes)
        Coordinates in the full space, in log-odds of agreeing with an average statement.
    axes_ : (n_axes, n_statements)
        By how much a step along each axis raises the log-odds of agreeing with each statement.
    groups_ : int array (n_participants,)
        0 is the largest group of a first map; -1 is in no group, having given too few opinions.
    n_groups_ : int
        0 too little to say, 1 no distinct groups, else the number of groups.
    membership_ : (n_participants, n_groups_)
        Share of each group in each person, rows summing to 1; soft where little is known of somebody.
    sides_ : int array (n_participants,)
        The people of `groups_` cut in two where they stand, for reading one spread of views from its ends. No evidence
        that there are groups.
    memory_ : MapMemory
        What the next map and a newcomer need of this one; it holds nobody's place.

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

    def fit(self, votes: Votes, previous: OpinionMap | MapMemory | None = None) -> OpinionMap:
        """Learn the map of `votes`; any number of them, none included.

        After a `previous` map, fitted or only remembered, of the same conversation, the search begins there, the axes
        keep their directions and the groups their numbers, and the number of groups changes only on repeated evidence.

        Raises
        ------
        ValueError
            If `n_groups` is below 1.
        """
        if self.n_groups is not None and self.n_groups < 1:
            raise ValueError(f"n_groups is at least 1, not {self.n_groups}")
        former = previous.memory_ if isinstance(previous, OpinionMap) else previous
        # One thread: sums of floats in a fixed order, whatever the machine.
        with threadpool_limits(limits=1):
            self._fit(votes, np.random.RandomState(self.random_state), former)
        return self

    def _fit(self, votes: Votes, rng: np.random.RandomState, former: MapMemory | None) -> None:
        self.participants_, self.statements_ = votes.participants, votes.statements
        some = votes.of(drawn_people(votes))
        learnt = learn(some, rng, former.learnt if former else None)
        sample = placed_at_once(learnt.space, some)
        grouping = self._grouped(some, learnt.space, sample, rng, former.grouping if former else None)
        self.memory_ = MapMemory(learnt, grouping)
        self.axes_ = learnt.space.axes
        self.latent_ = np.zeros((votes.n_participants, learnt.space.n_axes))
        variances = np.zeros_like(self.latent_)
        everybody = some.n_participants == votes.n_participants
        blocks = [(0, len(variances), sample)] if everybody else place_people(learnt.space, votes)
        for first, last, placed in blocks:
            self.latent_[first:last] = placed.places
            variances[first:last] = np.diagonal(placed.covariances, axis1=1, axis2=2)
        self.positions_, self.uncertainty_ = on_paper(self.latent_), np.sqrt(on_paper(variances))
        self.n_groups_ = grouping.groups.count if grouping else 0
        self.groups_ = self.sides_ = np.full(votes.n_participants, -1, dtype=np.int64)
        self.membership_ = np.zeros((votes.n_participants, self.n_groups_))
        if grouping:
            counted = enough_votes(votes)
            self.groups_ = np.where(counted, grouping.groups.nearest(self.latent_), -1)
            self.sides_ = np.where(counted, grouping.sides.nearest(self.latent_), -1)
            self.membership_ = grouping.groups.membership(self.latent_, variances)

    def _grouped(
        self, votes: Votes, space: Space, placed: Placed, rng: np.random.RandomState, former: Grouping | None
    ) -> Grouping | None:
        """The groups among people who gave enough votes; None where they or statements are too few to speak of any."""
        counted = np.flatnonzero(enough_votes(votes))
        if len(counted) < FEWEST_PEOPLE or not space.n_axes:
            return None
        judged = counted[drawn_people(votes.of(counted), GROUPED_FROM)]
        known = votes.of(judged), placed.of(judged)
        fixed = self.n_groups if people_differ(votes) else self.n_groups or 1
        before = former.resized(space.n_axes) if former else None
        return draw_grouping(*known, space.precision, fixed, rng, before)

    def predict_agree(self, participants: Iterable[Hashable], statements: Iterable[Hashable]) -> Floats:
        """The chance that each person agrees with the statement beside them, if they agree or disagree at all.

        Two columns of ids of equal length; returns shape (n_pairs,).

        Raises
        ------
        ValueError
            Naming the row whose participant or statement the map has not seen.
        """
        check_is_fitted(self)
        rows = rows_of(self.participants_, participants, "participant")
        columns = rows_of(self.statements_, statements, "statement")
        if len(rows) != len(columns):
            raise ValueError(f"unequal lengths: {len(rows)} participants, {len(columns)} statements")
        learnt = self.memory_.learnt
        chance: Floats = expit(learnt.calibration(learnt.space.logits(self.latent_[rows], columns)))
        return chance

    def place(self, statements: Iterable[Hashable], values: Iterable[int]) -> Place:
        """Where one person with these votes stands on the map as it is: `MapMemory.place`."""
        check_is_fitted(self)
        return self.memory_.place(statements, values)


def enough_votes(votes: Votes) -> Bools:
    """Who gave enough votes to be counted into a group, at least half of them opinions, shape (n_participants,)."""
    least, opinions = votes_needed(votes.n_statements)
    enough: Bools = (votes.per_participant() >= least) & (votes.per_participant(opinions_only=True) >= opinions)
    return enough


def votes_needed(n_statements: int) -> tuple[int, int]:
    """How many votes, and how many of them agreeing or disagreeing, count a person into a group.

    >>> votes_needed(100), votes_needed(4)
    ((7, 4), (4, 2))
    """
    needed = min(ENOUGH_VOTES, n_statements)
    return needed, (max(needed, 1) + 1) // 2


def people_differ(votes: Votes) -> bool:
    """Whether any statement has both agreement and disagreement."""
    liked = np.bincount(votes.columns[votes.values > 0], minlength=votes.n_statements) > 0
    disliked = np.bincount(votes.columns[votes.values < 0], minlength=votes.n_statements) > 0
    return bool((liked & disliked).any())
