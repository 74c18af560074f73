"""Polis' principal components, without the dense matrix.

Polis (Small et al. 2021, "Polis: Scaling deliberation by mapping high dimensional opinion spaces") fills each
missing vote with its statement's mean and centres. After centring a filled cell is exactly 0, so its components are
the right singular vectors of the *sparse* matrix of residuals: the same answer in O(votes) memory.

Here it is the starting point of the factor model, and the rival it is measured against.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.linalg import svds

from deliberation.votes import Floats, Votes

# Below this many cells a dense decomposition is quicker than ARPACK, and always defined.
DENSE_CELLS = 40_000


@dataclass(frozen=True, eq=False)
class PolisAxes:
    """Statement means (n_statements,), axes (rank, n_statements) and people's scores (n_participants, rank)."""

    means: Floats
    axes: Floats
    scores: Floats


def polis_axes(votes: Votes, rank: int = 2) -> PolisAxes:
    """The leading principal axes after mean imputation.

    `rank` is lowered where the votes do not carry as many. Scores are not scaled by the number of votes.

    >>> votes = Votes.from_triplets([1, 1, 2, 2], ["a", "b", "a", "b"], [1, -1, -1, 1])
    >>> abs(polis_axes(votes, rank=1).scores).round(3).tolist()
    [[1.414], [1.414]]
    """
    seen = np.maximum(votes.per_statement(), 1)
    means = np.bincount(votes.columns, votes.values, votes.n_statements) / seen
    residual = votes.matrix(votes.values - means[votes.columns])
    axes = leading_left_and_right(residual, rank)[2]
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
