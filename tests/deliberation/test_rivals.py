"""The scores that maps are compared by, and the emulation they are compared with, do what they say."""

import numpy as np
import pytest

from bench.rivals.conversations import Ballots, hide
from bench.rivals.emulated import EmulatedPolis, renumbered
from bench.rivals.findings import Bar, Table
from bench.rivals.groups import group_chances
from bench.rivals.planted import ballots
from bench.rivals.replay import changed, shift
from bench.rivals.scores import calibration_error, interval, scores, within_auc
from deliberation import simulate


def test_within_auc_compares_answers_to_the_same_statement_only() -> None:
    # Statement 0: of 2 x 1 pairs one is right and one tied. Statement 1: its one pair is wrong. 1.5 of 3.
    statements = np.array([0, 0, 0, 1, 1])
    agreed = np.array([1, 1, 0, 1, 0])
    chances = np.array([0.9, 0.4, 0.4, 0.1, 0.2])
    assert within_auc(statements, agreed, chances) == pytest.approx(0.5)


def test_how_well_a_statement_is_liked_scores_one_half_within_statements() -> None:
    statements = np.array([0, 0, 0, 1, 1, 1])
    agreed = np.array([1, 1, 0, 1, 0, 0])
    liked = np.array([0.7, 0.7, 0.7, 0.3, 0.3, 0.3])
    assert within_auc(statements, agreed, liked) == 0.5
    assert scores(statements, agreed, liked)["auc"] == pytest.approx(6 / 9)


def test_statements_on_which_all_agree_say_nothing_about_ranking() -> None:
    assert np.isnan(within_auc(np.array([0, 0]), np.array([1, 1]), np.array([0.2, 0.9])))


def test_calibration_error_is_the_mean_distance_of_shares_from_chances() -> None:
    # Three votes in one bin, given 0.75 on average, 2 of 3 agreed; one given 0.1, and agreed.
    agreed, chances = np.array([1, 1, 0, 1]), np.array([0.72, 0.76, 0.77, 0.1])
    assert calibration_error(agreed, chances) == pytest.approx((3 * abs(2 / 3 - 0.75) + 0.9) / 4)


def test_a_chance_of_one_falls_into_the_last_bin() -> None:
    assert calibration_error(np.array([1, 1]), np.array([1.0, 0.96])) == pytest.approx(0.02)


def test_the_interval_holds_the_mean_and_narrows_with_more_conversations() -> None:
    few, many = np.array([0.0, 0.1]), np.tile([0.0, 0.1], 20)
    assert interval(few) == (0.0, pytest.approx(0.1))
    low, high = interval(many)
    assert 0.0 < low < 0.05 < high < 0.1


def test_a_bar_that_nothing_was_measured_for_is_neither_met_nor_missed() -> None:
    assert Bar("", float("nan"), "at most", 1.0).met is None
    assert Bar("", 0.02, "at least", 0.02).met
    assert not Bar("", 0.02, "at most", 0.01).met


def test_columns_of_a_table_are_aligned() -> None:
    lines = str(Table("a title", ("", "ours"), [("long name", 0.5), ("x", None)])).splitlines()
    assert lines == ["a title", "            ours", "long name  0.500", "x              -"]


def test_hiding_leaves_everyone_and_every_statement_a_vote() -> None:
    given = ballots(simulate.camps(2, n_people=30, n_statements=20, votes_each=3, activity=1.0, random_state=0))
    rest, hidden = hide(given, 0.9, seed=0)
    assert len(rest) + len(hidden.agreed) == len(given)
    assert set(rest.people) == set(given.people)
    assert set(rest.statements) == set(given.statements)


def test_the_last_vote_of_a_pair_is_the_one_that_stood_at_the_moment() -> None:
    given = Ballots(np.array([0, 1, 0]), np.array([0, 0, 0]), np.array([1, 1, -1], dtype=np.int8), 2, 1)
    assert dict(zip(given.latest().people.tolist(), given.latest().values.tolist(), strict=True)) == {0: -1, 1: 1}
    assert given.latest(2).values.tolist() == [1, 1]


def test_a_group_predicts_by_its_own_share_drawn_to_everybodys() -> None:
    people, statements = np.arange(6), np.zeros(6, dtype=np.int64)
    given = Ballots(people, statements, np.array([1, 1, 1, -1, -1, 0], dtype=np.int8), 6, 1)
    labels = np.array([0, 0, 0, 1, 1, -1])
    chances = group_chances(given, labels, np.array([0, 3, 5]), np.zeros(3, dtype=np.int64))
    everybody = 4 / 7
    assert chances == pytest.approx([(3 + 2 * everybody) / 5, 2 * everybody / 4, everybody])


def test_renumbering_leaves_as_many_people_as_possible_in_their_group() -> None:
    assert renumbered(np.array([0, 0, 1, 1, -1]), np.array([1, 1, 0, 0, 1])).tolist() == [0, 0, 1, 1, 0]
    assert renumbered(np.array([0, 0, 0, 1]), np.array([1, 1, 0, -1])).tolist() == [0, 0, 1, -1]


def test_newcomers_neither_change_groups_nor_shift() -> None:
    assert changed(np.array([0, 1, -1]), np.array([0, 0, 1])) == 0.5
    before = np.array([[0.0, 0.0], [2.0, 0.0], [np.nan, np.nan]])
    after = np.array([[0.0, 1.0], [2.0, 1.0], [9.0, 9.0]])
    assert shift(before, after) == pytest.approx(1.0)


def test_emulated_polis_changes_the_number_of_groups_only_when_it_is_best_four_times_running() -> None:
    two = ballots(simulate.camps(2, n_people=80, n_statements=30, votes_each=20, strength=0.8, random_state=1))
    four = ballots(simulate.camps(4, n_people=80, n_statements=30, votes_each=20, strength=0.8, random_state=1))
    polis = EmulatedPolis()
    polis.refresh(two)
    assert polis.n_groups == 2
    counts = []
    for _ in range(4):
        polis.refresh(four)
        counts.append(polis.n_groups)
    assert counts[:3] == [2, 2, 2]
    assert counts[3] > 2


def test_emulated_polis_gives_the_same_votes_the_same_groups_and_places() -> None:
    given = ballots(simulate.camps(3, n_people=60, n_statements=30, votes_each=20, random_state=0))
    polis = EmulatedPolis()
    first, again = polis.refresh(given), polis.refresh(given)
    assert first[0].tolist() == again[0].tolist()
    assert first[1] == pytest.approx(again[1])
