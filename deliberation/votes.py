"""Votes as arrays: who said what about which statement."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import isnan
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Votes:
    """The last vote of each participant on each statement, in one canonical order.

    Ids are sorted, so the same votes given in another order make equal arrays.

    Attributes
    ----------
    participants, statements : tuples of ids
        Sorted. Only ids that cast or received a vote are known.
    rows, columns : int64 arrays, shape (n_votes,)
        Index of the participant and the statement of each vote; sorted by row, then by column.
    values : int8 array, shape (n_votes,)
        Agree +1, disagree -1, pass 0. A statement nobody showed to a person has no vote.
    """

    participants: tuple[Hashable, ...]
    statements: tuple[Hashable, ...]
    rows: Ints
    columns: Ints
    values: NDArray[np.int8]

    @classmethod
    def from_triplets(
        cls, participants: Iterable[Hashable], statements: Iterable[Hashable], values: Iterable[Any]
    ) -> Votes:
        """Read equally long columns of participant ids, statement ids and votes.

        Ids are anything hashable. A later vote of the same pair replaces the earlier one.

        Raises
        ------
        ValueError
            Naming the first row (from 0) that is not a vote, or the unequal lengths.

        Examples
        --------
        >>> votes = Votes.from_triplets(["mei", "jun", "mei"], ["s1", "s1", "s1"], [-1, 0, 1])
        >>> votes.participants, votes.values.tolist()
        (('jun', 'mei'), [0, 1])
        >>> Votes.from_triplets(["mei"], ["s1"], [2])
        Traceback (most recent call last):
        ValueError: row 0: a vote is -1, 0 or 1, not 2
        """
        people, asked, said = _listed(participants), _listed(statements), _listed(values)
        if not len(people) == len(asked) == len(said):
            raise ValueError(
                f"unequal lengths: {len(people)} participants, {len(asked)} statements, {len(said)} values"
            )
        signs = _signs(said)
        names, rows = _coded(people, "participant")
        titles, columns = _coded(asked, "statement")
        keys = rows * max(len(titles), 1) + columns
        # np.unique keeps the first of equals; reversed, that is the last vote.
        kept, last = np.unique(keys[::-1], return_index=True)
        arrays = kept // max(len(titles), 1), kept % max(len(titles), 1), signs[::-1][last]
        for array in arrays:
            array.setflags(write=False)
        return cls(names, titles, *arrays)

    @property
    def n_participants(self) -> int:
        """Number of people with at least one vote."""
        return len(self.participants)

    @property
    def n_statements(self) -> int:
        """Number of statements with at least one vote."""
        return len(self.statements)

    @property
    def shape(self) -> tuple[int, int]:
        """(n_participants, n_statements)."""
        return len(self.participants), len(self.statements)

    def __len__(self) -> int:
        return len(self.values)

    def per_participant(self, *, opinions_only: bool = False) -> Ints:
        """Votes each person cast, shape (n_participants,); without passes if `opinions_only`."""
        weights = (self.values != 0) if opinions_only else np.ones(len(self), dtype=bool)
        return np.bincount(self.rows[weights], minlength=self.n_participants).astype(np.int64)

    def per_statement(self) -> Ints:
        """Votes each statement received, passes included, shape (n_statements,)."""
        return np.bincount(self.columns, minlength=self.n_statements).astype(np.int64)

    def matrix(self, cells: NDArray[Any]) -> csr_array:
        """`cells` (n_votes,) laid out as a sparse people x statements matrix."""
        return csr_array((cells, (self.rows, self.columns)), shape=self.shape)


def _listed(column: Iterable[Any]) -> Sequence[Any]:
    """A column as a list of plain Python values, so that numpy ids equal the ids people typed."""
    return column.tolist() if isinstance(column, np.ndarray) else list(column)


def _signs(values: Sequence[Any]) -> NDArray[np.int8]:
    for row, value in enumerate(values):
        if not isinstance(value, Real) or value not in (-1, 0, 1):
            raise ValueError(f"row {row}: a vote is -1, 0 or 1, not {value!r}")
    return np.array([int(value) for value in values], dtype=np.int8)


def _coded(ids: Sequence[Any], what: str) -> tuple[tuple[Hashable, ...], Ints]:
    """The distinct ids in canonical order, and the place of each id in it."""
    if all(type(one) is int for one in ids):
        try:
            names, codes = np.unique(np.array(ids, dtype=np.int64), return_inverse=True)
        except OverflowError:
            return _coded_slowly(ids, what)
        return tuple(names.tolist()), codes.astype(np.int64)
    return _coded_slowly(ids, what)


def _coded_slowly(ids: Sequence[Any], what: str) -> tuple[tuple[Hashable, ...], Ints]:
    seen: set[Hashable] = set()
    for row, one in enumerate(ids):
        try:
            seen.add(one)
        except TypeError:
            raise ValueError(f"row {row}: {one!r} cannot be a {what} id, it is not hashable") from None
        if isinstance(one, float) and isnan(one):
            raise ValueError(f"row {row}: {one!r} cannot be a {what} id")
    names = tuple(canonical_order(seen))
    place = {name: code for code, name in enumerate(names)}
    return names, np.array([place[one] for one in ids], dtype=np.int64)


def canonical_order(ids: Iterable[Any]) -> list[Any]:
    """Ids in their own order; ids that cannot be compared, by type and then by how they print.

    >>> canonical_order(["b", 2, "a", 1])
    [1, 2, 'a', 'b']
    """
    listed = list(ids)
    kinds = {type(one) for one in listed}
    if len(kinds) == 1:
        try:
            return sorted(listed)
        except TypeError:
            pass
    return sorted(listed, key=lambda one: (type(one).__name__, repr(one)))
