"""A spread of views cut for reading: the same people, where they stand, and no evidence of groups."""

from __future__ import annotations

import random

import numpy as np
import pytest

from deliberation import OpinionMap, Votes


def _noise(people: int, seed: int = 1) -> Votes:
    """So many people who answer twelve statements at random."""
    rng = random.Random(seed)
    rows = [(person, one, rng.choice([1, -1])) for person in range(people) for one in range(12)]
    return Votes.from_triplets(*zip(*rows, strict=True))


def test_the_sides_part_the_people_of_one_spread() -> None:
    drawn = OpinionMap().fit(_noise(60))
    cut = drawn.sides_
    assert drawn.n_groups_ == 1
    assert sorted(np.unique(cut).tolist()) == [0, 1]
    assert (cut == 0).sum() >= (cut == 1).sum(), "0 is the larger one, on a first map"


def test_the_sides_of_a_cut_stand_on_two_sides() -> None:
    drawn = OpinionMap().fit(_noise(60))
    cut = drawn.sides_
    middles = [drawn.positions_[cut == side].mean(axis=0) for side in (0, 1)]
    spread = drawn.positions_.std(axis=0).max()
    assert np.linalg.norm(middles[0] - middles[1]) > spread


def test_who_is_in_no_group_is_on_no_side() -> None:
    votes = _noise(60)
    few = [(100, 0, 1), (101, 3, -1)]
    rows = [
        (votes.participants[r], votes.statements[c], int(v))
        for r, c, v in zip(votes.rows, votes.columns, votes.values, strict=True)
    ]
    drawn = OpinionMap().fit(Votes.from_triplets(*zip(*(rows + few), strict=True)))
    assert np.array_equal(drawn.sides_ == -1, drawn.groups_ == -1)
    assert (drawn.sides_ == -1).sum() == 2


@pytest.mark.parametrize("people", [0, 3])
def test_too_few_people_have_no_sides(people: int) -> None:
    votes = _noise(people) if people else Votes.from_triplets([], [], [])
    assert set(OpinionMap().fit(votes).sides_.tolist()) <= {-1}
