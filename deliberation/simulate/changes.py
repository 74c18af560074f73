"""What happens to a planted conversation: somebody is copied, people change sides, votes come in one after another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from deliberation.simulate.planted import Planted
from deliberation.votes import Ints

# Share of people who come back for the rest of their votes, and the share of their votes they leave for then.
RETURNING = 0.3
LEFT_FOR_LATER = 0.5


def copies_of(planted: Planted, person: int, share: float, flips: float = 0.0, random_state: int = 0) -> Planted:
    """Add people who answer just as `person` did; each answer is turned round with chance `flips`.

    There are `share` times as many copies as people, numbered from `planted.n_people` on. A pass stays a pass.
    """
    own = planted.participants == person
    if not own.any():
        raise ValueError(f"person {person} has no votes to copy")
    if not (share > 0 and 0 <= flips <= 1):
        raise ValueError(f"share is above 0 and flips from 0 to 1, not {share} and {flips}")
    n_copies = max(1, round(share * planted.n_people))
    rng = np.random.default_rng(random_state)
    copies = np.arange(planted.n_people, planted.n_people + n_copies, dtype=np.int32)
    values = np.tile(planted.values[own], n_copies)
    values[rng.random(len(values)) < flips] *= -1
    truth = planted.truth
    copied = Planted(
        np.repeat(copies, np.count_nonzero(own)),
        np.tile(planted.statements[own], n_copies),
        values,
        replace(
            truth,
            groups=np.append(truth.groups, np.full(n_copies, truth.groups[person], dtype=np.int32)),
            sources=np.append(truth.sources, np.full(n_copies, truth.sources[person], dtype=np.int32)),
        ),
    )
    return planted.followed_by(copied)


def switch_sides(planted: Planted, share: float, random_state: int = 0) -> Planted:
    """The later votes of a random `share` of people who have gone over to another group.

    Each takes up the views of somebody of the other group, and answers anew what they had answered before, in random
    order. `planted.followed_by(later)` is the whole conversation; `later.groups` are everybody's groups by then.
    """
    if planted.n_groups < 2:
        raise ValueError("there are no sides to change in one spread of views")
    if not 0 <= share <= 1:
        raise ValueError(f"share is from 0 to 1, not {share}")
    rng = np.random.default_rng(random_state)
    truth = planted.truth
    settled = np.flatnonzero(truth.groups >= 0)
    movers = rng.permutation(settled)[: round(share * len(settled))]
    groups, sources = truth.groups.copy(), truth.sources.copy()
    groups[movers] = (groups[movers] + rng.integers(1, planted.n_groups, len(movers))) % planted.n_groups
    for group in range(planted.n_groups):
        arrived = movers[groups[movers] == group]
        members = np.flatnonzero(truth.groups == group)
        sources[arrived] = truth.sources[rng.choice(members, len(arrived))]
    later = replace(truth, groups=groups, sources=sources)
    anew = rng.permutation(np.flatnonzero(np.isin(planted.participants, movers)))
    people, statements = planted.participants[anew], planted.statements[anew]
    return Planted(people, statements, later.answers(people, statements, rng), later)


def in_time_order(planted: Planted, random_state: int = 0) -> Planted:
    """The same votes in an order in which they may have been cast.

    People arrive one after another, by their number, and answer in random order. Some leave part of their votes for
    a second visit at any later time.
    """
    rng = np.random.default_rng(random_state)
    arrived = planted.participants.astype(np.float64)
    returning = rng.random(planted.n_people) < RETURNING
    later = returning[planted.participants] & (rng.random(len(planted)) < LEFT_FOR_LATER)
    back = rng.uniform(np.arange(planted.n_people), planted.n_people)[planted.participants]
    order: Ints = np.lexsort((rng.random(len(planted)), np.where(later, back, arrived)))
    return planted.taken(order)
