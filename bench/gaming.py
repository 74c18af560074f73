"""Planted attacks among honest endorsers: what is found, who is wrongly named, and where it ends.

    python -m bench.gaming                      # the bars, on ten seeds that nothing was tuned on
    python -m bench.gaming --curve              # other sizes, and attackers who take care
    python -m bench.gaming --town               # the same with another crowd and other attackers
    python -m bench.gaming --seeds 0 10         # the seeds it was tuned on

Every seed is a world of its own: how many are new, which networks and domains they share, how long it goes on, a
television mention or none. The attackers' figures are drawn anew as well (tests/support).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from moderation.coordination import Found, find_coordination
from tests.support.cheats import STYLES, attack
from tests.support.petitioners import crowd
from tests.support.rings import RINGS, ring
from tests.support.townspeople import Town

HONEST = 20_000
FALSE = 500
FRESH = (400, 410)
PRECISION, RECALL, WORST, FLAGGED = 0.95, 0.80, 0.60, 0.005


@dataclass(frozen=True)
class Simulator:
    """An honest crowd by seed and size, attacks on it by style and size, and the honest groups that share something."""

    crowd: Callable[[int, int], Any]
    attack: Callable[[Any, str, int], dict[Hashable, Any]]
    styles: tuple[str, ...]
    groups: tuple[str, ...]


def petition(careful: bool = False) -> Simulator:
    """The first one, with attackers who take no care or some."""
    groups = ("campus", "class", "office", "broadcast", "chat", "")
    return Simulator(crowd, lambda made, style, people: attack(made, style, people, careful), tuple(STYLES), groups)


TOWN = Simulator(Town, ring, tuple(RINGS), ("campus", "lecture", "class", "office", "letter", "family", ""))


@dataclass(frozen=True)
class Score:
    """One seed: shares from 0 to 1; `honest` by special group, nan where a world has none."""

    precision: float
    recall: dict[str, float]
    honest: dict[str, float]
    seconds: float
    kinds: str

    @property
    def overall(self) -> float:
        return float(np.mean(list(self.recall.values())))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench.gaming", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs=2, default=FRESH, help="first and one past the last")
    parser.add_argument("--curve", action="store_true", help="other sizes and careful attackers")
    parser.add_argument("--town", action="store_true", help="the second simulator")
    wanted = parser.parse_args()
    seeds = range(*wanted.seeds)
    if wanted.curve:
        curve(seeds)
    else:
        bars(seeds, TOWN if wanted.town else petition())


def bars(seeds: Sequence[int], by: Simulator) -> None:
    """The promise: a line for each seed, the mean, and whether each bar is met."""
    print(f"{HONEST} honest, {FALSE} false in five styles; in per cent")
    print(_header(by))
    scores = []
    for seed in seeds:
        scores.append(score(by, seed, FALSE))
        print(_line(by, str(seed), [scores[-1]]), scores[-1].kinds, flush=True)
    print(_line(by, "mean", scores))
    recall = {style: float(np.mean([one.recall[style] for one in scores])) for style in by.styles}
    shared = {group: _mean([one.honest[group] for one in scores]) for group in by.groups if group}
    _bar("precision, worst seed", min(one.precision for one in scores), PRECISION)
    _bar("precision, mean", float(np.mean([one.precision for one in scores])), PRECISION)
    _bar("recall, mean", float(np.mean([one.overall for one in scores])), RECALL)
    _bar("recall, worst style", min(recall.values()), WORST)
    _bar("honest group left alone, worst kind", 1 - float(np.nanmax(list(shared.values()))), 1 - FLAGGED)
    _bar("honest people left alone, worst seed and kind", 1 - max(_honest(one) for one in scores), 1 - FLAGGED)
    print(f"{'':8} recall, worst seed: {100 * min(one.overall for one in scores):.2f}")


def curve(seeds: Sequence[int]) -> None:
    """How it goes with size and with care, without a bar; last, nobody false at all."""
    print(_header(petition()))
    for careful in (False, True):
        for people in (50, 100, 200, 500, 1_000, 2_000, 5_000):
            scores = [score(petition(careful), seed, people) for seed in seeds]
            print(_line(petition(), f"{people}{' careful' if careful else ''}", scores), flush=True)
    for style in STYLES:
        scores = [score(petition(), seed, FALSE, styles=(style,)) for seed in seeds]
        print(_line(petition(), f"only {style}", scores), flush=True)
    scores = [score(petition(), seed, 100, honest=2_000) for seed in seeds]
    print(_line(petition(), "small, 2000", scores), flush=True)
    print(_line(petition(), "none false", [score(petition(), seed, 0) for seed in seeds]), flush=True)


def score(by: Simulator, seed: int, people: int, *, styles: Sequence[str] = (), honest: int = HONEST) -> Score:
    """Plant, look, count."""
    made = by.crowd(seed, honest)
    chosen = styles or by.styles
    planted = {style: by.attack(made, style, people // len(chosen)) for style in chosen}
    acts = [*made.acts, *(act for one in planted.values() for act in one.values())]
    order = made.rng.permutation(len(acts))
    begun = time.perf_counter()
    found = find_coordination(acts[n] for n in order)
    seconds = time.perf_counter() - begun
    named, false = found.people, {person for one in planted.values() for person in one}
    return Score(
        precision=len(named & false) / len(named) if named else 1.0,
        recall={s: _share(named, planted[s]) if s in planted and people else float("nan") for s in by.styles},
        honest={group: _share(named, made.groups.get(group, ())) for group in by.groups},
        seconds=seconds,
        kinds=_wrong(found, false),
    )


def _share(named: frozenset[Hashable], people: Sequence[Hashable] | dict[Hashable, object]) -> float:
    return len(named.intersection(people)) / len(people) if people else float("nan")


def _wrong(found: Found, false: set[Hashable]) -> str:
    """The findings that are mostly honest, for whoever looks for the reason."""
    wrong = [one for one in found.findings if len(false.intersection(one.members)) < len(one.members) / 2]
    return " ".join(f"{one.kind}:{one.key}:{len(one.members)}:{one.evidence[0].sign}" for one in wrong)


def _honest(one: Score) -> float:
    return float(np.nanmax(list(one.honest.values())))


def _header(by: Simulator) -> str:
    names = [*by.styles, *(f"~{group or 'others'}" for group in by.groups)]
    return f"{'':14} {'precision':>9} {'recall':>7} " + " ".join(f"{name[:10]:>10}" for name in names) + "  seconds"


def _line(by: Simulator, name: str, scores: Sequence[Score]) -> str:
    recalls = [_mean([one.recall[style] for one in scores]) for style in by.styles]
    honest = [_mean([one.honest[group] for one in scores]) for group in by.groups]
    cells = " ".join(f"{100 * value:10.2f}" for value in [*recalls, *honest])
    precision = 100 * _mean([one.precision for one in scores])
    return f"{name:14} {precision:9.1f} {100 * _mean(recalls):7.1f} {cells} {_mean([s.seconds for s in scores]):8.1f}"


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else float("nan")


def _bar(name: str, value: float, least: float) -> None:
    print(f"{'met' if value >= least else 'NOT MET':8} {name}: {100 * value:.2f}, at least {100 * least:.1f}")


if __name__ == "__main__":
    main()
