"""Time and memory of one cold map, each run in a fresh process, ours and red-dwarf's in turn.

Simulated votes: three clouds of people, activity with a long tail. Not counted for either: reading the arrays; for
red-dwarf, making the dictionaries it takes votes in. Time is processor time; memory is the peak less what was held
before. A pass is a sparse matrix of the votes times two columns, and its transpose times two:
one pass reads every vote twice.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.rivals.findings import Bar, Findings, Table
from bench.rivals.options import Options, say
from bench.rivals.red_dwarf import run, worker
from deliberation import simulate

CAMPS = 3
LONG_TAIL = 1.0


@dataclass(frozen=True)
class Size:
    """A conversation to be made; `runs` per system. Bars: our time over red-dwarf's, our memory over red-dwarf's."""

    people: int
    statements: int
    votes_each: float
    runs: int = 3
    time_bar: float | None = None
    memory_bar: float | None = None
    beside: bool = True

    @property
    def name(self) -> str:
        return f"{self.people:,} x {self.statements:,}"


SIZES = (
    Size(1_000, 200, 14, time_bar=1.0),
    Size(10_000, 500, 36, time_bar=1.0, memory_bar=0.25),
    Size(30_000, 500, 36, runs=1, time_bar=1 / 3),
    Size(100_000, 200, 9, runs=1, time_bar=1 / 5),
)
LARGEST = Size(1_000_000, 1_000, 46, runs=1, beside=False)
MOST_PASSES, MOST_MEGABYTES, MOST_PLACING = 100, 2_000, 0.001
COLUMNS = (
    *("", "votes", "s: ours", "red-dwarf", "ratio", "MB: ours", "red-dwarf", "ratio"),
    *("pass ms", "passes", "place ms", "groups: ours", "red-dwarf"),
)


def measure(options: Options) -> Findings:
    """Every size, the smallest first."""
    found = Findings()
    rows = []
    for size in (*SIZES, LARGEST) if options.full else SIZES:
        say(size.name)
        ours, theirs, n_votes = _weighed(size)
        faster, smaller = ours["seconds"] / theirs["seconds"], ours["megabytes"] / theirs["megabytes"]
        passes = ours["seconds"] / ours["pass"]
        time_and_memory = ours["seconds"], theirs["seconds"], faster, ours["megabytes"], theirs["megabytes"], smaller
        groups = int(ours["groups"]), int(theirs["groups"]) if size.beside else None
        rows.append((size.name, n_votes, *time_and_memory, ours["pass"] * 1e3, passes, ours["place"] * 1e3, *groups))
        if size.time_bar is not None:
            found.bars.append(Bar(f"time over red-dwarf's, {size.name}", faster, "at most", size.time_bar))
        if size.memory_bar is not None:
            found.bars.append(Bar(f"memory over red-dwarf's, {size.name}", smaller, "at most", size.memory_bar))
        if size is LARGEST:
            found.bars.append(Bar(f"passes, {size.name}", passes, "at most", MOST_PASSES))
            found.bars.append(Bar(f"MB, {size.name}", ours["megabytes"], "at most", MOST_MEGABYTES))
        found.bars.append(Bar(f"seconds to place one person, {size.name}", ours["place"], "at most", MOST_PLACING))
    title = "one cold map, processor seconds on one thread; median of 3 runs in turn for the two small sizes, else one"
    found.tables.append(Table(title, COLUMNS, rows))
    return found


def _weighed(size: Size) -> tuple[dict[str, float], dict[str, float], int]:
    """Medians of what ours and red-dwarf print, in turn, and the number of votes."""
    ours: list[dict[str, Any]] = []
    theirs: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "votes.npz")
        made = simulate.clouds(
            CAMPS, n_people=size.people, n_statements=size.statements, votes_each=size.votes_each, activity=LONG_TAIL
        )
        np.savez(file, people=made.participants, statements=made.statements, values=made.values)
        n_votes = len(made)
        del made
        for n in range(size.runs):
            extra = [] if n else ["passes"]
            ours.append(run([sys.executable, "-m", "bench.rivals.weighed_map", file, *extra]))
            if size.beside:
                theirs.append(run(worker("weigh", file)))
    nothing = dict.fromkeys(("seconds", "megabytes", "groups"), float("nan"))
    return _medians(ours), _medians(theirs) if theirs else nothing, n_votes


def _medians(runs: list[dict[str, Any]]) -> dict[str, float]:
    """Of every figure, over the runs that have it; NaN where the system does not tell."""
    names = {name for run_ in runs for name in run_}
    told = {name: [one[name] for one in runs if one.get(name) is not None] for name in names}
    return {name: float(np.median(values)) if values else float("nan") for name, values in told.items()}
