"""The planted conversations that several tests share: clear enough that a right answer can be asked for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from deliberation import Votes, simulate
from deliberation.simulate import Codes, Planted


def camps(k: int, seed: int, n: int = 240, m: int = 60) -> tuple[Votes, Codes]:
    """k clear camps, each with its own rate of agreeing with each statement; returns the camp of each person too."""
    planted = planted_camps(k, seed, n, m)
    return planted.votes, planted.groups


def planted_camps(k: int, seed: int, n: int = 240, m: int = 60) -> Planted:
    """The same with the whole truth."""
    return simulate.camps(k, strength=0.5, n_people=n, n_statements=m, passing=0.05, random_state=seed)


def spread(shape: str, seed: int, n: int = 240, m: int = 60) -> Votes:
    """One continuum of views along two axes: one of `simulate.SHAPES`."""
    return simulate.spread(shape, n_people=n, n_statements=m, passing=0.05, random_state=seed).votes


def everyone_says(values: list[int], n: int) -> Votes:
    """n people who all give the same answers."""
    m = len(values)
    return Votes.from_triplets(np.repeat(np.arange(n), m), np.tile(np.arange(m), n), values * n)


def answered(chances: NDArray[np.float64], rng: np.random.RandomState, votes_each: int, passing: float = 0.05) -> Votes:
    """Everyone answers `votes_each` statements drawn by lot, agreeing with chance `chances` (people, statements)."""
    n, m = chances.shape
    asked = np.concatenate([rng.choice(m, votes_each, replace=False) for _ in range(n)])
    people = np.repeat(np.arange(n), votes_each)
    said = np.where(rng.rand(len(people)) < chances[people, asked], 1, -1)
    said[rng.rand(len(people)) < passing] = 0
    return Votes.from_triplets(people, asked, said)
