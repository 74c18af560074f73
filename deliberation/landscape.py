"""The map as a picture in which nobody can be singled out: cells of at least five people, never a dot per person."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from deliberation.hexagons import Cell, Honeycomb, cells_of, steps_apart
from deliberation.votes import Floats, Ints

FEWEST_PEOPLE = 5
# Cells are as small as they can be while this share of people stands in cells that need no merging.
SHARE_UNMERGED = 0.6
# How far, in cells, people of a thin cell may be moved to be shown.
FARTHEST_MERGE = 2
CELLS_ACROSS = (44, 38, 32, 27, 23, 19, 16, 13, 11, 9)
# Share of people at each end of an axis that is drawn at the edge, so that a few far ones do not shrink the rest.
TAIL = 0.005
MARGIN = 0.1
# A picture keeps its frame while at most this share of people at each end of an axis falls outside it, and while a
# frame of its own would not draw everything this many times as large.
OUTSIDE = 0.01
TOO_LARGE = 1.25


@dataclass(frozen=True)
class Frame:
    """How a position becomes a point of a drawing `width` x `height`; y grows downwards there."""

    width: float
    height: float
    middle: tuple[float, float]
    scale: float

    def point(self, position: tuple[float, float]) -> tuple[float, float]:
        """The point of one position, held inside the drawing."""
        x = self.width / 2 + (position[0] - self.middle[0]) * self.scale
        y = self.height / 2 - (position[1] - self.middle[1]) * self.scale
        return min(max(x, 0.0), self.width), min(max(y, 0.0), self.height)

    def points(self, positions: Floats) -> Floats:
        """The points of positions (n, 2), held inside the drawing."""
        turned = (positions - np.array(self.middle)) * self.scale * [1, -1] + [self.width / 2, self.height / 2]
        points: Floats = np.clip(turned, 0.0, [self.width, self.height])
        return points

    def length(self, distance: float) -> float:
        """A distance of the map, a doubt for instance, in drawing units."""
        return distance * self.scale


@dataclass(frozen=True)
class Hexagon:
    """A cell: its middle in drawing units, how many people it stands for (at least 5), their group or None."""

    x: float
    y: float
    count: int
    group: int | None


@dataclass(frozen=True)
class Label:
    """Where the name of a group goes: the middle of its baseline, clear of the cells where there is room."""

    group: int
    x: float
    y: float
    count: int


@dataclass(frozen=True)
class Landscape:
    """A drawing: cells, one label a group, the honeycomb for their outlines, and the frame to place a reader.

    `not_shown` people stand in the groups but in no cell, because too few stand near them.
    """

    frame: Frame
    honeycomb: Honeycomb
    cells: tuple[Hexagon, ...]
    labels: tuple[Label, ...]
    not_shown: int


def draw_landscape(
    positions: Floats,
    groups: Ints,
    n_groups: int,
    width: float = 560.0,
    height: float = 420.0,
    former: Frame | None = None,
) -> Landscape:
    """Bin people into cells.

    Parameters are those of a fitted map: positions (n, 2), groups (n,), n_groups. People in no group (-1) are left
    out. With one group the cells belong to none; with 0 groups, or under 5 people, there are no cells. The `former`
    frame is kept as long as people still fit into it, so that the picture stands still from map to map.
    """
    sizes = np.bincount(groups[groups >= 0], minlength=max(n_groups, 1))
    drawn = (groups >= 0) & (sizes[np.maximum(groups, 0)] >= FEWEST_PEOPLE)
    frame = _frame(positions[drawn] if drawn.any() else positions, width, height)
    if former is not None and _still_fits(positions[drawn], former, frame):
        frame = former
    points, people = frame.points(positions[drawn]), int(drawn.sum())
    honeycomb, kept = _binned(points, groups[drawn], width)
    cells = tuple(
        Hexagon(*honeycomb.centre(cell), count, group if n_groups > 1 else None)
        for (cell, group), count in sorted(kept.items())
    )
    labels = _labels(cells, honeycomb, sizes, frame) if n_groups > 1 else ()
    return Landscape(frame, honeycomb, cells, labels, people - sum(cell.count for cell in cells))


def _frame(positions: Floats, width: float, height: float) -> Frame:
    """The same scale on both axes: distance on paper is distance of opinion."""
    if not len(positions):
        return Frame(width, height, (0.0, 0.0), 1.0)
    low, high = np.quantile(positions, [TAIL, 1 - TAIL], axis=0)
    room = (1 - 2 * MARGIN) * np.array([width, height])
    spans = np.maximum(high - low, 1e-9)
    scale = float((room / spans).min()) if (high > low).any() else 1.0
    x, y = ((low + high) / 2).tolist()
    return Frame(width, height, (x, y), scale)


def _still_fits(positions: Floats, former: Frame, fresh: Frame) -> bool:
    """Whether nearly everybody is inside the former frame, and it is not much too large for them."""
    if (former.width, former.height) != (fresh.width, fresh.height) or fresh.scale > TOO_LARGE * former.scale:
        return False
    reach = np.array([former.width, former.height]) / 2 / former.scale
    away = positions - np.array(former.middle)
    most = OUTSIDE * len(positions)
    return bool(((away < -reach).sum(axis=0) <= most).all() and ((away > reach).sum(axis=0) <= most).all())


Binned = dict[tuple[Cell, int], int]


def _binned(points: Floats, groups: Ints, width: float) -> tuple[Honeycomb, Binned]:
    """The finest honeycomb in which most people stand in cells of enough people, and its merged cells."""
    for across in CELLS_ACROSS:
        honeycomb = Honeycomb(width / across / 3**0.5)
        raw = _counted(cells_of(honeycomb, points), groups)
        if sum(n for n in raw.values() if n >= FEWEST_PEOPLE) >= SHARE_UNMERGED * len(points):
            break
    return honeycomb, _merged(raw)


def _counted(cells: Ints, groups: Ints) -> Counter[tuple[Cell, int]]:
    """People of each group in each cell; `cells` (n, 2) begin at column -1 and row 0."""
    places = np.column_stack([cells[:, 0] + 1, cells[:, 1], groups]).T
    shape = tuple((places.max(axis=1, initial=0) + 1).tolist())
    kinds, people = np.unique(np.ravel_multi_index(tuple(places), shape), return_counts=True)
    found = zip(*(part.tolist() for part in (*np.unravel_index(kinds, shape), people)), strict=True)
    return Counter({((column - 1, row), group): n for column, row, group, n in found})


def _merged(raw: Counter[tuple[Cell, int]]) -> Binned:
    """Give each cell to the group with most people in it; move the others, and thin cells, to one near by."""
    owners: dict[Cell, int] = {}
    for cell, group in sorted(raw, key=lambda key: (-raw[key], key)):
        owners.setdefault(cell, group)
    kept = {(cell, group): n for (cell, group), n in raw.items() if owners[cell] == group}
    for key in sorted(raw.keys() - kept.keys(), key=lambda key: (raw[key], key)):
        _move(kept, key, raw[key])
    for key in sorted(kept, key=lambda key: (kept[key], key)):
        if kept[key] < FEWEST_PEOPLE:
            _move(kept, key, kept.pop(key))
    return {key: n for key, n in kept.items() if n >= FEWEST_PEOPLE}


def _move(kept: Binned, key: tuple[Cell, int], people: int) -> None:
    """Add people to the nearest cell of their group, the fullest of equals; drop them where none is near."""
    cell, group = key
    near = [
        (steps_apart(cell, other), -n, other)
        for (other, owner), n in kept.items()
        if owner == group and steps_apart(cell, other) <= FARTHEST_MERGE
    ]
    if near:
        kept[min(near)[2], group] += people


def _labels(cells: tuple[Hexagon, ...], honeycomb: Honeycomb, sizes: Ints, frame: Frame) -> tuple[Label, ...]:
    labels = []
    for group in sorted({cell.group for cell in cells if cell.group is not None}):
        own = [cell for cell in cells if cell.group == group]
        x = sum(cell.x * cell.count for cell in own) / sum(cell.count for cell in own)
        above = min(cell.y for cell in own) - 1.6 * honeycomb.radius
        below = max(cell.y for cell in own) + 2.6 * honeycomb.radius
        y = min((above, below), key=lambda at: _crowding(cells, x, at, frame))
        x = min(max(x, frame.width * 0.15), frame.width * 0.85)
        labels.append(Label(group, x, min(max(y, frame.height * 0.05), frame.height * 0.98), int(sizes[group])))
    return tuple(labels)


def _crowding(cells: tuple[Hexagon, ...], x: float, y: float, frame: Frame) -> float:
    """How many cells a label at (x, y) would cover; more than any if it falls outside the drawing."""
    outside = not frame.height * 0.04 <= y <= frame.height * 0.98
    over = sum(abs(cell.x - x) < frame.width * 0.15 and abs(cell.y - y) < frame.height * 0.04 for cell in cells)
    return over + (len(cells) + 1 if outside else 0)
