"""Ids of any kind as numbers from 0 in one canonical order, in time proportional to their number."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from math import isnan
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Codes = NDArray[np.int32]
Signs = NDArray[np.int8]
Column = Sequence[Any] | NDArray[Any]

# Arrays are worked on in pieces of this many rows, so that tens of millions need no second copy.
PIECE = 1 << 22


def column_of(values: Iterable[Any]) -> Column:
    """A column of integers as it is; any other as a list of plain Python values, so that numpy ids equal typed ones."""
    if isinstance(values, np.ndarray):
        return values if values.ndim == 1 and values.dtype.kind in "iu" else values.tolist()
    return list(values)


def signs_of(values: Column) -> Signs:
    """Votes as int8, shape (n,), or `ValueError` naming the first row that is not a vote."""
    if isinstance(values, np.ndarray):
        signs = values.astype(np.int8)
        wrong = (signs != values) | (np.abs(signs) > 1)
        if wrong.any():
            row = int(wrong.argmax())
            raise ValueError(f"row {row}: a vote is -1, 0 or 1, not {values[row].item()!r}")
        return signs
    for row, value in enumerate(values):
        if not isinstance(value, Real) or value not in (-1, 0, 1):
            raise ValueError(f"row {row}: a vote is -1, 0 or 1, not {value!r}")
    return np.array([int(value) for value in values], dtype=np.int8)


def coded(ids: Column, what: str) -> tuple[tuple[Hashable, ...], Codes]:
    """The distinct ids in canonical order, and the place of each id in it, shape (n,).

    Raises
    ------
    ValueError
        Naming the first row whose id cannot be one; `what` says of what it is the id.

    >>> names, codes = coded(["mei", "jun", "mei"], "participant")
    >>> names, codes.tolist()
    (('jun', 'mei'), [1, 0, 1])
    """
    if isinstance(ids, np.ndarray):
        return _coded_numbers(ids)
    if all(type(one) is int for one in ids):
        try:
            return _coded_numbers(np.array(ids, dtype=np.int64))
        except OverflowError:
            return _coded_slowly(ids, what)
    return _coded_slowly(ids, what)


def _coded_numbers(ids: NDArray[Any]) -> tuple[tuple[Hashable, ...], Codes]:
    if not len(ids):
        return (), np.zeros(0, dtype=np.int32)
    low, high = int(ids.min()), int(ids.max())
    if high - low > 8 * len(ids) + 1000:
        names, places = np.unique(ids, return_inverse=True)
        return tuple(names.tolist()), places.astype(np.int32)
    present = np.zeros(high - low + 1, dtype=bool)
    for piece in pieces(len(ids)):
        present[ids[piece] - low] = True
    place = (np.cumsum(present) - 1).astype(np.int32)
    codes = np.empty(len(ids), dtype=np.int32)
    for piece in pieces(len(ids)):
        codes[piece] = place[ids[piece] - low]
    return tuple((np.flatnonzero(present) + low).tolist()), codes


def pieces(length: int) -> Iterable[slice]:
    """Slices that together cover a column of this length."""
    return (slice(start, start + PIECE) for start in range(0, length, PIECE))


def _coded_slowly(ids: Sequence[Any], what: str) -> tuple[tuple[Hashable, ...], Codes]:
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
    return names, np.array([place[one] for one in ids], dtype=np.int32)


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


def counting_order(codes: Codes, n_codes: int) -> Codes:
    """The stable order that sorts `codes` (n,) of 0 to n_codes - 1, by a counting sort.

    A sparse matrix with one cell a row is such codes; turned from compressed rows to compressed columns it is sorted.

    >>> counting_order(np.array([2, 0, 2, 1], dtype=np.int32), 3).tolist()
    [1, 3, 0, 2]
    """
    starts = np.arange(len(codes) + 1, dtype=np.int32)
    cells = csr_array((np.empty(len(codes), dtype=np.int8), codes, starts), shape=(len(codes), n_codes))
    order: Codes = cells.tocsc().indices
    return order


def rows_of(known: Sequence[Hashable], ids: Iterable[Any], what: str) -> NDArray[np.int64]:
    """The row of each id among the `known` ones, or `ValueError` naming the first row whose id is not there.

    >>> rows_of(("jun", "mei"), ["mei"], "participant").tolist()
    [1]
    """
    index = {one: i for i, one in enumerate(known)}
    listed = ids.tolist() if isinstance(ids, np.ndarray) else list(ids)
    try:
        return np.array([index[one] for one in listed], dtype=np.int64)
    except KeyError:
        row = next(row for row, one in enumerate(listed) if one not in index)
        raise ValueError(f"row {row}: the map has not seen {what} {listed[row]!r}") from None
