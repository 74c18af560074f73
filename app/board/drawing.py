"""The picture of how long replies take: a line that climbs with every reply, and the range around it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from app.board.rules import Figures, Step

SIZE = 1000
"""The picture is drawn on a square of so many units and stretched to its place."""
TICKS = 5
DISTANCES = (1, 2, 5, 7, 14, 30, 60, 90, 180, 365, 730)


@dataclass(frozen=True)
class Tick:
    """A day below the picture; `x` from 0 to 100."""

    day: int
    x: float


@dataclass(frozen=True)
class Drawing:
    """Paths on a square of `SIZE`; ticks, and where half and nine in ten are answered (0 to 100), if that is known."""

    line: str
    band: str
    ticks: tuple[Tick, ...]
    median_x: float | None
    ninety_x: float | None


def draw(found: Figures) -> Drawing:
    """Draw the share that is answered by each day."""
    last = found.curve[-1].day if found.curve else 0
    distance = next((one for one in DISTANCES if last <= one * TICKS), DISTANCES[-1])
    width = max(1, ceil(last / distance)) * distance
    steps = found.curve
    low = _stairs(((one.day, one.low) for one in steps), width)
    high = _stairs(((one.day, one.high) for one in steps), width)
    return Drawing(
        line=_path(_stairs(((one.day, one.share) for one in steps), width)),
        band=_path([*high, *reversed(low)]) + "z" if steps else "",
        ticks=tuple(Tick(day, round(100 * day / width, 2)) for day in range(0, width + 1, distance)),
        median_x=_place(found.median.day, width),
        ninety_x=_place(found.ninety.day, width),
    )


def _stairs(points: Iterable[tuple[int, float]], width: int) -> list[tuple[float, float]]:
    """The corners of a line that stays level until a day and then steps up."""
    corners, level = [(0.0, 0.0)], 0.0
    for day, share in points:
        corners += [(day / width, level), (day / width, share)]
        level = share
    return [*corners, (1.0, level)]


def _path(corners: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{round(SIZE * x)} {round(SIZE * (1 - y))}" for x, y in corners)


def _place(day: int | None, width: int) -> float | None:
    return None if day is None else round(100 * day / width, 2)


def step_at(steps: Sequence[Step], day: int) -> Step | None:
    """The last step up to a day."""
    return next((one for one in reversed(steps) if one.day <= day), None)
