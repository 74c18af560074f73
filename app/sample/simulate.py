"""Simulated people who answer statements. Pure and seeded: the same arguments give the same votes on every machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.sample.city import Camp, Marking, Simulation, Statement

TWO_WEEKS = 14 * 24 * 60
FINISHERS = 0.3
"""Share of people who answer every statement; most of the others stop early."""
TYPICAL = 8
"""Half of the others give more answers than this, and one."""
TAIL = 1.0
"""Exponent of the Pareto law (Lomax) of how many answers the others give; smaller is longer."""
BETWEEN = 0.1
"""Share of people who stand halfway between their camp and another one."""
MOOD = 0.12
"""Standard deviation of a person's general readiness to agree."""
MEAN_PAUSE = 0.4
"""Minutes between two answers of a person, on average."""


class SimulatedVote(NamedTuple):
    """One answer. Numbers count from 1; `value` is +1, 0 or -1; `minutes_offset` counts from the opening."""

    participant_no: int
    statement_no: int
    value: int
    minutes_offset: int


def planted_camps(camps: Sequence[Camp], participants: int, seed: int) -> NDArray[np.intp]:
    """Index of the camp of each participant, shape (participants,). Sizes follow the shares by largest remainder."""
    exact = np.array([camp.share for camp in camps]) * participants
    sizes = np.floor(exact).astype(np.intp)
    rest = participants - int(sizes.sum())
    sizes[np.argsort(sizes - exact, kind="stable")[:rest]] += 1
    members = np.repeat(np.arange(len(camps)), sizes)
    return np.random.default_rng([seed, 0]).permutation(members)


def simulated_votes(
    statements: Sequence[Statement],
    camps: Sequence[Camp],
    participants: int,
    seed: int,
    minutes: int = TWO_WEEKS,
) -> list[SimulatedVote]:
    """Everything the participants answered within `minutes` of the opening, in the order of time.

    A person passes with the statement's `passing`, else agrees so often that the mean answer of the camp is its
    leaning, blurred by the person's mood. One in ten stands between two camps. Three in ten answer everything,
    the others' activity has a long tail. Nobody answers a statement twice.
    """
    rng = np.random.default_rng([seed, 1])
    leanings = _leanings(rng, statements, planted_camps(camps, participants, seed))
    passing = np.array([statement.passing for statement in statements])
    votes: list[SimulatedVote] = []
    for person, arrival in enumerate(_arrivals(rng, participants, minutes)):
        seen = rng.permutation(len(statements))[: _answers(rng, len(statements))]
        agrees = rng.random(seen.size) < (1 + leanings[person, seen]) / 2
        values = np.where(rng.random(seen.size) < passing[seen], 0, np.where(agrees, 1, -1))
        moments = np.minimum(arrival + np.cumsum(rng.exponential(MEAN_PAUSE, seen.size)), minutes - 1).astype(int)
        votes += [
            SimulatedVote(person + 1, statements[column].no, int(value), int(moment))
            for column, value, moment in zip(seen, values, moments, strict=True)
        ]
    return sorted(votes, key=lambda vote: vote.minutes_offset)


def simulated_marks(plan: Simulation, marking: Marking, comment_no: int) -> list[tuple[int, int]]:
    """Who of the participants (from 1) marked a comment, and how: 1 convincing, -1 not."""
    rng = np.random.default_rng([plan.seed, 2, comment_no])
    people = np.sort(rng.permutation(plan.participants)[: marking.people])
    means = np.array(marking.convincing)[planted_camps(plan.camps, plan.participants, plan.seed)[people]]
    values = np.where(rng.random(people.size) < (1 + means) / 2, 1, -1)
    return list(zip((people + 1).tolist(), values.tolist(), strict=True))


def _leanings(
    rng: np.random.Generator, statements: Sequence[Statement], members: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Mean answer of each person to each statement, shape (participants, statements), in [-1, 1]."""
    by_camp = np.array([statement.leanings for statement in statements]).T
    own = by_camp[members]
    other = by_camp[rng.integers(len(by_camp), size=members.size)]
    halfway = (rng.random(members.size) < BETWEEN)[:, np.newaxis]
    mood = rng.normal(0, MOOD, members.size)[:, np.newaxis]
    return np.clip(np.where(halfway, (own + other) / 2, own) + mood, -1, 1)


def _answers(rng: np.random.Generator, statements: int) -> int:
    """How many statements a person answers, from 1 to all of them."""
    if rng.random() < FINISHERS:
        return statements
    return min(statements, 1 + int(TYPICAL * rng.pareto(TAIL)))


def _arrivals(rng: np.random.Generator, participants: int, minutes: int) -> NDArray[np.float64]:
    """When each person comes: half soon after the opening, the rest spread evenly."""
    soon = rng.exponential(minutes / 8, participants)
    evenly = rng.uniform(0, minutes, participants)
    return np.minimum(np.where(rng.random(participants) < 0.5, soon, evenly), minutes - 1)
