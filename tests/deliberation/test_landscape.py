"""The picture shows where people stand, and nobody in particular."""

from math import hypot

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliberation import Honeycomb, draw_landscape
from deliberation.hexagons import steps_apart

WIDTH, HEIGHT = 560.0, 420.0


def two_clouds(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    groups = np.arange(n) % 2
    places = np.random.RandomState(seed).standard_normal((n, 2)) * 0.5
    places[:, 0] += np.where(groups == 1, 2.0, -2.0)
    return places, groups


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 150), st.integers(0, 5), st.integers(0, 2**31 - 1), st.sampled_from(["normal", "cauchy", "one spot"])
)
def test_no_cell_stands_for_fewer_than_five_people(n: int, n_groups: int, seed: int, shape: str) -> None:
    rng = np.random.RandomState(seed)
    places = {"normal": rng.standard_normal((n, 2)), "cauchy": rng.standard_cauchy((n, 2)), "one spot": np.ones((n, 2))}
    groups = rng.randint(-1, max(n_groups, 1), n) if n_groups else np.full(n, -1)
    drawn = draw_landscape(places[shape], groups, n_groups, WIDTH, HEIGHT)
    assert all(cell.count >= 5 for cell in drawn.cells)
    for group in range(n_groups if n_groups > 1 else 0):
        shown = sum(cell.count for cell in drawn.cells if cell.group == group)
        assert shown <= (groups == group).sum()
    sizes = np.bincount(groups[groups >= 0], minlength=1)
    assert sum(cell.count for cell in drawn.cells) + drawn.not_shown == sizes[sizes >= 5].sum()
    assert len({(cell.x, cell.y) for cell in drawn.cells}) == len(drawn.cells)


def test_a_group_of_four_is_never_shown() -> None:
    places, groups = two_clouds(100)
    groups[:4] = 2
    drawn = draw_landscape(places, groups, 3)
    assert {cell.group for cell in drawn.cells} == {0, 1}
    assert {label.group for label in drawn.labels} == {0, 1}


def test_most_people_are_shown_and_each_group_on_its_side() -> None:
    places, groups = two_clouds(1000)
    drawn = draw_landscape(places, groups, 2, WIDTH, HEIGHT)
    assert sum(cell.count for cell in drawn.cells) > 900
    left = [cell.x for cell in drawn.cells if cell.group == 0]
    right = [cell.x for cell in drawn.cells if cell.group == 1]
    assert max(left) < min(right)


def test_without_distinct_groups_the_landscape_is_neutral() -> None:
    places, _ = two_clouds(200)
    drawn = draw_landscape(places, np.zeros(200, dtype=int), 1)
    assert drawn.cells
    assert {cell.group for cell in drawn.cells} == {None}
    assert drawn.labels == ()


def test_with_too_little_to_say_nothing_is_drawn() -> None:
    drawn = draw_landscape(np.zeros((9, 2)), np.full(9, -1), 0)
    assert (drawn.cells, drawn.labels, drawn.not_shown) == ((), (), 0)
    assert drawn.frame.point((0.0, 0.0)) == (280.0, 210.0)


def test_a_reader_is_drawn_among_the_people_who_stand_there() -> None:
    places, groups = two_clouds(1000)
    drawn = draw_landscape(places, groups, 2, WIDTH, HEIGHT)
    x, y = drawn.frame.point((2.0, 0.0))
    nearest = min(drawn.cells, key=lambda cell: hypot(cell.x - x, cell.y - y))
    assert nearest.group == 1
    assert hypot(nearest.x - x, nearest.y - y) <= drawn.honeycomb.radius


def test_a_reader_far_outside_stays_on_the_drawing_and_up_is_up() -> None:
    frame = draw_landscape(*two_clouds(100), 2, WIDTH, HEIGHT).frame
    assert frame.point((1e9, 1e9)) == (WIDTH, 0.0)
    assert frame.point((-1e9, -1e9)) == (0.0, HEIGHT)
    assert frame.length(2.0) == pytest.approx(2 * frame.length(1.0))


def test_labels_stay_on_the_drawing_and_count_the_whole_group() -> None:
    drawn = draw_landscape(*two_clouds(400), 2, WIDTH, HEIGHT)
    for label in drawn.labels:
        assert 0 < label.x < WIDTH
        assert 0 < label.y < HEIGHT
        assert label.count == 200


def test_the_order_of_people_does_not_change_the_drawing() -> None:
    places, groups = two_clouds(300)
    order = np.random.RandomState(5).permutation(300)
    assert draw_landscape(places, groups, 2) == draw_landscape(places[order], groups[order], 2)


@given(st.integers(-40, 40), st.integers(-40, 40), st.floats(0, 0.86), st.floats(0, 6.28))
def test_a_point_within_the_inner_circle_of_a_cell_belongs_to_it(
    column: int, row: int, reach: float, turn: float
) -> None:
    honeycomb = Honeycomb(3.0)
    x, y = honeycomb.centre((column, row))
    assert honeycomb.cell(x + 3 * reach * np.cos(turn), y + 3 * reach * np.sin(turn)) == (column, row)


@pytest.mark.parametrize("row", [4, 5])
def test_a_cell_has_six_neighbours_at_equal_distance(row: int) -> None:
    honeycomb = Honeycomb(1.0)
    near = [(c, r) for c in range(8) for r in range(10) if steps_apart((3, row), (c, r)) == 1]
    x, y = honeycomb.centre((3, row))
    distances = [hypot(a - x, b - y) for a, b in map(honeycomb.centre, near)]
    assert len(near) == 6
    assert distances == pytest.approx([3**0.5] * 6)


def test_corners_lie_on_the_cells_circle() -> None:
    corners = Honeycomb(2.0).corners(10.0, 20.0, scale=0.5)
    assert [hypot(x - 10, y - 20) for x, y in corners] == pytest.approx([1.0] * 6)
