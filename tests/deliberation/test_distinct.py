"""How many groups there are: found where they were planted, and not where there is one spread of views."""

from __future__ import annotations

import numpy as np
import pytest

from deliberation import OpinionMap, Votes, simulate
from deliberation.classes import Answers
from deliberation.distinct import REAL_GAPS, gaps_between
from deliberation.placing import Placed
from deliberation.simulate import FAMILIES, LINKS, SHAPES
from deliberation.unimodal import gap_evidence


def found(planted: simulate.Planted) -> int:
    return OpinionMap().fit(planted.votes).n_groups_


def test_groups_of_every_kind_are_counted_right_in_most_conversations() -> None:
    """docs/consensus-map.md has the figures for more of them, and blurred ones."""
    right = {
        name: [
            found(family(k, n_people=500, n_statements=80, votes_each=45, random_state=10 * k + seed)) == k
            for k in (2, 3, 4)
            for seed in range(2)
        ]
        for name, family in FAMILIES.items()
    }
    assert sum(map(sum, right.values())) >= 17, right
    assert min(map(sum, right.values())) >= 3, right


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("shape", SHAPES)
def test_one_spread_of_views_is_hardly_ever_cut_into_groups(shape: str, link: str) -> None:
    counts = [found(simulate.spread(shape, link=link, n_people=300, random_state=seed)) for seed in range(3)]
    assert counts.count(1) >= 2, counts


def _evidence(said: np.ndarray, error: float) -> float:
    """The evidence for a gap between the lower and the upper half of what people say, all with the same error."""
    upper = said > np.median(said)
    peaks = float(said[~upper].mean()), float(said[upper].mean())
    return gap_evidence(said, np.full(len(said), error**-2), peaks)


def _blurred(places: np.ndarray, error: float, seed: int) -> np.ndarray:
    return places + error * np.random.default_rng(seed).standard_normal(len(places))


@pytest.mark.parametrize("shape", SHAPES)
def test_no_shape_with_one_peak_shows_a_gap(shape: str) -> None:
    for seed in range(5):
        places = SHAPES[shape](np.random.default_rng(seed), (400, 1))[:, 0]
        assert _evidence(_blurred(places, 0.4, seed), 0.4) < REAL_GAPS


def test_two_peaks_show_a_gap_though_errors_have_run_them_together() -> None:
    said = _blurred(np.repeat([-1.0, 1.0], 300), 0.8, seed=0)
    assert _evidence(said, 0.8) > 2 * REAL_GAPS
    one_peak_of_the_same_width = _blurred(np.zeros(600), said.std(), seed=0)
    assert _evidence(one_peak_of_the_same_width, 0.8) < REAL_GAPS


def test_what_error_can_have_made_is_no_gap() -> None:
    """The same words are evidence from people who are known well, and less from people who are known little."""
    said = _blurred(np.repeat([-1.0, 1.0], 100), 0.6, seed=2)
    assert _evidence(said, 1.2) < 0.5 * _evidence(said, 0.6)


def test_the_evidence_does_not_depend_on_the_unit_or_the_middle() -> None:
    said = _blurred(np.repeat([-1.0, 1.0], 100), 0.5, seed=1)
    assert _evidence(10 * said + 7, 5.0) == pytest.approx(_evidence(said, 0.5), rel=1e-6)


def _planted(k: int, seed: int) -> tuple[Answers, np.ndarray]:
    planted = simulate.camps(k, n_people=300, n_statements=60, votes_each=30, random_state=seed)
    return Answers.of(planted.votes), planted.groups[np.array(planted.votes.participants)]


def test_answers_are_explained_best_by_the_groups_that_were_planted() -> None:
    for seed in range(5):
        answers, truth = _planted(3, seed)
        by_lot = np.random.default_rng(seed)
        two_as_one, one_cut = np.minimum(truth, 1), np.where((truth == 0) & (by_lot.random(300) < 0.5), 3, truth)
        for wrong in (two_as_one, one_cut, by_lot.permutation(truth), np.zeros_like(truth)):
            assert answers.explained(truth) > answers.explained(wrong)


def test_more_groups_do_not_explain_more_by_themselves() -> None:
    """Where people do not differ, every cut explains less than none, and a finer one less than a coarser."""
    for seed in range(5):
        answers, _ = _planted(1, seed)
        explained = [answers.explained(np.arange(300) % k) for k in (1, 2, 3, 5, 10)]
        assert explained == sorted(explained, reverse=True)


def test_passes_explain_nothing() -> None:
    rows = [(person, one, (person + one) % 3 - 1) for person in range(20) for one in range(6)]
    opinions = [row for row in rows if row[2]]
    groups = np.arange(20) % 2
    with_passes, without = (
        Answers.of(Votes.from_triplets(*zip(*some, strict=True))).explained(groups) for some in (rows, opinions)
    )
    assert with_passes == pytest.approx(without)


def test_two_camps_that_always_disagree_are_two_groups_however_few_views_there_are() -> None:
    said = [1 if (p < 20) == (s < 5) else -1 for p in range(40) for s in range(10)]
    votes = Votes.from_triplets([p for p in range(40) for _ in range(10)], list(range(10)) * 40, said)
    assert OpinionMap().fit(votes).n_groups_ == 2


def test_more_than_five_groups_are_never_drawn() -> None:
    assert found(simulate.camps(8, n_people=800, n_statements=80, votes_each=50, strength=0.6, random_state=0)) <= 5


def test_a_few_people_apart_are_no_group_and_do_not_hide_the_others() -> None:
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2], [60, 60, 4])
    places = np.array([[-3.0, 0.0], [3.0, 0.0], [0.0, 9.0]])[labels] + 0.5 * rng.standard_normal((124, 2))
    placed = Placed(places, np.tile(0.1 * np.eye(2), (124, 1, 1)))
    evidence = dict(gaps_between(placed, 10 * np.eye(2), labels))
    assert evidence[3] == 0.0
    assert evidence[2] > REAL_GAPS
