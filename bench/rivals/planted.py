"""Is the number of groups found that was planted? Simulated conversations of several kinds, and spreads with no groups.

A spread of views has one group; whoever always draws at least two cannot be right about it. ARI compares groups with
the planted ones, over the people a system puts into one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product

import numpy as np

from bench.rivals.conversations import Ballots
from bench.rivals.dropped import alike
from bench.rivals.findings import Bar, Cell, Findings, Table
from bench.rivals.groups import our_groups
from bench.rivals.options import Options, say
from bench.rivals.red_dwarf import Job, ask
from deliberation import simulate
from deliberation.simulate import Planted, Setting

MOST_GROUPS = 5
SEEDS = range(3)
SIZES: dict[str, Setting] = {
    "150 x 50, 25 votes each": {"n_people": 150, "n_statements": 50, "votes_each": 25},
    "400 x 80, 30 votes each": {"n_people": 400, "n_statements": 80, "votes_each": 30},
    "400 x 80, long tail": {"n_people": 400, "n_statements": 80, "votes_each": 30, "activity": 1.0},
    "1,000 x 120, 40 votes each": {"n_people": 1_000, "n_statements": 120, "votes_each": 40},
}
LEAST_EXACT, LEAST_SPREADS, LEAST_RATIO = 0.70, 0.80, 2.0


@dataclass(frozen=True, eq=False)
class Case:
    """One planted conversation."""

    family: str
    size: str
    planted: Planted


@dataclass(frozen=True, eq=False)
class Compared:
    """Whether each system's number of groups is exact, and its ARI to the truth: ours, red-dwarf's."""

    case: Case
    exact: tuple[bool, bool]
    ari: tuple[float, float]


def measure(options: Options) -> Findings:
    """Families with 1 to 5 groups, then spreads, in several sizes and draws."""
    grouped, spreads = compared(families()), compared(shapes())
    ours, theirs = (float(np.mean([one.exact[system] for one in grouped])) for system in (0, 1))
    recognised = float(np.mean([one.exact[0] for one in spreads]))
    return Findings(
        [
            _table("planted groups by family", grouped, lambda case: case.family),
            _table("planted groups by number", grouped, lambda case: str(case.planted.n_groups)),
            _table("planted groups by people x statements", grouped, lambda case: case.size),
            _table("one spread of views", spreads, lambda case: case.family),
        ],
        [
            Bar("share with the exact number of groups", ours, "at least", LEAST_EXACT),
            Bar("the same over red-dwarf's", ours / theirs if theirs else np.inf, "at least", LEAST_RATIO),
            Bar("share of spreads called no distinct groups", recognised, "at least", LEAST_SPREADS),
        ],
    )


def families() -> list[Case]:
    """Every family that plants groups."""
    cells = product(simulate.FAMILIES.items(), SIZES.items(), range(1, MOST_GROUPS + 1), SEEDS)
    return [
        Case(family, size, plant(k, random_state=100 * seed + k, **setting))
        for (family, plant), (size, setting), k, seed in cells
    ]


def shapes() -> list[Case]:
    """Every shape of one spread, with both ways in which places become answers."""
    cells = product(simulate.SHAPES, simulate.LINKS, SIZES.items(), SEEDS)
    return [
        Case(f"{shape}, {link}", size, simulate.spread(shape, link=link, random_state=100 * seed, **setting))
        for shape, link, (size, setting), seed in cells
    ]


def compared(cases: list[Case]) -> list[Compared]:
    """Both systems on every case, numbers of groups their own."""
    say(f"red-dwarf, {len(cases)} conversations")
    theirs = ask([Job(ballots(case.planted)) for case in cases])
    found = []
    for n, (case, answer) in enumerate(zip(cases, theirs, strict=True)):
        if not n or case.family != cases[n - 1].family:
            say(case.family)
        both = our_groups(ballots(case.planted), None), answer.labels
        exact = [len(np.unique(labels[labels >= 0])) == case.planted.n_groups for labels in both]
        ari = [alike(case.planted.groups, labels) for labels in both]
        found.append(Compared(case, (exact[0], exact[1]), (ari[0], ari[1])))
    return found


def ballots(planted: Planted) -> Ballots:
    """The votes of a planted conversation."""
    people, statements = planted.participants.astype(np.int64), planted.statements.astype(np.int64)
    return Ballots(people, statements, planted.values, planted.n_people, planted.n_statements)


def _table(title: str, results: Iterable[Compared], key: Callable[[Case], str]) -> Table:
    """Sums of exact hits and means of ARI for each value of `key`, and for all."""
    listed = list(results)
    keys = dict.fromkeys(key(one.case) for one in listed)
    rows = [_row(name, [one for one in listed if key(one.case) == name]) for name in keys]
    columns = ("", "conversations", "exact: ours", "red-dwarf", "ARI: ours", "red-dwarf")
    return Table(title, columns, [*rows, _row("all", listed)])


def _row(name: str, results: list[Compared]) -> tuple[Cell, ...]:
    exact = np.sum([one.exact for one in results], axis=0).tolist()
    return name, len(results), *exact, *np.mean([one.ari for one in results], axis=0).tolist()
