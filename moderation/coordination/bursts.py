"""Bursts from everywhere. That many come at once is no sign: television, a chat group and a class do the same.

What honest bursts do not have is accounts made hours or days before a call that had not gone out yet: newcomers of an
honest burst register after it began. Hardly anybody after the first minutes, and more newcomers than calls bring: each
may be honest, and both together hardly.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from moderation.coordination.acts import DAY, HOUR, Floats, Ints, Table
from moderation.coordination.chances import share_tail
from moderation.coordination.findings import Evidence, Finding, Kind, Sign, weighed
from moderation.coordination.signs import HEARD, Scene

WIDTHS = (300.0, 600.0, 900.0, 1_200.0, HOUR)
# Beginnings within one burst among which the one that holds most was chosen.
LOOKS = 20
AROUND = 3 * HOUR
AFTER = 0.75 * HOUR
MOST = 40
# Where more of the young accounts elsewhere waited, waiting tells nothing and is not asked.
TELLING = 0.7
YOUNG = 7 * DAY
# People whose waiting would have to be known before it is believed.
UNSURE = 50
# People of a burst at one place from which they are a room of their own, and how far beyond its share of everybody.
ROOM, BEYOND = 8, 3
EVENT_ALIKE = 0.03
MOST_SCANNED = 2_000


def burst_findings(scene: Scene, usual: Ints) -> Iterator[Finding]:
    """Each burst with its evidence, held against the rows `usual`; `q_value` is a p-value until all tests are known."""
    for width in WIDTHS:
        for first in _peaks(scene.table.at, width, scene.bounds.named):
            rows = _from_everywhere(scene.table, scene.table.between(first, first + width))
            if len(rows) >= scene.bounds.named:
                yield _looked_at(scene, rows, first, width, usual)


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


def _looked_at(scene: Scene, rows: Ints, first: float, width: float, usual: Ints) -> Finding:
    evidence, members = [], rows
    if sharp := _sharp(scene, rows, first, width):
        evidence.append(sharp)
    for found in (_newcomers(scene, rows, first, width, usual), _prepared(scene, rows, first, usual)):
        if found:
            evidence.append(found[0])
            if found[0].p_value < 0.01:
                members = found[1]
    evidence.sort(key=lambda sign: sign.p_value)
    p_value = weighed(evidence)
    if p_value < 1:
        members = _core(scene.table.at, members, _quiet(scene.table.at, first))
    people = tuple(scene.table.people[row] for row in members)
    return Finding(Kind.BURST, (first, width), people, tuple(evidence), p_value)


def _sharp(scene: Scene, rows: Ints, first: float, width: float) -> Evidence | None:
    """Nearly all of a burst within minutes. Not asked where it comes from a few networks: that is a room."""
    bound = dict(scene.bounds.quick).get(width)
    networks = scene.table.keys["network"].codes[rows]
    if bound is None or len(np.unique(networks)) < len(rows) / 3:
        return None
    whole = len(_from_everywhere(scene.table, scene.table.between(first - width, first + width + AFTER)))
    rate = _quiet(scene.table.at, first)
    expected, usual = rate * width, rate * (AFTER + 2 * width)
    # Everybody around may have followed the call.
    count = max(round(len(rows) - expected), 0)
    of = max(round(whole - usual), count)
    chance = min(share_tail(count, of, bound, 0.0) * LOOKS, 1.0)
    return Evidence(Sign.SHARP, count, of, bound * of, max(chance, 1e-300), width)


def _newcomers(scene: Scene, rows: Ints, first: float, width: float, usual_rows: Ints) -> tuple[Evidence, Ints] | None:
    """More new accounts than calls bring that differ from each other as widely as `called` says; and who they are.

    Those who would have come anyway, at the share of new accounts among others, are taken out.
    """
    best: tuple[Evidence, Ints] | None = None
    apart = usual_rows[np.abs(scene.table.at[usual_rows] - first) > AFTER]
    anyway = _quiet(scene.table.at, first) * width
    of = round(len(rows) - anyway)
    if of < scene.bounds.named:
        return None
    for mark in scene.marks:
        usual = (float(mark.has[apart].sum()) + UNSURE / 2) / (len(apart) + UNSURE)
        count = min(max(round(int(mark.has[rows].sum()) - anyway * usual), 0), of)
        chance = share_tail(count, of, usual, scene.bounds.called) * len(scene.marks)
        chance = min(max(chance, HEARD), 1.0)
        if best is None or chance < best[0].p_value:
            best = Evidence(Sign.NEWCOMERS, count, of, usual * of, chance), rows[mark.has[rows]]
    return best


def _quiet(at: Floats, first: float) -> float:
    """Acts in a second before the burst or after it, whichever are fewer: a long burst is not its own surroundings."""
    before = np.diff(np.searchsorted(at, [first - AROUND, first - AROUND / 2]))[0]
    after = np.diff(np.searchsorted(at, [first + AROUND / 2, first + AROUND]))[0]
    return float(min(before, after)) / (AROUND / 2)


def _prepared(scene: Scene, rows: Ints, first: float, usual_rows: Ints) -> tuple[Evidence, Ints] | None:
    """Of the young accounts in the burst more were made well before it than young accounts elsewhere before their act.

    How long newcomers wait differs from site to site, so it is learnt from the others. Each sitting counts once.
    """
    table = scene.table
    young = rows[table.age[rows] < YOUNG]
    if len(rows) > scene.bounds.event * table.size or len(young) < max(scene.bounds.named / 2, len(rows) / 4):
        return None
    since = table.at[young] - first
    sitting, where = np.unique(scene.sitting[young], return_inverse=True)
    made_before = np.bincount(where, table.age[young] - since > HOUR) / np.bincount(where)
    count = int((made_before > 0.5).sum())
    apart = usual_rows[np.abs(table.at[usual_rows] - first) > AFTER]
    usual_ages = table.age[apart][table.age[apart] < YOUNG]
    waited = float((usual_ages > HOUR + np.median(since)).sum())
    usual = (waited + UNSURE / 2) / (len(usual_ages) + UNSURE)
    if usual > TELLING:
        return None
    chance = share_tail(count, len(sitting), usual, EVENT_ALIKE) * 10
    return Evidence(Sign.PREPARED, count, len(sitting), usual * len(sitting), min(chance, 1.0)), young


def _core(at: Floats, rows: Ints, rate: float) -> Ints:
    """The stretch of a burst that stands out most from `rate` (scan statistic of Kulldorff, 1997): fewer bystanders."""
    if len(rows) > MOST_SCANNED:
        return rows
    count = np.arange(1, len(rows) + 1) - np.arange(len(rows))[:, None]
    span = np.maximum(at[rows] - at[rows][:, None], 1.0)
    expected = span * max(rate, 1 / AROUND)
    score = np.where(count > expected, count * np.log(np.maximum(count, 1) / expected) - (count - expected), -np.inf)
    first, last = np.unravel_index(int(score.argmax()), score.shape)
    return rows[first : last + 1]


def _from_everywhere(table: Table, rows: Ints) -> Ints:
    """Those who do not share a place with many others of the burst, far beyond its share of everybody: a class may sit
    within it. A place is an address, or the network where the address is unknown."""
    address, network = table.keys["address"].codes, table.keys["network"].codes
    place = np.where(address >= 0, address, np.where(network >= 0, network + int(address.max(initial=0)) + 1, -1))
    found, where, here = np.unique(place[rows], return_inverse=True, return_counts=True)
    everywhere = np.bincount(place + 1, minlength=int(found.max(initial=0)) + 2)[found + 1]
    expected = (everywhere - here) / max(table.size - len(rows), 1) * len(rows)
    room = (found >= 0) & (here >= ROOM) & (here > BEYOND * expected)
    kept: Ints = rows[~room[where]]
    return kept


def apart(findings: list[Finding]) -> list[Finding]:
    """The largest of findings that name mostly the same people."""
    kept: list[Finding] = []
    for one in sorted(findings, key=lambda finding: -len(finding.members)):
        named = {member for other in kept for member in other.members}
        if len(named.intersection(one.members)) < 0.8 * len(one.members):
            kept.append(one)
    return kept
