"""Simulated people who answer the statements of an issue and mark its comments. Pure and seeded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.sample.city import Marking, Simulation, Statement
from deliberation.simulate import Codes, Planted, Rates, Scene, in_time_order

BETWEEN = 0.1
"""Share of people who stand halfway between their camp and one drawn by lot."""
MOOD = 0.25
"""Standard deviation of a person's general readiness to agree, in log-odds."""
VOTES_EACH, ACTIVITY = 90, 1.8
"""A tail so long that of twenty statements half of the people answer all, and one in five not more than three."""


def planted(statements: Sequence[Statement], plan: Simulation) -> Planted:
    """Everything the participants answered, in the order of time, and the camp each comes from.

    A person passes with the statement's `passing`, else agrees so often that the mean answer of the camp is its
    leaning, blurred by the person's mood.
    """
    scene = Scene(
        n_people=plan.participants,
        n_statements=len(statements),
        votes_each=VOTES_EACH,
        activity=ACTIVITY,
        leaning=MOOD,
        sizes=[camp.share for camp in plan.camps],
    )
    rng, n_camps = np.random.default_rng(plan.seed), len(plan.camps)
    camps = scene.groups(n_camps, rng)
    second = np.where(rng.random(camps.size) < BETWEEN, rng.integers(n_camps, size=camps.size), camps)
    rates = (1 + np.array([one.leanings for one in statements]).T) / 2
    # A row for every pair of camps: what lies halfway between them, and for a camp with itself its own rates.
    between = ((rates[:, None] + rates) / 2).reshape(n_camps**2, -1)
    hesitations = np.array([one.passing for one in statements]) / scene.passing
    views = Rates((n_camps * camps + second).astype(np.int32), between, hesitations)
    return in_time_order(scene.voted(views, camps, n_camps, rng), random_state=plan.seed + 1)


def minutes(answered: Planted, within: int, seed: int) -> list[int]:
    """When each vote was cast, in minutes from the opening, all before `within`.

    Half of the people come soon after the opening, the rest spread evenly; votes lie between the arrivals about them.
    """
    rng = np.random.default_rng([seed, 1])
    soon, evenly = rng.exponential(within / 8, answered.n_people), rng.uniform(0, within, answered.n_people)
    arrivals = np.sort(np.minimum(np.where(rng.random(answered.n_people) < 0.5, soon, evenly), within - 1))
    firsts = np.sort(np.unique(answered.participants, return_index=True)[1])
    found: list[int] = np.interp(np.arange(len(answered)), firsts, arrivals).astype(int).tolist()
    return found


def marks(camps: Codes, marking: Marking, seed: int) -> list[tuple[int, int]]:
    """Which of the people from these `camps` marked a comment, and how: 1 convincing, -1 not."""
    rng = np.random.default_rng(seed)
    people = np.sort(rng.permutation(camps.size)[: marking.people])
    means = np.array(marking.convincing)[camps[people]]
    values = np.where(rng.random(people.size) < (1 + means) / 2, 1, -1)
    return list(zip(people.tolist(), values.tolist(), strict=True))
