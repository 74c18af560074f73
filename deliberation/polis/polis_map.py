"""Polis' map as an estimator in scikit-learn's manner."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # comes with scikit-learn

from deliberation.codes import rows_of
from deliberation.polis.axes import PICTURE, PolisAxes, places_of, polis_axes
from deliberation.polis.groups import Grouping, gather, in_conversation, named_by_size, named_like
from deliberation.polis.representative import (
    AGREE,
    DISAGREE,
    Evidence,
    Majority,
    Sides,
    Typical,
    group_aware_consensus,
    majorities,
    representative,
)
from deliberation.polis.routing import draw_next, priorities
from deliberation.votes import Floats, Ints, Votes

# One or two people are not groups, and one statement is counted, not mapped.
FEWEST_PEOPLE = 3
FEWEST_STATEMENTS = 2
SUREST = 0.995


class PolisMap(BaseEstimator):  # type: ignore[misc]  # scikit-learn carries no types
    """Positions, groups and statement statistics as Polis computes them (Small et al. 2021).

    Polis draws at least two groups from any people who differ. Beyond it, this map says 0 groups for fewer than 3
    people or 2 statements and where all stand on one spot, and keeps the ids of groups by optimal matching even when
    their number changes. Subgroups within groups, and the caps at 100,000 people and 10,000 statements, are left out.
    How red-dwarf 0.4.0 differs is said in the files beside this one.

    Parameters
    ----------
    n_groups : int, optional
        Draw this many groups (fewer where people stand on fewer spots) instead of asking the silhouette.
    random_state : int
        Seed of `next_statement`. Nothing else is drawn by lot.
    rank : int
        Axes that `predict_agree` uses. Polis has 2; with more, the picture and the groups stay as they are.

    Attributes
    ----------
    participants_, statements_ : tuples of ids, sorted
    positions_ : (n_participants, 2)
    statement_positions_ : (n_statements, 2)
        Where somebody would stand who agreed with this statement alone.
    extremity_ : (n_statements,)
        Distance of that place from the centre.
    in_conversation_ : bool array (n_participants,)
        Who is counted.
    groups_ : int array (n_participants,)
        Ids from 0 that live on from `previous`, else 0 is the largest; -1 is not in the conversation.
    n_groups_ : int
        0 too little to say, else the number of groups.
    silhouettes_ : dict
        The mean silhouette for each number of groups tried.
    sides_, evidence_ : Sides, Evidence
        Counts, rates and tests by statement and group.
    representative_ : tuple of a tuple for each group
    consensus_ : tuple
        Statements most of all participants share.
    group_aware_consensus_ : (n_statements,)
        Without groups the people in the conversation are the one group.
    priorities_ : (n_statements,)
        Weights of the draw of the next statement.

    Examples
    --------
    >>> people = [p for p in range(40) for s in range(10)]
    >>> asked = [s for p in range(40) for s in range(10)]
    >>> said = [1 if (p < 20) == (s < 5) else -1 for p in range(40) for s in range(10)]
    >>> drawn = PolisMap().fit(Votes.from_triplets(people, asked, said))
    >>> drawn.n_groups_, np.bincount(drawn.groups_).tolist()
    (2, [20, 20])
    >>> drawn.predict_agree([3, 3], [2, 8]).round(3).tolist()
    [0.995, 0.005]
    """

    def __init__(self, n_groups: int | None = None, random_state: int = 0, rank: int = PICTURE) -> None:
        self.n_groups = n_groups
        self.random_state = random_state
        self.rank = rank

    def fit(self, votes: Votes, previous: PolisMap | None = None) -> PolisMap:
        """Map `votes`; any number of them, none included.

        `previous` is the map of an earlier state of the same conversation. From it come who is in the conversation, the
        starts of both clusterings, the number of groups until another was best in four fits running, ids, and the side
        of each axis.

        Raises
        ------
        ValueError
            If `n_groups` or `rank` is below 1.
        """
        for name in ("n_groups", "rank"):
            if (value := getattr(self, name)) is not None and value < 1:
                raise ValueError(f"{name} is at least 1, not {value}")
        if previous is not None:
            check_is_fitted(previous)
        # One thread: sums of floats in a fixed order, whatever the machine.
        with threadpool_limits(limits=1):
            self._place(votes, previous)
            self._group(votes, previous)
        self._describe(votes)
        return self

    def _place(self, votes: Votes, previous: PolisMap | None) -> None:
        self.participants_, self.statements_ = votes.participants, votes.statements
        axes = polis_axes(votes, max(self.rank, PICTURE))
        if previous is not None:
            axes = axes.facing(previous._axes, places_of(votes.statements, previous.statements_))
        self._axes: PolisAxes = axes
        self._positions = axes.positions(votes.per_participant())
        self.positions_ = _two(self._positions)
        self.statement_positions_ = _two(axes.statement_positions())
        self.extremity_ = axes.extremity()

    def _group(self, votes: Votes, previous: PolisMap | None) -> None:
        before = places_of(votes.participants, previous.participants_ if previous is not None else ())
        self.in_conversation_ = inside = in_conversation(votes, _past(previous, "in_conversation_", before, False))
        # Each person's place among those in the conversation.
        self._rows = np.where(inside, np.cumsum(inside) - 1, -1)
        self._grouping: Grouping | None = None
        if inside.sum() >= FEWEST_PEOPLE and votes.n_statements >= FEWEST_STATEMENTS:
            rows = _past(previous, "_rows", before, -1)[inside]
            last = previous._grouping if previous is not None else None
            self._grouping = gather(self.positions_[inside], rows, last, self.n_groups)
        self.groups_ = np.full(votes.n_participants, -1, dtype=np.int64)
        self.n_groups_ = 0
        self.silhouettes_: dict[int, float] = {}
        if self._grouping is not None:
            self.groups_[inside] = self._grouping.labels
            self.n_groups_ = int(self.groups_.max()) + 1
            self.silhouettes_ = self._grouping.silhouettes
            then = _past(previous, "groups_", before, -1)
            self.groups_ = named_like(then, named_by_size(self.groups_, self.n_groups_), self.n_groups_)

    def _describe(self, votes: Votes) -> None:
        self.sides_ = Sides.of(votes, self.groups_, self.n_groups_)
        self.evidence_ = Evidence.of(self.sides_)
        self.representative_: tuple[tuple[Typical, ...], ...] = representative(self.sides_)
        everyone = Sides.of(votes, np.zeros(votes.n_participants, dtype=np.int64), 1)
        self.consensus_: tuple[Majority, ...] = majorities(everyone)
        inside = Sides.of(votes, np.where(self.in_conversation_, 0, -1), 1)
        self.group_aware_consensus_ = group_aware_consensus(self.sides_ if self.n_groups_ else inside)
        agreed, disagreed, answered = inside.counts[AGREE, :, 0], inside.counts[DISAGREE, :, 0], inside.totals[:, 0]
        self.priorities_ = priorities(agreed, answered - agreed - disagreed, answered, self.extremity_)

    def predict_agree(
        self, participants: Iterable[Hashable], statements: Iterable[Hashable], *, scaled: bool = True
    ) -> Floats:
        """The chance that each person agrees with the statement beside them, as one can read it from the map.

        Two columns of ids of equal length; returns shape (n_pairs,), between 0.005 and 0.995. A vote is taken to be
        mean_j + p_i . axis_j, and -1 ... 1 as a chance of 0 ... 1; Polis itself predicts nothing. With `scaled=False`
        p_i is not drawn out for those who answered little; with many axes that overshoots.

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
        places = (self._positions if scaled else self._axes.scores)[:, : self.rank]
        shared = np.einsum("nr,nr->n", places[rows], self._axes.axes[: self.rank].T[columns])
        chances: Floats = np.clip((self._axes.means[columns] + shared + 1) / 2, 1 - SUREST, SUREST)
        return chances

    def next_statement(
        self, offered: Iterable[Hashable], random_state: int | np.random.RandomState | None = None
    ) -> Hashable | None:
        """Which of the `offered` statements to show next, by lot with the map's priorities; None if none is offered.

        Without a `random_state` the map's own seed is used, and the answer is always the same.
        """
        check_is_fitted(self)
        weights = dict(zip(self.statements_, self.priorities_.tolist(), strict=True))
        return draw_next(offered, weights, self.random_state if random_state is None else random_state)


def _past(previous: PolisMap | None, attribute: str, before: Ints, otherwise: Any) -> NDArray[Any]:
    """What `previous` holds of each person, whose row there is in `before` (n,); `otherwise` where that is -1."""
    past = np.full(len(before), otherwise)
    if previous is not None:
        known = before >= 0
        past[known] = getattr(previous, attribute)[before[known]]
    return past


def _two(places: Floats) -> Floats:
    """The first two columns, zeros where there are fewer."""
    padded = np.zeros((len(places), PICTURE))
    padded[:, : places.shape[1]] = places[:, :PICTURE]
    return padded
