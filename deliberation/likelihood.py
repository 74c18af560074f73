"""The likelihood of votes given log-odds, and its slopes, computed a block of people at a time.

Log-odds come from one dense product per block, of which the seen cells are picked: on conversations that people
really have (one cell in ten to fifty seen) that is several times quicker than fetching two factors for every vote.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from deliberation.votes import Floats, Votes

Single = NDArray[np.float32]
Places = NDArray[np.int64]
Real = TypeVar("Real", np.float32, np.float64)

# A pass counts as half an agreement with this weight; chosen by hiding votes of ten real conversations.
PASS_WEIGHT = 0.2
# Cells of a block's dense product: 2 MB in single precision, which stays in a processor's cache.
BLOCK_CELLS = 1 << 19


@dataclass(frozen=True, eq=False)
class Observed:
    """The votes that enter the likelihood, the share of agreement they stand for, and their weight: (n_votes,) each."""

    votes: Votes
    target: Single
    weight: Single

    @classmethod
    def of(cls, votes: Votes) -> Observed:
        """Agree counts as 1, disagree as 0, pass as 1/2 with weight PASS_WEIGHT.

        Passes of a person who only ever passed count for nothing: they tell of no view, not of a middling one.
        """
        passes = np.where(votes.per_participant(opinions_only=True) == 0, 0.0, PASS_WEIGHT).astype(np.float32)
        weight = np.where(votes.values == 0, np.repeat(passes, np.diff(votes.starts)), np.float32(1))
        target = (votes.values.astype(np.float32) + 1) / 2
        return cls(votes, target.astype(np.float32), weight)


def blocks_of_people(votes: Votes) -> Iterator[tuple[int, int]]:
    """First and last of each block of participants."""
    size = max(1, BLOCK_CELLS // max(votes.n_statements, 1))
    return ((first, min(first + size, votes.n_participants)) for first in range(0, votes.n_participants, size))


@dataclass(frozen=True, eq=False)
class Block:
    """A block of people: their votes, and where the seen cells lie in its dense product (n_votes,)."""

    first: int
    last: int
    seen: Observed
    cells: Places

    @classmethod
    def of(cls, votes: Votes, first: int, last: int) -> Block:
        """The block of participants `first` up to `last`."""
        own = votes.between(first, last)
        rows = np.repeat(np.arange(last - first) * votes.n_statements, np.diff(own.starts))
        return cls(first, last, Observed.of(own), rows + own.columns)

    def logits(self, people: NDArray[Real], statements: NDArray[Real]) -> NDArray[Real]:
        """Log-odds (n_votes,) of `people` (block, k) against `statements` (n_statements, k)."""
        return np.take(people @ statements.T, self.cells)


def chances_and_losses(logits: NDArray[Real], seen: Observed) -> tuple[NDArray[Real], NDArray[Real]]:
    """Chance of agreeing and weighted cross-entropy of each vote, (n_votes,) each."""
    small = np.exp(-np.abs(logits))
    chances = np.where(logits >= 0, 1, small) / (1 + small)
    losses = seen.weight * (np.maximum(logits, 0) + np.log(1 + small) - seen.target * logits)
    return chances, losses


@dataclass(frozen=True, eq=False)
class Slopes:
    """The likelihood of all votes as a function of left (n_participants, k) and right (n_statements, k) factors."""

    blocks: tuple[Block, ...]

    @classmethod
    def of(cls, votes: Votes) -> Slopes:
        """Prepare for many evaluations on the same votes."""
        return cls(tuple(Block.of(votes, first, last) for first, last in blocks_of_people(votes)))

    def loss_and_slopes(self, left: Single, right: Single) -> tuple[float, Floats, Floats]:
        """Loss, its slope by `left` and its slope by `right`, for log-odds left @ right.T."""
        loss, by_left, by_right = 0.0, np.zeros(left.shape), np.zeros(right.shape)
        for block in self.blocks:
            people, seen = left[block.first : block.last], block.seen
            chances, losses = chances_and_losses(block.logits(people, right), seen)
            slope = seen.votes.matrix(seen.weight * (chances - seen.target))
            loss += float(losses.sum(dtype=np.float64))
            by_left[block.first : block.last] = slope @ right
            by_right += slope.T @ people
        return loss, by_left, by_right
