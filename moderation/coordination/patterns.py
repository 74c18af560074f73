"""People whose other acts are copies of each other's, beyond popularity and shared opinion.

The odds that somebody's acts were copied, with a few slips, from a given other, against acting on their own, are an
e-value while they act on their own. The mean over everybody they may have copied is one too, and the e-BH procedure
(Wang & Ramdas, 2022) adjusts for testing everybody, whatever depends on what. What people do on their own is a mixture
of a few camps, learnt from all; the camp that makes the acts likeliest counts, which errs towards honest people.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from moderation.coordination.acts import Floats, Ints, Table
from moderation.coordination.ballots import BLOCK, CAMP_SHARE, Ballots, ballots_of, camps_of
from moderation.coordination.findings import Evidence, Finding, Kind, Sign

FEWEST_ACTS = 4
FEWEST_PEOPLE = 4
SLIP = 0.08
SIGNIFICANT = 3.0


def pattern_findings(table: Table, level: float) -> list[Finding]:
    """Groups with copied acts, the largest first."""
    rows = np.array([n for n, other in enumerate(table.others) if other and len(other) >= FEWEST_ACTS], dtype=np.int64)
    if len(rows) < FEWEST_PEOPLE:
        return []
    ballots = ballots_of([table.others[row] or frozenset() for row in rows])
    camps = camps_of(ballots)
    first, second, evidence = _pairs(ballots, camps)
    means = (_sums(second, evidence, len(rows))) / max(len(rows) - 1, 1)
    q_values = _adjusted(means)
    named = q_values <= level
    tied = named[first] & named[second] & (evidence >= np.log(len(rows) / level))
    graph = coo_array((np.ones(int(tied.sum())), (first[tied], second[tied])), shape=(len(rows), len(rows)))
    count, part = connected_components(graph, directed=False)
    large = np.flatnonzero(np.bincount(part, minlength=count) >= FEWEST_PEOPLE)
    found = [_finding(table, rows, np.flatnonzero(part == one), ballots, camps, q_values) for one in large]
    return sorted(found, key=lambda one: -len(one.members))


def _pairs(ballots: Ballots, camps: Floats) -> tuple[Ints, Ints, Floats]:
    """Who (second) may have copied whom (first), and the log odds of it."""
    has, anew = ballots.has, SLIP * camps.mean(axis=0)
    own = ballots.chances(camps).max(axis=1)
    shared = (has * np.log((1 - SLIP) / (SLIP * anew))).astype(np.float32)
    copied = ballots.chances(anew[None])[:, 0] - own
    missing = has.sum(axis=1) * np.log(SLIP)
    found: list[tuple[Ints, Ints, Floats]] = []
    others = has.astype(np.float32).T
    for start in range(0, len(has), BLOCK):
        odds = shared[start : start + BLOCK] @ others
        odds += (missing[start : start + BLOCK, None] + copied).astype(np.float32)
        odds[np.arange(len(odds)), start + np.arange(len(odds))] = -np.inf
        odds[(odds >= SIGNIFICANT).sum(axis=1) > max(CAMP_SHARE * len(has), 50)] = -np.inf
        one, other = np.nonzero(odds >= SIGNIFICANT)
        found.append((one + start, other, odds[one, other].astype(np.float64)))
    first, second, evidence = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return first, second, evidence


def _sums(ends: Ints, evidence: Floats, size: int) -> Floats:
    """Sums of the odds by end; bounded so that they stay finite."""
    sums: Floats = np.bincount(ends, np.exp(np.minimum(evidence, 600.0)), size).astype(np.float64)
    return sums


def _adjusted(e_values: Floats) -> Floats:
    """q-values (n,) by e-BH."""
    order = np.argsort(-e_values, kind="stable")
    with np.errstate(divide="ignore"):
        ranked = len(e_values) / (e_values[order] * np.arange(1, len(e_values) + 1))
    q_values = np.empty(len(e_values))
    q_values[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    return q_values


def _finding(table: Table, rows: Ints, members: Ints, ballots: Ballots, camps: Floats, q_values: Floats) -> Finding:
    """The group in numbers: acts most of them share, and how many of these somebody on their own would share."""
    own = ballots.has[members]
    common = own.mean(axis=0) > 0.5
    camp = ballots.of(members).chances(camps).sum(axis=0).argmax()
    expected = float(camps[camp][common].sum())
    worst = float(q_values[members].max())
    sign = Evidence(Sign.COPIED, int(np.median(own[:, common].sum(axis=1))), int(common.sum()), expected, worst)
    people = tuple(table.people[row] for row in rows[members])
    return Finding(Kind.PATTERN, people[0], people, (sign,), worst)
