"""Votes are read exactly, or refused by row."""

import numpy as np
import pytest

from deliberation import Votes


def test_the_last_vote_of_a_pair_counts() -> None:
    votes = Votes.from_triplets(["a", "b", "a", "a"], [1, 1, 1, 1], [1, 1, -1, 0])
    assert votes.participants == ("a", "b")
    assert votes.values.tolist() == [0, 1]


@pytest.mark.parametrize("bad", [2, -2, 0.5, "1", None, float("nan")])
def test_a_value_that_is_no_vote_is_refused_by_its_row(bad: object) -> None:
    with pytest.raises(ValueError, match="row 1: a vote is -1, 0 or 1"):
        Votes.from_triplets([1, 2], [1, 1], [1, bad])


def test_an_id_that_cannot_be_an_id_is_refused_by_its_row() -> None:
    with pytest.raises(ValueError, match=r"row 1: .* cannot be a participant id"):
        Votes.from_triplets(["a", ["b"]], [1, 1], [1, 1])
    with pytest.raises(ValueError, match="row 0: nan cannot be a statement id"):
        Votes.from_triplets([1], [float("nan")], [1])


def test_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="2 participants, 1 statements, 2 values"):
        Votes.from_triplets([1, 2], [1], [1, 1])


def test_arrays_and_lists_are_the_same_votes() -> None:
    listed = Votes.from_triplets([3, 1], [9, 9], [1, -1])
    arrays = Votes.from_triplets(np.array([3, 1]), np.array([9, 9]), np.array([1.0, -1.0]))
    assert listed.participants == arrays.participants == (1, 3)
    assert listed.values.tolist() == arrays.values.tolist() == [-1, 1]


def test_ids_of_mixed_kinds_and_any_size_have_one_order() -> None:
    ids = ["b", 2, ("x", 1), 2**70, "a"]
    forth = Votes.from_triplets(ids, [0] * 5, [1] * 5)
    back = Votes.from_triplets(ids[::-1], [0] * 5, [1] * 5)
    assert forth.participants == back.participants
    assert set(forth.participants) == set(ids)


def test_votes_cannot_be_changed_after_reading() -> None:
    votes = Votes.from_triplets([1], [1], [1])
    with pytest.raises(ValueError, match="read-only"):
        votes.values[0] = -1


def test_passes_are_votes_but_not_opinions() -> None:
    votes = Votes.from_triplets([1, 1, 2], ["a", "b", "a"], [1, 0, 0])
    assert votes.per_participant().tolist() == [2, 1]
    assert votes.per_participant(opinions_only=True).tolist() == [1, 0]
