"""Polis' axes without the dense matrix, and where people and statements stand on them."""

from math import sqrt

import numpy as np
import pytest

from deliberation import Votes
from deliberation.polis import PolisAxes, leading_left_and_right, polis_axes
from deliberation.polis.axes import DENSE_CELLS
from tests.deliberation.conversations import camps, everyone_says

# Votes +1 +1, -1 -1, +1 and -1 on two statements: both means are 0, and the squares sum to [[4, 2], [2, 2]], whose
# first eigenvector is (1, (sqrt(5) - 1) / 2).
FOUR = Votes.from_triplets([1, 1, 2, 2, 3, 4], ["s", "t", "s", "t", "s", "s"], [1, 1, -1, -1, 1, -1])
GOLDEN = (sqrt(5) - 1) / 2
AXIS = np.array([1, GOLDEN]) / sqrt(1 + GOLDEN**2)


def dense_positions(votes: Votes) -> np.ndarray:
    """Positions by the definition: fill in the means, decompose, project the votes cast, scale."""
    filled = np.tile(np.bincount(votes.columns, votes.values) / votes.per_statement(), (votes.n_participants, 1))
    means = filled[0].copy()
    filled[votes.rows, votes.columns] = votes.values
    axes = np.linalg.svd(filled - filled.mean(axis=0), full_matrices=False)[2][:2]
    places = np.zeros((votes.n_participants, 2))
    np.add.at(places, votes.rows, ((votes.values - means[votes.columns]) * axes[:, votes.columns]).T)
    places *= np.sqrt(votes.n_statements / votes.per_participant())[:, None]
    return places


def mirrored_alike(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    return theirs * np.sign((ours * theirs).sum(axis=0))


def test_the_first_axis_is_the_one_computed_by_hand() -> None:
    assert polis_axes(FOUR).axes[0] == pytest.approx(AXIS)


def test_positions_are_drawn_out_by_the_root_of_the_share_of_unseen_statements() -> None:
    first = polis_axes(FOUR).positions(FOUR.per_participant())[:, 0]
    assert first == pytest.approx([AXIS.sum(), -AXIS.sum(), sqrt(2) * AXIS[0], -sqrt(2) * AXIS[0]])


def test_a_statement_stands_where_somebody_would_who_agreed_with_it_alone() -> None:
    found = polis_axes(FOUR)
    assert found.statement_positions()[:, 0] == pytest.approx(sqrt(2) * AXIS)
    # With both axes of two statements kept, a lone agreement with a statement of mean 0 lies sqrt(2) from the centre.
    assert found.extremity() == pytest.approx([sqrt(2), sqrt(2)])


def test_what_everybody_agrees_with_is_not_extreme() -> None:
    votes = Votes.from_triplets([1, 1, 2, 2], ["all", "half"] * 2, [1, 1, 1, -1])
    assert polis_axes(votes).extremity() == pytest.approx([0, sqrt(2)])


def test_extremity_is_that_of_the_picture_whatever_the_rank() -> None:
    votes, _ = camps(4, seed=0)
    assert polis_axes(votes, rank=8).extremity() == pytest.approx(polis_axes(votes, rank=2).extremity())


@pytest.mark.parametrize("n", [100, 900])
def test_sparse_positions_are_those_of_the_filled_in_matrix(n: int) -> None:
    votes, _ = camps(3, seed=1, n=n)
    assert (votes.n_participants * votes.n_statements > DENSE_CELLS) == (n == 900)
    ours = polis_axes(votes).positions(votes.per_participant())
    assert ours == pytest.approx(mirrored_alike(ours, dense_positions(votes)), abs=1e-9)


def test_votes_that_carry_one_axis_have_one() -> None:
    people, statements = np.repeat(np.arange(500), 100), np.tile(np.arange(100), 500)
    votes = Votes.from_triplets(people, statements, np.where((people < 200) == (statements < 30), 1, -1))
    assert polis_axes(votes, rank=4).axes.shape == (1, 100)


@pytest.mark.parametrize("n", [5, 1000])
def test_unanimous_votes_have_no_axis(n: int) -> None:
    votes = everyone_says([1] * 60 + [0, -1], n)
    found = polis_axes(votes)
    assert found.axes.shape == (0, 62)
    assert found.positions(votes.per_participant()).shape == (n, 0)
    assert found.extremity() == pytest.approx(np.zeros(62))


def test_a_large_matrix_of_zeros_has_singular_values_of_zero() -> None:
    votes = everyone_says([0] * 100, 500)
    assert leading_left_and_right(votes.matrix(np.zeros(len(votes))), 2)[1].tolist() == [0, 0]


def test_axes_are_turned_to_face_those_of_before() -> None:
    before = PolisAxes(np.zeros(3), np.array([[0.6, 0.8, 0.0], [0.0, 0.0, 1.0]]), np.zeros((2, 2)))
    now = PolisAxes(np.zeros(3), np.array([[0.0, -0.6, -0.8], [1.0, 0.0, 0.0]]), np.array([[1.0, 2.0], [3.0, 4.0]]))
    # The first statement of now is new; its second is the first of before, its third the second.
    turned = now.facing(before, np.array([-1, 0, 1]))
    assert turned.axes.tolist() == [[0.0, 0.6, 0.8], [1.0, 0.0, 0.0]]
    assert turned.scores.tolist() == [[-1.0, 2.0], [-3.0, 4.0]]
