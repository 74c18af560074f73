"""Signs within a group that shares something: new accounts, made together, acting together, names in order.

People at one network within one hour are one sitting, and a sitting counts once: a school class is one event, not
thirty coincidences.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import spearmanr

from moderation.coordination.acts import DAY, HOUR, Bools, Floats, Ints, Table
from moderation.coordination.bounds import Bounds
from moderation.coordination.chances import count_tail, share_tail
from moderation.coordination.findings import Evidence, Sign

YOUNG = (HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY)
CREATION = (HOUR, 6 * HOUR, DAY, 3 * DAY)
CLUMPS = (6 * HOUR, DAY, 3 * DAY, 10 * DAY)
# A letter to all of a company or club brings its members together: never rarer than this.
HEARD = 1e-3
# People to an address from which a group is a house.
CROWDED = 3
FEWEST_SITTINGS = 4
FEWEST_IN_ORDER = 8
MOSTLY = 0.75
MARGIN = 1.5


@dataclass(frozen=True)
class Mark:
    """Something true of some accounts: `has` and its local share `usual` (n,) around the time of each act."""

    has: Bools
    usual: Floats


@dataclass(frozen=True)
class Scene:
    """The table with what is needed of it again and again: marks of newness, the sitting (n,) of each act, and when
    accounts over a day old were created, in order."""

    table: Table
    bounds: Bounds
    marks: tuple[Mark, ...]
    sitting: Ints
    created: Floats


def scene_of(table: Table, bounds: Bounds) -> Scene:
    """Prepare a table."""
    idle, known = table.idle(), ~np.isnan(table.age)
    age = np.where(known, table.age, np.inf)
    has = [age <= limit for limit in YOUNG]
    has += [idle, idle & (age <= 7 * DAY)]
    marks = tuple(Mark(one, _around(table.at, one)) for one in has if 0 < one.mean() < 0.95)
    network = table.keys["network"].codes
    alone = np.where(network < 0, -1 - np.arange(table.size), network)
    hour = (table.at // HOUR).astype(np.int64)
    _, sitting = np.unique(np.stack([alone, hour]), axis=1, return_inverse=True)
    created = np.sort(table.created[table.age > DAY])
    return Scene(table, bounds, marks, sitting.reshape(-1), created)


def new(scene: Scene, rows: Ints) -> tuple[Evidence, Bools] | None:
    """More new accounts than elsewhere at the same hours, and who of `rows` they are; None where nothing stands out."""
    best: tuple[Evidence, Bools] | None = None
    sittings, where = np.unique(scene.sitting[rows], return_inverse=True)
    if len(sittings) < FEWEST_SITTINGS:
        return None
    sizes = np.bincount(where)
    for mark in scene.marks:
        has = mark.has[rows]
        passing = int((np.bincount(where, has) / sizes >= MOSTLY).sum())
        usual = float((np.bincount(where, mark.usual[rows]) / sizes).mean())
        if has.mean() < MOSTLY or passing < MOSTLY * len(sittings):
            continue
        chance = share_tail(passing, len(sittings), usual, alike(scene, rows)) * len(scene.marks)
        if best is None or chance < best[0].p_value:
            best = Evidence(Sign.NEW, passing, len(sittings), usual * len(sittings), min(chance, 1.0)), has
    return best


def newcomers(scene: Scene, rows: Ints) -> tuple[Evidence, Bools] | None:
    """The same of so few sittings that `new` cannot tell, person by person: a room that one person may have called."""
    if len(np.unique(scene.sitting[rows])) >= FEWEST_SITTINGS:
        return None
    best: tuple[Evidence, Bools] | None = None
    for mark in scene.marks:
        has, usual = mark.has[rows], float(mark.has.mean())
        chance = share_tail(int(has.sum()), len(rows), usual, scene.bounds.house) * len(scene.marks)
        chance = min(max(chance, HEARD), 1.0)
        if best is None or chance < best[0].p_value:
            best = Evidence(Sign.NEWCOMERS, int(has.sum()), len(rows), usual * len(rows), chance), has
    return best


def created(scene: Scene, rows: Ints) -> tuple[Evidence, Bools] | None:
    """Accounts made within a short time, a day or more before the act, and who of `rows` they are."""
    table = scene.table
    old = rows[table.age[rows] > DAY]
    if len(old) < scene.bounds.fewest or len(np.unique(scene.sitting[old])) < FEWEST_SITTINGS:
        return None
    made = np.sort(table.created[old])
    best: tuple[Evidence, Bools] | None = None
    for width in CREATION:
        counts = np.searchsorted(made, made + width) - np.arange(len(made))
        first = made[int(counts.argmax())]
        inside = (table.created[rows] >= first) & (table.created[rows] < first + width) & (table.age[rows] > DAY)
        sittings = len(np.unique(scene.sitting[rows[inside]]))
        # What one day of an ordinary campaign brings is no coincidence: at least its share is expected.
        usual = max(_inside(scene.created, first, width) / len(scene.created), 0.002)
        of = len(np.unique(scene.sitting[old]))
        chance = share_tail(sittings, of, usual, alike(scene, rows)) * len(made) * len(CREATION)
        if inside.sum() >= MOSTLY * len(old) and (best is None or chance < best[0].p_value):
            best = Evidence(Sign.CREATED, sittings, of, usual * of, min(chance, 1.0), width), inside
    return best


def together(scene: Scene, rows: Ints) -> tuple[Evidence, Bools] | None:
    """More of `rows` at once than a gathering and their share of everybody's rush explain, and who they are."""
    at, everybody = scene.table.at[rows], scene.table.at
    ceilings = _ceilings(scene, rows)
    if len(rows) < 2 * ceilings[0][1]:  # a group this small could not stand out: it is not asked
        return None
    best: tuple[Evidence, Bools] | None = None
    for width, many in ceilings:
        ends = np.searchsorted(at, at + width)
        counts = ends - np.arange(len(at))
        all_here = np.searchsorted(everybody, at + width) - np.searchsorted(everybody, at)
        others_here = all_here - counts
        others = len(everybody) - len(at) - others_here
        # In a rush of everybody this group may rush with them.
        expected = many + MARGIN * (len(at) - counts) / np.maximum(others, 1) * others_here
        start = int((counts / expected).argmax())
        chance = count_tail(int(counts[start]), float(expected[start])) * len(scene.bounds.gathering)
        if best is None or chance < best[0].p_value:
            inside = np.zeros(len(at), dtype=bool)
            inside[start : ends[start]] = True
            sign = Evidence(Sign.TOGETHER, int(counts[start]), len(at), float(expected[start]), min(chance, 1.0), width)
            best = sign, inside
    return best


