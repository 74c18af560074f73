"""What changed from one map to the next: from the contents of two, and from nothing else."""

from __future__ import annotations

from typing import Any

from app.opinions.changes import Resized, Told, changes
from app.opinions.rules import MapSays


def told(
    shares: dict[int, float],
    shared: dict[int, int] | None = None,
    *,
    people: int = 100,
    votes: int = 900,
    distinct: bool = True,
    enough: bool = True,
) -> Told:
    content: dict[str, Any] = {
        "enough": enough,
        "distinct": distinct,
        "groups": [{"group": group, "share": share} for group, share in shares.items()],
        "consensus": [{"statement": one, "side": side} for one, side in (shared or {}).items()],
    }
    return Told(people, votes, len(shares), content)


def test_people_and_votes_that_came_are_counted() -> None:
    found = changes(told({1: 0.6, 2: 0.4}), told({1: 0.6, 2: 0.4}, people=141, votes=1210))
    assert found is not None
    assert (found.people, found.votes) == (41, 310)
    assert found.is_nothing_much


def test_a_group_that_came_and_one_that_went_are_named() -> None:
    found = changes(told({1: 0.5, 2: 0.5}), told({1: 0.5, 3: 0.5}))
    assert found is not None
    assert (found.came, found.went) == ((3,), (2,))
    assert not found.is_nothing_much


def test_a_group_is_spoken_of_from_five_points_of_a_hundred_on() -> None:
    before = told({1: 0.50, 2: 0.40, 3: 0.10})
    found = changes(before, told({1: 0.55, 2: 0.36, 3: 0.09}))
    assert found is not None
    assert found.resized == (Resized(1, 0.50, 0.55),)
    assert found.resized[0].grew
    smaller = changes(before, told({1: 0.45, 2: 0.44, 3: 0.11}))
    assert smaller is not None
    assert not smaller.resized[0].grew


def test_where_groups_appear_that_is_said_and_not_each_of_them() -> None:
    found = changes(told({1: 0.5, 2: 0.5}, distinct=False), told({1: 0.7, 2: 0.3}))
    assert found is not None
    assert found.state is MapSays.GROUPS
    assert (found.came, found.went, found.resized) == ((), (), ())


def test_the_sides_of_a_spread_are_no_groups_that_could_grow() -> None:
    found = changes(told({1: 0.5, 2: 0.5}, distinct=False), told({1: 0.7, 2: 0.3}, distinct=False))
    assert found is not None
    assert found.is_nothing_much


def test_what_is_newly_shared_and_no_longer_is_listed() -> None:
    found = changes(told({1: 0.5, 2: 0.5}, {7: 1, 8: 1, 9: -1}), told({1: 0.5, 2: 0.5}, {8: 1, 9: 1, 5: -1}))
    assert found is not None
    assert found.shared == (9, 5), "rejected before and agreed with now is news"
    assert found.unshared == (7,)


def test_before_the_first_map_there_is_nothing_to_compare() -> None:
    assert changes(told({}, enough=False, people=3), told({1: 0.5, 2: 0.5})) is None


def test_a_map_drawn_before_consensus_was_told_compares_too() -> None:
    found = changes(Told(40, 300, 0, {"enough": True}), told({1: 0.5, 2: 0.5}))
    assert found is not None
    assert found.state is MapSays.GROUPS
