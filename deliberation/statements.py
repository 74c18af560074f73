"""What the groups say: shared by all, typical of one, dividing them, or leaving people unsure.

Shares count passes in the total: of 10 people who answered, 6 agreeing and 4 passing are 60 % agreement.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from deliberation.codes import pieces
from deliberation.intervals import (
    Share,
    benjamini_hochberg,
    least_difference,
    more_than_half,
    more_than_others,
    share,
    wilson,
)
from deliberation.votes import Ints, Votes

# A group is not said to hold a view on fewer votes than this; it also keeps small cells unpublished.
FEWEST_VOTES = 5
LEVEL = 0.05
# Without groups, a statement divides people if certainly at least a quarter stand on either side.
LEAST_SMALLER_SIDE = 0.25

AGREE, DISAGREE, PASS = 0, 1, 2


@dataclass(frozen=True)
class Counts:
    """How many people agreed, disagreed and passed."""

    agree: int
    disagree: int
    passed: int

    @property
    def total(self) -> int:
        """Everyone who answered, passes included."""
        return self.agree + self.disagree + self.passed

    @property
    def agreeing(self) -> Share:
        """Share who agree, with its interval."""
        return share(self.agree, self.total)

    @property
    def disagreeing(self) -> Share:
        """Share who disagree, with its interval."""
        return share(self.disagree, self.total)

    @property
    def unsure(self) -> Share:
        """Share who passed, with its interval."""
        return share(self.passed, self.total)


@dataclass(frozen=True, eq=False)
class Tally:
    """Counts of agree, disagree and pass, of everyone and of each group.

    Attributes
    ----------
    statements : tuple of ids
    everyone : (n_statements, 3)
        People in no group included.
    groups : (n_statements, n_groups, 3)
        n_groups is 0 where there are no distinct groups.
    """

    statements: tuple[Hashable, ...]
    everyone: Ints
    groups: Ints

    @property
    def parts(self) -> Ints:
        """The groups, or everyone as the only part: (n_statements, n_parts, 3)."""
        return self.groups if self.groups.shape[1] else self.everyone[:, None, :]

    def of(self, index: int) -> Counts:
        """Everyone's answers to the statement at `index`."""
        return _counts(self.everyone[index])

    def of_groups(self, index: int) -> tuple[Counts, ...]:
        """Each group's answers to the statement at `index`; empty where there are no distinct groups."""
        return tuple(_counts(row) for row in self.groups[index])


@dataclass(frozen=True)
class Representative:
    """A statement `group` holds more than the others: side +1 it agrees, -1 it disagrees.

    `q_value` is the larger of its two p-values, adjusted for all statements, groups and sides looked at.
    `lead` is by how much, at least (95 %), its share is above the others'.
    """

    statement: Hashable
    group: int
    side: int
    inside: Share
    outside: Share
    q_value: float
    lead: float


@dataclass(frozen=True)
class Consensus:
    """A statement every part agrees with (side +1) or rejects (-1).

    `floor` is the lower 95 % bound of the least convinced group. It does not fall merely because there are more groups.
    """

    statement: Hashable
    side: int
    floor: float
    everyone: Counts
    groups: tuple[Counts, ...]


@dataclass(frozen=True)
class Divisive:
    """A statement that parts people.

    With groups, `gap` is the least distance (95 %) between the agreement of group `most` and of group `least`.
    Without groups both are None, and `gap` is the lower bound of the smaller side's share.
    """

    statement: Hashable
    gap: float
    most: int | None
    least: int | None
    everyone: Counts
    groups: tuple[Counts, ...]


@dataclass(frozen=True)
class Unsure:
    """A statement passed on more than the conversation's average."""

    statement: Hashable
    passing: Share


def tally(votes: Votes, groups: Ints, n_groups: int) -> Tally:
    """Count the votes of everyone and of each group.

    `groups` (n_participants,) and `n_groups` are those of a fitted map of the same votes; with fewer than 2 groups
    only everyone is counted.

    >>> votes = Votes.from_triplets([1, 2, 3], ["a", "a", "a"], [1, 1, -1])
    >>> tally(votes, np.zeros(3, dtype=int), n_groups=1).of(0)
    Counts(agree=2, disagree=1, passed=0)
    """
    parts = n_groups if n_groups >= 2 else 0
    everyone = np.zeros(3 * votes.n_statements, dtype=np.int64)
    grouped = np.zeros(3 * votes.n_statements * parts, dtype=np.int64)
    kind = np.array([PASS, AGREE, DISAGREE])
    for piece in pieces(len(votes)):
        kinds, columns = kind[votes.values[piece]], votes.columns[piece].astype(np.int64)
        everyone += np.bincount(3 * columns + kinds, minlength=len(everyone))
        if parts:
            own = groups[votes.rows[piece]]
            cells = 3 * (columns * parts + own) + kinds
            grouped += np.bincount(cells[own >= 0], minlength=len(grouped))
    return Tally(votes.statements, everyone.reshape(-1, 3), grouped.reshape(votes.n_statements, parts, 3))


