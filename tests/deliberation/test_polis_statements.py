"""Polis' statistics of statements, by hand: what stands for a group, what is shared, what is asked next."""

from math import sqrt

import numpy as np
import pytest

from deliberation import Votes
from deliberation.polis.representative import (
    AGREE,
    DISAGREE,
    Evidence,
    Sides,
    group_aware_consensus,
    majorities,
    one_proportion_z,
    representative,
    two_proportion_z,
)
from deliberation.polis.routing import draw_next, priorities


def told(**rows: list[tuple[int, int, int]]) -> Sides:
    """Sides from statement=[(agree, disagree, pass) of each group]."""
    table = np.array(list(rows.values()))
    return Sides(tuple(rows), table[:, :, :2].transpose(2, 0, 1), table.sum(axis=2))


def listed(sides: Sides, group: int = 0) -> list[tuple[object, int]]:
    return [(one.statement, one.side) for one in representative(sides)[group]]


def test_passes_count_as_answers_and_people_in_no_group_do_not_count() -> None:
    votes = Votes.from_triplets([1, 2, 3, 4, 5], ["s"] * 5, [1, 0, -1, 1, 1])
    sides = Sides.of(votes, np.array([0, 0, 0, 1, -1]), 2)
    assert sides.counts[:, 0].tolist() == [[1, 1], [1, 0]]
    assert sides.totals.tolist() == [[3, 1]]


def test_rates_ratios_and_tests_are_those_computed_by_hand() -> None:
    # 8 of 10 agree here, 3 of 10 among all the others: 2 of 6 and 1 of 4.
    found = Evidence.of(told(s=[(8, 1, 1), (2, 4, 0), (1, 2, 1)]))
    assert found.rates[:, 0, 0] == pytest.approx([9 / 12, 2 / 12])
    assert found.rate_tests[AGREE, 0, 0] == pytest.approx(2 * sqrt(11) * (9 / 11 - 1 / 2))
    assert found.rate_tests[DISAGREE, 0, 0] == pytest.approx(2 * sqrt(11) * (2 / 11 - 1 / 2))
    assert found.ratios[AGREE, 0, 0] == pytest.approx((9 / 12) / (4 / 12))
    # One added to each count: 9 of 11 against 4 of 11, 13 of 22 together.
    spread = sqrt(13 / 22 * 9 / 22 * (1 / 11 + 1 / 11))
    assert found.ratio_tests[AGREE, 0, 0] == pytest.approx((9 / 11 - 4 / 11) / spread)


def test_the_tests_stay_finite_where_nobody_answered_or_all_agree() -> None:
    assert one_proportion_z(0, 0) == 1
    assert two_proportion_z(0, 0, 0, 0) == 0
    assert two_proportion_z(5, 5, 9, 9) == 0


def test_a_statement_must_be_held_by_most_and_by_more_than_elsewhere() -> None:
    sides = told(
        ours=[(40, 5, 5), (5, 40, 5)],
        everybodys=[(35, 5, 10), (35, 5, 10)],
        more_but_few=[(20, 20, 10), (2, 20, 28)],
        theirs=[(5, 40, 5), (40, 5, 5)],
    )
    assert listed(sides) == [("ours", 1), ("theirs", -1)]
    assert listed(sides, 1) == [("theirs", 1), ("ours", -1)]


def test_representative_statements_are_ordered_by_ratio_and_rate_and_their_tests() -> None:
    rows = {f"s{n}": [(n, 50 - n, 0), (50 - n, n, 0)] for n in (35, 45, 40)}
    assert [one for one, _ in listed(told(**rows))] == ["s45", "s40", "s35"]


def test_what_is_told_of_a_statement_are_its_own_figures() -> None:
    sides = told(ours=[(40, 5, 5), (5, 40, 0)], theirs=[(5, 40, 5), (40, 5, 0)])
    evidence, (first, second) = Evidence.of(sides), representative(sides)[0]
    assert (first.statement, first.group, first.count, first.total, first.best_agree) == ("ours", 0, 40, 50, True)
    assert (second.statement, second.side, second.count, second.best_agree) == ("theirs", -1, 40, False)
    assert (second.rate, second.rate_test) == (evidence.rates[1, 1, 0], evidence.rate_tests[1, 1, 0])
    assert (second.ratio, second.ratio_test) == (evidence.ratios[1, 1, 0], evidence.ratio_tests[1, 1, 0])


