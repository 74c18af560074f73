"""From votes to a fitted, calibrated model with everybody placed in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from deliberation.calibration import Calibration
from deliberation.factors import Factors, Observed, blank_factors, fit_factors
from deliberation.placing import Placed, place_people
from deliberation.sizing import choose_size
from deliberation.votes import Votes


def learn(votes: Votes, rng: np.random.RandomState) -> tuple[Factors, Calibration, Placed]:
    """The model whose size predicts hidden votes best, refitted on all of them.

    With one person or one statement there is nothing to compare: no axes, only how well each statement is liked.
    """
    if min(votes.shape) < 2:
        model, calibration = blank_factors(votes), Calibration()
    else:
        size = choose_size(votes, rng)
        model, calibration = fit_factors(votes, size.rank, size.ridge), size.calibration
    placed = place_people(model, Observed.of(votes), start=model.people)
    return replace(model, people=placed.means), calibration, placed
