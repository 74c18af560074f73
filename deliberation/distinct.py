"""How many distinct groups there are - if any. "None" is a normal answer: many conversations are one spread of views.

Two questions, asked of different evidence. Into how many groups must people be cut to explain best what they answered?
And is there any gap between such groups, or was one spread of views cut? Groups are put together, the nearest first,
and the gaps between those that are put together add up: where there are several groups, several gaps speak for them
(Hennig 2010, "Methods for merging Gaussian mixture components"). The levels were set on planted conversations, spreads
among them, and measured on others: docs/consensus-map.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from deliberation.classes import Answers
from deliberation.groups import Groups, draw_groups
from deliberation.placing import Placed, inverses
from deliberation.unimodal import gap_evidence
from deliberation.votes import Bools, Floats, Ints, Votes

MOST_GROUPS = 5
SMALLEST_GROUP = 5
SMALLEST_SHARE = 0.08
# Least spread inside a group, as a share of the mean error.
LEAST_SPREAD = 0.02
# Evidence below which two groups are one, in units of log-likelihood: one spread, cut anywhere, can show so much.
NO_GAP = 0.5
# Beyond that all gaps together must show this much, and this much more for each person: with very many people even the
# small crowding that the model itself makes at the ends of a scale would count as certain.
REAL_GAPS = 1.8
REAL_GAPS_EACH = 0.005
# A map that people know changes its number of groups only on so many times the evidence, and keeps it on as much less.
STEADIER = 1.5
# And keeps it while another number of groups explains the votes by no more than this better, in log-likelihood.
ABOUT_AS_WELL = 10.0


@dataclass(frozen=True, eq=False)
class Crowd:
    """People seen as one group: mean (d,) and covariance (d, d) of their places, and who they are (n,)."""

    mean: Floats
    covariance: Floats
    members: Bools

    @property
    def size(self) -> int:
        """People in it."""
        return int(self.members.sum())

    def with_other(self, other: Crowd) -> Crowd:
        """Both as one."""
        own = self.size / (self.size + other.size)
        apart = self.mean - other.mean
        between = own * (1 - own) * np.outer(apart, apart)
        covariance = own * self.covariance + (1 - own) * other.covariance + between
        return Crowd(own * self.mean + (1 - own) * other.mean, covariance, self.members | other.members)

    def parting(self, other: Crowd) -> Floats:
        """The line (d,) that parts both best (Fisher 1936)."""
        pooled = (self.size * self.covariance + other.size * other.covariance) / (self.size + other.size)
        return inverses(pooled) @ (self.mean - other.mean)

    def distance(self, other: Crowd) -> float:
        """How far apart both are on that line, for their spread."""
        return float(self.parting(other) @ (self.mean - other.mean))


def find_number(
    votes: Votes, placed: Placed, precision: Floats, rng: np.random.RandomState, former: Groups | None = None
) -> int:
    """As many groups among `placed` people as the evidence carries; 1 if it carries no distinction.

    `votes` are those of the same people, `precision` (d, d) is that of the prior they were placed with, and `former`
    are the groups the map had before.
    """
    labels = best_cut(Answers.of(votes), placed.places, rng, former)
    gaps = dict(gaps_between(placed, inverses(precision), labels))
    return number_of_groups(gaps, len(labels), former.count if former else None)


def best_cut(answers: Answers, places: Floats, rng: np.random.RandomState, former: Groups | None = None) -> Ints:
    """The groups, two at least, that explain people's answers best: the group of each person (n,)."""
    tried: list[tuple[float, Ints]] = []
    for k in range(2, MOST_GROUPS + 1):
        known = former is not None and former.count == k
        labels = draw_groups(places, k, rng, former.centres if former and known else None).nearest(places)
        tried.append((answers.explained(labels) + ABOUT_AS_WELL * known, labels))
    return max(tried, key=lambda one: one[0])[1]


def number_of_groups(gaps: dict[int, float], people: int, former: int | None = None) -> int:
    """What the evidence for gaps, by the number of groups before two were put together, says of their number."""
    if former is None:
        return _number(gaps, people, 1.0)
    clearly = _number(gaps, people, STEADIER)
    if clearly > former:
        return clearly
    still = _number({k: gap for k, gap in gaps.items() if k <= former}, people, 1 / STEADIER)
    return former if still == former else _number(gaps, people, 1.0) if former > 1 else 1


def _number(gaps: dict[int, float], people: int, strictness: float) -> int:
    """The most groups of which the two nearest have a gap, if all gaps together are beyond doubt; else 1."""
    found = next((k for k, gap in gaps.items() if gap >= strictness * NO_GAP), 1)
    together = sum(max(gap - NO_GAP, 0.0) for k, gap in gaps.items() if k <= found)
    return found if together >= strictness * (REAL_GAPS + REAL_GAPS_EACH * people) else 1


def gaps_between(placed: Placed, prior: Floats, labels: Ints) -> Iterator[tuple[int, float]]:
    """Put two groups together until one is left: the number of groups before, and the evidence for a gap.

    They are the two nearest; but those too small to be a group come to their nearest before. `prior` (d, d) is the
    covariance of the prior people were placed with.
    """
    crowds = _crowds(placed, labels)
    while len(crowds) > 1:
        one, other = min(combinations(crowds, 2), key=lambda two: (not _too_small(*two), two[0].distance(two[1])))
        yield len(crowds), gap_between(placed, prior, one, other)
        crowds = [crowd for crowd in crowds if crowd not in (one, other)] + [one.with_other(other)]


def _crowds(placed: Placed, labels: Ints) -> list[Crowd]:
    """Each group with its own middle, and the spread that all groups have on average."""
    names, own = np.unique(labels, return_inverse=True)
    means = np.stack([placed.places[labels == name].mean(axis=0) for name in names])
    apart = placed.places - means[own]
    covariance = apart.T @ apart / len(apart) + LEAST_SPREAD * placed.covariances.mean(axis=0)
    return [Crowd(mean, covariance, labels == name) for mean, name in zip(means, names, strict=True)]


def _too_small(*crowds: Crowd) -> bool:
    """Whether one of the crowds is too small to be a group."""
    return any(one.size < max(SMALLEST_GROUP, SMALLEST_SHARE * len(one.members)) for one in crowds)


def gap_between(placed: Placed, prior: Floats, one: Crowd, other: Crowd) -> float:
    """The evidence for a gap along the line that parts two crowds best; none where one is too small."""
    if _too_small(one, other):
        return 0.0
    said, certainty = said_along(placed, prior, one.parting(other))
    peaks = tuple(float(np.average(said[c.members], weights=certainty[c.members])) for c in (one, other))
    both = one.members | other.members
    return gap_evidence(said[both], certainty[both], (peaks[0], peaks[1]))


def said_along(placed: Placed, prior: Floats, direction: Floats) -> tuple[Floats, Floats]:
    """What the votes alone say of everybody's place along a direction, and how certain it is: (n,) each."""
    line = direction / np.linalg.norm(direction)
    doubts = np.einsum("i,nij,j->n", line, placed.covariances, line)
    certainty = np.maximum(1 / doubts - 1 / float(line @ prior @ line), 1e-3 / doubts)
    return placed.places @ line / doubts / certainty, certainty