def representative(counted: Tally, per_group: int = 5) -> tuple[tuple[Representative, ...], ...]:
    """For each group up to `per_group` statements it holds by majority and more than the others do.

    Largest certain lead first. A statement appears once per group, on its clearer side.
    """
    n_groups: int = counted.groups.shape[1]
    if not n_groups or not len(counted.statements):
        return ((),) * n_groups
    counts, totals = counted.groups[:, :, :PASS], counted.groups.sum(axis=2)[:, :, None]
    other_counts = counts.sum(axis=1, keepdims=True) - counts
    other_totals = totals.sum(axis=1, keepdims=True) - totals
    majority = more_than_half(counts, totals)
    against = more_than_others(counts, totals, other_counts, other_totals)
    tested = np.broadcast_to((totals >= FEWEST_VOTES) & (other_totals >= FEWEST_VOTES), counts.shape)
    q_values = np.ones(counts.shape)
    q_values[tested] = benjamini_hochberg(np.maximum(majority, against)[tested])
    leads = least_difference(counts, totals, other_counts, other_totals)

    def one(s: int, group: int, side: int) -> Representative:
        return Representative(
            statement=counted.statements[s],
            group=group,
            side=1 if side == AGREE else -1,
            inside=share(counts[s, group, side], totals[s, group, 0]),
            outside=share(other_counts[s, group, side], other_totals[s, group, 0]),
            q_value=float(q_values[s, group, side]),
            lead=float(leads[s, group, side]),
        )

    found = [one(s, group, side) for s, group, side in np.argwhere(q_values <= LEVEL).tolist()]
    found.sort(key=lambda each: -each.lead)
    return tuple(tuple([each for each in found if each.group == g][:per_group]) for g in range(n_groups))


def consensus(counted: Tally) -> tuple[Consensus, ...]:
    """Statements on which a majority of every group is certain on the same side, surest first.

    Without distinct groups everyone is the one group.
    """
    totals = counted.parts.sum(axis=2)
    found = []
    for side, kind in ((1, AGREE), (-1, DISAGREE)):
        floors = wilson(counted.parts[:, :, kind], totals)[0].min(axis=1)
        for s in np.flatnonzero((floors > 0.5) & (totals.min(axis=1) >= FEWEST_VOTES)).tolist():
            found.append(Consensus(counted.statements[s], side, float(floors[s]), counted.of(s), counted.of_groups(s)))
    return tuple(sorted(found, key=lambda one: -one.floor))


def divisive(counted: Tally) -> tuple[Divisive, ...]:
    """Statements that part the groups - or, without groups, the people - widest first."""
    found = []
    for s in range(len(counted.statements)):
        one = _between_groups(counted, s) if counted.groups.shape[1] else _between_people(counted, s)
        if one is not None:
            found.append(one)
    return tuple(sorted(found, key=lambda one: -one.gap))


def _between_groups(counted: Tally, s: int) -> Divisive | None:
    totals = counted.groups[s].sum(axis=1)
    voiced = np.flatnonzero(totals >= FEWEST_VOTES)
    if len(voiced) < 2:
        return None
    agree = counted.groups[s, :, AGREE]
    rates = agree[voiced] / totals[voiced]
    most, least = voiced[rates.argmax()], voiced[rates.argmin()]
    gap = float(least_difference(agree[most], totals[most], agree[least], totals[least]))
    if gap <= 0 or agree[most] * 2 <= totals[most] or agree[least] * 2 >= totals[least]:
        return None
    return Divisive(counted.statements[s], gap, int(most), int(least), counted.of(s), counted.of_groups(s))


def _between_people(counted: Tally, s: int) -> Divisive | None:
    everyone = counted.of(s)
    if everyone.total < FEWEST_VOTES:
        return None
    gap = min(everyone.agreeing.low, everyone.disagreeing.low)
    return Divisive(counted.statements[s], gap, None, None, everyone, ()) if gap > LEAST_SMALLER_SIDE else None


def unsure(counted: Tally) -> tuple[Unsure, ...]:
    """Statements certainly passed on more often than statements are on average, most passed on first."""
    total = int(counted.everyone.sum())
    average = int(counted.everyone[:, PASS].sum()) / total if total else 0.0
    passing = [(one, counted.of(s).unsure) for s, one in enumerate(counted.statements)]
    found = [Unsure(one, part) for one, part in passing if part.low > average and part.total >= FEWEST_VOTES]
    return tuple(sorted(found, key=lambda one: -one.passing.low))


def _counts(row: Ints) -> Counts:
    agree, disagree, passed = row.tolist()
    return Counts(agree, disagree, passed)
