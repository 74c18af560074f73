"""People whose other acts are copies of each other's, beyond popularity and shared opinion.

The odds that somebody's acts were copied, with a few slips, from a given other, against acting on their own, are an
e-value while they act on their own. The mean over everybody they may have copied is one too, and the e-BH procedure
(Wang & Ramdas, 2022) adjusts for testing everybody, whatever depends on what. What people do on their own is a mixture
of a few camps, learnt from all; the camp that makes the acts likeliest counts, which errs towards honest people.
"""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.special import logsumexp

from moderation.coordination.acts import Floats, Ints, Table
from moderation.coordination.findings import Evidence, Finding, Kind, Sign

FEWEST_ACTS = 4
FEWEST_PEOPLE = 4
SLIP = 0.08
CAMPS = 6
# A smaller share of people is no camp: copies must not pass for an opinion.
LEAST_CAMP = 0.03
SURE = 0.95
# Acts shared, of all that either did, from which two people are near copies.
NEAR = 0.7
LEARN_FROM = 4_000
ROUNDS = 25
MOST_ITEMS = 1_500
BLOCK = 1_000
SIGNIFICANT = 3.0
CAMP_SHARE = 0.1


def pattern_findings(table: Table, level: float) -> list[Finding]:
    """Groups with copied acts, the largest first."""
    rows = np.array([n for n, other in enumerate(table.others) if other and len(other) >= FEWEST_ACTS], dtype=np.int64)
    if len(rows) < FEWEST_PEOPLE:
        return []
    has = _matrix([table.others[row] or frozenset() for row in rows])
    camps = _camps(has)
    first, second, evidence = _pairs(has, camps)
    means = (_sums(second, evidence, len(rows))) / max(len(rows) - 1, 1)
    q_values = _adjusted(means)
    named = q_values <= level
    tied = named[first] & named[second] & (evidence >= np.log(len(rows) / level))
    graph = coo_array((np.ones(int(tied.sum())), (first[tied], second[tied])), shape=(len(rows), len(rows)))
    count, part = connected_components(graph, directed=False)
    large = np.flatnonzero(np.bincount(part, minlength=count) >= FEWEST_PEOPLE)
    found = [_finding(table, rows, np.flatnonzero(part == one), has, camps, q_values) for one in large]
    return sorted(found, key=lambda one: -len(one.members))


def _matrix(acts: list[frozenset[Hashable]]) -> Floats:
    """Who did what (people, items), the items most people did."""
    counts: dict[Hashable, int] = {}
    for own in acts:
        for item in own:
            counts[item] = counts.get(item, 0) + 1
    kept = sorted(counts, key=lambda item: -counts[item])[:MOST_ITEMS]
    place = {item: column for column, item in enumerate(kept)}
    has = np.zeros((len(acts), len(kept)), dtype=np.float64)
    for row, own in enumerate(acts):
        has[row, [place[item] for item in own if item in place]] = 1
    return has


def _camps(has: Floats) -> Floats:
    """How likely each item is in each camp (camps, items): a mixture of Bernoullis by EM, starting at fixed seeds."""
    rng = np.random.RandomState(0)
    _, once = np.unique(has, axis=0, return_index=True)
    learn = has[np.sort(rng.choice(once, min(LEARN_FROM, len(once)), replace=False))]
    heard = _weights(learn)
    overall = (heard @ learn + 0.5) / (heard.sum() + 1)
    if len(learn) < 50:
        alone: Floats = np.clip(overall, 1e-5, SURE)[None]
        return alone
    weights = rng.dirichlet(np.full(CAMPS, 0.3), len(learn))
    for _ in range(ROUNDS):
        weights *= heard[:, None]
        weights = weights[:, weights.sum(axis=0) >= LEAST_CAMP * heard.sum()]
        size = weights.sum(axis=0)
        rates = np.clip((weights.T @ learn + 10 * overall) / (size[:, None] + 10), 1e-5, SURE)
        fit = _own(learn, rates) + np.log(size)
        weights = np.exp(fit - logsumexp(fit, axis=1, keepdims=True))
    known: Floats = np.vstack([overall.clip(1e-5, SURE), rates])
    return known


def _weights(has: Floats) -> Floats:
    """How much everybody is learnt from: near copies together as one, unless so many are alike that it is a camp."""
    small, sizes = has.astype(np.float32), has.sum(axis=1)
    alike = np.zeros(len(has))
    for start in range(0, len(has), BLOCK):
        both = small[start : start + BLOCK] @ small.T
        either = sizes[start : start + BLOCK, None] + sizes - both
        alike[start : start + BLOCK] = (both >= NEAR * either).sum(axis=1)
    weights: Floats = np.where(alike > CAMP_SHARE * len(has), 1.0, 1 / alike)
    return weights


def _own(has: Floats, rates: Floats) -> Floats:
    """Log chance of everybody's acts in each camp (people, camps)."""
    chances: Floats = has @ (np.log(rates) - np.log1p(-rates)).T + np.log1p(-rates).sum(axis=1)
    return chances


def _pairs(has: Floats, camps: Floats) -> tuple[Ints, Ints, Floats]:
    """Who (second) may have copied whom (first), and the log odds of it."""
    anew = SLIP * camps.mean(axis=0)
    shared = (has * np.log((1 - SLIP) / (SLIP * anew))).astype(np.float32)
    copied = has @ np.log(anew) - has @ np.log1p(-anew) + np.log1p(-anew).sum() - _own(has, camps).max(axis=1)
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


def _finding(table: Table, rows: Ints, members: Ints, has: Floats, camps: Floats, q_values: Floats) -> Finding:
    """The group in numbers: acts most of them share, and how many of these somebody on their own would share."""
    own = has[members]
    common = own.mean(axis=0) > 0.5
    camp = _own(own, camps).sum(axis=0).argmax()
    expected = float(camps[camp][common].sum())
    worst = float(q_values[members].max())
    sign = Evidence(Sign.COPIED, int(np.median(own[:, common].sum(axis=1))), int(common.sum()), expected, worst)
    people = tuple(table.people[row] for row in rows[members])
    return Finding(Kind.PATTERN, people[0], people, (sign,), worst)
