"""Pairs of people worth comparing, where there are too many to compare them all.

Min-wise hashing (Broder 1997) of who answered what: two people get the same minimum with the chance of how much of
their answers they share. An answer that many give is drawn less often, in proportion to its surprise, by an
exponential race (the minimum of exponentials with these rates falls on one of them in proportion to its rate).
Minima are compared in bands (Leskovec, Rajaraman & Ullman 2020, "Mining of Massive Datasets", chapter 3).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from deliberation.codes import Codes
from deliberation.votes import Floats, Ints, Votes

# Of two people who share 70 % of their answers' surprise, 98 in 100 meet in a band; of two who share 20 %, 1 in 100.
BANDS = 24
PER_BAND = 5
# In a crowd of equals each is compared with so many, other ones in each band: enough to connect it.
NEIGHBOURS = 4
MIXER = 0x9E3779B97F4A7C15
SMALLEST_RATE = 1e-9


def candidate_pairs(votes: Votes, surprise: Floats, people: Ints) -> tuple[Ints, Ints]:
    """Pairs (first < second) of `people`, by index, whose answers are largely the same.

    `surprise` (n_votes,) is the weight of each answer, the same for everybody who gives it. Memory grows with the
    number of people, not of pairs.
    """
    rng = np.random.RandomState(0)
    own = np.isin(votes.rows, people)
    rows, answers = votes.rows[own], 3 * votes.columns[own] + votes.values[own] + 1
    rate = np.full(3 * votes.n_statements, SMALLEST_RATE)
    rate[answers] = np.maximum(surprise[own], SMALLEST_RATE)
    voters, starts = np.unique(rows, return_index=True)
    found = [np.zeros(0, dtype=np.int64)]
    for _ in range(BANDS if len(voters) else 0):
        band = np.zeros(len(voters), dtype=np.uint64)
        for _ in range(PER_BAND):
            race = np.argsort(np.argsort(rng.standard_exponential(len(rate)) / rate))
            first = np.minimum.reduceat(race[answers], starts).astype(np.uint64)
            # Wraps around: a hash of the minima, not a number.
            band = band * np.uint64(MIXER) + first
        found.append(_neighbours(band, voters, votes.n_participants, rng))
    keys = np.unique(np.concatenate(found))
    return keys // votes.n_participants, keys % votes.n_participants


def _neighbours(band: NDArray[np.uint64], people: Codes, n: int, rng: np.random.RandomState) -> Ints:
    """People of the same band a few places apart in a random order, as keys first * n + second."""
    order = np.lexsort((rng.permutation(len(band)), band))
    keys = []
    for step in range(1, NEIGHBOURS + 1):
        one, other = order[:-step], order[step:]
        met = band[one] == band[other]
        ends = people[one[met]].astype(np.int64), people[other[met]].astype(np.int64)
        keys.append(np.minimum(*ends) * n + np.maximum(*ends))
    return np.concatenate(keys)
