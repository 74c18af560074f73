"""Polis' principal components, without the dense matrix, and where people and statements stand on them.

Polis (Small et al. 2021, "Polis: Scaling deliberation by mapping high dimensional opinion spaces") fills each
missing vote with its statement's mean and centres. After centring a filled cell is exactly 0, so its components are
the right singular vectors of the *sparse* matrix of residuals: the same answer in O(votes) memory.

Polis finds the components by power iteration, above 10,000 people on samples of them; red-dwarf 0.4.0 by scikit-learn's
PCA, which is approximate above 500 rows or columns. Here they are exact at every size. Polis and red-dwarf set a
statement taken out by moderation to 0 for everybody; here its votes are left out before `Votes` is made.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.linalg import svds

from deliberation.votes import Floats, Ints, Votes

# Below this many cells a dense decomposition is quicker than ARPACK, and always defined.
DENSE_CELLS = 40_000
# An axis that carries a smaller share of the first one's size is rounding, not opinion.
LEAST_SIZE = 1e-9
# The picture has two axes, and groups are drawn in it.
PICTURE = 2


@dataclass(frozen=True, eq=False)
class PolisAxes:
    """Statement means (n_statements,), axes (rank, n_statements) and people's scores (n_participants, rank)."""

    means: Floats
    axes: Floats
    scores: Floats

    def positions(self, per_participant: Ints) -> Floats:
        """Where people stand, shape (n_participants, rank): p_i = sqrt(S / max(n_i, 1)) * sum_j (x_ij - mean_j) axis_j.

        The sum runs over the votes cast. `per_participant` (n_participants,) is n_i, passes included; S is the number
        of statements. The root draws out those who answered little, whom the filled-in means hold at the centre.
        """
        scale = np.sqrt(len(self.means) / np.maximum(per_participant, 1))
        return self.scores * scale[:, None]

    def statement_positions(self) -> Floats:
        """Where somebody would stand who agreed with this one statement, shape (n_statements, rank)."""
        positions: Floats = np.sqrt(len(self.means)) * ((1 - self.means) * self.axes).T
        return positions

    def extremity(self) -> Floats:
        """Distance of each statement's position from the centre of the picture, shape (n_statements,)."""
        distance: Floats = np.linalg.norm(self.statement_positions()[:, :PICTURE], axis=1)
        return distance

    def facing(self, others: PolisAxes, columns: Ints) -> PolisAxes:
        """The same axes, each turned to the side of the corresponding axis of `others`.

        `columns` (n_statements,) is the column of each statement in `others`, -1 where it has none. Power iteration
        begun at the previous components keeps their side in this way, and the picture is not mirrored.
        """
        shared, rank = columns >= 0, min(len(self.axes), len(others.axes))
        likeness = np.einsum("rs,rs->r", self.axes[:rank, shared], others.axes[:rank, columns[shared]])
        signs = np.ones(len(self.axes))
        signs[:rank] = np.where(likeness < 0, -1.0, 1.0)
        return PolisAxes(self.means, self.axes * signs[:, None], self.scores * signs)


def polis_axes(votes: Votes, rank: int = PICTURE) -> PolisAxes:
    """The leading principal axes after mean imputation.

    `rank` is lowered where the votes do not carry as many. Scores are not scaled by the number of votes.

    >>> votes = Votes.from_triplets([1, 1, 2, 2], ["a", "b", "a", "b"], [1, -1, -1, 1])
    >>> found = polis_axes(votes, rank=1)
    >>> abs(found.scores).round(3).tolist(), abs(found.positions(votes.per_participant())).round(3).tolist()
    ([[1.414], [1.414]], [[1.414], [1.414]])
    """
    seen = np.maximum(votes.per_statement(), 1)
    means = np.bincount(votes.columns, votes.values, votes.n_statements) / seen
    residual = votes.matrix(votes.values - means[votes.columns])
    _, sizes, axes = leading_left_and_right(residual, rank)
    axes = axes[sizes > LEAST_SIZE * sizes.max(initial=1e-300)]
    return PolisAxes(means, axes, residual @ axes.T)


def leading_left_and_right(matrix: csr_array, rank: int) -> tuple[Floats, Floats, Floats]:
    """The first `rank` singular triplets, largest first: left vectors as columns, values, right vectors as rows.

    Each right vector has a fixed sign, so the answer is the same every time.
    """
    smaller = min(matrix.shape)
    rank = min(rank, smaller)
    if matrix.shape[0] * matrix.shape[1] <= DENSE_CELLS or rank >= smaller:
        left, sizes, right = np.linalg.svd(matrix.toarray(), full_matrices=False)
        left, sizes, right = left[:, :rank], sizes[:rank], right[:rank]
    elif not matrix.count_nonzero():
        # ARPACK refuses a matrix of zeros.
        left, sizes, right = np.zeros((matrix.shape[0], rank)), np.zeros(rank), np.zeros((rank, matrix.shape[1]))
    else:
        # A fixed start makes ARPACK repeatable; sines have no symmetry a vote matrix could share.
        start = np.sin(np.arange(1.0, smaller + 1.0))
        left, sizes, right = svds(matrix, k=rank, v0=start, solver="arpack")
        left, sizes, right = left[:, ::-1], sizes[::-1], right[::-1]
    signs = upright(right)
    return left * signs, sizes, right * signs[:, None]


def upright(vectors: Floats) -> Floats:
    """+1 or -1 for each row, such that its entries then sum to at least 0.

    >>> upright(np.array([[-3.0, 1.0], [2.0, 1.0]])).tolist()
    [-1.0, 1.0]
    """
    signs: Floats = np.where(vectors.sum(axis=1) < 0, -1.0, 1.0)
    return signs


def places_of(ids: tuple[Hashable, ...], among: tuple[Hashable, ...]) -> Ints:
    """Index of each of `ids` in `among`, -1 where it is not there; shape (len(ids),).

    >>> places_of(("a", "c"), ("b", "c")).tolist()
    [-1, 1]
    """
    place = {one: index for index, one in enumerate(among)}
    return np.array([place.get(one, -1) for one in ids], dtype=np.int64)
