"""A planted conversation: what people said, and the truth it came from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit

from deliberation.votes import Floats, Votes

Codes = NDArray[np.int32]
Signs = NDArray[np.int8]

# How likely anybody agrees with a statement that everybody likes.
LIKED = 0.9
# Share above which nobody passes, however little a statement concerns them.
MOST_PASSING = 0.9


class Views(Protocol):
    """What a family of conversations says about pairs of people and statements, shape (n_pairs,) each."""

    def chances(self, people: Codes, statements: Codes) -> Floats:
        """P(agree | agree or disagree)."""
        ...

    def hesitation(self, people: Codes, statements: Codes) -> Floats | float:
        """How many times as often as usual the person passes."""
        ...


@dataclass(frozen=True, eq=False)
class Truth:
    """Everything that decides how people answer.

    Attributes
    ----------
    groups : int array (n_people,)
        True group of each person; -1 answers at random.
    n_groups : int
        1 for one spread of views.
    sources : int array (n_people,)
        Whose views each person holds: their own, unless they copy somebody or have changed sides.
    liked : bool array (n_statements,)
        Statements everybody likes.
    leanings : (n_people,)
        How readily each person agrees with anything, in log-odds.
    passing : float
        Usual share of passes.
    """

    groups: Codes
    n_groups: int
    views: Views
    sources: Codes
    liked: NDArray[np.bool_]
    leanings: Floats
    passing: float

    def chances(self, people: ArrayLike, statements: ArrayLike) -> Floats:
        """P(agree | agree or disagree) for pairs of person and statement, shape (n_pairs,)."""
        rows, columns = np.asarray(people, dtype=np.int32), np.asarray(statements, dtype=np.int32)
        sources = self.sources[rows]
        chances = self.views.chances(sources, columns)
        if self.leanings.any():
            chances = expit(logit(chances) + self.leanings[sources])
        chances = np.where(self.liked[columns], LIKED, chances)
        return np.where(self.groups[rows] < 0, 0.5, chances)

    def answers(self, people: Codes, statements: Codes, rng: np.random.Generator) -> Signs:
        """One answer for each pair, drawn by its chances: agree +1, disagree -1, pass 0."""
        said = np.where(rng.random(len(people)) < self.chances(people, statements), 1, -1)
        hesitant = self.passing * self.views.hesitation(self.sources[people], statements)
        said[rng.random(len(people)) < np.minimum(hesitant, MOST_PASSING)] = 0
        return said.astype(np.int8)


@dataclass(frozen=True, eq=False)
class Planted:
    """Votes as three columns, and the truth behind them.

    People and statements are numbered in the order in which they arrived.

    Attributes
    ----------
    participants, statements : int32 arrays (n_votes,)
    values : int8 array (n_votes,)
        Ready for `Votes.from_triplets`.
    truth : Truth
    """

    participants: Codes
    statements: Codes
    values: Signs
    truth: Truth

    @cached_property
    def votes(self) -> Votes:
        """What people said."""
        return Votes.from_triplets(self.participants, self.statements, self.values)

    @property
    def groups(self) -> Codes:
        """True group of each person (n_people,); -1 answers at random."""
        return self.truth.groups

    @property
    def n_groups(self) -> int:
        """True number of groups; 1 for one spread of views."""
        return self.truth.n_groups

    @property
    def n_people(self) -> int:
        """Number of people."""
        return len(self.truth.groups)

    @property
    def n_statements(self) -> int:
        """Number of statements."""
        return len(self.truth.liked)

    def __len__(self) -> int:
        return len(self.values)

    def chances(self, people: ArrayLike, statements: ArrayLike) -> Floats:
        """True P(agree | agree or disagree) for pairs of person and statement, shape (n_pairs,)."""
        return self.truth.chances(people, statements)

    def followed_by(self, later: Planted) -> Planted:
        """These votes and then the `later` ones of the same conversation, with the later truth."""
        return Planted(
            np.concatenate([self.participants, later.participants]),
            np.concatenate([self.statements, later.statements]),
            np.concatenate([self.values, later.values]),
            later.truth,
        )

    def taken(self, order: NDArray[np.int64]) -> Planted:
        """The votes at these indices, in this order, with the same truth."""
        return Planted(self.participants[order], self.statements[order], self.values[order], self.truth)
