"""Probabilities under honest behaviour. Each errs towards honest people: where they may differ from one another in
ways nobody knows, the tail is that of a mixture, which is heavier."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import bdtrc, betaln, chdtrc, gammaln, pdtrc

from moderation.coordination.acts import Floats

SMALLEST = 1e-300


def share_tail(passing: int, of: int, share: float, alike: float) -> float:
    """Chance that at least `passing` of `of` pass, each with `share` on average.

    `alike` is the correlation between two of them: members of an honest group are more like each other than like
    everybody (beta-binomial; Williams, 1975).

    >>> share_tail(10, 10, 0.5, 0.0) == 0.5 ** 10
    True
    >>> 0.01 < share_tail(10, 10, 0.5, 0.1) < 0.05
    True
    """
    share = min(max(share, 1e-6), 1 - 1e-9)
    if alike <= 0:
        return _positive(bdtrc(passing - 1, of, share)) if passing > 0 else 1.0
    total = 1 / alike - 1
    ours, others = share * total, (1 - share) * total
    many = np.arange(passing, of + 1)
    ways = gammaln(of + 1) - gammaln(many + 1) - gammaln(of - many + 1)
    tail = ways + betaln(many + ours, of - many + others) - betaln(ours, others)
    return _positive(min(float(np.exp(tail).sum()), 1.0))


def count_tail(count: int, expected: float) -> float:
    """Chance of at least `count` where `expected` is the most that honest behaviour explains on average (Poisson)."""
    return _positive(pdtrc(count - 1, max(expected, 1e-9))) if count > 0 else 1.0


def size_tail(count: int, expected: float) -> float:
    """The same where the mean itself differs from one to the next as much as an exponential (geometric)."""
    return _positive((1 + 1 / max(expected, 1e-9)) ** -count)


def together(p_values: Sequence[float]) -> float:
    """One p-value from independent ones (Fisher, 1932); 1 from none.

    >>> round(together([0.01, 0.01]), 5)
    0.00102
    """
    if not p_values:
        return 1.0
    statistic = -2 * float(np.log(np.maximum(p_values, SMALLEST)).sum())
    return _positive(chdtrc(2 * len(p_values), statistic))


def q_values(p_values: Sequence[float]) -> Floats:
    """Benjamini & Hochberg (1995): listing those up to q, the expected share of false ones is at most q.

    >>> q_values([0.001, 0.5, 0.02]).round(3).tolist()
    [0.003, 0.5, 0.03]
    """
    found = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(-found, kind="stable")
    ranks = np.arange(len(found), 0, -1)
    adjusted = np.empty(len(found))
    adjusted[order] = np.minimum(np.minimum.accumulate(found[order] * len(found) / ranks), 1.0)
    return adjusted


def _positive(chance: float) -> float:
    return float(max(chance, SMALLEST))
