"""Copies are found, lookalikes are not taken for copies, and whoever is left out leaves no trace."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from deliberation import Votes, find_coordinated, without
from deliberation import coordination as searching

N, M, EACH = 160, 60, 40


def opinions(seed: int, n: int = N, spread: float = 1.3) -> Votes:
    """n people along two axes of opinion; each answers EACH statements drawn by lot and passes on one in ten."""
    rng = np.random.RandomState(seed)
    chances = expit(rng.standard_normal(M) + rng.standard_normal((n, 2)) @ (spread * rng.standard_normal((2, M))))
    return answered(chances, rng)


def answered(chances: np.ndarray, rng: np.random.RandomState, passing: float = 0.1) -> Votes:
    n = len(chances)
    asked = np.concatenate([rng.choice(M, EACH, replace=False) for _ in range(n)])
    people = np.repeat(np.arange(n), EACH)
    said = np.where(rng.rand(len(people)) < chances[people, asked], 1, -1)
    said[rng.rand(len(people)) < passing] = 0
    return Votes.from_triplets(people, asked, said)


def with_copies(votes: Votes, sources: list[int], copies: int, slips: float = 0.0) -> Votes:
    """`copies` copies of each source, numbered from the last person on; a slip drops the answer or turns it round."""
    rng = np.random.RandomState(1)
    columns = [(votes.rows, votes.columns, votes.values)]
    for number, source in enumerate(np.repeat(sources, copies)):
        own = votes.rows == source
        said = votes.values[own].copy()
        slip = rng.rand(len(said)) < slips
        said[slip] *= -1
        kept = ~slip | (rng.rand(len(said)) < 0.5)
        person = np.full(kept.sum(), votes.n_participants + number)
        columns.append((person, votes.columns[own][kept], said[kept]))
    return Votes.from_triplets(*map(np.concatenate, zip(*columns, strict=True)))


def named(votes: Votes) -> set[int]:
    return {one for group in find_coordinated(votes) for one in group.members}


def test_exact_copies_are_one_group_with_their_original() -> None:
    (group,) = find_coordinated(with_copies(opinions(0), [7], copies=16))
    assert group.members == (7, *range(N, N + 16))
    assert group.pairs == 17 * 16 / 2
    assert group.agreement == 1.0
    assert group.expected < 0.8
    assert group.q_value < 0.001
    assert group.shared == EACH


def test_copies_of_three_people_are_three_groups() -> None:
    groups = find_coordinated(with_copies(opinions(0), [7, 8, 9], copies=7))
    assert {group.members[0] for group in groups} == {7, 8, 9}
    assert {len(group.members) for group in groups} == {8}


@pytest.mark.parametrize("slips", [0.05, 0.1])
def test_copies_with_slips_are_found_and_nobody_else(slips: float) -> None:
    found = named(with_copies(opinions(2), [7], copies=16, slips=slips))
    assert len(found & set(range(N, N + 16))) >= 15
    assert found <= {7, *range(N, N + 16)}


def test_the_evidence_names_what_the_members_share_and_how_unlikely_it_is() -> None:
    votes = with_copies(opinions(0), [7], copies=16)
    (group,) = find_coordinated(votes)
    own = votes.rows == 7
    answers = {(votes.statements[c], int(v)) for c, v in zip(votes.columns[own], votes.values[own], strict=True)}
    assert {(one.statement, one.value) for one in group.examples} <= answers
    assert [one.chance for one in group.examples] == sorted(one.chance for one in group.examples)
    assert all(one.said == one.asked == 17 and one.chance < 0.5 for one in group.examples)


def test_the_same_statements_answered_is_told_apart_from_the_same_answers() -> None:
    (group,) = find_coordinated(with_copies(opinions(0), [7], copies=16))
    assert group.overlap == 1.0
    assert group.expected_overlap == pytest.approx(EACH / M)
    assert group.overlap_p_value < 1e-9


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_people_along_lines_of_opinion_are_not_named(seed: int) -> None:
    assert not named(opinions(seed, spread=2.0))


def test_lookalikes_in_a_strong_consensus_are_not_named() -> None:
    rng = np.random.RandomState(0)
    votes = answered(np.tile(rng.choice([0.02, 0.98], M), (N, 1)), rng, passing=0.0)
    assert len(votes) == N * EACH
    assert not named(votes)


@pytest.mark.parametrize("camps", [2, 3, 4])
def test_camps_that_answer_predictably_are_not_named(camps: int) -> None:
    rng = np.random.RandomState(camps)
    rates = rng.choice([0.03, 0.97], (camps, M))
    assert not named(answered(rates[np.arange(N) % camps], rng, passing=0.02))


def test_copies_inside_a_predictable_camp_are_found_by_their_unusual_answers() -> None:
    rng = np.random.RandomState(5)
    rates = rng.choice([0.1, 0.9], (2, M))
    votes = answered(rates[np.arange(N) % 2], rng)
    odd = votes.rows == 7
    turned = replace(votes, values=np.where(odd & (votes.columns % 2 == 0), -votes.values, votes.values))
    assert named(with_copies(turned, [7], copies=10)) == {7, *range(N, N + 10)}


def test_copies_with_few_votes_give_no_evidence() -> None:
    votes = opinions(0)
    few = (votes.rows != 7) | (votes.columns < 6)
    some = Votes.from_triplets(votes.rows[few], votes.columns[few], votes.values[few])
    assert not named(with_copies(some, [7], copies=16))


def test_the_order_of_the_votes_changes_nothing() -> None:
    votes = with_copies(opinions(0), [7], copies=16)
    order = np.random.RandomState(3).permutation(len(votes))
    shuffled = Votes.from_triplets(votes.rows[order], votes.columns[order], votes.values[order])
    assert find_coordinated(shuffled) == find_coordinated(votes)


def test_a_stricter_level_names_no_more() -> None:
    votes = with_copies(opinions(2), [7], copies=8, slips=0.1)
    strict, mild = (
        {one for group in find_coordinated(votes, level) for one in group.members} for level in (1e-9, 0.05)
    )
    assert strict < mild


def test_where_not_all_pairs_are_compared_copies_are_found_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "COMPARE_ALL", 120)
    monkeypatch.setattr(searching, "SAMPLE", 100)
    assert named(with_copies(opinions(0), [7], copies=16)) == {7, *range(N, N + 16)}


def test_where_not_all_pairs_are_compared_camps_are_still_opinion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "COMPARE_ALL", 120)
    monkeypatch.setattr(searching, "SAMPLE", 100)
    rng = np.random.RandomState(2)
    rates = rng.choice([0.03, 0.97], (2, M))
    assert not named(answered(rates[np.arange(N) % 2], rng, passing=0.02))


@pytest.mark.parametrize(
    "votes",
    [
        Votes.from_triplets([], [], []),
        Votes.from_triplets([1], ["a"], [1]),
        Votes.from_triplets([1, 2], ["a", "a"], [1, 1]),
        Votes.from_triplets(range(30), [0] * 30, [1, -1, 0] * 10),
        Votes.from_triplets(np.repeat(np.arange(10), 9), np.tile(np.arange(9), 10), np.zeros(90, dtype=int)),
        Votes.from_triplets(np.repeat(np.arange(10), 90), np.tile(np.arange(90), 10), np.ones(900, dtype=int)),
    ],
    ids=["none", "one person", "two people", "one statement", "all pass", "all agree"],
)
def test_nobody_is_named_where_nothing_can_be_told(votes: Votes) -> None:
    assert find_coordinated(votes) == ()


@pytest.mark.parametrize("level", [0, 1, -0.1, float("nan")])
def test_a_level_that_is_no_chance_is_refused(level: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        find_coordinated(opinions(0), level)


def test_without_some_people_the_votes_are_as_though_they_had_never_voted() -> None:
    votes = opinions(0)
    more = with_copies(votes, [7], copies=16)
    left = without(more, range(N, N + 16))
    assert (left.participants, left.statements) == (votes.participants, votes.statements)
    for one, other in ((left.rows, votes.rows), (left.columns, votes.columns), (left.values, votes.values)):
        assert one.dtype == other.dtype
        assert (one == other).all()


def test_statements_only_they_answered_go_with_them() -> None:
    votes = Votes.from_triplets(["mei", "jun", "jun"], ["a", "a", "b"], [1, 1, -1])
    left = without(votes, ["jun"])
    assert (left.participants, left.statements, left.shape, len(left)) == (("mei",), ("a",), (1, 1), 1)


def test_without_everybody_there_are_no_votes() -> None:
    assert without(Votes.from_triplets([1], ["a"], [1]), [1]).shape == (0, 0)


def test_leaving_out_somebody_who_has_not_voted_is_refused() -> None:
    with pytest.raises(ValueError, match="'lin' has not voted"):
        without(Votes.from_triplets(["mei"], ["a"], [1]), ["lin"])
