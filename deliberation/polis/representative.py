"""What Polis says of statements: typical of a group, shared by everybody, shared across groups.

Counts of people who answered (n) include passes. Rates are smoothed by one agreement and one disagreement. Each z test
is one-sided at 10 %, with one added to every count; nothing corrects for testing every statement, group and side.

red-dwarf 0.4.0 has the same formulas with the threshold 1.28155 in place of 1.2816. Where a group has representative
statements but none of them is a best agreement, its list stays empty.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deliberation.votes import Floats, Ints, Votes

SIGNIFICANT = 1.2816
MOST_LISTED = 5
AGREE, DISAGREE = 0, 1


@dataclass(frozen=True, eq=False)
class Sides:
    """Who agreed and who disagreed, by statement and group.

    Attributes
    ----------
    statements : tuple of ids
    counts : (2, n_statements, n_groups)
        Agreements, then disagreements.
    totals : (n_statements, n_groups)
        Everybody who answered, passes included.
    """

    statements: tuple[Hashable, ...]
    counts: Ints
    totals: Ints

    @classmethod
    def of(cls, votes: Votes, groups: Ints, n_groups: int) -> Sides:
        """Count the votes of people by `groups` (n_participants,); those in -1 are not counted."""
        own = np.asarray(groups, dtype=np.int64)[votes.rows]
        shape = (votes.n_statements, n_groups)
        cell = votes.columns.astype(np.int64) * n_groups + own

        def counted(chosen: NDArray[np.bool_]) -> Ints:
            return np.bincount(cell[chosen], minlength=shape[0] * shape[1]).reshape(shape)

        inside = own >= 0
        counts = np.stack([counted(inside & (votes.values == side)) for side in (1, -1)])
        return cls(votes.statements, counts, counted(inside))


@dataclass(frozen=True, eq=False)
class Evidence:
    """Each (2, n_statements, n_groups), agreement first.

    Attributes
    ----------
    rates : smoothed share of the group on this side
    rate_tests : z of this share against one half
    ratios : the rate over that of all other groups together
    ratio_tests : z of the group's share against the others'
    """

    rates: Floats
    rate_tests: Floats
    ratios: Floats
    ratio_tests: Floats

    @classmethod
    def of(cls, sides: Sides) -> Evidence:
        """Rates and tests of every group and side."""
        counts, totals = sides.counts, sides.totals
        other_counts = counts.sum(axis=2, keepdims=True) - counts
        other_totals = totals.sum(axis=1, keepdims=True) - totals
        rates = smoothed_rate(counts, totals)
        return cls(
            rates,
            one_proportion_z(counts, totals),
            rates / smoothed_rate(other_counts, other_totals),
            two_proportion_z(counts, totals, other_counts, other_totals),
        )


@dataclass(frozen=True)
class Typical:
    """A statement that stands for a group: side +1 it agrees, -1 it disagrees.

    `count` of `total` people in the group are on this side; the figures are those of `Evidence`. `best_agree` marks the
    one put first because it is the best agreement.
    """

    statement: Hashable
    group: int
    side: int
    count: int
    total: int
    rate: float
    rate_test: float
    ratio: float
    ratio_test: float
    best_agree: bool


@dataclass(frozen=True)
class Majority:
    """A statement most of everybody agree with (side +1) or reject (-1); the figures are those of `Evidence`."""

    statement: Hashable
    side: int
    count: int
    total: int
    rate: float
    rate_test: float


def smoothed_rate(counts: ArrayLike, totals: ArrayLike) -> Floats:
    """(n_a + 1) / (n + 2).

    >>> smoothed_rate(3, 4).round(4), smoothed_rate(0, 0)
    (np.float64(0.6667), np.float64(0.5))
    """
    rates: Floats = (np.asarray(counts) + 1) / (np.asarray(totals) + 2)
    return rates


def one_proportion_z(counts: ArrayLike, totals: ArrayLike) -> Floats:
    """z of counts / totals against one half, one added to both: 2 sqrt(n + 1) ((n_a + 1) / (n + 1) - 1/2).

    >>> one_proportion_z(3, 3), one_proportion_z(0, 8)
    (np.float64(2.0), np.float64(-2.3333333333333335))
    """
    n = np.asarray(totals) + 1
    z: Floats = 2 * np.sqrt(n) * ((np.asarray(counts) + 1) / n - 0.5)
    return z


def two_proportion_z(counts: ArrayLike, totals: ArrayLike, other_counts: ArrayLike, other_totals: ArrayLike) -> Floats:
    """z of one share against another, pooled, one added to all four counts; 0 where everybody is on this side.

    >>> two_proportion_z(7, 7, 1, 7).round(4), two_proportion_z(3, 3, 4, 4)
    (np.float64(3.0984), np.float64(0.0))
    """
    n, other_n = np.asarray(totals) + 1, np.asarray(other_totals) + 1
    hits, other_hits = np.asarray(counts) + 1, np.asarray(other_counts) + 1
    pooled = (hits + other_hits) / (n + other_n)
    variance = pooled * (1 - pooled) * (1 / n + 1 / other_n)
    gap = hits / n - other_hits / other_n
    z: Floats = np.where(variance > 0, gap / np.sqrt(np.where(variance > 0, variance, 1.0)), 0.0)[()]
    return z


def representative(sides: Sides) -> tuple[tuple[Typical, ...], ...]:
    """For each group one to five statements: the best agreement, then the others by ratio * z * rate * z.

    A statement qualifies if on one side both its z are above 1.2816, and is told on the side with the larger z against
    the others: a best agreement held no more here than elsewhere counts as a disagreement by this rule. Of the five,
    agreements come before disagreements. If none qualifies, only the best agreement is told; failing that the one with
    the largest z against the others, which the group need not have answered.
    """
    evidence = Evidence.of(sides)
    n_groups: int = sides.totals.shape[1]
    if not sides.statements:
        return ((),) * n_groups
    return tuple(_of_group(sides, evidence, g) for g in range(n_groups))


def _of_group(sides: Sides, evidence: Evidence, g: int) -> tuple[Typical, ...]:
    against = evidence.ratio_tests[:, :, g]
    direction = np.where(against[AGREE] > against[DISAGREE], AGREE, DISAGREE)
    every = np.arange(len(direction))
    passing = ((evidence.rate_tests[:, :, g] > SIGNIFICANT) & (against > SIGNIFICANT)).any(axis=0)
    best = _best_agreement(sides, evidence, g)
    if passing.any():
        metric = _metric(evidence)[direction, every, g]
        ranked = np.flatnonzero(passing)[np.argsort(-metric[passing], kind="stable")].tolist()
        chosen = [*([] if best is None else [best]), *(s for s in ranked if s != best)][:MOST_LISTED]
        chosen.sort(key=lambda s: direction[s])
    else:
        chosen = [int(against.max(axis=0).argmax()) if best is None else best]
    return tuple(_typical(sides, evidence, g, s, int(direction[s]), s == best) for s in chosen)


def _metric(evidence: Evidence) -> Floats:
    return evidence.ratios * evidence.ratio_tests * evidence.rates * evidence.rate_tests


def _best_agreement(sides: Sides, evidence: Evidence, g: int) -> int | None:
    """The agreement to put first, or None.

    It is sought in the order of the statements, each against the best so far: by the full metric once that is held
    more by this group than by others, by rate * z until then.
    """
    full = _metric(evidence)[AGREE, :, g].tolist()
    plain = (evidence.rates * evidence.rate_tests)[AGREE, :, g].tolist()
    ratio = evidence.ratios[AGREE, :, g]
    good = (evidence.rate_tests[AGREE, :, g] > SIGNIFICANT) | ((ratio > 1) & (evidence.rates[AGREE, :, g] > 0.5))
    best: int | None = None
    for s in np.flatnonzero(sides.counts[:, :, g].any(axis=0)).tolist():
        if best is None:
            best = s if good[s] else None
        else:
            measure = full if ratio[best] > 1 else plain
            best = s if measure[s] > measure[best] else best
    return best


def _typical(sides: Sides, evidence: Evidence, g: int, s: int, kind: int, first: bool) -> Typical:
    return Typical(
        statement=sides.statements[s],
        group=g,
        side=1 if kind == AGREE else -1,
        count=int(sides.counts[kind, s, g]),
        total=int(sides.totals[s, g]),
        rate=float(evidence.rates[kind, s, g]),
        rate_test=float(evidence.rate_tests[kind, s, g]),
        ratio=float(evidence.ratios[kind, s, g]),
        ratio_test=float(evidence.ratio_tests[kind, s, g]),
        best_agree=first,
    )


def majorities(everyone: Sides) -> tuple[Majority, ...]:
    """Polis' consensus list: at most five agreements, then at most five rejections, by rate * z.

    `everyone` has one group: all participants, in the conversation or not. Listed if z is above 1.2816; the rate, which
    Polis asks to be above 1/2, then always is.
    """
    found: list[Majority] = []
    rates = smoothed_rate(everyone.counts, everyone.totals)[:, :, 0]
    tests = one_proportion_z(everyone.counts, everyone.totals)[:, :, 0]
    for kind, side in ((AGREE, 1), (DISAGREE, -1)):
        listed = np.flatnonzero(tests[kind] > SIGNIFICANT)
        ranked = listed[np.argsort(-(rates[kind] * tests[kind])[listed], kind="stable")]
        for s in ranked[:MOST_LISTED].tolist():
            count, total = int(everyone.counts[kind, s, 0]), int(everyone.totals[s, 0])
            rate, test = float(rates[kind, s]), float(tests[kind, s])
            found.append(Majority(everyone.statements[s], side, count, total, rate, test))
    return tuple(found)


def group_aware_consensus(sides: Sides) -> Floats:
    """The product over groups of the smoothed rate of agreement, shape (n_statements,).

    It falls with every further group; a group that never saw the statement contributes one half. red-dwarf 0.4.0 also
    gives the product for disagreement.
    """
    product: Floats = smoothed_rate(sides.counts[AGREE], sides.totals).prod(axis=1)
    return product
