"""What to ask next, measured by simulation: our rule, Polis' rule, and statements drawn by lot.

    python -m bench.routing             # a few minutes; --seeds 6 for narrower intervals

People come to a simulated conversation whose truth is known, and answer as many statements as they have time for. The
map learns again after every few people. Printed: how true the map is after so many votes each, how many votes each
rule needs for the map that drawing by lot gives, and who is heard: how evenly statements are shown, what the late ones
get, and whether rejected ones are shown less.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.stats import spearmanr
from sklearn.metrics import adjusted_rand_score

from deliberation import OpinionMap, Votes, simulate
from deliberation.factors import Size, fit_factors
from deliberation.placing import placed_at_once
from deliberation.polis import polis_axes
from deliberation.routing import Asked, ask_next
from deliberation.simulate import Planted
from deliberation.space import Space, principal_space
from deliberation.votes import Floats, Ints

# Votes each; 12 is the number at which rules are compared. With fewer than 7 nobody is counted into a group.
BUDGETS = (8, 10, 12, 16)
COMPARED = 12
PEOPLE, STATEMENTS, GROUPS = 300, 80, 3
QUALITIES = ("correlation with the true chances", "agreement with the true groups (ARI)")
MEASURES = (
    *QUALITIES,
    "answers to the least shown tenth of statements (1 is an even share)",
    "answers to late statements once they are there (1 is an even share)",
    "rank correlation of being shown and being liked (0 is fair)",
)
# People who come between two refreshes of the map, and so answer at the same time.
AT_ONCE = 24
SIZE = Size(rank=2, ridge=3.0)
# The last eighth of the statements come when this share of people has been.
LATE_SHARE, LATE_FROM = 1 / 8, 0.6


@dataclass(eq=False)
class Room:
    """The conversation so far: everybody's answers (people x statements; 2 is unasked) and what was learnt of them."""

    answers: Ints
    counts: Ints
    model: Space | None = None
    rows: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    extremity: Floats = field(default_factory=lambda: np.zeros(0))

    def votes(self) -> Votes:
        """All answers."""
        people, statements = np.nonzero(self.answers != 2)
        return Votes.from_triplets(people, statements, self.answers[people, statements])

    def learn(self) -> None:
        """Refresh the model, and Polis' components."""
        votes = self.votes()
        self.model = principal_space(fit_factors(votes, SIZE))[0]
        asked = np.array(votes.statements, dtype=np.int64)
        self.rows = np.full(len(self.counts), -1)
        self.rows[asked] = np.arange(len(asked))
        polis = polis_axes(votes, rank=2)
        reach = np.sqrt(len(asked)) * (1 - polis.means) * np.sqrt((polis.axes**2).sum(axis=0))
        self.extremity = np.where(self.rows >= 0, reach[self.rows], 0.0)


Rule = Callable[[Room, np.ndarray, Asked | None, np.random.Generator], int]


def by_lot(room: Room, closed: np.ndarray, person: Asked | None, rng: np.random.Generator) -> int:
    """Any statement the person has not answered, all alike."""
    return int(rng.choice(np.flatnonzero(~closed)))


def polis(room: Room, closed: np.ndarray, person: Asked | None, rng: np.random.Generator) -> int:
    """Polis' comment priority: (importance * boost of the new) squared."""
    agreed, seen, passed = room.counts[:, 0], room.counts.sum(axis=1), room.counts[:, 2]
    extremity = room.extremity if room.model is not None else np.zeros(len(seen))
    importance = (1 - (passed + 1) / (seen + 2)) * (extremity + 1) * (agreed + 1) / (seen + 2)
    priority = np.where(closed, 0.0, (importance * (1 + 8 * 2.0 ** (-seen / 5))) ** 2)
    return int(rng.choice(len(priority), p=priority / priority.sum()))


def ours(room: Room, closed: np.ndarray, person: Asked | None, rng: np.random.Generator) -> int:
    """`deliberation.routing`."""
    rows = room.rows if room.model is not None else None
    found = ask_next(room.counts, closed, room.model, person, rows, random_state=int(rng.integers(2**31)))
    assert found is not None
    return found


RULES: dict[str, Rule] = {"by lot": by_lot, "Polis": polis, "ours": ours}


def held(planted: Planted, rule: Rule, budget: int, seed: int) -> Room:
    """The conversation under a rule: people come in order, `AT_ONCE` at a time, and answer `budget` statements each."""
    rng = np.random.default_rng(seed)
    everything = planted.truth.answers(*_all_pairs(planted), np.random.default_rng(seed + 1))
    said = everything.reshape(planted.n_people, planted.n_statements).astype(np.int64)
    room = Room(np.full(said.shape, 2), np.zeros((planted.n_statements, 3), dtype=np.int64))
    late = np.arange(planted.n_statements) >= (1 - LATE_SHARE) * planted.n_statements
    for start in range(0, planted.n_people, AT_ONCE):
        here = range(start, min(start + AT_ONCE, planted.n_people))
        absent = late if start < LATE_FROM * planted.n_people else np.zeros_like(late)
        for _ in range(budget):
            places = _places(room, here)
            for person in here:
                closed = absent | (room.answers[person] != 2)
                chosen = rule(room, closed, places[person - start] if places else None, rng)
                room.answers[person, chosen] = said[person, chosen]
                room.counts[chosen, (2, 0, 1)[said[person, chosen]]] += 1
        room.learn()
    return room


