"""The model under `bridging_scores`: ratings explained by item, rater and viewpoint, by penalised maximum likelihood.

Items and raters are fitted in turn, each a small logistic regression with a ridge (Newton's method, all rows at once).
With known viewpoints the whole is convex, so it has one answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import expit

from deliberation.codes import Codes
from deliberation.polis import leading_left_and_right
from deliberation.votes import Floats, Ints, Votes

# Five to one, as in Community Notes: what viewpoint can explain is not put down to the item or the rater.
INTERCEPT_RIDGE = 1.0
VIEWPOINT_RIDGE = 0.2
# "Cannot decide" is half an approval, and tells little.
UNDECIDED_WEIGHT = 0.2
# Items and raters take turns of so many steps: the other side has moved before an exact answer would be of use.
SWEEPS = 200
NEWTON_STEPS = 2
TOLERANCE = 1e-6
# Learnt viewpoints need not be exact: they are standardised, and the items fitted to them again.
LEARNING_SWEEPS = 50
LEARNING_TOLERANCE = 1e-4


@dataclass(frozen=True, eq=False)
class Ratings:
    """Ratings that count: rater and item of each, the approval it stands for (0 to 1) and its weight."""

    raters: Codes
    items: Codes
    shape: tuple[int, int]
    target: Floats
    weight: Floats

    @classmethod
    def of(cls, votes: Votes, counted: NDArray[np.bool_] | None = None) -> Ratings:
        """The ratings of `votes` by the raters `counted` (n_participants,), or by all."""
        kept = np.ones(len(votes), dtype=bool) if counted is None else counted[votes.rows]
        values = votes.values[kept].astype(np.float64)
        weight = np.where(values == 0, UNDECIDED_WEIGHT, 1.0)
        return cls(votes.rows[kept], votes.columns[kept], votes.shape, (values + 1) / 2, weight)

    def per_item(self) -> Ints:
        """Approvals and rejections of each item (n_items,)."""
        return np.bincount(self.items[self.weight == 1], minlength=self.shape[1]).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Fitted:
    """The mode (n_items, 1 + d) of each item's own part and slant, and their covariances (n_items, 1 + d, 1 + d)."""

    means: Floats
    covariances: Floats


def fit_items(seen: Ratings, places: Floats, *, viewpoints_learnt: bool = False) -> Fitted:
    """Items given where the raters stand (n_raters, d); how readily each rater approves is fitted along.

    The covariance (Laplace) counts what is not known of the raters: a rating by somebody of whom there is no other is
    worth less. `viewpoints_learnt` counts the viewpoints among what is not known.
    """
    n, m = seen.shape
    x = np.column_stack([np.ones(len(seen.raters)), places[seen.raters]])
    ridge = np.array([INTERCEPT_RIDGE] + [VIEWPOINT_RIDGE] * places.shape[1])
    items, leanings = np.zeros((m, x.shape[1])), np.zeros((n, 1))
    present = np.unique(seen.raters)
    one = np.ones((len(seen.raters), 1))
    for _ in range(SWEEPS):
        before, items = items, newton(seen, seen.items, x, leanings[seen.raters, 0], ridge, items)
        explained = np.einsum("np,np->n", x, items[seen.items])
        former, leanings = leanings, newton(seen, seen.raters, one, explained, ridge[:1], leanings)
        # Relative to the average rater: else few raters of many items would take the items' approval for their mood.
        leanings[present] -= leanings[present].sum() / max(len(present), 1)
        if max(np.abs(leanings - former).max(initial=0.0), np.abs(items - before).max(initial=0.0)) < TOLERANCE:
            break
    chance = expit(np.einsum("np,np->n", x, items[seen.items]) + leanings[seen.raters, 0])
    certain = seen.weight * chance * (1 - chance)
    if viewpoints_learnt:
        one = np.column_stack([one, items[seen.items, 1:]])
    # What a rating tells of the item once the rater's own unknowns are integrated out (Schur complement).
    doubts = np.linalg.inv(_curvature(seen.raters, one, certain, np.full(one.shape[1], INTERCEPT_RIDGE), n))
    shared = np.einsum("np,npq,nq->n", one, doubts[seen.raters], one)
    certain = certain * np.clip(1 - certain * shared, 0.0, 1.0)
    return Fitted(items, np.asarray(np.linalg.inv(_curvature(seen.items, x, certain, ridge, m)), dtype=np.float64))


