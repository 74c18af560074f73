"""Real conversations as arrays: Polis open-data exports, hidden votes, and votes as they stood at a moment.

The format: https://github.com/compdemocracy/openData. Statements the moderators took out are left out for everybody.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from bench.rivals.scores import Ints
from deliberation import Votes

Row = tuple[int, int, int]
Kind = TypeVar("Kind", bound=np.generic)


class NoExports(Exception):
    """There is nothing to read."""


@dataclass(frozen=True, eq=False)
class Ballots:
    """Votes as columns; people and statements are numbered from 0 among `n_people` and `n_statements`.

    From a file with times they stand in order of time, later votes of a pair behind earlier ones.
    """

    people: Ints
    statements: Ints
    values: NDArray[np.int8]
    n_people: int
    n_statements: int

    def __len__(self) -> int:
        return len(self.values)

    def taken(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Ballots:
        """Some of the votes; the numbering stays."""
        return replace(self, people=self.people[which], statements=self.statements[which], values=self.values[which])

    def latest(self, upto: int | None = None) -> Ballots:
        """The last vote of every pair among the first `upto` votes."""
        first = self.taken(np.arange(len(self) if upto is None else upto))
        keys = first.people * self.n_statements + first.statements
        last = len(first) - 1 - np.unique(keys[::-1], return_index=True)[1]
        return first.taken(np.sort(last))

    def votes(self) -> Votes:
        """As the map takes them."""
        return Votes.from_triplets(self.people, self.statements, self.values)

    def votes_each(self) -> Ints:
        """Votes each person cast, shape (n_people,)."""
        return np.bincount(self.people, minlength=self.n_people)


@dataclass(frozen=True, eq=False)
class Conversation:
    """A named conversation; `timed` says that its votes stand in order of time."""

    name: str
    ballots: Ballots
    timed: bool


@dataclass(frozen=True, eq=False)
class Hidden:
    """Votes kept back: who, on what, and whether they agreed (1) or disagreed (0)."""

    people: Ints
    statements: Ints
    agreed: Ints


def conversations(folder: Path) -> list[Conversation]:
    """The exports in `folder`, or the one that it is, by name; those without a vote are left out."""
    folders = [folder, *sorted(folder.iterdir())] if folder.is_dir() else []
    found = [read(one) for one in folders if (one / "comments.csv").exists() and any(map(Path.exists, _sources(one)))]
    if not any(len(one.ballots) for one in found):
        raise NoExports(f"no Polis exports in {folder}; --data names another folder")
    return [one for one in found if len(one.ballots)]


def read(folder: Path) -> Conversation:
    """One export: `votes.csv`, or `participants-votes.csv`, which tells no times."""
    removed = {int(row["comment-id"]) for row in _rows(folder / "comments.csv") if row.get("moderated") == "-1"}
    votes, matrix = _sources(folder)
    timed = votes.exists()
    cast = _cast(votes) if timed else _across(matrix)
    columns = np.array([one for one in cast if one[1] not in removed], dtype=np.int64).reshape(-1, 3).T
    people, rows = np.unique(columns[0], return_inverse=True)
    statements, asked = np.unique(columns[1], return_inverse=True)
    ballots = Ballots(rows, asked, columns[2].astype(np.int8), len(people), len(statements))
    return Conversation(folder.name, ballots, timed)


def _sources(folder: Path) -> tuple[Path, Path]:
    return folder / "votes.csv", folder / "participants-votes.csv"


def _cast(path: Path) -> Iterator[Row]:
    for row in sorted(_rows(path), key=lambda row: int(row["timestamp"])):
        yield int(row["voter-id"]), int(row["comment-id"]), int(row["vote"])


def _across(path: Path) -> Iterator[Row]:
    for row in _rows(path):
        for column, cell in row.items():
            if column.isdigit() and cell:
                yield int(row["participant"]), int(column), int(float(cell))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def hide(ballots: Ballots, share: float, seed: int) -> tuple[Ballots, Hidden]:
    """Keep back a share of the agree and disagree votes; everyone and every statement keeps at least one vote."""
    rng = np.random.RandomState(seed)
    opinions = np.flatnonzero(ballots.values)
    chosen = np.zeros(len(ballots), dtype=bool)
    chosen[rng.choice(opinions, int(share * len(opinions)), replace=False)] = True
    left = ballots.taken(~chosen)
    chosen &= (left.votes_each() > 0)[ballots.people]
    chosen &= (np.bincount(left.statements, minlength=ballots.n_statements) > 0)[ballots.statements]
    kept = ballots.taken(chosen)
    return ballots.taken(~chosen), Hidden(kept.people, kept.statements, (kept.values > 0).astype(np.int64))


def spread_out(size: int, ids: tuple[object, ...], cells: NDArray[Kind], empty: float) -> NDArray[Kind]:
    """Rows of a map laid out over all `size` people or statements, `empty` where the map does not know one."""
    whole = np.full((size, *cells.shape[1:]), empty, dtype=cells.dtype)
    whole[np.array(ids, dtype=np.int64)] = cells
    return whole
