"""Votes as arrays: who said what about which statement."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from deliberation.codes import Codes, Signs, coded, column_of, counting_order, signs_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Votes:
    """The last vote of each participant on each statement, in one canonical order.

    Ids are sorted, so the same votes given in another order make equal arrays. A vote takes 5 bytes: the arrays are
    those of a sparse matrix in compressed rows.

    Attributes
    ----------
    participants, statements : tuples of ids
        Sorted. Only ids that cast or received a vote are known.
    starts : int64 array, shape (n_participants + 1,)
        The votes of participant i are those from starts[i] up to starts[i + 1].
    columns : int32 array, shape (n_votes,)
        Index of the statement of each vote; rising within a participant.
    values : int8 array, shape (n_votes,)
        Agree +1, disagree -1, pass 0. A statement nobody showed to a person has no vote.
    """

    participants: tuple[Hashable, ...]
    statements: tuple[Hashable, ...]
    starts: Ints
    columns: Codes
    values: Signs

    @classmethod
    def from_triplets(
        cls, participants: Iterable[Hashable], statements: Iterable[Hashable], values: Iterable[Any]
    ) -> Votes:
        """Read equally long columns of participant ids, statement ids and votes.

        Ids are anything hashable. A later vote of the same pair replaces the earlier one. Arrays of integers are read
        without a detour over Python objects, in time proportional to their length.

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
        people, asked, said = column_of(participants), column_of(statements), column_of(values)
        if not len(people) == len(asked) == len(said):
            raise ValueError(
                f"unequal lengths: {len(people)} participants, {len(asked)} statements, {len(said)} values"
            )
        signs = signs_of(said)
        names, rows = coded(people, "participant")
        titles, columns = coded(asked, "statement")
        arrays = _last_of_each(rows, columns, signs, (len(names), len(titles)))
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

    @cached_property
    def rows(self) -> Codes:
        """Index of the participant of each vote, int32, shape (n_votes,)."""
        return np.repeat(np.arange(self.n_participants, dtype=np.int32), np.diff(self.starts))

    def per_participant(self, *, opinions_only: bool = False) -> Ints:
        """Votes each person cast, shape (n_participants,); without passes if `opinions_only`."""
        if not opinions_only:
            return np.diff(self.starts)
        so_far = np.concatenate([[0], np.cumsum(self.values != 0)])
        counted: Ints = np.diff(so_far[self.starts])
        return counted

    def per_statement(self) -> Ints:
        """Votes each statement received, passes included, shape (n_statements,)."""
        return np.bincount(self.columns, minlength=self.n_statements).astype(np.int64)

    def matrix(self, cells: NDArray[Any]) -> csr_array:
        """`cells` (n_votes,) laid out as a sparse people x statements matrix."""
        return csr_array((cells, self.columns, self.starts), shape=self.shape)

    def of(self, people: Ints) -> Votes:
        """The votes of these participants alone, by rising index; all statements stay known, asked or not."""
        sizes = np.diff(self.starts)[people]
        starts = np.concatenate([[0], np.cumsum(sizes)])
        kept = np.arange(starts[-1]) + np.repeat(self.starts[people] - starts[:-1], sizes)
        names = tuple(self.participants[i] for i in people.tolist())
        return Votes(names, self.statements, starts, self.columns[kept], self.values[kept])

    def between(self, first: int, last: int) -> Votes:
        """The votes of participants `first` up to `last`, without copying them; all statements stay known."""
        own = slice(int(self.starts[first]), int(self.starts[last]))
        starts = self.starts[first : last + 1] - self.starts[first]
        return Votes(self.participants[first:last], self.statements, starts, self.columns[own], self.values[own])

    def only(self, kept: Bools) -> Votes:
        """The votes marked in `kept` (n_votes,); all people and statements stay known."""
        so_far = np.concatenate([[0], np.cumsum(kept)])
        return Votes(self.participants, self.statements, so_far[self.starts], self.columns[kept], self.values[kept])


def _last_of_each(rows: Codes, columns: Codes, signs: Signs, shape: tuple[int, int]) -> tuple[Ints, Codes, Signs]:
    """Starts, columns and values by row and column, the last of equal pairs only."""
    if not _is_rising(rows, columns):
        order = counting_order(columns, shape[1])
        order = order[counting_order(rows[order], shape[0])]
        rows, columns, signs = rows[order], columns[order], signs[order]
        followed = np.append((rows[1:] == rows[:-1]) & (columns[1:] == columns[:-1]), False)
        if followed.any():
            rows, columns, signs = rows[~followed], columns[~followed], signs[~followed]
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=shape[0]))]).astype(np.int64)
    return starts, columns, signs


def _is_rising(rows: Codes, columns: Codes) -> bool:
    """Whether pairs come sorted already, without equals."""
    further = rows[1:] > rows[:-1]
    further |= (rows[1:] == rows[:-1]) & (columns[1:] > columns[:-1])
    return bool(further.all())