def _places(room: Room, here: range) -> list[Asked]:
    """Where these people stand by what they have answered so far."""
    if room.model is None:
        return []
    people, statements = np.nonzero((room.answers[here.start : here.stop] != 2) & (room.rows >= 0))
    values = room.answers[people + here.start, statements].astype(np.int8)
    order = np.lexsort((room.rows[statements], people))
    starts = np.searchsorted(people[order], np.arange(len(here) + 1))
    columns = room.rows[statements][order].astype(np.int32)
    seen = Votes(tuple(here), tuple(range(len(room.model.intercepts))), starts, columns, values[order])
    placed = placed_at_once(room.model, seen)
    return [Asked(*one) for one in zip(placed.places, placed.covariances, strict=True)]


def _all_pairs(planted: Planted) -> tuple[Any, Any]:
    n, m = planted.n_people, planted.n_statements
    return np.repeat(np.arange(n, dtype=np.int32), m), np.tile(np.arange(m, dtype=np.int32), n)


def measured(planted: Planted, room: Room) -> tuple[float, ...]:
    """MEASURES of the final map: how true it is, and who was heard."""
    votes = room.votes()
    drawn = OpinionMap(n_groups=planted.n_groups).fit(votes)
    people, statements = _all_pairs(planted)
    truth = planted.chances(people, statements).reshape(planted.n_people, -1)
    asked = np.array(votes.statements, dtype=np.int64)
    guessed = np.zeros_like(truth)
    known = np.isin(statements, asked)
    guessed[people[known], statements[known]] = drawn.predict_agree(people[known], statements[known])
    shown = room.counts.sum(axis=1)
    late = np.arange(len(shown)) >= (1 - LATE_SHARE) * len(shown)
    early = np.sort(shown[~late])
    likes = truth[:, ~late].mean(axis=0)
    after = room.answers[int(np.ceil(LATE_FROM * planted.n_people / AT_ONCE)) * AT_ONCE :] != 2
    return (
        float(np.mean([_correlation(guessed[:, s], truth[:, s]) for s in range(len(shown))])),
        adjusted_rand_score(planted.groups, drawn.groups_) if planted.n_groups > 1 else np.nan,
        early[: len(early) // 10].mean() / early.mean(),
        float(after[:, late].mean() / after.mean()),
        float(spearmanr(shown[~late], likes).statistic),
    )


def _correlation(some: Floats, others: Floats) -> float:
    return float(np.corrcoef(some, others)[0, 1]) if some.std() > 0 and others.std() > 0 else 0.0


def conversations(seeds: int) -> list[tuple[str, Planted]]:
    """Planted conversations of every family."""
    size: dict[str, Any] = {"n_people": PEOPLE, "n_statements": STATEMENTS}
    grouped = [
        (name, family(GROUPS, **size, random_state=seed))
        for name, family in simulate.FAMILIES.items()
        for seed in range(seeds)
    ]
    return grouped + [("spread", simulate.spread(**size, random_state=seed)) for seed in range(seeds)]


def votes_needed(curve: Floats, wanted: float) -> str:
    """Votes each at which `curve` over BUDGETS reaches `wanted`, by straight lines between them."""
    rising = np.maximum.accumulate(curve)
    if rising[-1] < wanted:
        return f"more than {BUDGETS[-1]}"
    if rising[0] >= wanted:
        return f"{BUDGETS[0]} or fewer"
    return f"{np.interp(wanted, rising, BUDGETS):.1f}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench.routing", description=__doc__)
    parser.add_argument("--seeds", type=int, default=4, help="conversations of each family")
    seeds = parser.parse_args().seeds
    print(f"{PEOPLE} people, {STATEMENTS} statements, {seeds} simulated conversations of each family")
    planted = conversations(seeds)
    names = np.array([name for name, _ in planted])
    found = {label: measure_rule(planted, rule) for label, rule in RULES.items()}
    for i, measure in enumerate(MEASURES):
        print(f"\n{measure}" + (", after so many votes each" if i < len(QUALITIES) else f", at {COMPARED} votes each"))
        print(f"{'':14}" + "".join(f"{label:>26}" for label in RULES))
        for name in [*dict.fromkeys(names), "all"]:
            among = (names == name) | (name == "all")
            _row(name, [found[label][among, :, i] for label in RULES], of_quality=i < len(QUALITIES))
    for i, quality in enumerate(QUALITIES):
        print(f"\nVotes each needed for the {quality} that drawing by lot gives with {COMPARED}")
        curves = {label: np.nanmean(found[label][:, :, i], axis=0) for label in RULES}
        wanted = float(curves["by lot"][BUDGETS.index(COMPARED)])
        print("  ".join(f"{label}: {votes_needed(curve, wanted)}" for label, curve in curves.items()))


def measure_rule(planted: list[tuple[str, Planted]], rule: Rule) -> Floats:
    """Every measure of every conversation at every budget under a rule: (conversations, budgets, measures)."""
    return np.array(
        [
            [measured(one, held(one, rule, budget, seed=number)) for budget in BUDGETS]
            for number, (_, one) in enumerate(planted)
        ]
    )


def _row(name: str, values: list[Floats], *, of_quality: bool) -> None:
    """One line: a column for each rule. The best rule is not marked: read the differences between them."""
    cells = []
    for each in values:
        means = np.nanmean(each, axis=0) if not np.isnan(each).all() else np.full(len(BUDGETS), np.nan)
        shown = means if of_quality else means[[BUDGETS.index(COMPARED)]]
        cells.append(" ".join(f"{mean:5.2f}" for mean in shown))
    print(f"{name:14}" + "".join(f"{cell:>26}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
