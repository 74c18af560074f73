"""How strongly the votes of two people speak for one having copied the other.

Evidence is a likelihood ratio. If k voted on their own, k's answer to statement j was x with chance p_kj(x). If k
copied i, it is i's answer, but for a share e of slips. Over the statements both answered, the product of

    (1 - e) / p_kj(x) + e    where k answers as i does,    e    where not

has expectation 1 while k votes on their own, whatever i does: an e-value (Vovk & Wang 2021). A likely answer shared
counts for almost nothing, an unlikely one for much. The ratio is averaged over small and large e, and taken in the
direction in which it is smaller, so both must be surprising.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from deliberation.votes import Floats, Ints, Votes

SLIPS = (0.02, 0.15)
# People compared with everybody at once, and pairs compared at once: bounds on memory.
BLOCK = 128
CHUNK = 50_000


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of people, by index, and the logarithm of their evidence; shapes (n_pairs,)."""

    first: Ints
    second: Ints
    evidence: Floats

    def where(self, kept: NDArray[np.bool_] | Ints) -> Pairs:
        """Some of the pairs."""
        return Pairs(self.first[kept], self.second[kept], self.evidence[kept])

    def at_least(self, least: float) -> Pairs:
        """The pairs with evidence of at least `least`."""
        return self.where(self.evidence >= least)

    def among(self, people: Ints) -> Pairs:
        """The same pairs, people numbered by their place in `people` (sorted, all of the pairs' in it)."""
        return Pairs(np.searchsorted(people, self.first), np.searchsorted(people, self.second), self.evidence)

    def graph(self, n: int) -> csr_array:
        """Both directions of each pair as a sparse matrix (n, n) of evidence."""
        ends = np.concatenate([self.first, self.second]), np.concatenate([self.second, self.first])
        return csr_array((np.tile(self.evidence, 2), ends), shape=(n, n))


@dataclass(frozen=True, eq=False)
class Shared:
    """Statements two people both answered: the pair, and the two votes, by index; shapes (n_shared,)."""

    pair: Ints
    one: Ints
    other: Ints


def every_pair(votes: Votes, chances: Floats, people: Ints, least: float) -> Pairs:
    """All pairs among `people` (sorted indices) with evidence of at least `least`."""
    found = []
    for start in range(0, len(people), BLOCK):
        block = people[start : start + BLOCK]
        table = _against(votes, chances, block)[people]
        second, first = np.nonzero((table >= least) & (people[:, None] > block))
        found.append(Pairs(block[first], people[second], table[second, first].astype(np.float64)))
    parts = ([getattr(one, name) for one in found] for name in ("first", "second", "evidence"))
    return Pairs(*map(np.concatenate, parts))


def pairs_with(votes: Votes, chances: Floats, sample: Ints, least: float, most: float) -> tuple[Pairs, Ints]:
    """Pairs of anybody with somebody of a random `sample`, and how many of the sample each person (n,) is alike.

    Alike is evidence of at least `least`. Who is alike more than the share `most` of the sample makes no pairs.
    """
    counts, keys = np.zeros(votes.n_participants, dtype=np.int64), [np.zeros(0, dtype=np.int64)]
    for start in range(0, len(sample), BLOCK):
        block = sample[start : start + BLOCK]
        like = _against(votes, chances, block) >= least
        often = like.sum(axis=1)
        counts += often
        one, place = np.nonzero(like & (often <= most * len(block))[:, None])
        keys.append(np.minimum(one, block[place]) * votes.n_participants + np.maximum(one, block[place]))
    found = np.unique(np.concatenate(keys))
    return these_pairs(votes, chances, *np.divmod(found, max(votes.n_participants, 1))), counts


def joined(some: Pairs, more: Pairs) -> Pairs:
    """The pairs of either, each once."""
    both = Pairs(
        np.concatenate([some.first, more.first]),
        np.concatenate([some.second, more.second]),
        np.concatenate([some.evidence, more.evidence]),
    )
    order = np.lexsort((both.second, both.first))
    same = (np.diff(both.first[order]) == 0) & (np.diff(both.second[order]) == 0)
    return both.where(order[np.concatenate([[True], ~same])[: len(order)]])


def _against(votes: Votes, chances: Floats, block: Ints) -> Floats:
    """Evidence of everybody paired with the people of `block`, shape (n_participants, len(block)); float32."""
    n, m = votes.shape
    cells = votes.rows, votes.columns + m * (votes.values.astype(np.int64) + 1)
    answers = csr_array((np.ones(len(votes), dtype=np.float32), cells), shape=(n, 3 * m))
    asked = votes.matrix(np.ones(len(votes), dtype=np.float32))
    same = answers @ answers[block].toarray().T
    differing = asked @ asked[block].toarray().T - same
    ratios = []
    for slips in SLIPS:
        surprise = csr_array((_gain(chances, slips).astype(np.float32), cells), shape=(n, 3 * m))
        copying = surprise @ answers[block].toarray().T
        copied = answers @ surprise[block].toarray().T
        ratios.append(np.minimum(copying, copied) + differing * np.float32(np.log(slips)))
    table: Floats = np.logaddexp(*ratios) - np.float32(np.log(2))
    table[block, np.arange(len(block))] = -np.inf
    return table


def these_pairs(votes: Votes, chances: Floats, first: Ints, second: Ints) -> Pairs:
    """The listed pairs with their evidence."""
    evidence = np.empty(len(first))
    for start in range(0, len(first), CHUNK):
        part = slice(start, start + CHUNK)
        both = shared(votes, first[part], second[part])
        n = len(first[part])
        same = votes.values[both.one] == votes.values[both.other]
        differing = np.bincount(both.pair[~same], minlength=n)
        ratios = []
        for slips in SLIPS:
            gain = np.where(same, _gain(chances, slips)[np.stack([both.one, both.other])], 0.0)
            directions = [np.bincount(both.pair, one, n) for one in gain]
            ratios.append(np.minimum(*directions) + differing * np.log(slips))
        evidence[part] = np.logaddexp(*ratios) - np.log(2)
    return Pairs(first, second, evidence)


def shared(votes: Votes, first: Ints, second: Ints) -> Shared:
    """The statements both people of each pair answered."""
    starts = np.searchsorted(votes.rows, np.arange(votes.n_participants + 1))
    lengths = (starts[1:] - starts[:-1])[first]
    pair = np.repeat(np.arange(len(first)), lengths)
    one = np.arange(len(pair)) - np.repeat(np.cumsum(lengths) - lengths, lengths) + starts[first][pair]
    # Votes are sorted by person and statement, so a vote is found by its key.
    keys = votes.rows.astype(np.int64) * votes.n_statements + votes.columns
    wanted = second[pair] * votes.n_statements + votes.columns[one]
    other = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    met = keys[other] == wanted
    return Shared(pair[met], one[met], other[met])


def one_of_each(alike: csr_array) -> NDArray[np.bool_]:
    """Who is kept if nobody kept may have a neighbour kept: of each neighbourhood the one with most neighbours."""
    kept = np.ones(alike.shape[0], dtype=bool)
    degrees = np.diff(alike.indptr)
    for one in np.argsort(-degrees, kind="stable")[: np.count_nonzero(degrees)]:
        if kept[one]:
            kept[alike.indices[alike.indptr[one] : alike.indptr[one + 1]]] = False
    return kept


def _gain(chances: Floats, slips: float) -> Floats:
    """What an answer given by both adds to the evidence that its giver copied it."""
    gain: Floats = np.log((1 - slips) / chances + slips)
    return gain
