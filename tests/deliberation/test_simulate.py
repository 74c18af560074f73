"""Planted conversations are what they say they are."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from deliberation import Votes, simulate
from deliberation.polis import polis_axes
from deliberation.simulate import Planted

FAMILIES = pytest.mark.parametrize("family", simulate.FAMILIES.values(), ids=simulate.FAMILIES)


def columns(planted: Planted) -> tuple[bytes, bytes, bytes, bytes]:
    return tuple(one.tobytes() for one in (planted.participants, planted.statements, planted.values, planted.groups))


def pairs(planted: Planted) -> np.ndarray:
    return planted.participants.astype(np.int64) * planted.n_statements + planted.statements


# ---- every family -----------------------------------------------------------------------------------------------


@FAMILIES
def test_the_same_seed_plants_the_same_conversation_and_another_one_another(family: simulate.Family) -> None:
    assert columns(family(n_people=50, random_state=3)) == columns(family(n_people=50, random_state=3))
    assert columns(family(n_people=50, random_state=3)) != columns(family(n_people=50, random_state=4))


@FAMILIES
def test_people_answer_as_their_true_chances_say(family: simulate.Family) -> None:
    planted = family(n_people=1500, passing=0.0, random_state=1)
    chances = planted.chances(planted.participants, planted.statements)
    agreed = planted.values > 0
    assert chances.min() >= 0
    assert chances.max() <= 1
    tenths = np.minimum((chances * 10).astype(int), 9)
    for tenth in np.unique(tenths):
        inside = tenths == tenth
        error = 5 / np.sqrt(inside.sum())
        assert agreed[inside].mean() == pytest.approx(chances[inside].mean(), abs=error)


@FAMILIES
@pytest.mark.parametrize("n_groups", [2, 4])
def test_who_belongs_together_can_be_told_from_the_votes_alone(family: simulate.Family, n_groups: int) -> None:
    planted = family(n_groups, n_people=400, n_statements=200, votes_each=200, passing=0.0, random_state=2)
    assert planted.n_groups == n_groups
    scores = polis_axes(planted.votes, rank=n_groups - 1).scores
    # Starting at the true centres asks whether the groups are there, not whether somebody finds them.
    centres = np.stack([scores[planted.groups == group].mean(axis=0) for group in range(n_groups)])
    nearest = ((scores[:, None] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)
    assert adjusted_rand_score(planted.groups, nearest) > 0.75


@FAMILIES
def test_one_group_may_be_planted(family: simulate.Family) -> None:
    planted = family(1, n_people=20, random_state=1)
    assert planted.n_groups == 1
    assert set(planted.groups.tolist()) == {0}


@pytest.mark.parametrize("link", simulate.LINKS)
@pytest.mark.parametrize("shape", simulate.SHAPES)
def test_a_spread_is_one_group_whose_people_differ(shape: str, link: str) -> None:
    planted = simulate.spread(shape, link=link, n_people=300, random_state=1)
    assert planted.n_groups == 1
    assert set(planted.groups.tolist()) == {0}
    everybody = planted.chances(np.repeat(np.arange(300), 80), np.tile(np.arange(80), 300)).reshape(300, 80)
    assert everybody.std(axis=0).mean() > 0.1


@pytest.mark.parametrize("shape", simulate.SHAPES)
def test_shapes_are_centred_and_none_wider_than_the_others(shape: str) -> None:
    places = simulate.SHAPES[shape](np.random.default_rng(0), (200_000, 2))
    assert places.mean(axis=0) == pytest.approx([0, 0], abs=0.02)
    narrow = 0.2 if shape == "line" else 1.0
    assert places.std(axis=0) == pytest.approx([1, narrow], rel=0.1)


def test_farther_clouds_are_easier_to_tell_apart() -> None:
    found = []
    for separation in (1.0, 5.0):
        planted = simulate.clouds(2, separation=separation, random_state=1)
        first = polis_axes(planted.votes, rank=1).scores[:, 0] > 0
        found.append(adjusted_rand_score(planted.groups, first))
    assert found[0] < 0.5 < found[1]


def test_those_whom_a_topic_does_not_concern_pass_more() -> None:
    planted = simulate.topics(3, n_people=1000, passing=0.1, random_state=1)
    hesitation = planted.truth.views.hesitation(planted.participants, planted.statements)
    passed = planted.values == 0
    assert passed[hesitation > 1].mean() > 2 * passed[hesitation < 1].mean() > 0


# ---- the scene --------------------------------------------------------------------------------------------------


def test_nobody_is_asked_twice_and_everybody_as_often_as_said() -> None:
    planted = simulate.camps(n_people=300, n_statements=40, votes_each=25)
    assert len(np.unique(pairs(planted))) == len(planted)
    assert np.bincount(planted.participants).tolist() == [25] * 300
    assert np.bincount(planted.statements) == pytest.approx(np.full(40, 300 * 25 / 40), rel=0.3)


def test_nobody_answers_more_than_there_is() -> None:
    planted = simulate.camps(n_people=5, n_statements=4, votes_each=30)
    assert sorted(pairs(planted).tolist()) == list(range(20))


def test_activity_has_a_long_tail_about_its_mean_and_leaves_nobody_silent() -> None:
    planted = simulate.camps(n_people=5000, n_statements=1000, votes_each=20, activity=1.0)
    each = np.bincount(planted.participants, minlength=5000)
    assert each.min() >= 1
    assert each.mean() == pytest.approx(20, rel=0.05)
    assert np.median(each) < 15
    assert each.max() > 200


def test_some_agree_more_readily_than_others_whatever_is_asked() -> None:
    alike, unlike = (simulate.camps(1, n_people=400, passing=0.0, leaning=leaning) for leaning in (0.0, 1.0))
    spreads = [(np.bincount(one.participants, one.values > 0) / 30).std() for one in (alike, unlike)]
    assert spreads[1] > 1.5 * spreads[0]


def test_groups_have_the_sizes_asked_for_and_come_in_no_order() -> None:
    planted = simulate.camps(3, n_people=1000, sizes=[5, 3, 2])
    assert np.bincount(planted.groups).tolist() == [500, 300, 200]
    assert set(planted.groups[:50].tolist()) == {0, 1, 2}


def test_passes_have_their_share() -> None:
    assert (simulate.camps(n_people=1000, passing=0.2).values == 0).mean() == pytest.approx(0.2, abs=0.01)
    assert simulate.camps(n_people=100, passing=0.0).values.all()


def test_rates_may_be_given_and_statements_be_passed_on_more_than_others() -> None:
    scene, rng = simulate.Scene(n_people=4000, n_statements=2, passing=0.1), np.random.default_rng(0)
    groups = scene.groups(2, rng)
    views = simulate.Rates(groups, np.array([[0.9, 0.2], [0.3, 0.8]]), np.array([0.5, 3.0]))
    planted = scene.voted(views, groups, 2, rng)
    cells = 2 * groups[planted.participants] + planted.statements
    agreed, voiced = (np.bincount(cells[kept]) for kept in (planted.values > 0, planted.values != 0))
    assert agreed / voiced == pytest.approx([0.9, 0.2, 0.3, 0.8], abs=0.04)
    passed = np.bincount(planted.statements, planted.values == 0) / 4000
    assert passed == pytest.approx([0.05, 0.3], abs=0.03)


def test_liked_statements_are_liked_by_every_group() -> None:
    planted = simulate.camps(2, n_people=2000, n_statements=50, liked=0.2, passing=0.0)
    liked = planted.truth.liked
    assert liked.sum() == 10
    for group in (0, 1):
        theirs = liked[planted.statements] & (planted.groups[planted.participants] == group)
        assert (planted.values[theirs] > 0).mean() == pytest.approx(0.9, abs=0.02)


def test_late_statements_are_seen_by_latecomers_only() -> None:
    planted = simulate.camps(n_people=500, n_statements=50, late=0.2, votes_each=20)
    seen = np.bincount(planted.statements, minlength=50)
    assert 0 < seen[40:].max() < 0.7 * seen[:40].min()
    late = planted.statements >= 40
    assert planted.participants[late].min() >= 0.6 * 500
    assert np.bincount(planted.participants).tolist() == [20] * 500


def test_noise_is_people_without_a_group_who_answer_at_random() -> None:
    planted = simulate.clouds(2, n_people=1000, noise=0.1)
    noisy = np.flatnonzero(planted.groups == -1)
    assert len(noisy) == 100
    assert set(planted.chances(noisy, np.zeros(100, dtype=int)).tolist()) == {0.5}
    theirs = planted.values[np.isin(planted.participants, noisy)]
    assert (theirs[theirs != 0] > 0).mean() == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"n_people": 0}, "n_people is at least 1, not 0"),
        ({"votes_each": 0.5}, "votes_each is at least 1, not 0.5"),
        ({"passing": 1.0}, "passing is a share from 0 to below 1, not 1.0"),
        ({"activity": -1.0}, "activity is at least 0, not -1.0"),
        ({"leaning": -0.1}, "leaning is at least 0, not -0.1"),
        ({"sizes": [1, 1]}, r"3 groups need as many sizes above 0, not \[1, 1\]"),
        ({"n_people": 2}, "2 people are too few for 3 groups of these sizes"),
        ({"n_groups": 0}, "0 groups need as many sizes above 0"),
        ({"strength": 1.0}, "strength lies between 0 and 1, not 1.0"),
    ],
)
def test_what_cannot_be_planted_is_refused_by_its_name(wrong: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        simulate.camps(**wrong)


def test_unknown_shapes_links_and_dimensions_are_refused() -> None:
    with pytest.raises(ValueError, match=r"a shape is one of normal, .* not 'round'"):
        simulate.spread("round")
    with pytest.raises(ValueError, match="a link is one of logistic, ideal points, not 'probit'"):
        simulate.spread(link="probit")
    with pytest.raises(ValueError, match="dims is at least 1, not 0"):
        simulate.clouds(dims=0)


def test_a_large_conversation_is_columns_of_small_integers_and_no_matrix() -> None:
    planted = simulate.clouds(3, n_people=40_000, n_statements=1000, votes_each=10, activity=1.0)
    assert planted.participants.dtype == planted.statements.dtype == np.int32
    assert planted.values.dtype == np.int8
    largest = max(array.size for array in arrays_in(planted))
    assert largest == len(planted) < 40_000 * 1000 / 50
    assert len(np.unique(pairs(planted))) == len(planted), "chunks of people fit together"
    assert planted.participants.max() == 39_999


def arrays_in(thing: object) -> list[np.ndarray]:
    """Every array reachable through the attributes of `thing`."""
    if isinstance(thing, np.ndarray):
        return [thing]
    return [array for inside in getattr(thing, "__dict__", {}).values() for array in arrays_in(inside)]


# ---- what happens to a conversation -----------------------------------------------------------------------------


def test_exact_copies_answer_as_the_one_they_copy_and_leave_the_others_alone() -> None:
    planted = simulate.camps(3, n_people=100, random_state=5)
    copied = simulate.copies_of(planted, person=7, share=0.1)
    assert copied.n_people == 110
    assert set(copied.groups[100:].tolist()) == {planted.groups[7]}
    assert copied.truth.sources[100:].tolist() == [7] * 10
    assert columns(copied)[0].startswith(columns(planted)[0])
    own = planted.participants == 7
    for copy in range(100, 110):
        theirs = copied.participants == copy
        assert copied.statements[theirs].tolist() == planted.statements[own].tolist()
        assert copied.values[theirs].tolist() == planted.values[own].tolist()
    assert copied.chances([7], [3]) == copied.chances([105], [3])


def test_noisy_copies_turn_some_answers_round_and_keep_passes() -> None:
    planted = simulate.camps(n_people=100, passing=0.3)
    copied = simulate.copies_of(planted, person=0, share=0.5, flips=0.2)
    original = np.tile(planted.values[planted.participants == 0], 50)
    theirs = copied.values[copied.participants >= 100]
    assert ((theirs == 0) == (original == 0)).all()
    assert (theirs != original)[original != 0].mean() == pytest.approx(0.2, abs=0.04)


def test_a_copy_needs_somebody_to_copy() -> None:
    planted = simulate.camps(n_people=10)
    with pytest.raises(ValueError, match="person 10 has no votes to copy"):
        simulate.copies_of(planted, person=10, share=0.1)
    with pytest.raises(ValueError, match="share is above 0 and flips from 0 to 1"):
        simulate.copies_of(planted, person=1, share=0.1, flips=2)


@FAMILIES
def test_who_changes_sides_then_answers_like_the_new_side(family: simulate.Family) -> None:
    planted = family(2, n_people=400, random_state=3)
    later = simulate.switch_sides(planted, share=0.3, random_state=1)
    moved = np.flatnonzero(later.groups != planted.groups)
    assert len(moved) == 120
    assert set(later.participants.tolist()) == set(moved.tolist())
    assert sorted(pairs(later).tolist()) == sorted(pairs(planted)[np.isin(planted.participants, moved)].tolist())
    whole = planted.followed_by(later)
    assert len(whole.votes) == len(planted)
    for new in (0, 1):
        movers = moved[later.groups[moved] == new]
        old_side, new_side = (np.flatnonzero(planted.groups == group) for group in (1 - new, new))
        for votes, side, other in ((planted.votes, old_side, new_side), (whole.votes, new_side, old_side)):
            stayed = np.setdiff1d(side, moved), np.setdiff1d(other, moved)
            assert agreement(votes, movers, stayed[0]) > agreement(votes, movers, stayed[1]) + 0.1


def agreement(votes: Votes, some: np.ndarray, others: np.ndarray) -> float:
    """Correlation of two sets of people's mean answers to each statement."""
    means = []
    for people in (some, others):
        inside = np.isin(votes.rows, people)
        total = np.bincount(votes.columns[inside], votes.values[inside], votes.n_statements)
        means.append(total / np.bincount(votes.columns[inside], minlength=votes.n_statements))
    return float(np.corrcoef(means[0], means[1])[0, 1])


def test_nobody_changes_sides_in_a_spread() -> None:
    with pytest.raises(ValueError, match="no sides to change"):
        simulate.switch_sides(simulate.spread(n_people=10), share=0.3)
    with pytest.raises(ValueError, match="share is from 0 to 1, not 3"):
        simulate.switch_sides(simulate.camps(n_people=10), share=3)


def test_time_runs_from_the_first_person_to_the_last_with_some_coming_back() -> None:
    planted = simulate.camps(n_people=300, late=0.2)
    timed = simulate.in_time_order(planted, random_state=1)
    assert sorted(pairs(timed).tolist()) == sorted(pairs(planted).tolist())
    assert timed.truth is planted.truth
    arrivals = [timed.participants.tolist().index(person) for person in range(250)]
    assert arrivals == sorted(arrivals)
    back = timed.participants < np.maximum.accumulate(timed.participants)
    assert 0.05 < back.mean() < 0.3
    assert timed.statements[:50].tolist() != sorted(timed.statements[:50].tolist())
    assert columns(timed) == columns(simulate.in_time_order(planted, random_state=1))
