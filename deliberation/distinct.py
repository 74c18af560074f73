"""How many distinct groups there are - if any. "None" is a normal answer: many conversations are one spread of views.

A number of groups must win on an information criterion, and between its groups there must be real gaps: at least one
deep and certain, and none that may well be a cut through one hill. The levels were set on planted conversations,
spreads among them, and measured on others: docs/consensus-map.md.
"""

from __future__ import annotations

import numpy as np
from sklearn.mixture import GaussianMixture

from deliberation.continuum import Gap, gap_along
from deliberation.groups import Groups, draw_groups, squares
from deliberation.votes import Floats

MOST_GROUPS = 5
SMALLEST_GROUP = 5
SMALLEST_SHARE = 0.04
# A gap is real if one hill would look as split less often than this, and its floor lies this low.
REAL_P = 0.05
REAL_FLOOR = 0.65
# Two neighbours are but a cut through one hill if one hill looks as split more often than this. Laxer levels find more
# planted groups, but on real conversations they come and go with a tenth of the votes.
ONE_HILL_P = 0.2


def find_groups(places: Floats, rng: np.random.RandomState) -> Groups:
    """As many groups of `places` (n, d) as the evidence carries; one if it carries no distinction."""
    drawn = {k: draw_groups(places, k, rng) for k in range(1, MOST_GROUPS + 1)}
    scores = {k: criterion(places, groups) for k, groups in drawn.items() if _large_enough(places, groups, k)}
    for k in sorted(scores, key=scores.__getitem__):
        if k == 1:
            break
        gaps = gaps_between(places, drawn[k], rng)
        real = any(gap.p_value <= REAL_P and gap.floor <= REAL_FLOOR for gap in gaps)
        if real and all(gap.p_value <= ONE_HILL_P for gap in gaps):
            return drawn[k]
    return drawn[1]


def _large_enough(places: Floats, groups: Groups, k: int) -> bool:
    least = max(SMALLEST_GROUP, SMALLEST_SHARE * len(places))
    return groups.count == k and bool(np.bincount(groups.nearest(places), minlength=k).min() >= least)


def criterion(places: Floats, groups: Groups) -> float:
    """Bayesian information criterion (Schwarz 1978), lower is better, of a normal mixture begun at these groups.

    All parts share one covariance, so that a dense middle of a single spread is not taken for a group of its own.
    """
    mixture = GaussianMixture(
        groups.count,
        covariance_type="tied",
        means_init=groups.centres,
        weights_init=np.full(groups.count, 1 / groups.count),
        reg_covar=1e-3 * float(places.var(axis=0).mean()) + 1e-9,
        max_iter=500,
        random_state=0,
    )
    return float(mixture.fit(places).bic(places))


def gaps_between(places: Floats, groups: Groups, rng: np.random.RandomState) -> list[Gap]:
    """The gap between every group and its nearest neighbour, along the line through their centres."""
    labels = groups.nearest(places)
    apart = squares(groups.centres, groups.centres) + np.diag(np.full(groups.count, np.inf))
    pairs = sorted({(min(g, h), max(g, h)) for g, h in enumerate(apart.argmin(axis=1).tolist())})
    gaps = []
    for g, h in pairs:
        line = groups.centres[h] - groups.centres[g]
        both = places[(labels == g) | (labels == h)] @ line
        ends = groups.centres[g] @ line, groups.centres[h] @ line
        gaps.append(gap_along(both, (float(ends[0]), float(ends[1])), rng))
    return gaps
