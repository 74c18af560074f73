"""Shares with the range they may lie in, and tests that stay honest when many are made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import binom, hypergeom

from deliberation.votes import Floats, Ints

# Two-sided 95 % of a normal distribution.
Z = 1.959964


@dataclass(frozen=True)
class Share:
    """`count` of `total`, and the 95 % interval (low, high) of the share it estimates."""

    count: int
    total: int
    low: float
    high: float

    @property
    def rate(self) -> float:
        """count / total; 0 where nobody was counted."""
        return self.count / self.total if self.total else 0.0


def share(count: int, total: int) -> Share:
    """A share with its Wilson interval, which stays inside 0 to 1 and is honest for few votes.

    >>> eight = share(8, 10)
    >>> eight.rate, round(eight.low, 2), round(eight.high, 2)
    (0.8, 0.49, 0.94)
    >>> share(0, 0)
    Share(count=0, total=0, low=0.0, high=1.0)
    """
    low, high = wilson(np.array([count]), np.array([total]))
    return Share(int(count), int(total), float(low[0]), float(high[0]))


def wilson(counts: Ints, totals: Ints) -> tuple[Floats, Floats]:
    """95 % score intervals (Wilson 1927) of counts / totals, any shape; 0 to 1 where the total is 0."""
    n = np.maximum(totals, 1)
    rates = counts / n
    middle = (rates + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z * np.sqrt(rates * (1 - rates) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)
    # Rounding may leave 1e-17 where the bound is exactly 0 or 1.
    low = np.where((totals == 0) | (counts == 0), 0.0, middle - half)
    high = np.where((totals == 0) | (counts == totals), 1.0, middle + half)
    return low, high


def least_difference(counts: Ints, totals: Ints, other_counts: Ints, other_totals: Ints) -> Floats:
    """Lower 95 % bound of counts/totals - other_counts/other_totals (Newcombe 1998, method 10)."""
    low, _ = wilson(counts, totals)
    _, other_high = wilson(other_counts, other_totals)
    rates = counts / np.maximum(totals, 1)
    other_rates = other_counts / np.maximum(other_totals, 1)
    bound: Floats = rates - other_rates - np.hypot(rates - low, other_high - other_rates)
    return bound


def more_than_half(counts: Ints, totals: Ints) -> Floats:
    """One-sided exact p-values that the true share is not above one half (binomial test)."""
    p: Floats = binom.sf(counts - 1, totals, 0.5)
    return p


def more_than_others(counts: Ints, totals: Ints, other_counts: Ints, other_totals: Ints) -> Floats:
    """One-sided exact p-values that the share is not above the others' (Fisher's test of two proportions)."""
    p: Floats = hypergeom.sf(counts - 1, totals + other_totals, counts + other_counts, totals)
    return p


def benjamini_hochberg(p_values: Floats) -> Floats:
    """Adjusted p-values (any shape): listing those up to q keeps the expected share of false ones at q.

    Benjamini & Hochberg (1995).

    >>> benjamini_hochberg(np.array([0.01, 0.04, 0.03, 0.5])).round(3).tolist()
    [0.04, 0.053, 0.053, 0.5]
    """
    flat = p_values.ravel()
    order = np.argsort(flat, kind="stable")
    ranked = flat[order] * len(flat) / np.arange(1, len(flat) + 1)
    adjusted = np.empty_like(flat)
    adjusted[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    return adjusted.reshape(p_values.shape)
