"""In which order comments are read, without a database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.comments.rules import FRESH_EVERY, Order, is_across_views, reading_order, usual_order

DAY = date(2026, 11, 4)


def test_what_convinces_across_views_comes_first_and_equals_by_age() -> None:
    assert reading_order({4: 0.2, 9: 0.7, 3: 0.2, 5: 0.41}, DAY) == [9, 5, 3, 4]


def test_every_third_place_belongs_to_a_comment_that_few_have_marked() -> None:
    order = reading_order({**{n: 0.9 - n / 100 for n in range(10)}, **dict.fromkeys(range(100, 104))}, DAY)
    assert [one >= 100 for one in order] == [place % FRESH_EVERY == FRESH_EVERY - 1 for place in range(12)] + [
        False
    ] * 2
    assert [one for one in order if one < 100] == list(range(10))


def test_where_few_are_marked_the_others_follow_and_none_is_left_out() -> None:
    order = reading_order({1: 0.5, **dict.fromkeys(range(10, 30))}, DAY)
    assert order[0] == 1
    assert sorted(order) == [1, *range(10, 30)]


def test_the_lots_are_the_same_for_all_readers_of_a_day_and_others_on_another_day() -> None:
    fresh: dict[int, float | None] = dict.fromkeys(range(40))
    assert reading_order(fresh, DAY) == reading_order(dict(reversed(fresh.items())), DAY)
    assert reading_order(fresh, DAY) != reading_order(fresh, DAY + timedelta(days=1))


def test_within_some_weeks_every_fresh_comment_has_stood_near_the_top() -> None:
    bridging: dict[int, float | None] = {**dict.fromkeys(range(30), 0.5), **dict.fromkeys(range(100, 120))}
    near = {one for day in range(60) for one in reading_order(bridging, DAY + timedelta(days=day))[:9] if one >= 100}
    assert near == set(range(100, 120))


def test_nothing_has_an_order() -> None:
    assert reading_order({}, DAY) == []


@pytest.mark.parametrize(("low", "called"), [(None, False), (0.0, False), (0.5, False), (0.5001, True)])
def test_only_a_sure_majority_of_the_least_inclined_is_called_convincing_across_views(
    low: float | None, called: bool
) -> None:
    assert is_across_views(low) is called


def test_a_discussion_without_ranked_comments_is_read_from_the_newest() -> None:
    assert (usual_order(0), usual_order(1)) == (Order.NEWEST, Order.BRIDGING)
