"""Conversations whose truth is known, because it was planted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from deliberation import Votes

Chances = NDArray[np.float64]


def answered(chances: Chances, rng: np.random.RandomState, votes_each: int, passing: float = 0.05) -> Votes:
    """Everyone answers `votes_each` statements drawn by lot, agreeing with chance `chances` (people, statements)."""
    n, m = chances.shape
    asked = np.concatenate([rng.choice(m, votes_each, replace=False) for _ in range(n)])
    people = np.repeat(np.arange(n), votes_each)
    said = np.where(rng.rand(len(people)) < chances[people, asked], 1, -1)
    said[rng.rand(len(people)) < passing] = 0
    return Votes.from_triplets(people, asked, said)


def camps(k: int, seed: int, n: int = 240, m: int = 60) -> tuple[Votes, NDArray[np.int64]]:
    """k camps, each with its own rate of agreeing with each statement; returns the camp of each person too."""
    rng = np.random.RandomState(seed)
    camp = np.arange(n) % k
    rates = rng.beta(0.5, 0.5, (k, m))
    return answered(rates[camp], rng, votes_each=30), camp


def spread(shape: str, seed: int, n: int = 240, m: int = 60) -> Votes:
    """One continuum of views along two axes: "normal", "uniform" or "lopsided"."""
    rng = np.random.RandomState(seed)
    draws = {
        "normal": rng.standard_normal((n, 2)),
        "uniform": rng.uniform(-1.7, 1.7, (n, 2)),
        "lopsided": rng.exponential(1.0, (n, 2)) - 1.0,
    }
    logits = rng.standard_normal(m) + draws[shape] @ (1.3 * rng.standard_normal((2, m)))
    return answered(expit(logits), rng, votes_each=30)


def everyone_says(values: list[int], n: int) -> Votes:
    """n people who all give the same answers."""
    m = len(values)
    return Votes.from_triplets(np.repeat(np.arange(n), m), np.tile(np.arange(m), n), values * n)
