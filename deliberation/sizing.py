"""Choose the model's size by hiding votes from it, and calibrate it on the same votes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deliberation.calibration import Calibration, calibrate, log_loss
from deliberation.factors import Factors, Size, first_guess, fit_factors
from deliberation.votes import Ints, Votes

# A small conversation cannot carry more than two axes.
SMALL = (Size(2, 2.0),)
LARGE = (Size(2, 3.0), Size(4, 3.0), Size(8, 4.0))
SMALL_CONVERSATION = 50

HIDDEN_SHARE = 0.1
# Hidden votes needed before one round of hiding is trusted; smaller conversations get more rounds.
ENOUGH_HIDDEN = 1_000
MOST_ROUNDS = 4
# By how much the mean log-loss must be lower for a map to change its size.
CLEARLY = 0.002


@dataclass(frozen=True)
class Foretold:
    """Of `hidden` agree and disagree votes kept from the model, how many it foretold, and how many popularity would."""

    hidden: int
    right: int
    by_popularity: int


@dataclass(frozen=True, eq=False)
class Chosen:
    """The chosen size, the calibration measured for it, and the last model of it, fitted without the hidden votes."""

    size: Size
    calibration: Calibration
    foretold: Foretold
    model: Factors


Round = tuple[Votes, Ints, Factors]


def choose_size(votes: Votes, rng: np.random.RandomState, former: Size | None = None) -> Chosen:
    """The rank and ridge that predict hidden votes best once calibrated; `former` unless another is clearly better."""
    sizes = SMALL if votes.n_participants < SMALL_CONVERSATION else LARGE
    rounds = [_hide(votes, rng, max(size.rank for size in sizes)) for _ in range(_rounds(votes))]
    tried: list[tuple[float, Chosen]] = []
    for size in sizes:
        tried.append(_tried(votes, rounds, size))
        # Where more axes did harm, still more are not tried.
        if tried[-1][0] > tried[0][0] + 2 * CLEARLY:
            break
    return min(tried, key=lambda one: one[0] - CLEARLY * (one[1].size == former))[1]


def _tried(votes: Votes, rounds: list[Round], size: Size) -> tuple[float, Chosen]:
    """The log-loss of a size on the hidden votes of all rounds, once calibrated."""
    logits, popular = [], []
    for rest, hidden, guess in rounds:
        model = fit_factors(rest, size, guess.narrowed(size.rank))
        logits.append(model.logits(votes.rows[hidden], votes.columns[hidden]))
        liked = np.bincount(rest.columns, rest.values, rest.n_statements)
        popular.append(liked[votes.columns[hidden]] > 0)
    guessed = np.concatenate(logits)
    agreed = np.concatenate([votes.values[hidden] > 0 for _, hidden, _ in rounds])
    calibration = calibrate(guessed, agreed)
    right, usual = (int((guess == agreed).sum()) for guess in (calibration(guessed) > 0, np.concatenate(popular)))
    chosen = Chosen(size, calibration, Foretold(len(agreed), right, usual), model)
    return log_loss(calibration(guessed), agreed), chosen


def _rounds(votes: Votes) -> int:
    hidden = HIDDEN_SHARE * np.count_nonzero(votes.values)
    return int(np.clip(np.ceil(ENOUGH_HIDDEN / max(hidden, 1)), 1, MOST_ROUNDS))


def _hide(votes: Votes, rng: np.random.RandomState, rank: int) -> Round:
    """The votes without a random tenth of the agree/disagree votes, the indices of that tenth, and a first guess."""
    opinions = np.flatnonzero(votes.values)
    hidden = np.sort(rng.choice(opinions, int(HIDDEN_SHARE * len(opinions)), replace=False))
    kept = np.ones(len(votes), dtype=bool)
    kept[hidden] = False
    rest = votes.only(kept)
    return rest, hidden, first_guess(rest, rank)
