"""Is there really a gap between two groups, or was one spread of views cut in two?

Silverman's test (1981, "Using kernel density estimates to investigate multimodality"): widen the smoothing until the
density along the line between the groups has one hill; if samples from that one-hill density would rarely need so
much smoothing, the two hills are real. It knows no shape of the spread, so a uniform or lopsided one is not cut.
"""

from __future__ import annotations

import numpy as np

from deliberation.votes import Floats

GRID = 128
DRAWS = 200
BISECTIONS = 12


def gap_p_value(places: Floats, rng: np.random.RandomState) -> float:
    """How often one hill would look as split as `places` (n,) do: small means a real gap."""
    spread = float(places.std())
    if len(places) < 4 or spread == 0:
        return 1.0
    scaled = np.sort((places - places.mean()) / spread)
    width = critical_width(scaled)
    if width == 0:
        return 1.0
    # Silverman's rescaling keeps the smoothed sample's variance at 1.
    drawn = rng.choice(scaled, (DRAWS, len(scaled))) + width * rng.standard_normal((DRAWS, len(scaled)))
    drawn /= np.sqrt(1 + width**2)
    split = sum(hills(sample, width) > 1 for sample in drawn)
    return (split + 1) / (DRAWS + 1)


def critical_width(places: Floats) -> float:
    """The least smoothing at which `places` (n,), in standard deviations, show one hill."""
    low, high = 0.0, 4.0
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if hills(places, middle) > 1 else (low, middle)
    return high


def hills(places: Floats, width: float) -> int:
    """Local maxima of the kernel density of `places` (n,) smoothed by `width`."""
    edges = np.linspace(-6, 6, GRID + 1)
    counts = np.histogram(np.clip(places, -5.99, 5.99), edges)[0]
    steps = (np.arange(GRID)[:, None] - np.arange(GRID)[None, :]) * (12 / GRID)
    density = np.exp(-0.5 * (steps / max(width, 1e-3)) ** 2) @ counts
    rise = np.sign(np.diff(np.round(density, 9)))
    rise = rise[rise != 0]
    return int(np.count_nonzero((rise[:-1] > 0) & (rise[1:] < 0))) if len(rise) > 1 else 1
