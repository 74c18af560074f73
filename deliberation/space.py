"""The space people stand in: principal axes of the log-odds the model predicts, held still from one map to the next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deliberation.codes import Codes
from deliberation.factors import Factors
from deliberation.polis import upright
from deliberation.votes import Floats, Ints

# A picture keeps its plane as long as another one would not show this much more of the differences between people.
INERTIA = 0.4
# An axis on which statements differ by less than this share of what they differ on the widest is left out.
LEAST_ASKED = 1e-3


@dataclass(frozen=True, eq=False)
class Space:
    """What each statement asks, in the coordinates people are placed in.

    The log-odds that somebody at z agrees with statement j are intercepts[j] + z @ axes[:, j]. Before somebody has
    voted, z is normal about 0 with the precision matrix `precision`. A coordinate is in log-odds of agreeing with an
    average statement (root mean square over statements), so distance means disagreement.

    Attributes
    ----------
    intercepts : (n_statements,)
    axes : (n_axes, n_statements)
    precision : (n_axes, n_axes)
    """

    intercepts: Floats
    axes: Floats
    precision: Floats

    @property
    def n_axes(self) -> int:
        """Dimensions of the space; 0 where nothing but the popularity of statements is known."""
        return len(self.axes)

    def logits(self, places: Floats, columns: Ints | Codes) -> Floats:
        """Log-odds of agreeing for pairs of a place (n_pairs, n_axes) and a statement index (n_pairs,)."""
        shared: Floats = np.einsum("na,an->n", places, self.axes[:, columns])
        return self.intercepts[columns] + shared

    def turned(self, turn: Floats) -> Space:
        """The same space in coordinates z @ turn, for a rotation (n_axes, n_axes)."""
        return Space(self.intercepts, turn.T @ self.axes, turn.T @ self.precision @ turn)


def principal_space(model: Factors) -> tuple[Space, Floats]:
    """The axes along which the predicted log-odds differ most, the widest first, and everybody's coordinates on them.

    On each axis the positive side agrees with more of the statements. The origin is where somebody is placed of whom
    nothing is known.
    """
    if not model.people.size or not len(model.statements):
        empty = np.zeros((0, len(model.statements)))
        return Space(model.intercepts, empty, np.zeros((0, 0))), np.zeros((len(model.people), 0))
    within, spread = np.linalg.qr(model.statements)
    scores = (model.people - model.people.mean(axis=0)) @ spread.T
    directions = np.linalg.svd(scores, full_matrices=False)[2]
    # A direction in which statements ask next to nothing is none.
    asked = np.linalg.norm(directions @ spread, axis=1)
    directions = directions[asked > LEAST_ASKED * asked.max(initial=0.0)]
    axes = directions @ within.T
    signs = upright(axes)
    scale = np.sqrt(len(model.statements))
    turn = spread.T @ directions.T * signs / scale
    covariance = turn.T @ (turn / model.ridge[:, None])
    return Space(model.intercepts, axes * signs[:, None] * scale, np.linalg.inv(covariance)), model.people @ turn


def held_still(space: Space, places: Floats, former: Floats) -> Floats:
    """The rotation (n_axes, n_axes) that lets a map keep its face.

    `places` (n, n_axes) are people's coordinates; `former` (n_former_axes, n_statements) are the axes of the map
    before on the same statements, zero where a statement is new. The first two axes span the plane in which people
    differ most, with some inertia for the former plane; within it, and within the rest, the axes are turned to lie as
    before (orthogonal Procrustes, Schönemann 1966).
    """
    d = space.n_axes
    if not d or not former.any():
        return np.eye(d)
    likeness = _unit(space.axes) @ _unit(former).T
    plane = min(2, d)
    before = np.linalg.svd(likeness[:, :2])[0][:, :plane]
    spread = np.atleast_2d(np.cov(places.T)) if len(places) > 1 else np.eye(d)
    favoured = spread / max(float(np.trace(spread)), 1e-12) + INERTIA * before @ before.T
    order = np.linalg.eigh(favoured)[1][:, ::-1]
    turn = np.zeros((d, d))
    for columns, part in ((slice(0, plane), order[:, :plane]), (slice(plane, d), order[:, plane:])):
        turn[:, columns] = part @ _procrustes(part.T @ likeness[:, columns])
    return turn


def _unit(axes: Floats) -> Floats:
    unit: Floats = axes / np.maximum(np.linalg.norm(axes, axis=1, keepdims=True), 1e-12)
    return unit


def _procrustes(likeness: Floats) -> Floats:
    """The rotation (k, k) of k axes nearest to their likeness (k, k') to the former ones."""
    k = len(likeness)
    padded = np.zeros((k, k))
    padded[:, : likeness.shape[1]] = likeness[:, :k]
    left, _, right = np.linalg.svd(padded)
    rotation: Floats = left @ right
    return rotation


def on_paper(coordinates: Floats) -> Floats:
    """The first two columns (n, 2), zeros where there are fewer."""
    paper = np.zeros((len(coordinates), 2))
    paper[:, : coordinates.shape[1]] = coordinates[:, :2]
    return paper