def clumped(scene: Scene, rows: Ints) -> tuple[Evidence, Bools] | None:
    """More sittings, each from another place or hour, within a short time than everybody's; and who of `rows`.

    For what people share without being in one place. Honest groups hear of a thing together: hence the heavy tail.
    """
    at, everybody = scene.table.at[rows], scene.table.at
    _, firsts = np.unique(scene.sitting[rows], return_index=True)
    apart = np.sort(at[firsts])
    if len(apart) < FEWEST_SITTINGS:
        return None
    best: tuple[Evidence, Bools] | None = None
    for width in CLUMPS:
        counts = np.searchsorted(apart, apart + width) - np.arange(len(apart))
        shares = (np.searchsorted(everybody, apart + width) - np.searchsorted(everybody, apart)) / len(everybody)
        start = int((counts / (shares * len(apart) + 1)).argmax())
        looks = len(CLUMPS) * max(1.0, np.ptp(everybody) / width)
        share = min(MARGIN * float(shares[start]), 1.0)
        chance = share_tail(int(counts[start]), len(apart), share, scene.bounds.clumped) * looks
        chance = min(max(chance, HEARD), 1.0)
        if best is None or chance < best[0].p_value:
            inside = (at >= apart[start]) & (at < apart[start] + width)
            best = Evidence(Sign.CLUMPED, int(counts[start]), len(apart), share * len(apart), chance, width), inside
    return best


def in_order(scene: Scene, rows: Ints) -> Evidence | None:
    """The numbers in the names run with the time, sitting by sitting (Spearman's rank correlation, one-sided)."""
    _, firsts = np.unique(scene.sitting[rows], return_index=True)
    apart = rows[firsts]
    numbers = scene.table.number[apart]
    if len(apart) < FEWEST_IN_ORDER or len(np.unique(numbers)) < FEWEST_IN_ORDER:
        return None
    result = spearmanr(numbers, scene.table.at[apart], alternative="greater")
    chance = max(float(result.pvalue), 1e-12)
    pairs = len(apart) * (len(apart) - 1) // 2
    return Evidence(Sign.ORDER, round((1 + float(result.statistic)) / 2 * pairs), pairs, pairs / 2, chance)


def alike(scene: Scene, rows: Ints) -> float:
    """Correlation between the members of a group if they are honest: more behind few addresses."""
    addresses = scene.table.keys["address"].codes[rows]
    known = addresses[addresses >= 0]
    crowded = len(known) > CROWDED * len(np.unique(known))
    return scene.bounds.house if crowded else scene.bounds.alike


def _ceilings(scene: Scene, rows: Ints) -> tuple[tuple[float, int], ...]:
    """How many may gather: fewer where each has an address of their own in a network all share."""
    networks = scene.table.keys["network"].codes[rows]
    addresses = scene.table.keys["address"].codes[rows]
    one_network = (networks >= 0).all() and len(np.unique(networks)) == 1
    many_addresses = (addresses >= 0).all() and len(np.unique(addresses)) >= len(rows) / 3
    return scene.bounds.block if one_network and many_addresses else scene.bounds.gathering


def _around(at: Floats, has: Bools) -> Floats:
    """The share that `has` within an hour before and after each act, drawn towards the share of all."""
    sums = np.concatenate([[0.0], np.cumsum(has)])
    first, last = np.searchsorted(at, at - HOUR), np.searchsorted(at, at + HOUR, side="right")
    shares: Floats = (sums[last] - sums[first] + 20 * has.mean()) / (last - first + 20)
    return shares


def _inside(ordered: Floats, first: float, width: float) -> int:
    low, high = np.searchsorted(ordered, [first, first + width])
    return int(high - low)
