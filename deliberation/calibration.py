"""Make the model's percentages mean what they say: of statements given 70 %, about 70 in 100 are agreed with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_expit

from deliberation.votes import Floats

# Weight of "the model is calibrated as it is", in votes.
PRIOR_VOTES = 50.0


Truths = NDArray[np.bool_]


@dataclass(frozen=True)
class Calibration:
    """Turns the model's log-odds into calibrated ones: slope * logit + shift."""

    slope: float = 1.0
    shift: float = 0.0

    def __call__(self, logits: Floats) -> Floats:
        return self.slope * logits + self.shift


def calibrate(logits: Floats, agreed: Truths) -> Calibration:
    """The slope and shift that make `logits` fit `agreed` best, drawn to (1, 0) where votes are few."""
    if not len(agreed):
        return Calibration()

    def loss(parameters: Floats) -> float:
        slope, shift = parameters
        prior = PRIOR_VOTES * ((slope - 1) ** 2 + shift**2) / 2
        return log_loss(slope * logits + shift, agreed) * len(agreed) + float(prior)

    slope, shift = minimize(loss, np.array([1.0, 0.0]), method="L-BFGS-B", bounds=[(0.1, 3.0), (-2.0, 2.0)]).x
    return Calibration(float(slope), float(shift))


def log_loss(logits: Floats, agreed: Truths) -> float:
    """Mean cross-entropy of predictions in log-odds; 0 for none."""
    return float(-np.where(agreed, log_expit(logits), log_expit(-logits)).mean()) if len(agreed) else 0.0
