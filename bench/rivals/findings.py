"""What a part found: tables to read, figures to keep, bars that are met or not. A bar is printed, never asserted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.rivals.scores import interval

Cell = str | int | float | None


@dataclass(frozen=True)
class Table:
    """Rows of cells under a title. Floats are printed with `digits` decimals."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    digits: int = 3

    def __str__(self) -> str:
        cells = [self.columns, *([_printed(cell, self.digits) for cell in row] for row in self.rows)]
        widths = [max(len(row[c]) for row in cells) for c in range(len(self.columns))]
        lines = ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in cells]
        return "\n".join([self.title, *lines])


@dataclass(frozen=True)
class Bar:
    """A figure and what it has to be: "at least", "at most"."""

    what: str
    measured: float
    sense: str
    bar: float

    @property
    def met(self) -> bool | None:
        """Whether it is; None where nothing could be measured."""
        if isnan(self.measured):
            return None
        return self.measured >= self.bar if self.sense == "at least" else self.measured <= self.bar


@dataclass
class Findings:
    """All that one part found."""

    tables: list[Table] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)

    def __str__(self) -> str:
        rows = [(b.what, b.measured, f"{b.sense} {b.bar:g}", _verdict(b.met)) for b in self.bars]
        bars = [Table("bars", ("", "measured", "bar", ""), rows, digits=4)] if rows else []
        return "\n\n".join(str(table) for table in [*self.tables, *bars])

    def figures(self) -> dict[str, Any]:
        """The same as plain values, for a file."""
        tables = [
            {"title": t.title, "columns": t.columns, "rows": [list(map(_plain, r)) for r in t.rows]}
            for t in self.tables
        ]
        bars = [{**asdict(bar), "measured": _plain(bar.measured), "met": bar.met} for bar in self.bars]
        return {"tables": tables, "bars": bars}


def paired(what: str, ours: NDArray[np.float64], theirs: NDArray[np.float64], *, higher_wins: bool) -> tuple[Cell, ...]:
    """A row of `PAIRED`: the means of two systems over conversations, their difference, its interval, our wins."""
    both = ~(np.isnan(ours) | np.isnan(theirs))
    ours, theirs = ours[both], theirs[both]
    gaps = ours - theirs
    if not len(gaps):
        return what, None, None, None, None, None, "0 of 0"
    low, high = interval(gaps)
    wins = int((gaps > 0).sum() if higher_wins else (gaps < 0).sum())
    return what, float(ours.mean()), float(theirs.mean()), float(gaps.mean()), low, high, f"{wins} of {len(gaps)}"


PAIRED = ("", "ours", "rival", "difference", "from", "to", "ours wins")


def _printed(cell: Cell, digits: int) -> str:
    if cell is None or (isinstance(cell, float) and isnan(cell)):
        return "-"
    return f"{cell:.{digits}f}" if isinstance(cell, float) else str(cell)


def _verdict(met: bool | None) -> str:
    return "not measured" if met is None else "met" if met else "not met"


def _plain(cell: Any) -> Any:
    """A value that JSON has."""
    value = cell.item() if isinstance(cell, np.generic) else cell
    return None if isinstance(value, float) and isnan(value) else value
