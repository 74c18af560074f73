"""Does the map stay put while votes come in? Real votes in order of time, a refresh at every 5 % from 30 % on.

Numbers of groups are compared as each system gives them. Where we find no distinct groups nobody can change group; so
ours is run once more with two groups asked for.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise

import numpy as np

from bench.rivals.conversations import Ballots
from bench.rivals.emulated import EmulatedPolis
from bench.rivals.findings import PAIRED, Bar, Findings, Table, paired
from bench.rivals.options import Options, say
from bench.rivals.refreshing import Refreshed, Seen
from bench.rivals.scores import Floats, Ints

MOMENTS = np.arange(30, 101, 5) / 100
SYSTEMS = ("ours", "ours, 2 groups", "Polis")
FIGURES = ("changed", "shift", "k changed", "seconds")
TITLES = {
    "changed": "share of people whose group has another number after a refresh",
    "shift": "shift of people after a refresh, as a share of the map's spread",
    "k changed": "share of refreshes that change the number of groups",
    "seconds": "processor seconds of a refresh",
}


def measure(options: Options) -> Findings:
    """Every conversation whose export tells the times of votes."""
    timed = [one for one in options.conversations if one.timed]
    rows = []
    for one in timed:
        say(one.name)
        refreshed = [Refreshed().refresh, Refreshed(2).refresh, EmulatedPolis().refresh]
        rows.append([replayed(one.ballots, refresh) for refresh in refreshed])
    figures = np.array(rows, dtype=float).reshape(-1, len(SYSTEMS), len(FIGURES))
    tables = [
        Table(
            TITLES[name], ("", *SYSTEMS), [(one.name, *row) for one, row in zip(timed, figures[:, :, f], strict=True)]
        )
        for f, name in enumerate(FIGURES)
    ]
    compared = [
        paired(f"{FIGURES[f]}, {SYSTEMS[s]}", figures[:, s, f], figures[:, 2, f], higher_wins=False)
        for f in (0, 1)
        for s in (0, 1)
    ]
    tables.append(Table(f"mean over {len(timed)} conversations, rival: Polis", PAIRED, compared, digits=4))
    mean = figures.mean(axis=0) if len(figures) else np.full((len(SYSTEMS), len(FIGURES)), np.nan)
    changed, shift = mean[:, 0] - mean[2, 0], mean[:, 1] - mean[2, 1]
    return Findings(
        tables,
        [
            Bar("group numbers changed less Polis'", float(changed[0]), "at most", 0.005),
            Bar("the same, 2 groups asked for", float(changed[1]), "at most", 0.005),
            Bar("shift less Polis'", float(shift[0]), "at most", 0.0),
        ],
    )


def replayed(ballots: Ballots, refresh: Callable[[Ballots], Seen]) -> tuple[float, ...]:
    """`FIGURES`, each the mean over refreshes; the first refresh has nothing to be compared with."""
    seen, seconds = [], []
    for share in MOMENTS:
        so_far = ballots.latest(int(len(ballots) * share))
        began = time.process_time()
        seen.append(refresh(so_far))
        seconds.append(time.process_time() - began)
    steps = [
        (changed(before[0], after[0]), shift(before[1], after[1]), float(_count(before[0]) != _count(after[0])))
        for before, after in pairwise(seen)
    ]
    return *np.mean(steps, axis=0).tolist(), float(np.mean(seconds[1:]))


def changed(before: Ints, after: Ints) -> float:
    """The share of another number among people with a group both times; 0 if there are none."""
    both = (before >= 0) & (after >= 0)
    return float((before[both] != after[both]).mean()) if both.any() else 0.0


def shift(before: Floats, after: Floats) -> float:
    """Root mean square way of people on the map, divided by their root mean square distance from its middle."""
    both = np.isfinite(before).all(axis=1) & np.isfinite(after).all(axis=1)
    way = ((after - before)[both] ** 2).sum()
    spread = ((before[both] - before[both].mean(axis=0)) ** 2).sum()
    return float(np.sqrt(way / spread)) if spread > 0 else 0.0


def _count(labels: Ints) -> int:
    return len(np.unique(labels[labels >= 0]))
