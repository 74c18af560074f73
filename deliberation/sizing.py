"""Choose the model's size by hiding votes from it, and calibrate it on the same votes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from deliberation.calibration import Calibration, calibrate, log_loss
from deliberation.factors import fit_factors
from deliberation.votes import Ints, Votes

# (rank, ridge). A small conversation cannot carry more than two axes.
SMALL = ((2, 3.0),)
LARGE = ((2, 3.0), (4, 3.0), (8, 4.0))
SMALL_CONVERSATION = 50

HIDDEN_SHARE = 0.1
# Hidden votes needed before one round of hiding is trusted; smaller conversations get more rounds.
ENOUGH_HIDDEN = 1_000
MOST_ROUNDS = 4


@dataclass(frozen=True)
class Size:
    """The chosen rank and ridge, with the calibration measured for them."""

    rank: int
    ridge: float
    calibration: Calibration


def choose_size(votes: Votes, rng: np.random.RandomState) -> Size:
    """The rank and ridge that predict hidden votes best once calibrated."""
    sizes = SMALL if votes.n_participants < SMALL_CONVERSATION else LARGE
    rounds = [_hide(votes, rng) for _ in range(_rounds(votes))]
    tried = [_tried(votes, rounds, rank, ridge) for rank, ridge in sizes]
    return min(tried, key=lambda one: one[0])[1]


def _tried(votes: Votes, rounds: list[tuple[Votes, Ints]], rank: int, ridge: float) -> tuple[float, Size]:
    """The log-loss of a size on the hidden votes of all rounds, once calibrated, and the size."""
    logits = []
    for rest, hidden in rounds:
        model = fit_factors(rest, rank, ridge)
        logits.append(model.logits(votes.rows[hidden], votes.columns[hidden]))
    guessed = np.concatenate(logits)
    agreed = np.concatenate([votes.values[hidden] > 0 for _, hidden in rounds])
    calibration = calibrate(guessed, agreed)
    return log_loss(calibration(guessed), agreed), Size(rank, ridge, calibration)


def _rounds(votes: Votes) -> int:
    hidden = HIDDEN_SHARE * np.count_nonzero(votes.values)
    return int(np.clip(np.ceil(ENOUGH_HIDDEN / max(hidden, 1)), 1, MOST_ROUNDS))


def _hide(votes: Votes, rng: np.random.RandomState) -> tuple[Votes, Ints]:
    """The votes without a random tenth of the agree/disagree votes, and the indices of that tenth."""
    opinions = np.flatnonzero(votes.values)
    hidden = np.sort(rng.choice(opinions, int(HIDDEN_SHARE * len(opinions)), replace=False))
    kept = np.setdiff1d(np.arange(len(votes)), hidden)
    rest = replace(votes, rows=votes.rows[kept], columns=votes.columns[kept], values=votes.values[kept])
    return rest, hidden
