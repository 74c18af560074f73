"""What people do on their own: a mixture of a few camps, learnt from everybody, near copies as one."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import logsumexp

from moderation.coordination.acts import Floats, Ints

CAMPS = 6
# A smaller share of people is no camp: copies must not pass for an opinion.
LEAST_CAMP = 0.03
SURE = 0.95
RAREST = 1e-5
# Acts shared, of all that either did, from which two people are near copies.
NEAR = 0.7
LEARN_FROM = 4_000
ROUNDS = 25
MOST_ITEMS = 1_500
BLOCK = 1_000
CAMP_SHARE = 0.1


@dataclass(frozen=True)
class Ballots:
    """Who did what: `has` (people, items) of 0 and 1, and which thing each item is about (items,).

    Two answers to one statement are two items about one thing, and nobody gives both.
    """

    has: Floats
    thing: Ints

    def of(self, rows: Ints) -> Ballots:
        return replace(self, has=self.has[rows])

    def chances(self, rates: Floats) -> Floats:
        """Log chance (people, camps) of everybody's acts where each camp does the items at `rates` (camps, items)."""
        sums = np.zeros((len(rates), int(self.thing.max()) + 1))
        for camp, own in enumerate(rates):
            sums[camp] = np.bincount(self.thing, own)
        kept = np.minimum(sums, 1 - (1 - SURE) / 2)
        nothing = np.log1p(-kept)
        scaled = rates * (kept / sums)[:, self.thing]
        log_chances: Floats = self.has @ (np.log(scaled) - nothing[:, self.thing]).T + nothing.sum(axis=1)
        return log_chances


def ballots_of(acts: Sequence[frozenset[Hashable]]) -> Ballots:
    """The acts as a table, of the items most people did. A pair is a thing and the answer to it."""
    counts: dict[Hashable, int] = {}
    for own in acts:
        for item in own:
            counts[item] = counts.get(item, 0) + 1
    kept = sorted(counts, key=lambda item: (-counts[item], repr(item)))[:MOST_ITEMS]
    place = {item: column for column, item in enumerate(kept)}
    has = np.zeros((len(acts), len(kept)), dtype=np.float64)
    for row, own in enumerate(acts):
        has[row, [place[item] for item in own if item in place]] = 1
    things: dict[Hashable, int] = {}
    about = [item[0] if isinstance(item, tuple) and len(item) == 2 else item for item in kept]
    return Ballots(has, np.array([things.setdefault(thing, len(things)) for thing in about], dtype=np.int64))


def camps_of(ballots: Ballots) -> Floats:
    """How likely each item is for everybody and in each camp (1 + camps, items): EM from fixed seeds."""
    rng = np.random.RandomState(0)
    _, once = np.unique(ballots.has, axis=0, return_index=True)
    learn = ballots.of(np.sort(rng.choice(once, min(LEARN_FROM, len(once)), replace=False)))
    heard = _weights(learn.has)
    overall = np.clip((heard @ learn.has + 0.5) / (heard.sum() + 1), RAREST, SURE)
    if len(learn.has) < 50:
        alone: Floats = overall[None]
        return alone
    weights = rng.dirichlet(np.full(CAMPS, 0.3), len(learn.has))
    for _ in range(ROUNDS):
        weights *= heard[:, None]
        weights = weights[:, weights.sum(axis=0) >= LEAST_CAMP * heard.sum()]
        size = weights.sum(axis=0)
        rates = np.clip((weights.T @ learn.has + 10 * overall) / (size[:, None] + 10), RAREST, SURE)
        fit = learn.chances(rates) + np.log(size)
        weights = np.exp(fit - logsumexp(fit, axis=1, keepdims=True))
    known: Floats = np.vstack([overall, rates])
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
