"""Bursts from everywhere. That many come at once is no sign: television, a chat group and a class do the same.

Two things honest bursts do not have: hardly anybody after the first minutes, and accounts made hours or days before
a call that had not gone out yet. Newcomers of an honest burst register after it began.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.stats import binom

from moderation.coordination.acts import DAY, HOUR, Floats, Ints
from moderation.coordination.chances import count_tail, share_tail
from moderation.coordination.chances import together as combined
from moderation.coordination.findings import Evidence, Finding, Kind, Sign
from moderation.coordination.signs import Scene

WIDTHS = (300.0, 600.0, HOUR)
AROUND = 3 * HOUR
AFTER = 2 * HOUR
MOST = 40
EVENT_ALIKE = 0.03


def burst_findings(scene: Scene) -> Iterator[Finding]:
    """Each burst with its evidence; `q_value` holds the p-value until all tests are known."""
    for width in WIDTHS:
        for first in _peaks(scene.table.at, width, scene.bounds.named):
            yield _looked_at(scene, first, width)


def _peaks(at: Floats, width: float, fewest: int) -> Iterator[float]:
    """Where windows of this width hold far more than the hours around, not overlapping."""
    if not len(at):
        return
    inside = np.searchsorted(at, at + width) - np.arange(len(at))
    wide = np.searchsorted(at, at + width + AROUND) - np.searchsorted(at, at - AROUND)
    expected = (wide - inside) * width / (2 * AROUND)
    excess = inside - expected
    busy = (excess >= fewest) & (excess >= 4 * np.sqrt(expected)) & (inside >= 2 * expected)
    taken: list[float] = []
    for row in np.flatnonzero(busy)[np.argsort(-excess[busy], kind="stable")]:
        if len(taken) == MOST:
            return
        if all(abs(at[row] - other) >= width for other in taken):
            taken.append(float(at[row]))
            yield float(at[row])


def _looked_at(scene: Scene, first: float, width: float) -> Finding:
    rows = scene.table.between(first, first + width)
    evidence, members = [], rows
    if sharp := _sharp(scene, rows, first, width):
        evidence.append(sharp)
    prepared = _prepared(scene, rows, first)
    if prepared:
        evidence.append(prepared[0])
        if prepared[0].p_value < 0.01:
            members = prepared[1]
    evidence.sort(key=lambda sign: sign.p_value)
    p_value = combined([sign.p_value for sign in evidence])
    people = tuple(scene.table.people[row] for row in members)
    return Finding(Kind.BURST, (first, width), people, tuple(evidence), p_value)


def _sharp(scene: Scene, rows: Ints, first: float, width: float) -> Evidence | None:
    """Nearly all of a burst within minutes. Not asked where it comes from a few networks: that is a room."""
    bound = dict(scene.bounds.quick).get(width)
    networks = scene.table.keys["network"].codes[rows]
    if bound is None or len(np.unique(networks)) < len(rows) / 3:
        return None
    whole = len(scene.table.between(first - width, first + width + AFTER))
    rate = _quiet(scene.table.at, first)
    expected, usual = rate * width, rate * (AFTER + 2 * width)
    # Everybody around may have followed the call, up to chance in how many come anyway.
    count = max(round(len(rows) - expected), 0)
    of = max(round(whole - usual + np.sqrt(usual)), count)
    chance = min(float(binom.sf(count - 1, of, bound)) * 1_000, 1.0)
    return Evidence(Sign.SHARP, count, of, bound * of, max(chance, 1e-300), width)


def _quiet(at: Floats, first: float) -> float:
    """Acts in a second before the burst or after it, whichever are fewer: a long burst is not its own surroundings."""
    before = np.diff(np.searchsorted(at, [first - AROUND, first - AROUND / 2]))[0]
    after = np.diff(np.searchsorted(at, [first + AFTER + HOUR, first + AFTER + HOUR + AROUND / 2]))[0]
    return float(min(before, after)) / (AROUND / 2)


def _prepared(scene: Scene, rows: Ints, first: float) -> tuple[Evidence, Ints] | None:
    """More accounts made from an hour to a week before the burst began than people at other times have."""
    table = scene.table
    if len(rows) > scene.bounds.event * table.size:
        return None
    waited = table.age - np.where(np.arange(table.size) >= rows[0], table.at - first, 0.0)
    before = (table.age - (table.at[rows].max() - first) > HOUR) & (table.age < 7 * DAY)
    mine = rows[(waited[rows] > HOUR) & (table.age[rows] < 7 * DAY)]
    rest = np.ones(table.size, dtype=bool)
    rest[rows] = False
    usual = float(before[rest].mean()) if rest.any() else 1.0
    if len(mine) < max(scene.bounds.named / 2, 0.25 * len(rows)) or count_tail(len(mine), len(rows) * usual) > 0.01:
        return None
    chance = share_tail(len(mine), len(rows), usual, EVENT_ALIKE) * 10
    young = rows[table.age[rows] < 7 * DAY]
    return Evidence(Sign.PREPARED, len(mine), len(rows), usual * len(rows), min(chance, 1.0)), young
