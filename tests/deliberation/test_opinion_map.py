"""The map of every conversation, also of the ones that are hardly one."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.metrics import adjusted_rand_score

from deliberation import OpinionMap, Votes
from tests.deliberation.conversations import camps, everyone_says, planted_camps, spread


def triplets(votes: Votes) -> tuple[list[object], list[object], list[int]]:
    people = [votes.participants[r] for r in votes.rows]
    statements = [votes.statements[c] for c in votes.columns]
    return people, statements, votes.values.tolist()


# ---- too little to say ------------------------------------------------------------------------------------------


def test_no_votes_make_an_empty_map() -> None:
    drawn = OpinionMap().fit(Votes.from_triplets([], [], []))
    assert drawn.n_groups_ == 0
    assert drawn.positions_.shape == (0, 2)
    assert drawn.membership_.shape == (0, 0)
    assert drawn.place([1, 2], [1, -1]).membership == ()


def test_one_person_has_no_axes_and_no_groups() -> None:
    drawn = OpinionMap().fit(Votes.from_triplets([7] * 9, range(9), [1, -1, 0] * 3))
    assert drawn.n_groups_ == 0
    assert drawn.positions_.tolist() == [[0.0, 0.0]]


def test_one_statement_has_no_axes_and_no_groups_but_a_chance() -> None:
    drawn = OpinionMap().fit(Votes.from_triplets(range(40), [0] * 40, [1] * 30 + [-1] * 10))
    assert drawn.n_groups_ == 0
    assert not drawn.positions_.any()
    assert drawn.predict_agree([0], [0])[0] == pytest.approx(31 / 42)


@pytest.mark.parametrize("people", range(2, 11))
def test_up_to_ten_people_are_too_few_for_groups(people: int) -> None:
    votes, _ = camps(2, seed=people, n=people)
    drawn = OpinionMap(n_groups=2).fit(votes)
    assert drawn.n_groups_ == 0
    assert set(drawn.groups_.tolist()) == {-1}
    assert np.isfinite(drawn.positions_).all()


def test_eleven_people_may_form_groups() -> None:
    votes, _ = camps(2, seed=1, n=11)
    assert OpinionMap(n_groups=2).fit(votes).n_groups_ == 2


def test_small_conversations_get_at_most_two_axes_of_opinion() -> None:
    votes, _ = camps(4, seed=1, n=49)
    leaning_and_two = 3
    assert OpinionMap().fit(votes).latent_.shape[1] <= leaning_and_two


# ---- people without a view --------------------------------------------------------------------------------------


def test_people_who_only_pass_are_in_the_middle_in_no_group() -> None:
    votes, _ = camps(2, seed=3)
    people, statements, values = triplets(votes)
    silent = [1000 + i for i in range(60) for _ in range(20)]
    with_silent = Votes.from_triplets(people + silent, statements + list(range(20)) * 60, values + [0] * 1200)
    drawn = OpinionMap().fit(with_silent)
    rows = [drawn.participants_.index(one) for one in set(silent)]
    assert drawn.n_groups_ == 2
    assert set(drawn.groups_[rows].tolist()) == {-1}
    assert not drawn.positions_[rows].any()
    assert drawn.uncertainty_[rows].min() > np.median(drawn.uncertainty_)


def test_a_conversation_of_passes_has_no_groups() -> None:
    drawn = OpinionMap().fit(everyone_says([0] * 12, n=60))
    assert drawn.n_groups_ == 0
    assert not drawn.positions_.any()


def test_agreement_about_everything_is_one_group_however_much_people_answered() -> None:
    busy, hasty = everyone_says([1] * 20, n=30), everyone_says([1] * 7, n=30)
    people, statements, values = triplets(busy)
    others, asked, said = triplets(hasty)
    votes = Votes.from_triplets(people + [f"x{one}" for one in others], statements + asked, values + said)
    drawn = OpinionMap().fit(votes)
    assert drawn.n_groups_ == 1
    assert set(drawn.groups_.tolist()) == {0}


def test_few_votes_give_soft_membership_but_no_group() -> None:
    votes, _ = camps(2, seed=5)
    people, statements, values = triplets(votes)
    drawn = OpinionMap().fit(Votes.from_triplets([*people, 999, 999], [*statements, 0, 1], [*values, 1, -1]))
    newcomer = drawn.participants_.index(999)
    assert drawn.groups_[newcomer] == -1
    assert drawn.membership_[newcomer].sum() == pytest.approx(1)
    assert drawn.membership_[newcomer].max() < np.median(drawn.membership_.max(axis=1))


# ---- groups -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", [2, 3, 4])
def test_planted_camps_are_found(k: int) -> None:
    votes, camp = camps(k, seed=k)
    drawn = OpinionMap().fit(votes)
    assert drawn.n_groups_ == k
    counted = drawn.groups_ >= 0
    assert adjusted_rand_score(camp[counted], drawn.groups_[counted]) > 0.8


@pytest.mark.parametrize("shape", ["normal", "uniform", "lopsided"])
def test_a_spread_of_views_is_hardly_ever_cut_into_groups(shape: str) -> None:
    found = [OpinionMap().fit(spread(shape, seed)).n_groups_ for seed in range(6)]
    assert found.count(1) >= 5, found


def test_a_spread_can_be_cut_for_reading() -> None:
    drawn = OpinionMap(n_groups=3).fit(spread("uniform", seed=11))
    assert drawn.n_groups_ == 3
    sizes = np.bincount(drawn.groups_[drawn.groups_ >= 0])
    assert sizes.tolist() == sorted(sizes.tolist(), reverse=True)


def test_a_persons_group_is_the_likeliest_membership() -> None:
    drawn = OpinionMap(n_groups=3).fit(spread("normal", seed=2))
    counted = drawn.groups_ >= 0
    assert (drawn.membership_.argmax(axis=1) == drawn.groups_)[counted].all()
    assert np.allclose(drawn.membership_.sum(axis=1), 1)


# ---- the same votes, the same map -------------------------------------------------------------------------------


def test_votes_in_any_order_make_the_same_map_to_the_last_bit() -> None:
    votes, _ = camps(3, seed=8)
    people, statements, values = triplets(votes)
    order = np.random.RandomState(1).permutation(len(values))
    shuffled = Votes.from_triplets(
        [people[i] for i in order], [statements[i] for i in order], [values[i] for i in order]
    )
    one, other = OpinionMap().fit(votes), OpinionMap().fit(shuffled)
    assert one.participants_ == other.participants_
    for learned in ("positions_", "uncertainty_", "groups_", "membership_"):
        assert getattr(one, learned).tobytes() == getattr(other, learned).tobytes()
    every = one.predict_agree(people, statements)
    assert every.tobytes() == other.predict_agree(people, statements).tobytes()


def test_fitting_twice_learns_the_same_and_keeps_the_parameters() -> None:
    votes, _ = camps(2, seed=8)
    drawn = OpinionMap(n_groups=2, random_state=4)
    first = drawn.fit(votes).positions_
    assert clone(drawn).fit(votes).positions_.tobytes() == first.tobytes()
    assert drawn.get_params() == {"n_groups": 2, "random_state": 4}


# ---- asking the map ---------------------------------------------------------------------------------------------


def test_placing_someone_with_their_own_votes_finds_them_where_they_stand() -> None:
    votes, _ = camps(2, seed=6)
    drawn = OpinionMap().fit(votes)
    for row in (0, 17):
        own = votes.rows == row
        placed = drawn.place([votes.statements[c] for c in votes.columns[own]], votes.values[own])
        assert placed.position == pytest.approx(drawn.positions_[row], abs=1e-4)
        assert placed.membership == pytest.approx(drawn.membership_[row], abs=1e-4)
        assert placed.uncertainty == pytest.approx(drawn.uncertainty_[row], abs=1e-4)


def test_many_are_placed_at_once_as_each_alone_and_statements_not_seen_are_left_out() -> None:
    votes, _ = camps(2, seed=6)
    memory = OpinionMap().fit(votes).memory_
    people, statements, values = triplets(votes)
    more = Votes.from_triplets([*people, people[0]], [*statements, -1], [*values, 1])
    assert more.statements[0] == -1, "so that the map's indices are not today's"
    placed = memory.positions(more)
    for row in range(0, votes.n_participants, 17):
        own = votes.of(np.array([row]))
        alone = memory.place([votes.statements[column] for column in own.columns], own.values)
        assert placed[row] == pytest.approx(alone.position, abs=1e-3)
        asked = memory.asked([votes.statements[column] for column in own.columns], own.values)
        assert asked.mean[:2] == pytest.approx(alone.position)
        assert np.sqrt(np.diagonal(asked.covariance))[:2] == pytest.approx(alone.uncertainty)
    assert memory.rows([-1, votes.statements[3]]).tolist() == [-1, 3]


def test_placing_somebody_moves_nobody() -> None:
    votes, _ = camps(2, seed=6)
    drawn = OpinionMap().fit(votes)
    before = drawn.positions_.tobytes(), drawn.groups_.tobytes()
    drawn.place(range(20), [1, -1] * 10)
    assert (drawn.positions_.tobytes(), drawn.groups_.tobytes()) == before


def test_a_newcomer_of_whom_nothing_is_known_stands_in_the_middle_with_more_doubt_than_anyone() -> None:
    drawn = OpinionMap().fit(camps(2, seed=6)[0])
    unknown = drawn.place(["a statement the map never saw"], [1])
    assert unknown.position == (0.0, 0.0)
    assert (np.array(unknown.uncertainty) >= drawn.uncertainty_.max(axis=0)).all()


def test_chances_follow_the_planted_camps() -> None:
    planted = planted_camps(2, seed=9)
    people, statements = np.repeat(np.arange(240), 60), np.tile(np.arange(60), 240)
    chances = OpinionMap().fit(planted.votes).predict_agree(people, statements)
    assert chances.min() > 0
    assert chances.max() < 1
    assert np.corrcoef(chances, planted.chances(people, statements))[0, 1] > 0.9


def test_asking_about_strangers_is_refused_by_row() -> None:
    drawn = OpinionMap().fit(camps(2, seed=6, n=20)[0])
    with pytest.raises(ValueError, match="row 1: the map has not seen participant 'nobody'"):
        drawn.predict_agree([0, "nobody"], [0, 0])
    with pytest.raises(ValueError, match="row 0: the map has not seen statement 777"):
        drawn.predict_agree([0], [777])


def test_a_map_must_be_fitted_before_it_is_asked() -> None:
    with pytest.raises(NotFittedError):
        OpinionMap().place([1], [1])


def test_no_groups_cannot_be_asked_for() -> None:
    with pytest.raises(ValueError, match="n_groups is at least 1, not 0"):
        OpinionMap(n_groups=0).fit(camps(2, seed=1, n=20)[0])
