"""A map drawn after another keeps its face - and follows when people change their minds."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from deliberation import MapMemory, OpinionMap, Votes, simulate
from deliberation.distinct import NO_GAP, REAL_GAPS, REAL_GAPS_EACH, number_of_groups
from deliberation.simulate import Planted
from deliberation.space import held_still
from tests.deliberation.conversations import camps, planted_camps

REFRESHES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def upto(planted: Planted, share: float) -> Votes:
    n = int(share * len(planted.values))
    return Votes.from_triplets(planted.participants[:n], planted.statements[:n], planted.values[:n])


def kept_ids(before: OpinionMap, after: OpinionMap) -> float:
    """Share of people in a group on both maps whose group has kept its number."""
    former = dict(zip(before.participants_, before.groups_.tolist(), strict=True))
    now = zip(after.participants_, after.groups_.tolist(), strict=True)
    pairs = [(former[one], group) for one, group in now if group >= 0 and former.get(one, -1) >= 0]
    return float(np.mean([was == group for was, group in pairs]))


@pytest.mark.parametrize("k", [2, 4])
def test_groups_keep_their_numbers_while_votes_come_in(k: int) -> None:
    planted = simulate.in_time_order(planted_camps(k, seed=k))
    drawn = OpinionMap().fit(upto(planted, 0.4))
    for share in REFRESHES:
        former, drawn = drawn, OpinionMap().fit(upto(planted, share), previous=drawn)
        if former.n_groups_ == drawn.n_groups_:
            assert kept_ids(former, drawn) > 0.9
    assert drawn.n_groups_ == k


def test_without_the_former_map_numbers_and_directions_may_change() -> None:
    """The control: what the test above sees is the memory's doing."""
    planted = simulate.in_time_order(planted_camps(4, seed=4))
    drawn = [OpinionMap(n_groups=4).fit(upto(planted, share)) for share in REFRESHES]
    assert min(kept_ids(a, b) for a, b in pairwise(drawn)) < 0.9


def test_the_picture_keeps_its_directions() -> None:
    planted = simulate.in_time_order(planted_camps(3, seed=1))
    first = OpinionMap().fit(upto(planted, 0.8))
    later = OpinionMap().fit(upto(planted, 0.9), previous=first)
    former = dict(zip(first.participants_, first.positions_, strict=True))
    both = [one for one in later.participants_ if one in former]
    now = dict(zip(later.participants_, later.positions_, strict=True))
    a, b = np.array([former[one] for one in both]), np.array([now[one] for one in both])
    assert ((a - b) ** 2).sum() < 0.1 * ((a - a.mean(axis=0)) ** 2).sum()


def test_a_mirrored_space_is_turned_back() -> None:
    """Held against its own mirror image, a space lies as its image does."""
    votes, _ = camps(3, seed=2)
    drawn = OpinionMap().fit(votes)
    space = drawn.memory_.learnt.space
    mirror = np.diag([-1.0, 1.0, *np.ones(space.n_axes - 2)])
    turn = held_still(space, drawn.latent_, space.turned(mirror).axes)
    assert space.turned(turn).axes[:2] == pytest.approx(space.turned(mirror).axes[:2], abs=1e-3)


def test_when_three_in_ten_change_sides_the_map_has_followed_after_three_refreshes() -> None:
    behind = []
    for seed in range(4):
        planted = planted_camps(2 + seed % 2, seed=seed, n=300)
        later = simulate.switch_sides(planted, 0.3, random_state=seed)
        whole = planted.followed_by(later)
        drawn = OpinionMap().fit(planted.votes)
        for _ in range(3):
            drawn = OpinionMap().fit(whole.votes, previous=drawn)
        fresh = OpinionMap().fit(whole.votes)
        steady, anew = (adjusted_rand_score(later.groups, one.groups_) for one in (drawn, fresh))
        stale = adjusted_rand_score(later.groups, OpinionMap().fit(planted.votes).groups_)
        assert stale < anew - 0.2, "the control: a map that never moves fails"
        behind.append(anew - steady)
    assert max(behind) < 0.05


@pytest.mark.parametrize(
    ("evidence", "former", "shown"),
    [(1.2, None, 2), (1.2, 1, 1), (1.6, 1, 2), (0.8, None, 1), (0.8, 2, 2), (0.5, 2, 1)],
)
def test_a_known_number_of_groups_gives_way_only_to_clearer_evidence(
    evidence: float, former: int | None, shown: int
) -> None:
    level = REAL_GAPS + REAL_GAPS_EACH * 100
    assert number_of_groups({2: NO_GAP + evidence * level}, people=100, former=former) == shown


def test_more_groups_are_seen_beside_those_that_stay() -> None:
    clear = 3 * REAL_GAPS
    assert number_of_groups({3: clear, 2: clear}, people=100, former=2) == 3
    assert number_of_groups({3: NO_GAP, 2: clear}, people=100, former=2) == 2


