"""People whose votes agree more than chance and shared opinion explain: found with evidence, for people to judge.

Nobody is left out or weighed less on this account. `find_coordinated` says who, and why it is not chance; `without`
gives the votes without them, so that a map can be shown with and without.

What it cannot see: copies of somebody who answers as everybody expects, copies with few votes, copies with many slips,
and a group so large that it is a camp. What it cannot tell: which of a group is the original, and whether two ballots
were cast by one person, by two who answered together, or by two who followed the same list.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # comes with scikit-learn

from deliberation.candidates import candidate_pairs
from deliberation.evidence import Coordinated, adjusted, described
from deliberation.independence import chances_by_statement, chances_by_view
from deliberation.likeness import Pairs, every_pair, joined, one_of_each, pairs_with, these_pairs
from deliberation.votes import Bools, Floats, Ints, Votes

# Up to this many people every pair is compared.
COMPARE_ALL = 5_000
# Log evidence beyond the statements' popularity from which two people are compared closely, and not both learnt from.
LOOKALIKE = 5.0
# People with more lookalikes than this share of everybody stand in a camp, and camps are opinion.
CAMP = 0.2
# Beyond COMPARE_ALL everybody is compared with so many people drawn by lot.
SAMPLE = 512
ROUNDS = 3


def find_coordinated(votes: Votes, level: float = 0.01) -> tuple[Coordinated, ...]:
    """Groups of people whose votes agree beyond chance and shared opinion, the largest first.

    Each person k is tested against everybody else: a mean over i of the evidence that k's answers are i's is an
    e-value while k votes on their own. Wang & Ramdas (2022) adjust for testing everybody, whatever depends on what:
    of the people named, the expected share who vote on their own is at most `level`, as far as the model of what
    people say on their own holds. Somebody whose whole ballot is likelier than `level` can never be named.

    Raises
    ------
    ValueError
        If `level` is not between 0 and 1.

    Examples
    --------
    >>> rng = np.random.RandomState(0)
    >>> said = rng.choice([-1, 1], (60, 40))
    >>> said[50:] = said[0]
    >>> people, asked = np.indices(said.shape)
    >>> found = find_coordinated(Votes.from_triplets(people.ravel(), asked.ravel(), said.ravel()))
    >>> [one.members for one in found]
    [(0, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59)]
    >>> found[0].agreement, round(found[0].expected, 1)
    (1.0, 0.5)
    """
    if not 0 < level < 1:
        raise ValueError(f"level is between 0 and 1, not {level!r}")
    if votes.n_participants < 2:
        return ()
    # One thread: sums of floats in a fixed order, whatever the machine.
    with threadpool_limits(limits=1):
        return _found(votes, level)


def without(votes: Votes, participants: Iterable[Hashable]) -> Votes:
    """The votes as though `participants` had never cast theirs.

    Raises
    ------
    ValueError
        Naming the first who has not voted.

    >>> votes = Votes.from_triplets(["mei", "jun", "mei"], ["s1", "s1", "s2"], [1, 1, 0])
    >>> without(votes, ["mei"]).statements
    ('s1',)
    """
    row = {one: i for i, one in enumerate(votes.participants)}
    gone = np.zeros(votes.n_participants, dtype=bool)
    for one in participants:
        if one not in row:
            raise ValueError(f"{one!r} has not voted")
        gone[row[one]] = True
    rest = votes.of(np.flatnonzero(~gone))
    asked, columns = np.unique(rest.columns, return_inverse=True)
    titles = tuple(votes.statements[j] for j in asked.tolist())
    return replace(rest, statements=titles, columns=columns.astype(np.int32))


def _found(votes: Votes, level: float) -> tuple[Coordinated, ...]:
    popular = chances_by_statement(votes)
    people = np.flatnonzero(np.bincount(votes.rows, popular.entropy(), votes.n_participants) >= -np.log(level))
    if len(people) < 2:
        return ()
    pairs, close, weights = _lookalikes(votes, popular.given(votes), people)
    kept = _concerned(votes, people, pairs)
    # From here on people are numbered among those concerned.
    votes, pairs, close, weights = votes.of(kept), pairs.among(kept), close.among(kept), weights[kept]
    alike = close.graph(votes.n_participants).astype(bool).astype(np.int64)
    learnt_from = one_of_each(alike)
    for _ in range(ROUNDS):
        chances = chances_by_view(votes, learnt_from)
        found = these_pairs(votes, chances.given(votes), pairs.first, pairs.second)
        q_values = _q_values(found, weights, len(people))
        named = q_values <= level
        # Who looks mostly like people not named is ordinary: from now on the model learns from them too.
        back = learnt_from | ~(named | (2 * (alike @ named) > alike.sum(axis=1)))
        if (back == learnt_from).all():
            break
        learnt_from = back
    return described(votes, _links(found, named, level), chances, q_values)


def _concerned(votes: Votes, people: Ints, pairs: Pairs) -> Ints:
    """Everybody, or where that is too many to learn from: a sample of `people`, and all who are in a pair."""
    if votes.n_participants <= COMPARE_ALL:
        return np.arange(votes.n_participants)
    sample = np.random.RandomState(0).choice(people, min(COMPARE_ALL, len(people)), replace=False)
    return np.unique(np.concatenate([sample, pairs.first, pairs.second]))


def _lookalikes(votes: Votes, chances: Floats, people: Ints) -> tuple[Pairs, Pairs, Floats]:
    """Pairs of `people` alike beyond the statements' popularity, those of whom one is learnt from, everybody's weight.

    A model that learnt from a whole group of copies would take it for an opinion and explain it away. But where
    somebody has lookalikes everywhere, that is an opinion, and all are learnt from.

    The weights (n_participants,) sum to 1 at most: how likely each is the one copied, before any answer is seen.
    Beyond COMPARE_ALL half of that lies on a sample everybody is compared with, or large groups would not weigh more.
    """
    weights = np.full(votes.n_participants, 1 / (len(people) - 1))
    if len(people) <= COMPARE_ALL:
        pairs, looked_at = every_pair(votes, chances, people, LOOKALIKE), len(people)
        lookalikes = np.bincount(np.concatenate([pairs.first, pairs.second]), minlength=votes.n_participants)
    else:
        sample = np.random.RandomState(0).choice(people, min(SAMPLE, len(people)), replace=False)
        met, lookalikes = pairs_with(votes, chances, sample, LOOKALIKE, CAMP)
        near = these_pairs(votes, chances, *candidate_pairs(votes, -np.log(chances), people)).at_least(LOOKALIKE)
        pairs, looked_at = (
            joined(near, met.where(np.isin(met.first, people) & np.isin(met.second, people))),
            len(sample),
        )
        weights /= 2
        weights[sample] += 1 / (2 * len(sample))
    camp = lookalikes > CAMP * looked_at
    return pairs, pairs.where(~camp[pairs.first] & ~camp[pairs.second]), weights


def _q_values(pairs: Pairs, weights: Floats, tested: int) -> Floats:
    """Everybody's q-value (n,), `tested` people having been compared; `weights` (n,) of whom they may have copied."""
    # Bounded so that sums stay finite; no decision needs more.
    evidence = np.exp(np.minimum(np.tile(pairs.evidence, 2), 600.0))
    ends, others = np.concatenate([pairs.first, pairs.second]), np.concatenate([pairs.second, pairs.first])
    means: Floats = np.bincount(ends, evidence * weights[others], len(weights)).astype(np.float64)
    return adjusted(means, tested)


def _links(pairs: Pairs, named: Bools, level: float) -> Pairs:
    """The pairs that connect the named: evidence beyond having looked at all of them, and each one's closest."""
    inside = pairs.where(named[pairs.first] & named[pairs.second]).at_least(-np.log(level))
    best = np.full(len(named), -np.inf)
    np.maximum.at(best, inside.first, inside.evidence)
    np.maximum.at(best, inside.second, inside.evidence)
    closest = inside.evidence >= np.minimum(best[inside.first], best[inside.second])
    return inside.where(closest | (inside.evidence >= np.log(max(named.sum(), 1) / level)))
