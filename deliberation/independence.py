"""What each person would have answered on their own: by the statement, by their view, and by how readily they pass.

The yardstick for agreement that needs another explanation. It must not contain what it judges: a person's answer is
predicted from their answers to *other* statements, and from people among whom lookalikes count once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import entr, expit, logit

from deliberation.calibration import calibrate
from deliberation.factors import Size, blank_factors, fit_factors
from deliberation.placing import placed_at_once
from deliberation.space import Space, principal_space
from deliberation.votes import Bools, Floats, Votes

SIZE = Size(rank=4, ridge=3.0)
# The statements are predicted in this many parts, each from the answers to the others.
PARTS = 4
# Precision of the prior on how much a statement, and a person, is passed on more or less than usual (log-odds).
STATEMENT_PRIOR = 2.0
PERSON_PRIOR = 0.7
PASS_ROUNDS = 10
# Votes' worth of the average statement in the rates of each statement.
PRIOR_VOTES = 2.0


@dataclass(frozen=True, eq=False)
class Chances:
    """For each vote, what its person would say to its statement on their own; arrays of shape (n_votes,).

    Attributes
    ----------
    agreeing : chance of agreeing, if they do not pass
    passing : chance of passing
    """

    agreeing: Floats
    passing: Floats

    def of(self, value: int) -> Floats:
        """The chance of the answer `value` (-1, 0 or 1) in place of each vote."""
        if value == 0:
            return self.passing
        return (1 - self.passing) * (self.agreeing if value > 0 else 1 - self.agreeing)

    def given(self, votes: Votes) -> Floats:
        """The chance of each vote that was cast."""
        return np.select([votes.values > 0, votes.values == 0], [self.of(1), self.of(0)], self.of(-1))

    def entropy(self) -> Floats:
        """The expected surprise of each answer, in nats (Shannon 1948): what it can tell at all."""
        return sum((entr(self.of(value)) for value in (-1, 0, 1)), np.zeros(len(self.passing)))


def chances_by_statement(votes: Votes) -> Chances:
    """What people say to each statement, nothing known of anybody's view."""
    counts = np.zeros((votes.n_statements, 3))
    np.add.at(counts, (votes.columns, votes.values.astype(np.int64) + 1), 1)
    average = (counts.sum(axis=0) + 1) / (counts.sum() + 3)
    disagree, passing, agree = (counts + PRIOR_VOTES * average).T
    rates = agree / (agree + disagree), passing / (agree + disagree + passing)
    return Chances(rates[0][votes.columns], rates[1][votes.columns])


def chances_by_view(votes: Votes, learnt_from: Bools) -> Chances:
    """What everybody would say given their view, the statements' part being learnt from some people only.

    `learnt_from` (n_participants,) says from whom. Everybody is placed by their own votes, leaving out those
    on the part of the statements that is predicted.
    """
    taught = learnt_from[votes.rows]
    logits = _logits(votes, _space(votes.only(taught)))
    opinions = taught & (votes.values != 0)
    agreeing = expit(calibrate(logits[opinions], votes.values[opinions] > 0)(logits))
    return Chances(agreeing, _passing(votes, learnt_from.astype(np.float64)))


def _space(votes: Votes) -> Space:
    enough = min(votes.shape) >= 2 and len(votes)
    return principal_space(fit_factors(votes, SIZE) if enough else blank_factors(votes))[0]


def _logits(votes: Votes, space: Space) -> Floats:
    """Log-odds of agreeing for each vote, predicted without the votes on its part of the statements."""
    part = np.random.RandomState(0).permutation(votes.n_statements)[votes.columns] % PARTS
    logits = np.zeros(len(votes))
    for one in range(PARTS):
        asked = part == one
        places = placed_at_once(space, votes.only(~asked)).places
        logits[asked] = space.logits(places[votes.rows[asked]], votes.columns[asked])
    return logits


def _passing(votes: Votes, weights: Floats) -> Floats:
    """Chance of passing on each vote: sigmoid(b_j + d_i), the Rasch model (1960) with normal priors.

    `weights` (n_participants,) say how much each person tells about the statements.
    """
    passed, weight = votes.values == 0, weights[votes.rows]
    usual = logit((weight @ passed + 1) / (weight.sum() + 2))
    statements, people = np.zeros(votes.n_statements), np.zeros(votes.n_participants)
    sides = (
        (statements, votes.columns, weight, STATEMENT_PRIOR),
        (people, votes.rows, np.ones(len(votes)), PERSON_PRIOR),
    )
    for _ in range(PASS_ROUNDS):
        for effect, index, counted, prior in sides:
            chance = expit(usual + statements[votes.columns] + people[votes.rows])
            slope = np.bincount(index, counted * (passed - chance), len(effect)) - prior * effect
            curve = np.bincount(index, counted * chance * (1 - chance), len(effect)) + prior
            np.add(effect, np.clip(slope / curve, -2.0, 2.0), out=effect)
    found: Floats = expit(usual + statements[votes.columns] + people[votes.rows])
    return found
