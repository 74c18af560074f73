"""Is there really a gap between two groups, or was one spread of views cut in two?

Two densities of people along a line are compared, free of any shape that could be named, each person blurred by their
own error (nonparametric maximum likelihood: Kiefer and Wolfowitz 1956). One may rise to a single peak, wherever it
likes, and then fall; by Khintchine's theorem (1938) that is a mixture of uniform densities that all reach to the peak.
The other may do so twice, with a peak at each group. So a uniform or lopsided spread is not cut for its shape. What two
peaks explain beyond one is the evidence for a gap.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from deliberation.likelihood import Single
from deliberation.votes import Floats

POINTS = 40
# Where the ends of the line lie, as a share of its length, beyond the middle 98 % of well-known people.
BEYOND = 0.15
STEPS = 80
# Ten steps that gain less log-likelihood than this are the last.
STILL = 1e-3
# A single peak is looked for on every so many points, then between.
COARSE = 5


def gap_evidence(said: Floats, certainty: Floats, peaks: tuple[float, float]) -> float:
    """By how much two peaks explain people better than one, in units of log-likelihood; 0 or above.

    Parameters
    ----------
    said, certainty : (n,)
        Unbiased guesses of where people stand on a line, and 1 / variance of each.
    peaks : (float, float)
        Where the two groups have their middle.
    """
    if len(said) < 4:
        return 0.0
    known = certainty >= np.median(certainty) / 2
    low, high = np.quantile(said[known], [0.01, 0.99])
    line = np.linspace(low - BEYOND * (high - low), high + BEYOND * (high - low), POINTS)
    # Single precision: its error is far below a thousandth of the evidence.
    likelihood = (np.exp(-certainty[:, None] * (line - said[:, None]) ** 2 / 2) + 1e-12).astype(np.float32)
    upto = np.pad(np.cumsum(likelihood, axis=1), ((0, 0), (1, 0)))

    def falling_from(peak: int) -> Single:
        """Likelihood (n, POINTS) of the uniform densities between a peak and every point."""
        ends = np.arange(POINTS)
        first, last = np.minimum(ends, peak), np.maximum(ends, peak)
        return np.asarray((upto[:, last + 1] - upto[:, first]) / (last - first + 1), dtype=np.float32)

    @cache
    def one_peak(peak: int) -> float:
        return _best_fit(falling_from(peak))

    best = max(range(COARSE // 2, POINTS, COARSE), key=one_peak)
    near = range(max(best - COARSE // 2, 0), min(best + COARSE // 2 + 1, POINTS))
    both = [falling_from(int(np.abs(line - peak).argmin())) for peak in peaks]
    return max(_best_fit(np.hstack(both)) - max(one_peak(peak) for peak in near), 0.0)


def _best_fit(likelihood: Single) -> float:
    """The greatest log-likelihood of a mixture of the columns of `likelihood` (n, k), by EM."""
    shares = np.full(likelihood.shape[1], 1 / likelihood.shape[1], dtype=np.float32)
    former = -np.inf
    for step in range(STEPS):
        explained = likelihood @ shares
        shares *= (1 / explained @ likelihood) / len(likelihood)
        if step % 10 == 9:
            now = _loglik(explained)
            if now - former < STILL:
                break
            former = now
    return _loglik(likelihood @ shares)


def _loglik(explained: Single) -> float:
    return float(np.log(explained).sum(dtype=np.float64))
