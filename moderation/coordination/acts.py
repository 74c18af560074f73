"""The acts that are looked at, one for each person, and the same acts as columns."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moderation.coordination.names import family, number

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

HOUR = 3_600.0
DAY = 24 * HOUR


@dataclass(frozen=True)
class Act:
    """One person's act, such as an endorsement. Whatever is unknown stays None and is then evidence of nothing.

    Attributes
    ----------
    person : an opaque id
    at : moment of the act, UTC seconds
    network : key of the network it came from: a /24 or /48 prefix, or its HMAC
    address : key of the exact address
    domain : mail domain
    mailbox : local part of the canonical address, for look-alikes
    phone : key of the number's range, for example of all digits but the last three
    age : seconds from the account's creation to the act
    others : the person's other acts: ids of what they endorsed, or pairs (statement, vote)
    """

    person: Hashable
    at: float
    network: Hashable | None = None
    address: Hashable | None = None
    domain: str | None = None
    mailbox: str | None = None
    phone: Hashable | None = None
    age: float | None = None
    others: frozenset[Hashable] | None = None


@dataclass(frozen=True)
class Column:
    """A key as numbers: `codes` (n,), -1 where unknown, and what each number stands for."""

    codes: Ints
    names: tuple[Hashable, ...]

    def groups(self, at_least: int) -> list[Ints]:
        """Rows of everybody with the same key, in order of time, for keys of so many people."""
        order = np.argsort(self.codes, kind="stable")
        order = order[self.codes[order] >= 0]
        cuts = np.flatnonzero(np.diff(self.codes[order])) + 1
        return [rows for rows in np.split(order, cuts) if len(rows) >= at_least]


@dataclass(frozen=True)
class Table:
    """Acts in order of time: `at`, `age` (n,) in seconds, `number` at the end of a mailbox; nan where unknown."""

    people: tuple[Hashable, ...]
    at: Floats
    age: Floats
    number: Floats
    keys: dict[str, Column]
    others: tuple[frozenset[Hashable] | None, ...]

    @property
    def size(self) -> int:
        return len(self.people)

    @property
    def created(self) -> Floats:
        """When the accounts were created, UTC seconds."""
        return self.at - self.age

    def idle(self) -> Bools:
        """Who is known to have done nothing else."""
        return np.array([other is not None and not other for other in self.others], dtype=bool)

    def between(self, first: float, last: float) -> Ints:
        """Rows from `first` up to before `last`."""
        return np.arange(*np.searchsorted(self.at, [first, last]))


def table_of(acts: Iterable[Act]) -> Table:
    """The acts as columns; of several acts of one person the first counts.

    >>> table = table_of([Act("b", 60.0, domain="x.tw"), Act("a", 0.0), Act("b", 90.0)])
    >>> table.people, table.at.tolist(), table.keys["domain"].codes.tolist()
    (('a', 'b'), [0.0, 60.0], [-1, 0])
    """
    ordered = sorted(acts, key=lambda act: act.at)
    once = list({act.person: act for act in reversed(ordered)}.values())
    once.sort(key=lambda act: act.at)
    families = [family(act.mailbox, act.domain) for act in once]
    columns = {
        "network": _column([act.network for act in once]),
        "address": _column([act.address for act in once]),
        "domain": _column([act.domain for act in once]),
        "phone": _column([act.phone for act in once]),
        "name": _column(families),
        "pattern": _column([None if one is None else one[0] for one in families]),
    }
    return Table(
        people=tuple(act.person for act in once),
        at=np.array([act.at for act in once], dtype=np.float64),
        age=np.array([np.nan if act.age is None else max(act.age, 0.0) for act in once], dtype=np.float64),
        number=np.array([number(act.mailbox) for act in once], dtype=np.float64),
        keys=columns,
        others=tuple(act.others for act in once),
    )


def _column(values: Sequence[Hashable | None]) -> Column:
    known: dict[Hashable, int] = {}
    codes = [-1 if value is None else known.setdefault(value, len(known)) for value in values]
    return Column(np.array(codes, dtype=np.int64), tuple(known))
