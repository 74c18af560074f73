"""Does the map follow when people change their minds? Simulated: 30 % go over to another group and answer anew.

All new votes are there at the first refresh; a map that knows the ones before is then refreshed three times, and held
against one made from nothing.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from bench.rivals.dropped import alike
from bench.rivals.findings import Bar, Findings, Table
from bench.rivals.options import Options, say
from bench.rivals.planted import ballots
from bench.rivals.refreshing import Refreshed
from deliberation import simulate
from deliberation.simulate import Planted

CHANGED_SHARE = 0.3
REFRESHES = 3
SEEDS = range(5)
N_GROUPS = (2, 3)
FAMILIES = {
    "camps": lambda k, seed: simulate.camps(k, random_state=seed),
    "clouds": lambda k, seed: simulate.clouds(k, separation=5.0, random_state=seed),
}
BAR = 0.05


def measure(options: Options) -> Findings:
    """Two families, two and three groups, five draws each; how many groups is found, then given."""
    rows = []
    for (family, plant), k, given in product(FAMILIES.items(), N_GROUPS, (False, True)):
        say(f"{family}, {k} groups")
        runs = [_followed(plant(k, seed), k if given else None, seed) for seed in SEEDS]
        asked = "given" if given else "found"
        rows.append((f"{family}, {k} groups {asked}", *np.mean(runs, axis=0).tolist(), _worst(runs)))
    columns = (
        "",
        "from nothing, before",
        "stale",
        *(f"refresh {n}" for n in range(1, REFRESHES + 1)),
        "from nothing",
        "worst behind",
    )
    behind = float(np.mean([row[-2] - row[-3] for row in rows]))
    title = f"ARI to the planted groups after {CHANGED_SHARE:.0%} changed sides, mean of {len(SEEDS)} draws"
    return Findings(
        [Table(title, columns, rows)],
        [
            Bar(f"ARI behind a map from nothing after {REFRESHES} refreshes, mean", behind, "at most", BAR),
            Bar("the same, worst draw", max(row[-1] for row in rows), "at most", BAR),
        ],
    )


def _followed(planted: Planted, n_groups: int | None, seed: int) -> tuple[float, ...]:
    """ARI of the first map to the first truth; then to the new truth: the first map, each refresh, one from nothing."""
    later = simulate.switch_sides(planted, CHANGED_SHARE, random_state=seed)
    before, after = ballots(planted), ballots(planted.followed_by(later))
    known = Refreshed(n_groups)
    first = known.refresh(before)[0]
    maps = [first, *(known.refresh(after)[0] for _ in range(REFRESHES)), Refreshed(n_groups).refresh(after)[0]]
    return alike(planted.groups, first), *(alike(later.groups, one) for one in maps)


def _worst(runs: list[tuple[float, ...]]) -> float:
    """The most by which the last refresh is behind the map from nothing."""
    return max(run[-1] - run[-2] for run in runs)
