"""How much approval is left once viewpoint is explained: what convinces people who otherwise disagree.

The idea is that of Community Notes (Wojcik et al. 2022, "Birdwatch: Crowd wisdom and bridging algorithms can inform
understanding and reduce the spread of misinformation"): explain each rating by the item, the rater and how well their
viewpoints fit, and penalise the item's own part most, so that whatever viewpoint can explain is explained by it.

    P(rater i approves of item j) = sigmoid(a_j + c_i + u_i . v_j)

a_j is the item's own part, c_i how readily a rater approves, u_i the rater's viewpoint. Community Notes reports a_j.
Here the score is a share one can say in words: the approval to be expected from the quarter of all people least
inclined to approve. It cannot be raised by one side alone, however many it sends.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # comes with scikit-learn

from deliberation.rating_model import Ratings, fit_items, learn_viewpoints
from deliberation.votes import Floats, Ints, Votes

# Share of people whose approval is looked at. A smaller group cannot keep an item down alone.
LEAST_INCLINED = 0.25
# People who stand for everybody, and draws from what is known of an item. Both are even numbers.
STAND_INS = 100
DRAWS = 400
# Items whose draws are held in memory at once.
CHUNK = 64


@dataclass(frozen=True, eq=False)
class Bridging:
    """Approval across viewpoints, one entry per item of `items`.

    Attributes
    ----------
    items : tuple of ids
    score : (n_items,)
        Share of the least inclined quarter of people expected to approve (posterior median), 0 to 1.
    low, high : (n_items,)
        95 % interval of the score. Rank by `low`: few ratings then never beat many equally good ones.
    ratings : int array (n_items,)
        Approvals and rejections that entered the score.

    Examples
    --------
    Twenty people on each side; everybody likes "both", each side likes its own item.

    >>> people = [p for p in range(40) for _ in range(3)]
    >>> items = ["both", "left", "right"] * 40
    >>> said = [v for p in range(40) for v in ((1, 1, -1) if p < 20 else (1, -1, 1))]
    >>> sides = np.where(np.arange(40) < 20, -1.0, 1.0)[:, None]
    >>> found = bridging_scores(Votes.from_triplets(people, items, said), sides)
    >>> found.items, (found.low > 0.5).tolist(), (found.high < 0.3).tolist()
    (('both', 'left', 'right'), [True, False, False], [False, True, True])
    """

    items: tuple[Hashable, ...]
    score: Floats
    low: Floats
    high: Floats
    ratings: Ints


def bridging_scores(
    ratings: Votes,
    viewpoints: Floats | None = None,
    population: Floats | None = None,
    *,
    rank: int = 1,
    random_state: int = 0,
) -> Bridging:
    """Score comments by their marks, or statements by the votes on them.

    Parameters
    ----------
    ratings : Votes
        Participants rate statements, the items: +1 approves, -1 rejects, 0 cannot decide.
    viewpoints : (n_participants, d), optional
        Where each rater of `ratings.participants` stands, as `OpinionMap.positions_`. Ratings of people whose row is
        NaN are left out: whoever has no known viewpoint cannot speak for one. Without it, axes are learnt from the
        ratings; that needs many per rater, and the intervals then hold for 86 to 92 % of simulated items.
    population : (n_people, d), optional
        Where everybody stands whose approval is asked about; by default the raters.
    rank : int
        Axes to learn where no viewpoints are given, at least 1.
    random_state : int
        Seed of the draws that make the interval. The same ratings in any order give the same scores.

    Raises
    ------
    ValueError
        If the shapes do not fit, `population` is not finite, or `rank` is below 1.
    """
    if rank < 1:
        raise ValueError(f"rank is at least 1, not {rank}")
    # One thread: sums of floats in a fixed order, whatever the machine.
    with threadpool_limits(limits=1):
        return _scores(ratings, viewpoints, population, rank, np.random.RandomState(random_state))


def _scores(
    ratings: Votes, viewpoints: Floats | None, population: Floats | None, rank: int, rng: np.random.RandomState
) -> Bridging:
    learnt = viewpoints is None
    stands = learn_viewpoints(Ratings.of(ratings), rank) if viewpoints is None else _checked(viewpoints, ratings)
    known = np.asarray(np.isfinite(stands).all(axis=1), dtype=np.bool_)
    seen = Ratings.of(ratings, known)
    places, everybody = _standardised(stands, known, population)
    fitted = fit_items(seen, places, viewpoints_learnt=learnt)
    half = rng.standard_normal((DRAWS // 2, fitted.means.shape[1]))
    low, score, high = _quantiles(fitted.means, fitted.covariances, everybody, np.concatenate([half, -half]))
    return Bridging(ratings.statements, score, low, high, seen.per_item())


def _checked(viewpoints: Floats, ratings: Votes) -> Floats:
    found = np.asarray(viewpoints, dtype=np.float64)
    if found.ndim != 2 or len(found) != ratings.n_participants:
        raise ValueError(f"viewpoints are ({ratings.n_participants}, d), one row per rater, not {found.shape}")
    return found


def _standardised(stands: Floats, known: NDArray[np.bool_], population: Floats | None) -> tuple[Floats, Floats]:
    """Viewpoints with their middle at 0 and their ends at -1 and 1, and the people who stand for everybody.

    The middle lies half-way between the ends (the 10 % and the 90 % point), not at the mean: it does not move to the
    side that has more people. One scale for all axes: a narrow axis stays narrow.
    """
    everybody = stands[known] if population is None else np.asarray(population, dtype=np.float64)
    if everybody.ndim != 2 or everybody.shape[1] != stands.shape[1] or not np.isfinite(everybody).all():
        raise ValueError(f"population is (n_people, {stands.shape[1]}) and finite, not {everybody.shape}")
    if not len(everybody):
        return np.zeros_like(stands), np.zeros((1, stands.shape[1]))
    first, last = np.quantile(everybody, [0.1, 0.9], axis=0)
    reach = float(((last - first) / 2).max(initial=0.0))
    if reach <= 0:
        return np.zeros_like(stands), np.zeros((1, stands.shape[1]))
    middle = (first + last) / 2
    # NaN would spread through sums; these rows have no ratings left.
    places = np.where(known[:, None], (stands - middle) / reach, 0.0)
    return places, _stand_ins((everybody - middle) / reach)


def _stand_ins(everybody: Floats) -> Floats:
    """At most STAND_INS of these places, evenly chosen from them in order."""
    ordered = everybody[np.lexsort(everybody.T[::-1])]
    if len(ordered) <= STAND_INS:
        return ordered
    return ordered[((np.arange(STAND_INS) + 0.5) * len(ordered) / STAND_INS).astype(np.int64)]


def _quantiles(means: Floats, covariances: Floats, everybody: Floats, noise: Floats) -> Floats:
    """2.5 %, 50 % and 97.5 % points of each item's score (3, n_items), over draws from a normal about its mode.

    Draws, because the least inclined quarter is another one when the item's slant is in doubt: with few ratings the
    score is far from linear in what is known, and a first-order interval would be too high and too narrow.
    """
    asked = np.column_stack([np.ones(len(everybody)), everybody])
    tail = max(1, round(LEAST_INCLINED * len(everybody)))
    found = np.zeros((3, len(means)))
    for start in range(0, len(means), CHUNK):
        part = slice(start, start + CHUNK)
        spread = np.linalg.cholesky(covariances[part])
        drawn = means[part, None, :] + np.einsum("kq,mpq->mkp", noise, spread)
        logits = np.einsum("mkp,rp->mkr", drawn, asked)
        least = np.partition(logits, tail - 1, axis=2)[:, :, :tail]
        found[:, part] = np.quantile(expit(least).mean(axis=2), [0.025, 0.5, 0.975], axis=1)
    return found
