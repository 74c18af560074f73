"""One CSV file of an export, row by row, with the line each row starts on; what is wrong is collected."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

MAX_BYTES = 200_000_000
"""Largest file read: ten million votes fit."""

MAX_PROBLEMS = 20


class Problem(NamedTuple):
    """`line` is the physical line, from 1, where the record starts; 0 stands for the file as a whole."""

    file: str
    line: int
    reason: str


class BadExport(ValueError):
    """The export cannot be taken. `problems` says why, in the order found, at most `MAX_PROBLEMS`."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{file}:{line}: {reason}" for file, line, reason in self.problems))


class Problems:
    """What is wrong so far; raises as soon as the list is full."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, file: str, line: int, reason: str) -> None:
        """Note one problem. Raises `BadExport` if it is the last one the list can hold."""
        self.found.append(Problem(file, line, reason))
        if len(self.found) == MAX_PROBLEMS:
            self.refuse()

    def refuse(self) -> None:
        """Raise `BadExport` if anything was found."""
        if self.found:
            raise BadExport(self.found)


@dataclass(frozen=True, slots=True)
class Row:
    """One record; `row["name"]` is the cell in the column of that name."""

    file: str
    line: int
    columns: dict[str, int]
    cells: list[str]

    def __getitem__(self, column: str) -> str:
        return self.cells[self.columns[column]]


def read_table(path: Path, required: Sequence[str], problems: Problems) -> Iterator[Row]:
    """Yield the records of the CSV file at `path` that are whole; note the others in `problems`.

    UTF-8 with or without a byte-order mark, any line ends, columns in any order and more of them than
    `required`. With nothing required there is no header. Empty lines are passed over.
    """
    content = _content(path, problems)
    if content is None:
        return
    columns: dict[str, int] | None = None if required else {}
    for line, cells in _records(path.name, content, problems):
        if not _is_utf8(cells):
            problems.add(path.name, line, "not valid UTF-8")
            if columns is None:
                return
        elif columns is None:
            columns = _columns(path.name, line, cells, required, problems)
            if columns is None:
                return
        elif required and len(cells) != len(columns):
            problems.add(path.name, line, f"{len(cells)} columns where the header has {len(columns)}")
        else:
            yield Row(path.name, line, columns, cells)
    if columns is None:
        problems.add(path.name, 0, "file is empty")


def _content(path: Path, problems: Problems) -> str | None:
    """The text of the file; bytes that are not UTF-8 become lone surrogates, to be reported with their row."""
    try:
        if path.stat().st_size > MAX_BYTES:
            problems.add(path.name, 0, f"file is larger than {MAX_BYTES} bytes")
            return None
        return path.read_bytes().decode("utf-8", errors="surrogateescape").removeprefix("\ufeff")
    except FileNotFoundError:
        problems.add(path.name, 0, "file is missing")
    except OSError as error:
        problems.add(path.name, 0, f"file cannot be read: {error.strerror}")
    return None


def _records(file: str, content: str, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            # Where one record ends wrongly nobody knows where the next begins.
            problems.add(file, line, f"not readable as CSV from here: {error}")
            return
        if cells:
            yield line, cells


def _is_utf8(cells: list[str]) -> bool:
    joined = "".join(cells)
    if joined.isascii():
        return True
    try:
        joined.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _columns(
    file: str, line: int, cells: list[str], required: Sequence[str], problems: Problems
) -> dict[str, int] | None:
    names = [cell.strip() for cell in cells]
    reasons = [f"column {name} is missing" for name in required if name not in names]
    reasons += [f"column {name} appears twice" for name in sorted({n for n in names if n and names.count(n) > 1})]
    for reason in reasons:
        problems.add(file, line, reason)
    return None if reasons else {name: place for place, name in enumerate(names)}
