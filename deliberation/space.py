"""The space people stand in: principal axes of the log-odds the model predicts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deliberation.factors import Factors
from deliberation.placing import Placed
from deliberation.polis import upright
from deliberation.votes import Floats


@dataclass(frozen=True, eq=False)
class Space:
    """Turns a person's factors into coordinates, the widest axis first.

    A coordinate is in log-odds of agreeing with an average statement (root mean square over statements), so distance
    means disagreement. On each axis the positive side agrees with more of the statements. The origin is where
    somebody is placed of whom nothing is known.

    Attributes
    ----------
    turn : (1 + rank, n_axes)
    """

    turn: Floats

    def coordinates(self, means: Floats) -> Floats:
        """Coordinates (n, n_axes) of factors (n, 1 + rank)."""
        placed: Floats = means @ self.turn
        return placed

    def covariances(self, placed: Placed) -> Floats:
        """Covariances (n, n_axes, n_axes) of those coordinates."""
        turned: Floats = self.turn.T @ placed.covariances @ self.turn
        return turned


def principal_space(model: Factors, means: Floats) -> Space:
    """The axes along which the predicted log-odds of `means` (n, 1 + rank) differ most."""
    if not means.size:
        return Space(np.zeros((means.shape[1], 0)))
    within, spread = np.linalg.qr(model.statements)
    scores = (means - means.mean(axis=0)) @ spread.T
    axes = np.linalg.svd(scores, full_matrices=False)[2]
    turn = spread.T @ axes.T * upright(axes @ within.T)
    return Space(turn / np.sqrt(len(model.statements)))
