"""Normal mixtures of people of whom each is known with an error of their own.

A place drawn from few votes is blurred, and drawn to the middle by the prior. A mixture of places would take the blur
for spread, and busy people for a group. So the mixture is fitted to what the votes alone say, each with its error
(extreme deconvolution: Bovy, Hogg and Roweis 2011, "Extreme deconvolution: Inferring complete distribution functions
from noisy, heterogeneous and incomplete observations").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp
from sklearn.cluster import KMeans

from deliberation.placing import Placed
from deliberation.votes import Floats

STEPS = 100
# A step that gains less log-likelihood than this over all people is the last.
STILL = 0.05
STARTS = 5
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
    errors = 1 / signals.certainty[:, None]
    shares = np.eye(k)[labels]
    means = (signals.certainty[:, None] * shares).T @ signals.said
    means /= (signals.certainty @ shares)[:, None]
    covariance = np.atleast_2d(
        np.cov((signals.places - (shares @ (shares.T @ signals.places / shares.sum(0)[:, None]))).T)
    )
    weights, loglik = shares.mean(axis=0), -np.inf
    for _ in range(STEPS):
        # In the directions of the covariance all axes are independent, and errors the same on each.
        spread, turn = np.linalg.eigh(covariance)
        spread = np.maximum(spread, LEAST_SPREAD)
        said, centres = signals.said @ turn, means @ turn
        variances = spread + errors
        logs = (
            -(
                ((said[:, None] - centres) ** 2 / variances[:, None]).sum(axis=2)
                + np.log(variances).sum(axis=1)[:, None]
            )
            / 2
        )
        logs += np.log(weights + 1e-300)
        each = logsumexp(logs, axis=1)
        shares, former, loglik = np.exp(logs - each[:, None]), loglik, float(each.sum())
        if loglik - former < STILL:
            break
        weights = shares.mean(axis=0)
        drawn_in = spread / variances
        likely = centres + drawn_in[:, None] * (said[:, None] - centres)
        totals = shares.sum(axis=0)[:, None] + 1e-9
        centres = np.einsum("nk,nkd->kd", shares, likely) / totals
        apart = likely - centres
        within = np.einsum("nk,nki,nkj->ij", shares, apart, apart) / n + np.diag(
            (spread * errors / variances).mean(axis=0)
        )
        means, covariance = centres @ turn.T, turn @ within @ turn.T
    free = k - 1 + k * d + d * (d + 1) / 2
    return Mixture(means, covariance, shares, -2 * loglik + free * np.log(n))
