"""Place people in a fitted model, given only their own votes: during a fit, and later without refitting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from deliberation.factors import Factors, Observed
from deliberation.votes import Floats

NEWTON_STEPS = 50
TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Placed:
    """People's factors (n, 1 + rank), and how unsure each is: covariances (n, 1 + rank, 1 + rank)."""

    means: Floats
    covariances: Floats


def place_people(model: Factors, seen: Observed, start: Floats | None = None) -> Placed:
    """The most likely factors of each person, the statements held fixed, with their Laplace covariance.

    Each person's problem is convex, so the answer does not depend on `start`, nor on who else is placed.
    """
    n, d = seen.votes.n_participants, len(model.ridge)
    if d == 0:
        return Placed(np.zeros((n, 0)), np.zeros((n, 0, 0)))
    means = np.zeros((n, d)) if start is None else start.copy()
    damping = np.ones(n)
    loss = _losses(model, seen, means)
    for _ in range(NEWTON_STEPS):
        gradient, curvature = _slope_and_curvature(model, seen, means)
        step = np.linalg.solve(curvature, gradient[:, :, None])[:, :, 0]
        trial = means - damping[:, None] * step
        trial_loss = _losses(model, seen, trial)
        better = trial_loss <= loss + 1e-12
        means, loss = np.where(better[:, None], trial, means), np.where(better, trial_loss, loss)
        damping = np.where(better, np.minimum(1.0, damping * 2), damping / 2)
        if np.abs(step[better]).max(initial=0.0) < TOLERANCE:
            break
    curvature = _slope_and_curvature(model, seen, means)[1]
    return Placed(means, np.asarray(np.linalg.inv(curvature), dtype=np.float64))


def _losses(model: Factors, seen: Observed, means: Floats) -> Floats:
    votes = seen.votes
    per_vote = seen.loss(_logits(model, seen, means))
    total: Floats = np.bincount(votes.rows, per_vote, votes.n_participants) + (model.ridge * means**2).sum(1) / 2
    return total


def _logits(model: Factors, seen: Observed, means: Floats) -> Floats:
    votes = seen.votes
    shared: Floats = np.einsum("nr,nr->n", means[votes.rows], model.statements[votes.columns])
    return model.intercepts[votes.columns] + shared


def _slope_and_curvature(model: Factors, seen: Observed, means: Floats) -> tuple[Floats, Floats]:
    """Gradient (n, d) and Hessian (n, d, d) of each person's penalised loss."""
    votes, ridge = seen.votes, model.ridge
    chance = expit(_logits(model, seen, means))
    gradient = votes.matrix(seen.weight * (chance - seen.target)) @ model.statements + ridge * means
    d = len(ridge)
    squares = (model.statements[:, :, None] * model.statements[:, None, :]).reshape(-1, d * d)
    curvature = votes.matrix(seen.weight * chance * (1 - chance)) @ squares
    return gradient, curvature.reshape(-1, d, d) + np.diag(ridge)
