"""Normal mixtures of people of whom each is known with an error of their own.

A place drawn from few votes is blurred, and drawn to the middle by the prior. A mixture of places would take the blur
for spread, and busy people for a group. So the mixture is fitted to what the votes alone say, each with its error
(extreme deconvolution: Bovy, Hogg and Roweis 2011, "Extreme deconvolution: Inferring complete distribution functions
from noisy, heterogeneous and incomplete observations").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.cluster import KMeans

from deliberation.placing import Placed
from deliberation.votes import Floats

STEPS = 100
# A step that gains less log-likelihood than this over all people is the last.
STILL = 0.1
STARTS = 2
# Least spread inside a group, as a share of the mean error.
LEAST_SPREAD = 0.02


@dataclass(frozen=True, eq=False)
class Signals:
    """What the votes alone say of people, in coordinates in which an average person's error is 1 on every axis.

    Attributes
    ----------
    places : (n, d)
        With the prior: the best guess.
    said : (n, d)
        Without it: unbiased, with variance 1 / certainty on each axis.
    certainty : (n,)
    back : (d_latent, d)
        A direction of these coordinates, in those of the map: back @ direction.
    """

    places: Floats
    said: Floats
    certainty: Floats
    back: Floats


def signals_of(placed: Placed, precision: Floats, axes: int) -> Signals:
    """Take the prior with this `precision` (d, d) out of people's places, and keep the widest `axes` directions.

    Errors are taken to be alike but for their size, which is the number and the weight of a person's votes.
    """
    told = np.linalg.inv(placed.covariances) - precision
    mean = told.mean(axis=0)
    sizes, directions = np.linalg.eigh(mean)
    root = (directions * np.sqrt(np.maximum(sizes, 1e-9))) @ directions.T
    certainty = np.maximum(np.einsum("nij,ji->n", told, np.linalg.inv(root @ root)) / len(mean), 1e-3)
    said = np.einsum("nij,nj->ni", np.linalg.inv(placed.covariances), placed.places) @ np.linalg.inv(root)
    places = placed.places @ root
    widest = np.linalg.svd(places - places.mean(axis=0), full_matrices=False)[2][:axes].T
    return Signals(places @ widest, said / certainty[:, None] @ widest, certainty, root @ widest)


@dataclass(frozen=True, eq=False)
class Mixture:
    """Groups as normal clouds of one shape.

    Attributes
    ----------
    means : (k, d)
    covariance : (d, d)
    shares : (n, k)
        How likely each person belongs to each group, rows summing to 1.
    criterion : float
        Bayesian information criterion (Schwarz 1978), lower is better.
    """

    means: Floats
    covariance: Floats
    shares: Floats
    criterion: float


def fit_mixture(signals: Signals, k: int, rng: np.random.RandomState) -> Mixture:
    """The likeliest mixture of k clouds, begun at k-means groups and improved by expectation and maximisation.

    All clouds have one covariance, so that the dense middle of a single spread is not taken for a cloud of its own.
    """
    labels = KMeans(k, n_init=STARTS, random_state=rng.randint(2**31 - 1)).fit(signals.places.round(6)).labels_
    n, d = signals.said.shape
    shares = np.eye(k)[labels]
    weighty = shares * signals.certainty[:, None]
    means = weighty.T @ signals.said / weighty.sum(axis=0)[:, None]
    middles = (shares / shares.sum(axis=0)).T @ signals.places
    covariance = np.cov((signals.places - middles[labels]).T).reshape(d, d)
    former = -np.inf
    for _ in range(STEPS):
        # In the directions of the covariance all axes are independent, and errors the same on each.
        spread, turn = np.linalg.eigh(covariance)
        spread, said, centres = np.maximum(spread, LEAST_SPREAD), signals.said @ turn, means @ turn
        errors = 1 / signals.certainty[:, None]
        shares, loglik = _expected(said, spread + errors, centres, shares.mean(axis=0))
        if loglik - former < STILL:
            break
        centres, within = _improved(said, spread, errors, centres, shares)
        means, covariance, former = centres @ turn.T, turn @ within @ turn.T, loglik
    free = k - 1 + k * d + d * (d + 1) / 2
    return Mixture(means, covariance, shares, float(-2 * loglik + free * np.log(n)))


def _expected(said: Floats, variances: Floats, centres: Floats, weights: Floats) -> tuple[Floats, float]:
    """How likely each person belongs to each cloud (n, k), and the log-likelihood of all."""
    squares = (said**2 / variances + np.log(variances)).sum(axis=1)[:, None] - 2 * (said / variances) @ centres.T
    logs = np.log(weights + 1e-300) - (squares + (1 / variances) @ (centres**2).T) / 2
    most = logs.max(axis=1, keepdims=True)
    shares = np.exp(logs - most)
    each = shares.sum(axis=1, keepdims=True)
    return shares / each, float((np.log(each) + most).sum())


def _improved(said: Floats, spread: Floats, errors: Floats, centres: Floats, shares: Floats) -> tuple[Floats, Floats]:
    """Likelier centres (k, d) and covariance (d, d).

    In each cloud a person's likeliest place lies between the centre and what they said.
    """
    drawn_in = spread / (spread + errors)
    steps = (shares.T @ (drawn_in * said) - (shares.T @ drawn_in) * centres) / (shares.sum(axis=0)[:, None] + 1e-9)
    within = np.diag((drawn_in * errors).mean(axis=0))
    for centre, step, own in zip(centres, steps, shares.T, strict=True):
        apart = drawn_in * (said - centre) - step
        within += (own[:, None] * apart).T @ apart / len(said)
    return centres + steps, within
