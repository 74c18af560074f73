"""A honeycomb of upright hexagons: rows `1.5 * radius` apart, odd rows shifted right by half a cell ("odd-r")."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin, sqrt

import numpy as np

from deliberation.votes import Floats, Ints

# A cell is (column, row).
Cell = tuple[int, int]


@dataclass(frozen=True)
class Honeycomb:
    """Hexagons of `radius` (centre to corner), the cell (0, 0) centred on the origin."""

    radius: float

    def centre(self, cell: Cell) -> tuple[float, float]:
        """The middle of a cell.

        >>> Honeycomb(2.0).centre((0, 2))
        (0.0, 6.0)
        """
        column, row = cell
        return sqrt(3) * self.radius * (column + (row & 1) / 2), 1.5 * self.radius * row

    def cell(self, x: float, y: float) -> Cell:
        """The cell a point lies in.

        >>> Honeycomb(2.0).cell(*Honeycomb(2.0).centre((3, 5)))
        (3, 5)
        """
        row = 2 / 3 * y / self.radius
        slant = (sqrt(3) / 3 * x - y / 3) / self.radius
        return _to_odd_r(*_rounded(slant, row))

    def corners(self, x: float, y: float, scale: float = 1.0) -> tuple[tuple[float, float], ...]:
        """The six corners of a hexagon about (x, y), `scale` times a cell's size."""
        reach = self.radius * scale
        turns = [pi / 6 + pi / 3 * corner for corner in range(6)]
        return tuple((x + reach * cos(turn), y + reach * sin(turn)) for turn in turns)


def cells_of(honeycomb: Honeycomb, points: Floats) -> Ints:
    """The column and row of the cell each of the points (n, 2) lies in, shape (n, 2).

    >>> cells_of(Honeycomb(2.0), np.array([[0.0, 6.0], [1.0, 0.5]])).tolist()
    [[0, 2], [0, 0]]
    """
    row = 2 / 3 * points[:, 1] / honeycomb.radius
    slant = (sqrt(3) / 3 * points[:, 0] - points[:, 1] / 3) / honeycomb.radius
    exact = np.stack([slant, row, -slant - row])
    a, b, c = rounded = np.rint(exact)
    off = np.abs(rounded - exact)
    a_is_worst = (off[0] > off[1]) & (off[0] > off[2])
    b_is_worst = ~a_is_worst & (off[1] > off[2])
    a, b = np.where(a_is_worst, -b - c, a).astype(np.int64), np.where(b_is_worst, -a - c, b).astype(np.int64)
    return np.column_stack([a + (b - (b & 1)) // 2, b])


def steps_apart(one: Cell, other: Cell) -> int:
    """Cells one has to cross from `one` to `other`; neighbours are 1 apart.

    >>> steps_apart((0, 0), (0, 1)), steps_apart((0, 0), (2, 0))
    (1, 2)
    """
    (a, b), (c, d) = _to_axial(*one), _to_axial(*other)
    slant, down = a - c, b - d
    return max(abs(slant), abs(down), abs(slant + down))


def _to_odd_r(slant: int, row: int) -> Cell:
    return slant + (row - (row & 1)) // 2, row


def _to_axial(column: int, row: int) -> Cell:
    return column - (row - (row & 1)) // 2, row


def _rounded(slant: float, row: float) -> Cell:
    """The hexagon nearest to fractional axial coordinates."""
    third = -slant - row
    a, b, c = round(slant), round(row), round(third)
    off = abs(a - slant), abs(b - row), abs(c - third)
    if off[0] > off[1] and off[0] > off[2]:
        a = -b - c
    elif off[1] > off[2]:
        b = -a - c
    return a, b
