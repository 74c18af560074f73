"""Place people in a space, given only their own votes: during a fit, and later without refitting.

The statements held fixed, each person's place is the mode of a convex problem: it does not depend on where the search
begins, nor on who else is placed. In test theory this is Bayes modal estimation of ability (Samejima 1969).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from deliberation.codes import Signs
from deliberation.likelihood import PASS_WEIGHT, Block, Single, blocks_of_people, chances_and_losses
from deliberation.space import Space
from deliberation.votes import Floats, Ints, Votes

NEWTON_STEPS = 40
# Newton's method squares the error: after a step this small about its square is left.
SMALL_STEP = 1e-3


@dataclass(frozen=True, eq=False)
class Placed:
    """Coordinates of people (n, n_axes), and how unsure each is: Laplace covariances (n, n_axes, n_axes)."""

    places: Floats
    covariances: Floats

    def of(self, people: Ints) -> Placed:
        """Some of the people, by index."""
        return Placed(self.places[people], self.covariances[people])


def inverses(matrices: Floats) -> Floats:
    """Inverses of symmetric positive matrices (..., d, d)."""
    return np.asarray(np.linalg.inv(matrices), dtype=np.float64)


def place_people(space: Space, votes: Votes) -> Iterator[tuple[int, int, Placed]]:
    """Everybody's place, a block of people at a time: first and last index and their places.

    `votes` knows the statements of `space`, in the same order.
    """
    problem = _Problem.of(space)
    for first, last in blocks_of_people(votes):
        yield first, last, problem.placed(Block.of(votes, first, last))


def placed_at_once(space: Space, votes: Votes) -> Placed:
    """Everybody's place with all covariances in memory: for some thousands of people."""
    n, d = votes.n_participants, space.n_axes
    placed = Placed(np.zeros((n, d)), np.zeros((n, d, d)))
    for first, last, some in place_people(space, votes):
        placed.places[first:last], placed.covariances[first:last] = some.places, some.covariances
    return placed


@dataclass(frozen=True, eq=False)
class _Problem:
    """A space ready for many evaluations: columns of `axes` (n_statements, d) and of their products (…, d * d).

    Votes are summed up in single precision, which is exact enough for steps of Newton's method; the steps are double.
    """

    axes: Single
    with_level: Single
    products: Single
    precision: Floats

    @classmethod
    def of(cls, space: Space) -> _Problem:
        axes = np.ascontiguousarray(space.axes.T, dtype=np.float32)
        products = (axes[:, :, None] * axes[:, None, :]).reshape(len(axes), axes.shape[1] ** 2)
        with_level = np.column_stack([space.intercepts.astype(np.float32), axes])
        return cls(axes, with_level, products, space.precision)

    def placed(self, block: Block) -> Placed:
        """Damped Newton steps for every person of a block, until the last of them stands still."""
        n, d = block.last - block.first, self.axes.shape[1]
        places, step, damping = np.zeros((n, d)), np.zeros((n, d)), np.ones((n, 1))
        loss, curvature = np.full(n, np.inf), np.tile(self.precision, (n, 1, 1))
        for _ in range(NEWTON_STEPS if d else 0):
            trial = places - damping * step
            trial_loss, slope, trial_curvature = self._evaluated(block, trial)
            better = trial_loss <= loss + 1e-5 * (1 + np.abs(trial_loss))
            places[better], loss[better], curvature[better] = trial[better], trial_loss[better], trial_curvature[better]
            step[better] = np.linalg.solve(trial_curvature[better], slope[better][:, :, None])[:, :, 0]
            damping = np.where(better[:, None], 1.0, damping / 2)
            if float(np.abs(damping * step).max(initial=0.0)) < SMALL_STEP:
                places -= damping * step
                break
        return Placed(places, inverses(curvature))

    def _evaluated(self, block: Block, places: Floats) -> tuple[Floats, Floats, Floats]:
        """Loss (n,), slope (n, d) and curvature (n, d, d) of each person's penalised problem."""
        seen, d = block.seen, places.shape[1]
        people = np.column_stack([np.ones(len(places)), places]).astype(np.float32)
        logits = block.logits(people, self.with_level)
        chances, losses = chances_and_losses(logits, seen)
        slope = seen.votes.matrix(seen.weight * (chances - seen.target)) @ self.axes + places @ self.precision
        curvature = seen.votes.matrix(seen.weight * chances * (1 - chances)) @ self.products
        loss = seen.votes.matrix(losses).sum(axis=1) + np.einsum("nd,nd->n", places @ self.precision, places) / 2
        return loss, slope, curvature.reshape(-1, d, d) + self.precision


def place_one(space: Space, columns: Ints, values: Signs) -> tuple[Placed, Floats]:
    """One person's place from votes on statement indices (n_votes,), and the pull of each vote on it (n_votes, n_axes).

    At the mode the prior holds against the votes: the place is the sum of the pulls.
    """
    d, axes = space.n_axes, space.axes[:, columns].T
    opinions = values != 0
    weight = np.where(opinions, 1.0, PASS_WEIGHT if opinions.any() else 0.0)
    target = (values + 1) / 2
    place, step, damping, loss = np.zeros(d), np.zeros(d), 1.0, np.inf
    curvature = space.precision
    for _ in range(NEWTON_STEPS if d else 0):
        trial = place - damping * step
        logits = space.intercepts[columns] + axes @ trial
        trial_loss = (
            float(weight @ (np.logaddexp(0.0, logits) - target * logits)) + float(trial @ space.precision @ trial) / 2
        )
        if trial_loss <= loss + 1e-9 * (1 + abs(trial_loss)):
            chances = expit(logits)
            place, loss, damping = trial, trial_loss, 1.0
            slope = (weight * (chances - target)) @ axes + space.precision @ place
            curvature = (axes.T * (weight * chances * (1 - chances))) @ axes + space.precision
            step = np.linalg.solve(curvature, slope)
        else:
            damping /= 2
        if damping * np.abs(step).max(initial=0.0) < SMALL_STEP:
            place = place - damping * step
            break
    short = weight * (target - expit(space.intercepts[columns] + axes @ place))
    pulls = np.linalg.solve(space.precision, (axes * short[:, None]).T).T if d else np.zeros((len(columns), 0))
    return Placed(place[None], inverses(curvature)[None]), pulls
