"""Is there really a gap between two groups, or was one spread of views cut in two?

Silverman's test (1981, "Using kernel density estimates to investigate multimodality"): widen the smoothing until the
density along the line between the groups has one hill; if samples from that one-hill density would rarely need so
much smoothing, the two hills are real. It supposes no shape, so a uniform or lopsided spread is not cut for its shape.

A test grows certain of any dent once people are many, and the model itself crowds people a little at the ends of a
scale. So how deep the gap is counts too: the floor of the valley as a share of the lower hill.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deliberation.votes import Floats

# Densities are taken on this grid, in standard deviations.
EDGES = np.linspace(-6.0, 6.0, 129)
MIDDLES = (EDGES[1:] + EDGES[:-1]) / 2
DRAWS = 200
BISECTIONS = 12
WIDEST = 4.0


@dataclass(frozen=True)
class Gap:
    """How often one hill would look as split (`p_value`), and the valley's floor as a share of the lower hill."""

    p_value: float
    floor: float


def gap_along(places: Floats, ends: tuple[float, float], rng: np.random.RandomState) -> Gap:
    """The gap in `places` (n,) between two group centres at `ends`."""
    spread = float(places.std())
    if len(places) < 4 or spread == 0:
        return Gap(1.0, 1.0)
    scaled = np.sort((places - places.mean()) / spread)
    left, right = sorted((end - float(places.mean())) / spread for end in ends)
    return Gap(_p_value(scaled, rng), _floor(scaled, left, right))


def _p_value(scaled: Floats, rng: np.random.RandomState) -> float:
    width = critical_width(scaled)
    drawn = rng.choice(scaled, (DRAWS, len(scaled))) + width * rng.standard_normal((DRAWS, len(scaled)))
    # Smoothing widens a sample; Silverman shrinks it back to the variance it came from.
    drawn /= np.sqrt(1 + width**2)
    split = sum(hills(sample, width) > 1 for sample in drawn)
    return (split + 1) / (DRAWS + 1)


def _floor(scaled: Floats, left: float, right: float) -> float:
    quartiles = np.quantile(scaled, [0.25, 0.75])
    robust = float(quartiles[1] - quartiles[0]) / 1.34 or 1.0
    # Silverman's rule of thumb (1986, eq. 3.31).
    height = density(scaled, 0.9 * min(1.0, robust) * len(scaled) ** -0.2)
    middle = (left + right) / 2
    lower_hill = min(height[middle >= MIDDLES].max(), height[middle <= MIDDLES].max())
    between = height[(left <= MIDDLES) & (right >= MIDDLES)]
    return float(between.min() / lower_hill) if len(between) else 1.0


def critical_width(scaled: Floats) -> float:
    """The least smoothing at which `scaled` (n,), in standard deviations, shows one hill."""
    low, high = 0.0, WIDEST
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if hills(scaled, middle) > 1 else (low, middle)
    return high


def hills(scaled: Floats, width: float) -> int:
    """Local maxima of the kernel density of `scaled` (n,) smoothed by `width`.

    >>> hills(np.array([-1.0, -1.0, 1.0, 1.0]), 0.3), hills(np.array([-1.0, 1.0]), 2.0)
    (2, 1)
    """
    # Rounding keeps the flats far from everybody from counting as hills.
    rise = np.sign(np.diff(np.round(density(scaled, width), 9)))
    rise = rise[rise != 0]
    return int(np.count_nonzero((rise[:-1] > 0) & (rise[1:] < 0)))


def density(scaled: Floats, width: float) -> Floats:
    """Kernel density on the grid (128,), up to a factor."""
    counts = np.histogram(np.clip(scaled, -5.99, 5.99), EDGES)[0]
    steps = (MIDDLES[:, None] - MIDDLES[None, :]) / max(width, 1e-3)
    smoothed: Floats = np.exp(-0.5 * steps**2) @ counts
    return smoothed
