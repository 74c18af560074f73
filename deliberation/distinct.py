"""How many distinct groups there are - if any. "None" is a normal answer: many conversations are one spread of views.

A mixture of clouds that takes each person's error into account proposes groups. Clouds between which there is no gap
are then put together, the least parted first (Hennig 2010, "Methods for merging Gaussian mixture components"). What
is left are groups, if at least between two of them the gap is beyond doubt. The levels were set on planted
conversations, spreads among them, and measured on others: docs/consensus-map.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from deliberation.mixture import Mixture, Signals, fit_mixture, signals_of
from deliberation.placing import Placed, inverses
from deliberation.unimodal import gap_evidence
from deliberation.votes import Floats

MOST_GROUPS = 5
MOST_CLOUDS = 6
AXES = 4
SMALLEST_GROUP = 5
SMALLEST_SHARE = 0.08
# A mixture whose criterion is so much worse ends the search for larger ones.
FAR = 10.0
# Evidence below which two clouds are one, in units of log-likelihood.
NO_GAP = 0.4
# At least one gap must show this much evidence, and this much for each person beside it: with very many people even
# the small crowding that the model itself makes at the ends of a scale would count as certain.
REAL_GAP = 2.8
REAL_GAP_EACH = 0.006
# A map that people know changes its number of groups only on so many times the evidence, and keeps it on as much less.
STEADIER = 1.5
# People who belong to two clouds with less than this together are not asked about the gap between them.
HARDLY = 0.05


@dataclass(frozen=True, eq=False)
class Cloud:
    """Some clouds of a mixture put together: mean (d,), covariance (d, d), everybody's share (n,)."""

    mean: Floats
    covariance: Floats
    shares: Floats

    @property
    def size(self) -> float:
        """People in it."""
        return float(self.shares.sum())

    def with_other(self, other: Cloud) -> Cloud:
        """Both as one."""
        own = self.size / (self.size + other.size)
        apart = self.mean - other.mean
        between = own * (1 - own) * np.outer(apart, apart)
        covariance = own * self.covariance + (1 - own) * other.covariance + between
        return Cloud(own * self.mean + (1 - own) * other.mean, covariance, self.shares + other.shares)


@dataclass(frozen=True)
class Gap:
    """The evidence for a gap between two groups, and between how many people it was looked for."""

    evidence: float
    people: float

    @property
    def certainty(self) -> float:
        """1 where it is just beyond doubt, more where it is clearer."""
        return self.evidence / max(REAL_GAP, REAL_GAP_EACH * self.people)


@dataclass(frozen=True, eq=False)
class Line:
    """People placed with a prior of this covariance (d, d), seen along lines given in the coordinates of clouds."""

    placed: Placed
    prior: Floats
    back: Floats

    def along(self, direction: Floats) -> tuple[Floats, Floats]:
        """What the votes alone say of everybody's place along a direction, and how certain it is: (n,) each."""
        line = self.back @ direction
        line /= np.linalg.norm(line)
        doubts = np.einsum("i,nij,j->n", line, self.placed.covariances, line)
        certainty = np.maximum(1 / doubts - 1 / float(line @ self.prior @ line), 1e-3 / doubts)
        return self.placed.places @ line / doubts / certainty, certainty


def find_number(placed: Placed, precision: Floats, rng: np.random.RandomState, former: int | None = None) -> int:
    """As many groups among `placed` people as the evidence carries; 1 if it carries no distinction.

    `precision` (d, d) is that of the prior they were placed with; `former` is the number the map had before.
    """
    signals = signals_of(placed, precision, AXES)
    line = Line(placed, inverses(precision), signals.back)
    weakest = dict(weakest_gaps(line, _likeliest(signals, rng)))
    return number_of_groups(weakest, former)


def number_of_groups(weakest: dict[int, Gap], former: int | None = None) -> int:
    """What the `weakest` gap between so many clouds, from many to two, says of the number of groups."""
    if former is None:
        return _number(weakest, 1.0)
    clearly = _number(weakest, STEADIER)
    if clearly > former:
        return clearly
    still = _number({k: gap for k, gap in weakest.items() if k <= former}, 1 / STEADIER)
    return former if still == former else _number(weakest, 1.0) if former > 1 else 1


def _number(weakest: dict[int, Gap], strictness: float) -> int:
    """The most groups between which all gaps are gaps and one is beyond doubt; 1 where there are none."""
    found = next((k for k, gap in weakest.items() if gap.evidence >= strictness * NO_GAP and k <= MOST_GROUPS), 1)
    clearest = max((gap.certainty for k, gap in weakest.items() if k <= found), default=0.0)
    return found if clearest >= strictness else 1


def weakest_gaps(line: Line, mixture: Mixture) -> Iterator[tuple[int, Gap]]:
    """Put the least parted two clouds together until one is left: the number of them before, and their gap."""
    clouds = [Cloud(mean, mixture.covariance, own) for mean, own in zip(mixture.means, mixture.shares.T, strict=True)]
    gaps = {(a, b): gap_between(line, a, b) for a, b in combinations(clouds, 2)}
    while gaps:
        (a, b), gap = min(gaps.items(), key=lambda item: item[1].evidence)
        yield len(clouds), gap
        clouds = [one for one in clouds if one not in (a, b)]
        merged = a.with_other(b)
        gaps = {pair: gap for pair, gap in gaps.items() if a not in pair and b not in pair}
        gaps |= {(one, merged): gap_between(line, one, merged) for one in clouds}
        clouds.append(merged)


def _likeliest(signals: Signals, rng: np.random.RandomState) -> Mixture:
    """The mixture with the best criterion; none larger is tried once two in a row were worse, or one by far."""
    tried: list[Mixture] = []
    for k in range(1, min(MOST_CLOUDS, len(np.unique(signals.places.round(5), axis=0))) + 1):
        tried.append(fit_mixture(signals, k, rng))
        worse = [one.criterion > former.criterion for former, one in pairwise(tried)]
        if worse[-2:] == [True, True] or (k > 2 and tried[-1].criterion > tried[-2].criterion + FAR):
            break
    return min(tried, key=lambda one: one.criterion)


def gap_between(people: Line, one: Cloud, other: Cloud) -> Gap:
    """The evidence for a gap along the line that parts two clouds best (Fisher 1936); none where one is too small."""
    both = one.shares + other.shares
    if min(one.size, other.size) < max(SMALLEST_GROUP, SMALLEST_SHARE * len(both)):
        return Gap(0.0, float(both.sum()))
    pooled = (one.size * one.covariance + other.size * other.covariance) / (one.size + other.size)
    said, certainty = people.along(inverses(pooled) @ (one.mean - other.mean))
    peaks = _middle(said, certainty * one.shares), _middle(said, certainty * other.shares)
    asked = both > HARDLY
    evidence = gap_evidence(said[asked], certainty[asked], both[asked], peaks)
    return Gap(evidence, float(both.sum()))


def _middle(said: Floats, weights: Floats) -> float:
    return float(weights @ said / weights.sum())
