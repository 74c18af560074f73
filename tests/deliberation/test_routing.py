"""What is asked next tells most, and nobody's statement is buried."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from deliberation.routing import Asked, Worth, ask_next, worth_asking
from deliberation.space import Space

OPEN = np.zeros(40, dtype=bool)


def model(m: int = 40, rank: int = 2, seed: int = 0) -> Space:
    rng = np.random.default_rng(seed)
    axes = np.vstack([np.ones(m), rng.standard_normal((m, rank)).T])
    return Space(rng.standard_normal(m), axes, np.diag([4.0] + [3.0] * rank))


def person(seed: int = 0, rank: int = 2) -> Asked:
    rng = np.random.default_rng(seed)
    root = 0.3 * rng.standard_normal((1 + rank, 1 + rank))
    return Asked(rng.standard_normal(1 + rank), root @ root.T + 0.1 * np.eye(1 + rank))


def tried(agree: int, disagree: int = 0, passed: int = 0, m: int = 40) -> np.ndarray:
    return np.tile([agree, disagree, passed], (m, 1))


# ---- agreeing and disagreeing count alike -----------------------------------------------------------------------


def test_a_rejected_statement_is_asked_as_readily_as_a_liked_one() -> None:
    counts = np.random.default_rng(1).integers(0, 30, (40, 3))
    fitted, known = model(), person()
    turned = replace(fitted, axes=-fitted.axes, intercepts=-fitted.intercepts)
    straight, mirrored = (
        worth_asking(counts, OPEN, fitted, known),
        worth_asking(counts[:, [1, 0, 2]], OPEN, turned, known),
    )
    assert straight.chances == pytest.approx(mirrored.chances)


def test_without_a_model_too() -> None:
    counts = np.array([[30, 0, 0], [0, 30, 0], [40, 0, 0]])
    assert worth_asking(counts, OPEN[:3]).chances.tolist() == [0.5, 0.5, 0.0]


# ---- about the person -------------------------------------------------------------------------------------------


def test_what_an_answer_tells_about_a_person_is_by_how_much_it_shrinks_the_doubt_about_all_they_think() -> None:
    fitted, known = model(), person()
    told = worth_asking(tried(10**9), OPEN, fitted, known).about_person
    x = fitted.axes.T
    before = np.mean([one @ known.covariance @ one for one in x])
    for s in range(40):
        chance = expit(
            (fitted.intercepts[s] + x[s] @ known.mean) / np.sqrt(1 + np.pi / 8 * (x[s] @ known.covariance @ x[s]))
        )
        sharper = np.linalg.inv(np.linalg.inv(known.covariance) + chance * (1 - chance) * np.outer(x[s], x[s]))
        after = np.mean([one @ sharper @ one for one in x])
        assert told[s] == pytest.approx(np.log2(np.sqrt(before / after)), rel=1e-6)


def test_a_statement_whose_answer_is_known_beforehand_tells_less_than_one_that_is_open() -> None:
    foregone, open_ = 6.0, 0.0
    fitted = replace(model(), axes=np.ones((3, 40)), intercepts=np.where(np.arange(40) < 20, foregone, open_))
    told = worth_asking(tried(50, 50), OPEN, fitted).about_person
    assert told[:20].max() < 0.2 * told[20:].min()


def test_an_axis_on_which_a_person_is_known_is_not_asked_about_again() -> None:
    axes = np.where(np.arange(40) < 20, 1, 2)
    fitted = replace(model(), axes=np.eye(3)[axes].T, intercepts=np.zeros(40))
    known_on_the_first = Asked(np.zeros(3), np.diag([0.2, 0.01, 0.5]))
    weighed = worth_asking(tried(50, 50), OPEN, fitted, known_on_the_first)
    assert weighed.chances[axes == 2].sum() > 0.8


def test_a_newcomer_is_somebody_of_whom_only_the_prior_is_known() -> None:
    fitted = model()
    prior = Asked(np.zeros(3), np.diag([1 / 4, 1 / 3, 1 / 3]))
    newcomer, stated = worth_asking(tried(5), OPEN, fitted), worth_asking(tried(5), OPEN, fitted, prior)
    assert newcomer.chances == pytest.approx(stated.chances)


def test_what_most_people_pass_on_tells_less() -> None:
    counts = tried(25, 25)
    counts[:20] = [5, 5, 40]
    fitted = replace(model(), axes=np.ones((3, 40)), intercepts=np.zeros(40))
    told = worth_asking(counts, OPEN, fitted).about_person
    assert told[0] == pytest.approx(0.2 * told[-1], rel=0.1)


# ---- about the statement ----------------------------------------------------------------------------------------


def test_the_fewer_answers_a_statement_has_the_more_the_next_one_tells() -> None:
    counts = np.column_stack([np.arange(40), np.arange(40) // 2, np.zeros(40, dtype=int)])
    about = worth_asking(counts, OPEN, model()).about_statement
    assert (np.diff(about) < 0).all()


def test_a_statement_the_model_has_not_seen_is_asked_more_than_most() -> None:
    counts = tried(30, 30)
    counts[39] = 0
    rows = np.where(np.arange(40) < 39, np.arange(40), -1)
    weighed = worth_asking(counts, OPEN, model(39), person(), rows)
    assert weighed.chances[39] > 2 * np.median(weighed.chances)
    assert weighed.chances[39] < 0.5, "and leaves room for the others"
    assert weighed.about_person[39] == pytest.approx(weighed.about_person[:39].mean())


def test_rows_say_which_statement_of_the_model_is_which() -> None:
    counts = tried(5, 5)
    order = np.random.default_rng(3).permutation(40)
    straight = worth_asking(counts, OPEN, model(), person())
    assert worth_asking(counts, OPEN, model(), person(), order).about_person == pytest.approx(
        straight.about_person[order]
    )


def test_nothing_stays_unasked_for_good() -> None:
    assert worth_asking(tried(500, 500), OPEN, model(), person()).chances.min() > 0


# ---- no model, no statements ------------------------------------------------------------------------------------


def test_without_a_model_the_fewest_answers_come_first_and_ties_are_drawn_by_lot() -> None:
    counts = np.array([[4, 0, 0], [0, 1, 1], [1, 1, 0], [0, 0, 0]])
    answered = np.array([False, False, False, True])
    drawn = {ask_next(counts, answered, random_state=seed) for seed in range(30)}
    assert drawn == {1, 2}
    assert not worth_asking(counts, answered).about_person.any()


def test_a_model_without_axes_is_no_model() -> None:
    blank = Space(np.zeros(2), np.zeros((0, 2)), np.zeros((0, 0)))
    assert worth_asking(np.array([[3, 0, 0], [1, 0, 0]]), OPEN[:2], blank).chances.tolist() == [0.0, 1.0]


def test_a_model_that_has_seen_none_of_the_statements_does_not_choose_among_them() -> None:
    weighed = worth_asking(tried(2), OPEN, model(7), person(), np.full(40, -1))
    assert weighed.chances == pytest.approx(np.full(40, 1 / 40))


@pytest.mark.parametrize("m", [0, 3])
def test_who_has_answered_everything_is_asked_nothing(m: int) -> None:
    everything = np.ones(m, dtype=bool)
    for fitted in (None, model(m) if m else None):
        weighed = worth_asking(tried(1, m=m), everything, fitted)
        assert weighed.draw(0) is None
        assert len(weighed.chances) == m


def test_the_last_statement_left_is_asked() -> None:
    answered = np.arange(40) != 17
    assert ask_next(tried(9), answered, model(), person(), random_state=5) == 17


# ---- by lot, and reproducible -----------------------------------------------------------------------------------


def test_the_same_seed_asks_the_same_and_other_seeds_ask_by_the_chances() -> None:
    weighed = worth_asking(tried(3, 4), OPEN, model(), person())
    drawn = [weighed.draw(seed) for seed in range(4000)]
    assert drawn == [weighed.draw(seed) for seed in range(4000)]
    assert np.bincount(drawn, minlength=40) / 4000 == pytest.approx(weighed.chances, abs=0.03)


def test_what_has_been_answered_is_not_asked_again() -> None:
    answered = np.random.default_rng(2).random(40) < 0.5
    for weighed in (worth_asking(tried(3), answered), worth_asking(tried(3), answered, model(), person())):
        assert not weighed.chances[answered].any()
        assert weighed.chances.sum() == pytest.approx(1)


def test_the_reasons_given_are_the_reasons() -> None:
    weighed = worth_asking(np.random.default_rng(1).integers(0, 30, (40, 3)), OPEN, model(), person())
    assert isinstance(weighed, Worth)
    order = np.argsort(weighed.worth)
    assert (np.diff(weighed.chances[order]) >= 0).all()
    assert weighed.chances[order][-1] > weighed.chances[order][0]


# ---- bad input --------------------------------------------------------------------------------------------------


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"counts \(40, 2\) and answered \(40,\) are not \(n, 3\) and \(n,\)"):
        worth_asking(np.zeros((40, 2), dtype=int), OPEN)
    with pytest.raises(ValueError, match="the model has 39 statements, not 40: say which in `rows`"):
        worth_asking(tried(1), OPEN, model(39))
    with pytest.raises(ValueError, match="the model has 39 statements, none at 39"):
        worth_asking(tried(1), OPEN, model(39), rows=np.arange(40))
    with pytest.raises(ValueError, match=r"rows \(3,\) are not one for each of 40 statements"):
        worth_asking(tried(1), OPEN, model(), rows=np.arange(3))
    with pytest.raises(ValueError, match="person known on 5 axes, the model has 3"):
        worth_asking(tried(1), OPEN, model(), person(rank=4))
