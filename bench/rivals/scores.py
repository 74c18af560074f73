"""How good predictions are, and how sure a mean difference is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Nobody is punished without end for being certain and wrong.
LEAST_CHANCE = 0.005
BINS = 10
RESAMPLES = 10_000


def scores(statements: Ints, agreed: Ints, chances: Floats) -> dict[str, float]:
    """All scores of predicted chances of agreement (n,) against what was said (n,), 0 or 1."""
    if not 0 < agreed.sum() < len(agreed):
        return dict.fromkeys(("within", "auc", "log-loss", "Brier", "calibration"), float("nan"))
    chances = np.clip(chances, LEAST_CHANCE, 1 - LEAST_CHANCE)
    return {
        "within": within_auc(statements, agreed, chances),
        "auc": float(roc_auc_score(agreed, chances)),
        "log-loss": float(log_loss(agreed, chances, labels=[0, 1])),
        "Brier": float(brier_score_loss(agreed, chances)),
        "calibration": calibration_error(agreed, chances),
    }


def within_auc(statements: Ints, agreed: Ints, chances: Floats) -> float:
    """Of all pairs who agreed and disagreed with the same statement, the share ranked rightly; a tie counts half.

    How well a statement is liked alone scores 0.5. NaN where no statement has both.
    """
    won = pairs = 0.0
    for statement in np.unique(statements):
        here = statements == statement
        yes = int(agreed[here].sum())
        no = int(here.sum()) - yes
        # Mann and Whitney (1947): the sum of ranks counts the pairs.
        won += float(rankdata(chances[here])[agreed[here] == 1].sum()) - yes * (yes + 1) / 2
        pairs += yes * no
    return won / pairs if pairs else float("nan")


def calibration_error(agreed: Ints, chances: Floats) -> float:
    """Expected calibration error over ten bins of equal width: how far shares are from the chances given."""
    bins = np.minimum((chances * BINS).astype(int), BINS - 1)
    surplus = np.bincount(bins, agreed - chances, BINS)
    return float(np.abs(surplus).sum() / len(chances))


def interval(differences: Floats) -> tuple[float, float]:
    """95 % bootstrap interval of the mean: conversations are drawn anew, 10,000 times."""
    rng = np.random.RandomState(0)
    means = differences[rng.randint(len(differences), size=(RESAMPLES, len(differences)))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)