def test_several_gaps_speak_together() -> None:
    some = NO_GAP + 0.7 * REAL_GAPS
    assert number_of_groups({2: some}, people=0) == 1
    assert number_of_groups({3: some, 2: some}, people=0) == 3


def test_another_number_of_groups_is_shown_only_when_it_won_three_times_in_a_row() -> None:
    two, three = planted_camps(2, seed=5), planted_camps(3, seed=5)
    drawn = OpinionMap().fit(two.votes)
    shown = []
    for _ in range(3):
        drawn = OpinionMap().fit(three.votes, previous=drawn)
        shown.append(drawn.n_groups_)
    assert shown == [2, 2, 3]


def test_a_memory_survives_being_written_down_to_the_last_bit() -> None:
    votes, _ = camps(3, seed=1)
    drawn = OpinionMap().fit(votes)
    read = MapMemory.from_json(json.loads(json.dumps(drawn.memory_.to_json())))
    one, other = OpinionMap().fit(votes, previous=drawn), OpinionMap().fit(votes, previous=read)
    assert np.array_equal(one.positions_, other.positions_)
    assert np.array_equal(one.groups_, other.groups_)
    assert json.dumps(one.memory_.to_json()) == json.dumps(other.memory_.to_json())


def test_a_memory_names_nobody() -> None:
    votes, _ = camps(2, seed=1)
    named = replace(votes, participants=tuple(f"person-{one}" for one in votes.participants))
    assert "person-" not in json.dumps(OpinionMap().fit(named).memory_.to_json())


def test_a_statement_taken_out_counts_as_never_asked_and_comes_back_as_it_was() -> None:
    votes, _ = camps(2, seed=7)
    people, asked = np.array(votes.participants)[votes.rows], np.array(votes.statements)[votes.columns]
    kept = asked != 3
    without = Votes.from_triplets(people[kept], asked[kept], votes.values[kept])
    assert 3 not in OpinionMap().fit(without).statements_
    assert without.per_participant().sum() == kept.sum()
    again = OpinionMap().fit(Votes.from_triplets(people, asked, votes.values))
    assert np.array_equal(again.positions_, OpinionMap().fit(votes).positions_)


def test_a_latecomer_moves_nobody_until_the_next_map() -> None:
    votes, _ = camps(3, seed=3)
    drawn = OpinionMap().fit(votes)
    before = drawn.groups_.copy(), drawn.positions_.copy()
    drawn.place(votes.statements[:10], [1, -1] * 5)
    assert np.array_equal(before[0], drawn.groups_)
    assert np.array_equal(before[1], drawn.positions_)


def test_the_pulls_of_ones_votes_add_up_to_ones_place() -> None:
    votes, _ = camps(3, seed=3)
    drawn = OpinionMap().fit(votes)
    placed = drawn.place(votes.statements[:12], [1, -1, 0] * 4)
    assert np.sum(list(placed.pulls.values()), axis=0) == pytest.approx(placed.position, abs=1e-3)
    assert len(placed.pulls) == 12


def test_new_statements_and_new_people_join_a_known_map() -> None:
    votes, _ = camps(2, seed=9)
    early = votes.of(np.arange(120)).only(votes.of(np.arange(120)).columns < 40)
    known = np.unique(early.columns)
    early = replace(early, statements=tuple(votes.statements[c] for c in known))
    early = replace(early, columns=np.searchsorted(known, early.columns).astype(np.int32))
    first = OpinionMap().fit(early)
    later = OpinionMap().fit(votes, previous=first)
    assert len(later.statements_) > len(first.statements_)
    assert kept_ids(first, later) > 0.9


def test_a_space_begins_with_the_axis_on_which_people_differ_most() -> None:
    drawn = OpinionMap().fit(camps(3, seed=0)[0])
    spread = drawn.latent_.var(axis=0)
    assert spread[0] == spread.max()


def test_a_space_in_which_some_axes_say_nothing_is_carried_on() -> None:
    """Three blocks of people who each say the same: all but one axis of opinion are as good as empty."""

    def said(patterns: list[tuple[str, int]]) -> Votes:
        rows = [pattern for pattern, times in patterns for _ in range(times)]
        cells = [(p, s, 1 if sign == "+" else -1) for p, row in enumerate(rows) for s, sign in enumerate(row)]
        return Votes.from_triplets(*zip(*cells, strict=True))

    camps_first = [("+++++-----+", 20), ("-----++++++", 18)]
    drawn = OpinionMap().fit(said(camps_first))
    for more in (10, 20, 30):
        drawn = OpinionMap().fit(said([*camps_first, ("+++++------", more)]), previous=drawn)
    assert drawn.n_groups_ == 2
    assert np.isfinite(drawn.positions_).all()
