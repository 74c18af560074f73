"""A logistic factor model on the votes that were really cast.

    P(person i agrees with statement j | agrees or disagrees) = sigmoid(a_j + c_i + u_i . v_j)

fitted by penalised maximum likelihood: unseen cells are absent, not filled in. a_j is how well a statement is liked,
c_i how readily a person agrees, u_i and v_j their place in a space of opinions. Each has a ridge penalty. In the words
of test theory this is a multidimensional two-parameter logistic model (Reckase 2009, "Multidimensional Item Response
Theory"), with a free slope for the leaning.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from deliberation.codes import Codes
from deliberation.likelihood import Observed, Slopes
from deliberation.polis import leading_left_and_right
from deliberation.votes import Floats, Ints, Votes

# Chosen by hiding votes of ten real conversations: docs/consensus-map.md.
INTERCEPT_RIDGE = 0.3
LEANING_RIDGE = 4.0
STOP_WHEN = {"maxcor": 6, "maxiter": 150, "ftol": 1e-5, "gtol": 1e-4}


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

    def narrowed(self, rank: int) -> Factors:
        """The same without the axes beyond the first `rank`."""
        kept = slice(1 + rank)
        return Factors(self.people[:, kept], self.statements[:, kept], self.intercepts, self.ridge[kept])

    def logits(self, rows: Ints | Codes, columns: Ints | Codes) -> Floats:
        """Log-odds of agreeing for pairs of person and statement indices, shape (n_pairs,)."""
        shared: Floats = np.einsum("nr,nr->n", self.people[rows], self.statements[columns])
        return self.intercepts[columns] + shared


@dataclass(frozen=True)
class Size:
    """How many axes the space of opinions has, and the ridge on them."""

    rank: int
    ridge: float


def fit_factors(votes: Votes, size: Size, start: Factors | None = None) -> Factors:
    """The penalised maximum-likelihood factors of `votes`, begun at `start` or at `first_guess`.

    Limited-memory BFGS (Liu & Nocedal 1989), likelihood and slopes in single precision.
    """
    n, m = votes.shape
    seen = Slopes.of(votes)
    people_ridge = np.array([LEANING_RIDGE] + [size.ridge] * size.rank)
    statement_ridge = np.array([INTERCEPT_RIDGE] + [size.ridge] * size.rank)
    cut = n * (1 + size.rank)

    def loss_and_gradient(flat: Floats) -> tuple[float, Floats]:
        # Columns of people: leaning, u. Columns of statements: intercept, v.
        people, statements = flat[:cut].reshape(n, -1), flat[cut:].reshape(m, -1)
        ones = np.ones((max(n, m), 1), dtype=np.float32)
        left = np.hstack([ones[:n], people.astype(np.float32)])
        right = np.hstack([statements[:, :1].astype(np.float32), ones[:m], statements[:, 1:].astype(np.float32)])
        loss, of_people, of_statements = seen.loss_and_slopes(left, right)
        penalty = float((people_ridge * people**2).sum() + (statement_ridge * statements**2).sum()) / 2
        slopes = (
            of_people[:, 1:] + people_ridge * people,
            np.delete(of_statements, 1, axis=1) + statement_ridge * statements,
        )
        return loss + penalty, np.concatenate([one.ravel() for one in slopes])

    begun = _flat(first_guess(votes, size.rank) if start is None else start)
    found = minimize(loss_and_gradient, begun, jac=True, method="L-BFGS-B", options=STOP_WHEN).x
    people, statements = found[:cut].reshape(n, -1), found[cut:].reshape(m, -1)
    return Factors(
        people=people.copy(),
        statements=np.column_stack([np.ones(m), statements[:, 1:]]),
        intercepts=statements[:, 0].copy(),
        ridge=people_ridge,
    )


def blank_factors(votes: Votes) -> Factors:
    """A model without axes: everybody is expected to answer as everybody else does."""
    return Factors(
        people=np.zeros((votes.n_participants, 0)),
        statements=np.zeros((votes.n_statements, 0)),
        intercepts=_log_odds(Observed.of(votes)),
        ridge=np.zeros(0),
    )


def _log_odds(seen: Observed) -> Floats:
    """Smoothed log-odds of agreeing with each statement (n_statements,)."""
    agreed = np.bincount(seen.votes.columns, seen.weight * seen.target, seen.votes.n_statements) + 1
    disagreed = np.bincount(seen.votes.columns, seen.weight * (1 - seen.target), seen.votes.n_statements) + 1
    odds: Floats = np.log(agreed / disagreed)
    return odds


def _flat(start: Factors) -> Floats:
    statements = np.column_stack([start.intercepts, start.statements[:, 1:]])
    return np.concatenate([start.people.ravel(), statements.ravel()])


def first_guess(votes: Votes, rank: int) -> Factors:
    """Smoothed log-odds of each statement, and the leading components of what they leave unexplained (Polis' idea)."""
    seen = Observed.of(votes)
    n, m = votes.shape
    log_odds = _log_odds(seen)
    # 4 is the slope of the log-odds at one half; 0.3 keeps the start small, where the ridge wants it.
    residual = votes.matrix(4 * seen.weight * (seen.target - expit(log_odds)[votes.columns]))
    left, sizes, right = leading_left_and_right(residual, rank)
    people, statements = np.zeros((n, 1 + rank)), np.zeros((m, 1 + rank))
    statements[:, 0] = 1.0
    people[:, 1 : 1 + len(sizes)] = left * 0.3 * np.sqrt(sizes)
    statements[:, 1 : 1 + len(sizes)] = right.T * 0.3 * np.sqrt(sizes)
    return Factors(people, statements, log_odds, np.ones(1 + rank))
