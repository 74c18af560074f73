"""Is there really a gap between two groups, or was one spread of views cut in two?

Two densities of people along a line are compared, both free of any shape that could be named (nonparametric maximum
likelihood: Kiefer and Wolfowitz 1956), each person blurred by their own error. One may do what it likes. The other
may rise to one peak and then fall, whatever its form: by Khintchine's theorem (1938) it is a mixture of uniform
densities that all reach to the peak. So a uniform or lopsided spread is not cut for its shape. What the free density
explains beyond the one-peaked one is the evidence for a gap.
"""

from __future__ import annotations

import numpy as np

from deliberation.votes import Floats, Ints

POINTS = 40
# Where the ends of the line lie, as a share of its length, beyond the middle 98 % of well-known people.
BEYOND = 0.15
FREE_STEPS, PEAKED_STEPS = 150, 60
# Ten steps that gain less log-likelihood than this are the last.
STILL = 1e-3
# Peaks are looked for on every so many points, then between.
COARSE = 5


def gap_evidence(said: Floats, certainty: Floats, weights: Floats) -> float:
    """By how much two peaks explain people better than one, in units of log-likelihood; 0 or above.

    Parameters
    ----------
    said, certainty : (n,)
        Unbiased guesses of where people stand on a line, and 1 / variance of each.
    weights : (n,)
        By how much each person counts.
    """
    if len(said) < 4:
        return 0.0
    known = certainty >= np.median(certainty) / 2
    low, high = np.quantile(said[known], [0.01, 0.99])
    line = np.linspace(low - BEYOND * (high - low), high + BEYOND * (high - low), POINTS)
    likelihood = np.exp(-certainty[:, None] * (line - said[:, None]) ** 2 / 2) + 1e-12
    free = _best_fit(likelihood, weights, FREE_STEPS)
    upto = np.concatenate([np.zeros((len(said), 1)), np.cumsum(likelihood, axis=1)], axis=1)
    tried: dict[int, float] = {}

    def peaked(peak: int) -> float:
        if peak not in tried:
            ends = np.arange(POINTS)
            first, last = np.minimum(ends, peak), np.maximum(ends, peak)
            uniforms = (upto[:, last + 1] - upto[:, first]) / (last - first + 1)
            tried[peak] = _best_fit(uniforms, weights, PEAKED_STEPS)
        return tried[peak]

    best = max(range(COARSE // 2, POINTS, COARSE), key=peaked)
    near: Ints = np.arange(max(best - COARSE // 2, 1), min(best + COARSE // 2 + 1, POINTS - 1))
    return max(free - max(peaked(int(peak)) for peak in (best, *near.tolist())), 0.0)


def _best_fit(likelihood: Floats, weights: Floats, steps: int) -> float:
    """The greatest weighted log-likelihood of a mixture of the columns of `likelihood` (n, k), by EM."""
    shares = np.full(likelihood.shape[1], 1 / likelihood.shape[1])
    total, former = weights.sum(), -np.inf
    for step in range(steps):
        explained = likelihood @ shares
        shares = shares * (weights / explained @ likelihood) / total
        if step % 10 == 9:
            now = float(weights @ np.log(explained))
            if now - former < STILL:
                break
            former = now
    return float(weights @ np.log(likelihood @ shares))
