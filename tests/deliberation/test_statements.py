"""What is said of the groups follows from counts, and no more is said than the counts carry."""

import numpy as np
import pytest
from scipy.stats import fisher_exact

from deliberation import Counts, Votes, consensus, divisive, representative, share, tally, unsure
from deliberation.intervals import benjamini_hochberg, least_difference, more_than_half, more_than_others, wilson
from tests.deliberation.conversations import everyone_says


def told(*rows: tuple[str, list[tuple[int, int, int]]]) -> tuple[Votes, np.ndarray, int]:
    """Votes from (statement, [(agree, disagree, pass) of each group]); every answer by somebody else's hand."""
    people, statements, values, groups = [], [], [], []
    for statement, counts in rows:
        for group, triple in enumerate(counts):
            for value, times in zip((1, -1, 0), triple, strict=True):
                for _ in range(times):
                    people.append(len(people))
                    groups.append(group)
                    statements.append(statement)
                    values.append(value)
    return Votes.from_triplets(people, statements, values), np.array(groups), len(rows[0][1])


def test_counts_of_everyone_include_people_in_no_group() -> None:
    votes = Votes.from_triplets([1, 2, 3, 4], ["a"] * 4, [1, 1, -1, 0])
    counted = tally(votes, np.array([0, 1, -1, -1]), 2)
    assert counted.of(0) == Counts(2, 1, 1)
    assert counted.of_groups(0) == (Counts(1, 0, 0), Counts(1, 0, 0))


def test_consensus_is_the_least_convinced_group() -> None:
    counted = tally(*told(("shared", [(90, 5, 5), (40, 5, 5)]), ("one-sided", [(95, 5, 0), (5, 95, 0)])))
    (found,) = consensus(counted)
    assert (found.statement, found.side) == ("shared", 1)
    assert found.floor == pytest.approx(share(40, 50).low)


def test_shared_rejection_is_consensus_too() -> None:
    counted = tally(*told(("no", [(1, 60, 0), (2, 70, 0)])))
    assert [one.side for one in consensus(counted)] == [-1]


def test_consensus_does_not_fall_with_the_number_of_groups() -> None:
    two = consensus(tally(*told(("s", [(45, 5, 0)] * 2))))
    five = consensus(tally(*told(("s", [(45, 5, 0)] * 5))))
    assert two[0].floor == five[0].floor


@pytest.mark.parametrize("n_groups", [0, 1])
def test_without_groups_consensus_is_everyones(n_groups: int) -> None:
    votes = everyone_says([1, -1], n=20)
    counted = tally(votes, np.full(20, n_groups - 1), n_groups)
    assert [(one.statement, one.side, one.groups) for one in consensus(counted)] == [(0, 1, ()), (1, -1, ())]
    assert representative(counted) == ()


def test_a_group_with_fewer_than_five_votes_is_not_spoken_for() -> None:
    counted = tally(*told(("s", [(60, 0, 0), (4, 0, 0)]), ("t", [(60, 0, 0), (0, 4, 0)])))
    assert consensus(counted) == ()
    assert divisive(counted) == ()
    assert representative(counted) == ((), ())


def test_representative_statements_are_held_by_majority_and_more_than_elsewhere() -> None:
    counted = tally(
        *told(
            ("ours", [(80, 10, 10), (20, 70, 10)]),
            ("everybody's", [(90, 5, 5), (90, 5, 5)]),
            ("more but no majority", [(40, 30, 30), (5, 40, 55)]),
        )
    )
    first, second = representative(counted)
    assert [(one.statement, one.side) for one in first] == [("ours", 1)]
    assert [(one.statement, one.side) for one in second] == [("ours", -1)]
    assert first[0].inside.rate == 0.8
    assert first[0].outside.rate == 0.2
    assert 0 < first[0].lead < 0.6


def test_chance_alone_gives_groups_hardly_any_representative_statements() -> None:
    rng = np.random.RandomState(0)
    listed = 0
    for _ in range(20):
        people, statements = np.repeat(np.arange(100), 50), np.tile(np.arange(50), 100)
        votes = Votes.from_triplets(people, statements, np.where(rng.rand(5000) < 0.6, 1, -1))
        listed += sum(map(len, representative(tally(votes, np.arange(100) % 2, 2))))
    # 20 conversations x 200 tests; without the correction about 50 statements pass.
    assert listed <= 3


def test_no_more_statements_are_listed_than_asked_for_the_clearest_first() -> None:
    rows = [(f"s{lead}", [(50 + lead, 50 - lead, 0), (50 - lead, 50 + lead, 0)]) for lead in (30, 45, 20, 40)]
    first, _ = representative(tally(*told(*rows)), per_group=3)
    assert [one.statement for one in first] == ["s45", "s40", "s30"]


def test_divisive_statements_have_majorities_on_either_side() -> None:
    counted = tally(*told(("parts", [(80, 20, 0), (20, 80, 0)]), ("degrees", [(95, 5, 0), (60, 40, 0)])))
    (found,) = divisive(counted)
    assert (found.statement, found.most, found.least) == ("parts", 0, 1)
    assert 0 < found.gap < 0.6


def test_without_groups_a_statement_that_halves_people_is_divisive() -> None:
    votes, _, _ = told(("half", [(50, 50, 0)]), ("nearly all", [(90, 10, 0)]))
    (found,) = divisive(tally(votes, np.zeros(200, dtype=int), 1))
    assert (found.statement, found.most, found.least) == ("half", None, None)


def test_unsure_statements_are_passed_more_than_the_average() -> None:
    votes, groups, _ = told(("hard", [(10, 10, 40)]), ("easy", [(50, 5, 5)]), ("easier", [(50, 10, 0)]))
    (found,) = unsure(tally(votes, groups, 1))
    assert found.statement == "hard"
    assert found.passing.count == 40


def test_an_empty_conversation_says_nothing() -> None:
    counted = tally(Votes.from_triplets([], [], []), np.zeros(0, dtype=int), 0)
    assert (consensus(counted), divisive(counted), unsure(counted), representative(counted)) == ((), (), (), ())


def test_wilson_covers_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.RandomState(3)
    for truth in (0.05, 0.5, 0.9):
        counts = rng.binomial(30, truth, 4000)
        low, high = wilson(counts, np.full(4000, 30))
        assert 0.92 < ((low <= truth) & (truth <= high)).mean() < 0.985


def test_the_test_of_two_proportions_is_fishers() -> None:
    ours = more_than_others(np.array([8]), np.array([10]), np.array([3]), np.array([12]))[0]
    assert ours == pytest.approx(fisher_exact([[8, 2], [3, 9]], alternative="greater").pvalue)


def test_the_test_against_one_half_is_exact() -> None:
    assert more_than_half(np.array([3]), np.array([3]))[0] == pytest.approx(1 / 8)


def test_the_least_difference_matches_newcombes_example() -> None:
    # Newcombe (1998), Statistics in Medicine 17:873-890, table II (a), method 10: 56/70 - 48/80 = 0.2 (0.0524, ...).
    bound = least_difference(np.array([56]), np.array([70]), np.array([48]), np.array([80]))[0]
    assert bound == pytest.approx(0.0524, abs=5e-5)


def test_adjusted_p_values_keep_their_shape_and_order() -> None:
    adjusted = benjamini_hochberg(np.array([[0.001, 0.2], [0.03, 1.0]]))
    assert adjusted == pytest.approx(np.array([[0.004, 0.8 / 3], [0.06, 1.0]]))