def learn_viewpoints(seen: Ratings, rank: int) -> Floats:
    """Viewpoints (n_raters, rank) that explain the ratings best, started from their leading components."""
    n, m = seen.shape
    ridge = np.array([INTERCEPT_RIDGE] + [VIEWPOINT_RIDGE] * rank)
    raters, items = np.zeros((n, 1 + rank)), np.zeros((m, 1 + rank))
    raters[:, 1:], items[:, 1:] = _start(seen, rank)
    for _ in range(LEARNING_SWEEPS):
        former = raters
        items = newton(seen, seen.items, _with_one(raters, seen.raters), raters[seen.raters, 0], ridge, items)
        raters = newton(seen, seen.raters, _with_one(items, seen.items), items[seen.items, 0], ridge, raters)
        if np.abs(raters - former).max(initial=0.0) < LEARNING_TOLERANCE:
            break
    return raters[:, 1:]


def _with_one(rows: Floats, index: Codes) -> Floats:
    """What multiplies a rating's unknowns: 1 for the intercept, the other side's factors for the rest."""
    return np.column_stack([np.ones(len(index)), rows[index, 1:]])


def _start(seen: Ratings, rank: int) -> tuple[Floats, Floats]:
    """Leading components of the ratings less their item's mean; zeros where there are fewer than `rank`."""
    n, m = seen.shape
    raters, items = np.zeros((n, rank)), np.zeros((m, rank))
    total = np.bincount(seen.items, seen.weight, m)
    mean = np.bincount(seen.items, seen.weight * seen.target, m) / np.maximum(total, 1e-9)
    cells = 4 * seen.weight * (seen.target - mean[seen.items])
    residual = csr_array((cells, (seen.raters, seen.items)), shape=seen.shape)
    if n and m:
        left, sizes, right = leading_left_and_right(residual, rank)
        raters[:, : len(sizes)] = left * np.sqrt(sizes)
        items[:, : len(sizes)] = right.T * np.sqrt(sizes)
    return raters, items


def newton(seen: Ratings, rows: Codes, x: Floats, offset: Floats, ridge: Floats, start: Floats) -> Floats:
    """Some steps towards the most likely coefficients of each row (n_rows, p): a ridge logistic regression per row.

    `rows`, `x` (p columns) and `offset` are per rating. A step that makes a row worse is halved for that row.
    """
    means, steps = start, np.ones(len(start))
    loss = _losses(seen, rows, x, offset, ridge, means)
    for _ in range(NEWTON_STEPS):
        chance = expit(offset + np.einsum("np,np->n", x, means[rows]))
        slope = seen.weight * (chance - seen.target)
        gradient = np.stack([np.bincount(rows, slope * column, len(start)) for column in x.T], axis=1) + ridge * means
        curvature = _curvature(rows, x, seen.weight * chance * (1 - chance), ridge, len(start))
        step = np.linalg.solve(curvature, gradient[:, :, None])[:, :, 0]
        if np.abs(step).max(initial=0.0) < TOLERANCE / 10:
            break
        trial = means - steps[:, None] * step
        trial_loss = _losses(seen, rows, x, offset, ridge, trial)
        better = trial_loss <= loss + 1e-12
        means, loss = np.where(better[:, None], trial, means), np.where(better, trial_loss, loss)
        steps = np.where(better, 1.0, steps / 2)
    return means


def _losses(seen: Ratings, rows: Codes, x: Floats, offset: Floats, ridge: Floats, means: Floats) -> Floats:
    logits = offset + np.einsum("np,np->n", x, means[rows])
    each = seen.weight * (np.logaddexp(0.0, logits) - seen.target * logits)
    losses: Floats = np.bincount(rows, each, len(means)) + (ridge * means**2).sum(axis=1) / 2
    return losses


def _curvature(rows: Codes, x: Floats, weight: Floats, ridge: Floats, n_rows: int) -> Floats:
    """Hessian of each row's loss (n_rows, p, p)."""
    p = x.shape[1]
    found = np.empty((n_rows, p, p))
    for one in range(p):
        for other in range(one + 1):
            found[:, one, other] = np.bincount(rows, weight * x[:, one] * x[:, other], n_rows)
            found[:, other, one] = found[:, one, other]
    return found + np.diag(ridge)
