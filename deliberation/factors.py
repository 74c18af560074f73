"""A logistic factor model on the votes that were really cast.

    P(person i agrees with statement j | agrees or disagrees) = sigmoid(a_j + c_i + u_i . v_j)

fitted by penalised maximum likelihood: unseen cells are absent, not filled in. a_j is how well a statement is liked,
c_i how readily a person agrees, u_i and v_j their place in a space of opinions. Each has a ridge penalty.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from deliberation.polis import leading_left_and_right
from deliberation.votes import Floats, Ints, Votes

# Chosen by hiding votes of ten real conversations: docs/consensus-map.md.
INTERCEPT_RIDGE = 0.3
LEANING_RIDGE = 4.0
PASS_WEIGHT = 0.2
ITERATIONS = 150


@dataclass(frozen=True, eq=False)
class Factors:
    """A fitted model; a person's leaning c is the first column of `people`, and `statements` starts with ones.

    Attributes
    ----------
    people : (n_participants, 1 + rank)
    statements : (n_statements, 1 + rank)
    intercepts : (n_statements,)
    ridge : (1 + rank,)
        Penalty on each column of `people`: the precision of the prior a person is drawn from.
    """

    people: Floats
    statements: Floats
    intercepts: Floats
    ridge: Floats

    def logits(self, rows: Ints, columns: Ints) -> Floats:
        """Log-odds of agreeing for pairs of person and statement indices, shape (n_pairs,)."""
        shared: Floats = np.einsum("nr,nr->n", self.people[rows], self.statements[columns])
        return self.intercepts[columns] + shared


@dataclass(frozen=True, eq=False)
class Observed:
    """The votes that enter the likelihood: where, the share of agreement they stand for, and their weight."""

    votes: Votes
    target: Floats
    weight: Floats

    @classmethod
    def of(cls, votes: Votes) -> Observed:
        """Agree counts as 1, disagree as 0, pass as 1/2 with weight PASS_WEIGHT.

        Passes of a person who only ever passed count for nothing: they tell of no view, not of a middling one.
        """
        silent = votes.per_participant(opinions_only=True) == 0
        passes = np.where(silent[votes.rows], 0.0, PASS_WEIGHT)
        return cls(votes, (votes.values + 1) / 2, np.where(votes.values == 0, passes, 1.0))

    def loss(self, logits: Floats) -> Floats:
        """Weighted cross-entropy of each vote."""
        losses: Floats = self.weight * (np.logaddexp(0.0, logits) - self.target * logits)
        return losses


STOP_WHEN = {"maxiter": ITERATIONS, "ftol": 1e-6, "gtol": 1e-4}


def fit_factors(votes: Votes, rank: int, ridge: float) -> Factors:
    """The penalised maximum-likelihood factors of `votes`, started from Polis' components."""
    seen = Observed.of(votes)
    n, m = votes.shape
    cells = votes.matrix(np.zeros(len(votes)))
    # Votes come sorted by row and column, so this matrix's `data` can be replaced in place.
    start = _start(seen, rank)
    shapes = (n, rank), (m, rank), (m,), (n,)

    def loss_and_gradient(flat: Floats) -> tuple[float, Floats]:
        people, statements, intercepts, leanings = _unpacked(flat, shapes)
        logits = intercepts[votes.columns] + leanings[votes.rows]
        logits += np.einsum("nr,nr->n", people[votes.rows], statements[votes.columns])
        slope = seen.weight * (expit(logits) - seen.target)
        cells.data = slope
        penalties = (ridge, ridge, INTERCEPT_RIDGE, LEANING_RIDGE)
        blocks = (people, statements, intercepts, leanings)
        slopes = (
            cells @ statements,
            cells.T @ people,
            np.bincount(votes.columns, slope, m),
            np.bincount(votes.rows, slope, n),
        )
        penalty = sum(p * float((b**2).sum()) for p, b in zip(penalties, blocks, strict=True)) / 2
        gradient = [(g + p * b).ravel() for g, p, b in zip(slopes, penalties, blocks, strict=True)]
        return float(seen.loss(logits).sum()) + penalty, np.concatenate(gradient)

    found = minimize(loss_and_gradient, start, jac=True, method="L-BFGS-B", options=STOP_WHEN)
    people, statements, intercepts, leanings = _unpacked(found.x, shapes)
    return Factors(
        people=np.column_stack([leanings, people]),
        statements=np.column_stack([np.ones(m), statements]),
        intercepts=intercepts,
        ridge=np.array([LEANING_RIDGE] + [ridge] * rank),
    )


def blank_factors(votes: Votes) -> Factors:
    """A model without axes: everybody is expected to answer as everybody else does."""
    seen = Observed.of(votes)
    return Factors(
        people=np.zeros((votes.n_participants, 0)),
        statements=np.zeros((votes.n_statements, 0)),
        intercepts=_log_odds(seen),
        ridge=np.zeros(0),
    )


def _log_odds(seen: Observed) -> Floats:
    """Smoothed log-odds of agreeing with each statement (n_statements,)."""
    agreed = np.bincount(seen.votes.columns, seen.weight * seen.target, seen.votes.n_statements) + 1
    disagreed = np.bincount(seen.votes.columns, seen.weight * (1 - seen.target), seen.votes.n_statements) + 1
    odds: Floats = np.log(agreed / disagreed)
    return odds


def _unpacked(flat: Floats, shapes: tuple[tuple[int, ...], ...]) -> list[Floats]:
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1]
    return [part.reshape(shape) for part, shape in zip(np.split(flat, ends), shapes, strict=True)]


def _start(seen: Observed, rank: int) -> Floats:
    """Smoothed log-odds of each statement, and the leading components of what they leave unexplained."""
    votes = seen.votes
    n, m = votes.shape
    log_odds = _log_odds(seen)
    share = expit(log_odds)
    # 4 is the slope of the log-odds at one half; 0.3 keeps the start small, where the ridge wants it.
    residual = votes.matrix(4 * seen.weight * (seen.target - share[votes.columns]))
    left, sizes, right = leading_left_and_right(residual, rank)
    scale = 0.3 * np.sqrt(sizes)
    people, statements = np.zeros((n, rank)), np.zeros((m, rank))
    people[:, : len(sizes)] = left * scale
    statements[:, : len(sizes)] = right.T * scale
    return np.concatenate([people.ravel(), statements.ravel(), log_odds, np.zeros(n)])
