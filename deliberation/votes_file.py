"""Reads votes from a table: this platform's export, or `votes.csv` of a Polis export. The only files read here."""

from __future__ import annotations

import csv
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from deliberation.votes import Votes

# Names of the columns here and in Polis' export (https://github.com/compdemocracy/openData).
NAMES = (("participant", "statement", "vote"), ("voter-id", "comment-id", "vote"))
TIME = "timestamp"
VOTES = {"1": 1, "0": 0, "-1": -1}
LARGEST = 2**63


class BadVotes(ValueError):
    """The file cannot be taken; says why in one line, with the number of the row (the heading is row 1)."""


def read_votes(path: Path) -> Votes:
    """All votes of a file. With a column of times the latest vote of a pair counts, else the one furthest down.

    Raises
    ------
    BadVotes
        Naming the file and the row.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            columns = _columns(path.name, csv.reader(file))
    except OSError as error:
        raise BadVotes(f"{path}: {error.strerror}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadVotes(f"{path.name}: this is not a table of text in UTF-8 ({error})") from None
    people, asked, said, times = (np.array(column, dtype=np.int64) for column in columns)
    if len(times):
        order = np.argsort(times, kind="stable")
        people, asked, said = people[order], asked[order], said[order]
    return Votes.from_triplets(people, asked, said)


def _columns(name: str, rows: Iterator[list[str]]) -> list[array[int]]:
    heading = [cell.strip().lower() for cell in next(rows, [])]
    wanted = next((names for names in NAMES if set(names) <= set(heading)), None)
    if wanted is None:
        either = " or ".join(", ".join(names) for names in NAMES)
        raise BadVotes(f"{name}: row 1 must name the columns {either}, not {', '.join(heading) or 'nothing'}")
    places = [heading.index(one) for one in wanted]
    time = heading.index(TIME) if TIME in heading else None
    columns: list[array[int]] = [array("q") for _ in range(4)]
    for number, row in enumerate(rows, start=2):
        if not row:
            continue
        if len(row) != len(heading):
            raise BadVotes(f"{name}: row {number} has {len(row)} cells, not {len(heading)}")
        cells = [row[place] for place in places]
        for column, value in zip(columns, _row(f"{name}: row {number}", wanted, cells), strict=False):
            column.append(value)
        if time is not None:
            columns[3].append(_number(f"{name}: row {number}", TIME, row[time]))
    return columns


def _row(where: str, names: Sequence[str], cells: Sequence[str]) -> tuple[int, int, int]:
    vote = VOTES.get(cells[2].strip())
    if vote is None:
        raise BadVotes(f"{where}: a vote is -1, 0 or 1, not {cells[2]!r}")
    return _number(where, names[0], cells[0]), _number(where, names[1], cells[1]), vote


def _number(where: str, name: str, cell: str) -> int:
    try:
        number = int(cell)
    except ValueError:
        raise BadVotes(f"{where}: {name} is a whole number, not {cell!r}") from None
    if not -LARGEST <= number < LARGEST:
        raise BadVotes(f"{where}: {name} is too large: {cell}")
    return number