def test_the_best_agreement_is_listed_though_it_does_not_qualify() -> None:
    # Held by all alike, it is the first good agreement; the next is no better by rate * z, which alone counts then.
    # Neither side of it is held more here than elsewhere, which Polis tells as a disagreement.
    sides = told(shared=[(50, 0, 0), (50, 0, 0)], ours=[(40, 10, 0), (10, 40, 0)])
    assert listed(sides) == [("ours", 1), ("shared", -1)]
    assert [one.best_agree for one in representative(sides)[0]] == [False, True]


def test_the_search_for_the_best_agreement_turns_to_the_full_metric_once_it_is_held_more_here() -> None:
    # "ours" is held more here, so the still more popular "shared" after it does not displace it.
    sides = told(ours=[(40, 10, 0), (10, 40, 0)], shared=[(50, 0, 0), (50, 0, 0)])
    assert [(one.statement, one.best_agree) for one in representative(sides)[0]] == [("ours", True)]


def test_no_more_than_five_are_listed_agreements_first() -> None:
    agreed = {f"a{n}": [(n, 50 - n, 0), (50 - n, n, 0)] for n in (35, 36)}
    rejected = {f"r{n}": [(50 - n, n, 0), (n, 50 - n, 0)] for n in (40, 41, 42, 43, 44)}
    # The best agreement has its place; the four clearest rejections leave none for the other agreement.
    assert listed(told(**agreed, **rejected)) == [("a36", 1), ("r44", -1), ("r43", -1), ("r42", -1), ("r41", -1)]
    assert listed(told(**rejected, **agreed))[0] == ("a36", 1)


def test_a_group_without_a_best_agreement_has_its_rejections() -> None:
    sides = told(r=[(0, 20, 0), (20, 0, 0)], q=[(0, 15, 5), (20, 0, 0)])
    assert listed(sides) == [("r", -1), ("q", -1)]


def test_if_nothing_qualifies_the_best_agreement_is_told_alone() -> None:
    sides = told(half=[(5, 5, 0), (5, 5, 0)], strong=[(9, 1, 0), (9, 1, 0)])
    assert [one.statement for one in representative(sides)[0]] == ["strong"]


def test_a_best_agreement_need_not_be_certain_if_it_is_held_more_here() -> None:
    # z is 0.9; 7 in 12 against 4 in 12.
    assert representative(told(s=[(6, 4, 0), (3, 7, 0)]))[0][0].best_agree
    assert not representative(told(s=[(6, 4, 0), (6, 4, 0)]))[0][0].best_agree


def test_failing_that_the_largest_difference_is_told() -> None:
    sides = told(little=[(2, 4, 4), (2, 3, 5)], more=[(1, 4, 5), (1, 2, 7)])
    assert listed(sides) == [("more", -1)]
    assert not representative(sides)[0][0].best_agree


def test_what_a_group_only_passed_on_is_never_its_best_agreement() -> None:
    # Of nobody's answer the rate is 1/2, six times the others' 1 in 12, and its full metric by far the larger.
    sides = told(weak=[(6, 4, 0), (5, 5, 0)], unseen=[(0, 0, 0), (0, 10, 0)])
    assert [(one.statement, one.best_agree) for one in representative(sides)[0]] == [("weak", True)]


def test_majorities_are_of_everybody_by_rate_and_test() -> None:
    sides = told(well=[(30, 5, 5)], better=[(38, 1, 1)], half=[(20, 18, 2)], rejected=[(2, 30, 2)])
    found = majorities(sides)
    assert [(one.statement, one.side, one.count, one.total) for one in found] == [
        ("better", 1, 38, 40),
        ("well", 1, 30, 40),
        ("rejected", -1, 30, 34),
    ]
    assert found[0].rate == pytest.approx(39 / 42)
    assert found[0].rate_test == pytest.approx(2 * sqrt(41) * (39 / 41 - 1 / 2))


