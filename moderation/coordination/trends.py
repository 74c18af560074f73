"""Hour by hour: which networks, mail domains and ranges of numbers bring more than is usual for them. For a page to
look at; unlike a finding it says nothing about anybody."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from moderation.coordination.acts import HOUR, Act, Column, Ints, table_of
from moderation.coordination.chances import count_tail
from moderation.coordination.findings import Kind

TRENDING = (Kind.NETWORK, Kind.DOMAIN, Kind.PHONE)
# An hour is told once a key brings so many: what it would tell below concerns a few people.
FEWEST = 10


@dataclass(frozen=True)
class Trend:
    """`count` acts in the hour from `hour` (UTC seconds) with one key, where `expected` would be usual for it.

    `p_value` is the chance of at least so many if acts came one by one. Honest classes and offices do not, so a small
    one asks for a look, no more.
    """

    kind: Kind
    key: Hashable
    hour: float
    count: int
    expected: float
    p_value: float


def hourly_counts(moments: Iterable[float]) -> dict[float, int]:
    """How many acts each hour brought, by its start, without empty hours.

    >>> hourly_counts([3600.0, 3700.0, 7300.0])
    {3600.0: 2, 7200.0: 1}
    """
    hours, counts = np.unique(np.floor(np.fromiter(moments, np.float64) / HOUR), return_counts=True)
    return dict(zip((hours * HOUR).tolist(), counts.tolist(), strict=True))


def hourly_trends(acts: Iterable[Act], kinds: Sequence[Kind] = TRENDING, fewest: int = FEWEST) -> tuple[Trend, ...]:
    """Hours in which a key brought at least `fewest` acts, what is least usual first.

    >>> acts = [Act(n, 3600.0 * (n % 24), network=n % 20) for n in range(240)]
    >>> acts += [Act(-n, 7200.0, network="lab") for n in range(1, 16)]
    >>> [(one.kind.value, one.key, one.hour, one.count) for one in hourly_trends(acts)]
    [('network', 'lab', 7200.0, 15)]
    """
    table = table_of(acts)
    hours = np.floor(table.at / HOUR).astype(np.int64)
    found = [trend for kind in kinds for trend in _trends(kind, table.keys[kind.value], hours, fewest)]
    return tuple(sorted(found, key=lambda one: (one.p_value, -one.count, one.hour)))


def _trends(kind: Kind, column: Column, hours: Ints, fewest: int) -> list[Trend]:
    """One kind: what a key brings in the other hours, at the rate of all others in this one."""
    known = np.flatnonzero(column.codes >= 0)
    if not len(known):
        return []
    everybody = dict(zip(*(values.tolist() for values in np.unique(hours[known], return_counts=True)), strict=True))
    whole = np.bincount(column.codes[known])
    cells, counts = np.unique(np.stack([column.codes[known], hours[known]]), axis=1, return_counts=True)
    found = []
    for code, hour, count in zip(*cells.tolist(), counts.tolist(), strict=True):
        if count < fewest:
            continue
        others_here = everybody[hour] - count
        others = len(known) - whole[code] - others_here
        # Half an act more than was seen: a key never seen before has not the rate 0.
        expected = float((whole[code] - count + 0.5) / (others + 0.5) * others_here)
        found.append(Trend(kind, column.names[code], hour * HOUR, count, expected, count_tail(count, expected)))
    return found
