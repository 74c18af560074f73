"""From votes to a space with calibrated chances: what a map rests on."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from deliberation.calibration import Calibration
from deliberation.factors import LEANING_RIDGE, Factors, Size, blank_factors, fit_factors
from deliberation.placing import inverses, placed_at_once
from deliberation.sizing import Chosen, Foretold, choose_size
from deliberation.space import Space, held_still, principal_space
from deliberation.votes import Ints, Votes

# Statements are learnt from about so many people, and the size of the model from fewer; the others are placed.
LEARNT_FROM = 10_000
SIZED_FROM = 3_000
# A statement is learnt from at least so many answers, where it has them.
ANSWERS_EACH = 50
# The size is thought over again once there are this many times the votes.
GROWTH = 1.25


@dataclass(frozen=True, eq=False)
class Learnt:
    """What is known about statements: the space and the calibration of its log-odds, for statement ids in order.

    `size` was chosen, and votes were `foretold`, when there were `sized_at` votes; None if nothing was to choose.
    """

    statements: tuple[Hashable, ...]
    space: Space
    calibration: Calibration
    foretold: Foretold
    size: Size | None
    sized_at: int


def learn(votes: Votes, rng: np.random.RandomState, previous: Learnt | None = None) -> Learnt:
    """The space whose size predicts hidden votes best.

    `votes` are those of everybody, or of the people drawn by `drawn_people`. `previous` is where the search begins, and
    what the axes are turned to look like. With one person or one statement there is nothing to compare: no axes, only
    how well each statement is liked.
    """
    if min(votes.shape) < 2:
        return Learnt(
            votes.statements, principal_space(blank_factors(votes))[0], Calibration(), Foretold(0, 0, 0), None, 0
        )
    before = _carried_over(previous, votes.statements) if previous else None
    known: Learnt | Chosen
    if before and previous and previous.size and len(votes) < GROWTH * previous.sized_at:
        known, size, sized_at, begin = previous, previous.size, previous.sized_at, before
    else:
        some = votes.of(drawn_people(votes, SIZED_FROM))
        known = choose_size(some, rng, previous.size if previous else None)
        size, sized_at = known.size, len(votes)
        begin = before if before and previous and previous.size == size else principal_space(known.model)[0]
    space, places = principal_space(fit_factors(votes, size, _factors(begin, votes, size)))
    if before:
        space = space.turned(held_still(space, places, before.axes))
    return Learnt(votes.statements, space, known.calibration, known.foretold, size, sized_at)


def _carried_over(previous: Learnt, statements: Sequence[Hashable]) -> Space | None:
    """The former space on today's statements; a new one asks nothing yet."""
    place = {one: i for i, one in enumerate(previous.statements)}
    known = np.array([place.get(one, -1) for one in statements], dtype=np.int64)
    if not previous.space.n_axes or (known < 0).all():
        return None
    axes = np.where(known < 0, 0.0, previous.space.axes[:, known])
    return Space(np.where(known < 0, 0.0, previous.space.intercepts[known]), axes, previous.space.precision)


def _factors(begin: Space, votes: Votes, size: Size) -> Factors:
    """The factors from which a fit begins: those that make `begin`, with everybody of `votes` placed in it.

    A space is known up to a rotation. The leaning is the direction in which all statements ask the same; the others
    are any basis of the rest, since their ridge is the same.
    """
    root = np.linalg.cholesky(inverses(begin.precision))
    people = np.linalg.solve(root, placed_at_once(begin, votes).places.T).T
    asked = begin.axes.T @ root
    leaning = np.linalg.lstsq(asked, np.full(len(asked), LEANING_RIDGE**-0.5), rcond=None)[0]
    basis = np.linalg.qr(np.column_stack([leaning, np.eye(len(leaning))]))[0]
    basis[:, 0] = leaning / max(float(np.linalg.norm(leaning)), 1e-12)
    rest = np.zeros((len(leaning), size.rank))
    rest[:, : len(leaning) - 1] = basis[:, 1 : 1 + size.rank]
    return Factors(
        people=np.column_stack([people @ basis[:, 0] / LEANING_RIDGE**0.5, people @ rest / size.ridge**0.5]),
        statements=np.column_stack([np.ones(len(asked)), asked @ rest * size.ridge**0.5]),
        intercepts=begin.intercepts,
        ridge=np.array([LEANING_RIDGE] + [size.ridge] * size.rank),
    )


def drawn_people(votes: Votes, most: int = LEARNT_FROM) -> Ints:
    """At most `most` participants by lot, and more for statements few of them answered; all, if they are no more.

    The lot hangs on the id alone, so that the next map rests on the same people and those who have come since.
    """
    if votes.n_participants <= most:
        return np.arange(votes.n_participants)
    order = np.argsort(_lots(votes.participants), kind="stable")
    taken = np.zeros(votes.n_participants, dtype=bool)
    taken[order[:most]] = True
    answers = np.bincount(votes.columns[np.repeat(taken, np.diff(votes.starts))], minlength=votes.n_statements)
    rare = np.flatnonzero(answers < ANSWERS_EACH)
    if len(rare):
        own = np.flatnonzero(np.isin(votes.columns, rare))
        rows = np.searchsorted(votes.starts, own, side="right") - 1
        for statement in rare:
            taken[rows[votes.columns[own] == statement][:ANSWERS_EACH]] = True
    return np.flatnonzero(taken)


def _lots(ids: Sequence[Hashable]) -> Ints:
    """A number for each id that looks drawn by lot, the same every time."""
    return np.array([crc32(repr(one).encode()) for one in ids], dtype=np.int64)
