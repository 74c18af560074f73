"""What speaks for a group of coordinated voters, as plain data: the application puts it into words."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import connected_components
from scipy.stats import hypergeom

from deliberation.independence import Chances
from deliberation.likeness import Pairs, Shared, shared
from deliberation.votes import Floats, Ints, Votes

EXAMPLES = 3
# Linked pairs of a group that are described; a large group has more than anybody needs.
DESCRIBED_PAIRS = 5_000


@dataclass(frozen=True)
class SharedAnswer:
    """An answer the members of a group share: `said` of `asked` members gave it, each with `chance` on their own."""

    statement: Hashable
    value: int
    said: int
    asked: int
    chance: float


@dataclass(frozen=True)
class Coordinated:
    """People whose votes agree more than chance and shared opinion explain.

    Attributes
    ----------
    members : ids, sorted
    pairs : int
        Pairs of members alike enough to connect them.
    q_value : float
        The largest of the members' q-values: naming everybody up to it, this share is expected to vote on their own.
    agreement, expected : float
        Share of equal answers where both of a connected pair answered, and what it would be if each voted on their own.
    shared : float
        Statements both of a pair answered (median over the pairs).
    overlap, expected_overlap : float
        Share of the shorter ballot's statements that the longer one answers too, and what it would be if the longer
        one's statements had been drawn by lot.
    overlap_p_value : float
        Of at least that overlap by such a lot (hypergeometric; median over the pairs). Not part of the evidence: people
        who came at the same time were shown the same statements.
    examples : answers the members share, least likely first
    """

    members: tuple[Hashable, ...]
    pairs: int
    q_value: float
    agreement: float
    expected: float
    shared: float
    overlap: float
    expected_overlap: float
    overlap_p_value: float
    examples: tuple[SharedAnswer, ...]


def adjusted(e_values: Floats, tested: int) -> Floats:
    """q-values (n,) of the e-values (n,) of `tested` things: listing those up to q keeps the false share at q.

    E-values of things not among the n are 0.

    The e-BH procedure of Wang & Ramdas (2022), which holds whatever depends on what.

    >>> adjusted(np.array([1000.0, 0.5, 200.0]), tested=3).round(4).tolist()
    [0.003, 1.0, 0.0075]
    """
    order = np.argsort(-e_values, kind="stable")
    with np.errstate(divide="ignore"):
        ranked = tested / (e_values[order] * np.arange(1, len(e_values) + 1))
    q_values = np.empty(len(e_values))
    q_values[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    return q_values


def described(votes: Votes, links: Pairs, chances: Chances, q_values: Floats) -> tuple[Coordinated, ...]:
    """The groups that `links` connect, the largest first; `q_values` (n_participants,)."""
    count, part = connected_components(links.graph(votes.n_participants), directed=False)
    sizes = np.bincount(part, minlength=count)
    groups = [np.flatnonzero(part == one) for one in np.flatnonzero(sizes > 1)]
    groups.sort(key=lambda members: (-len(members), members[0]))
    return tuple(
        _group(votes, members, links.where(part[links.first] == part[members[0]]), chances, q_values)
        for members in groups
    )


def _group(votes: Votes, members: Ints, links: Pairs, chances: Chances, q_values: Floats) -> Coordinated:
    strongest = np.argsort(-links.evidence, kind="stable")[:DESCRIBED_PAIRS]
    first, second = links.first[strongest], links.second[strongest]
    both = shared(votes, first, second)
    overlaps = _overlaps(votes, first, second, np.bincount(both.pair, minlength=len(first)))
    return Coordinated(
        members=tuple(votes.participants[i] for i in members),
        pairs=len(links.first),
        q_value=float(q_values[members].max()),
        agreement=float((votes.values[both.one] == votes.values[both.other]).mean()),
        expected=float(_expected(chances, both).mean()),
        shared=float(np.median(np.bincount(both.pair, minlength=len(first)))),
        overlap=overlaps[0],
        expected_overlap=overlaps[1],
        overlap_p_value=overlaps[2],
        examples=_examples(votes, members, chances),
    )


def _expected(chances: Chances, both: Shared) -> Floats:
    """The chance that two people give the same answer, each on their own."""
    return sum((chances.of(v)[both.one] * chances.of(v)[both.other] for v in (-1, 0, 1)), np.zeros(len(both.pair)))


def _overlaps(votes: Votes, first: Ints, second: Ints, met: Ints) -> tuple[float, float, float]:
    """How much of the shorter ballot the longer one answers too, the same by lot, and the p-value of it."""
    lengths = votes.per_participant()[np.stack([first, second])]
    shorter, longer = lengths.min(axis=0), lengths.max(axis=0)
    p_values = hypergeom.sf(met - 1, votes.n_statements, shorter, longer)
    by_lot = (longer / votes.n_statements).mean()
    return float((met / shorter).mean()), float(by_lot), float(np.median(p_values))


def _examples(votes: Votes, members: Ints, chances: Chances) -> tuple[SharedAnswer, ...]:
    """Answers most of the members gave, the least likely first."""
    own = np.flatnonzero(np.isin(votes.rows, members))
    found = []
    for column in np.unique(votes.columns[own]):
        cast = own[votes.columns[own] == column]
        value = int(np.bincount(votes.values[cast] + 1, minlength=3).argmax()) - 1
        said = cast[votes.values[cast] == value]
        chance = float(chances.of(value)[said].mean())
        if len(said) > max(1, len(members) / 2):
            found.append(SharedAnswer(votes.statements[column], value, len(said), len(cast), chance))
    return tuple(sorted(found, key=lambda one: one.chance)[:EXAMPLES])