def test_majorities_are_at_most_five_on_either_side() -> None:
    agreed = {f"a{n}": [(n, 0, 0)] for n in range(10, 17)}
    rejected = {f"r{n}": [(0, n, 0)] for n in range(10, 17)}
    found = majorities(told(**agreed, **rejected))
    assert [one.statement for one in found] == [f"{side}{n}" for side in "ar" for n in (16, 15, 14, 13, 12)]


def test_one_agreement_of_one_is_a_majority_two_of_three_are_not() -> None:
    # z = sqrt(2) and 1: the threshold is 1.2816.
    assert [one.statement for one in majorities(told(one=[(1, 0, 0)], three=[(2, 1, 0)]))] == ["one"]


def test_group_aware_consensus_is_a_product_in_which_an_absent_group_counts_half() -> None:
    assert group_aware_consensus(told(s=[(8, 1, 1), (3, 7, 0)])) == pytest.approx([9 / 12 * 4 / 12])
    assert group_aware_consensus(told(s=[(8, 1, 1), (3, 7, 0), (0, 0, 0)])) == pytest.approx([9 / 12 * 4 / 12 / 2])


def test_priority_is_that_computed_by_hand() -> None:
    # New: [1/2 * 1 * 1/2 * 9]^2. After 5 agreements half the extra is gone: [6/7 * 6/7 * (1 + 4)]^2.
    assert priorities([0, 5], [0, 0], [0, 5], [0.0, 0.0]) == pytest.approx([(9 / 4) ** 2, (36 / 49 * 5) ** 2])
    # 4 of 10 agree, 2 pass, E = 3: [9/12 * 4 * 5/12 * (1 + 8/4)]^2.
    assert priorities([4], [2], [10], [3.0]) == pytest.approx([(9 / 12 * 4 * 5 / 12 * 3) ** 2])


@pytest.mark.parametrize(
    ("agreed", "passed", "answered", "extremity", "priority"),
    [
        (0, 0, 0, 0, 5.0625),
        (1, 0, 1, 0, 12.5297),
        (20, 3, 20, 0, 1.3724),
        (18, 3, 20, 1, 4.4937),
        (0, 0, 10, 0, 0.0525),
        (5, 5, 20, 0, 0.0885),
        (50, 10, 100, 1, 0.7960),
    ],
)
def test_priority_is_that_of_the_published_formula(
    agreed: int, passed: int, answered: int, extremity: float, priority: float
) -> None:
    assert priorities(agreed, passed, answered, extremity) == pytest.approx(priority, abs=5e-5)


@pytest.mark.parametrize(("count", "total", "z"), [(8, 10, 2.111), (5, 6, 1.890), (6, 9, 1.265), (0, 0, 1.0)])
def test_the_one_proportion_test_is_that_of_the_published_formula(count: int, total: int, z: float) -> None:
    assert one_proportion_z(count, total) == pytest.approx(z, abs=5e-4)


def test_priority_buries_what_is_disagreed_with_and_what_is_passed_on() -> None:
    liked, disliked, passed = priorities([18, 2, 2], [0, 0, 16], [20, 20, 20], [1.0, 1.0, 1.0])
    assert liked > disliked > passed


def test_a_statement_about_the_person_weighs_49() -> None:
    assert priorities([9, 9], [0, 0], [9, 9], [5.0, 5.0], [True, False])[0] == 49


def test_the_order_of_the_offered_statements_does_not_matter() -> None:
    weights = {s: float(s % 7) for s in range(30)}
    drawn = [draw_next(range(30), weights, seed) for seed in range(20)]
    assert drawn == [draw_next(reversed(range(30)), weights, seed) for seed in range(20)]
    assert len(set(drawn)) > 5


def test_statements_are_drawn_in_proportion_to_their_weights_unknown_ones_weighing_one() -> None:
    rng = np.random.RandomState(0)
    drawn = [draw_next(["new", "heavy", "light"], {"heavy": 6.0, "light": 3.0}, rng) for _ in range(4000)]
    shares = [drawn.count(one) / 4000 for one in ("heavy", "light", "new")]
    assert shares == pytest.approx([0.6, 0.3, 0.1], abs=0.03)


def test_nothing_is_drawn_from_nothing() -> None:
    assert draw_next([], {"a": 1.0}, 0) is None
