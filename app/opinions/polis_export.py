"""Reads the open-data export of a Polis conversation, all of it or nothing.

The files and their columns: https://github.com/compdemocracy/openData. In these exports agree is already
+1 and disagree -1, as here; inside Polis it is the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.opinions.polis_table import BadExport, Problem, Problems, Row, read_table

__all__ = [
    "BadExport",
    "PolisExport",
    "PolisStatement",
    "PolisVote",
    "Problem",
    "read_export",
]

MAX_STATEMENT = 1_000
"""Longest statement taken, in characters. Longer than what people may write here: Polis had other limits."""

REPLACED = "replaced_votes"
WITHOUT_VOTES = "participants_without_votes"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Milliseconds. Polis began in 2012; a time before 2000 is one written in seconds.
_EARLIEST, _LATEST = 946_684_800_000, 4_102_444_800_000
_MAX_ID = 2_147_483_647
_INTEGER = re.compile(r"-?[0-9]{1,15}")
_VOTES = {"1": 1, "0": 0, "-1": -1, "+1": 1}
# Controls a text may carry are tab and line ends; PostgreSQL cannot even store a NUL.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")

_COMMENT_COLUMNS = ("timestamp", "comment-id", "author-id", "moderated", "comment-body")
_VOTE_COLUMNS = ("timestamp", "comment-id", "voter-id", "vote")


@dataclass(frozen=True, slots=True)
class PolisStatement:
    """One row of `comments.csv`. `author` is a number within the conversation; who it was is not in the export.

    `moderated`: 1 accepted, 0 undecided, -1 taken out by the moderators.
    """

    id: int
    author: int
    created_at: datetime
    text: str
    moderated: int


@dataclass(frozen=True, slots=True)
class PolisVote:
    """What one participant thought last of one statement: +1 agree, 0 pass, -1 disagree.

    `cast_at` is in UTC, None where the export does not tell.
    """

    statement: int
    voter: int
    value: int
    cast_at: datetime | None


@dataclass(frozen=True, slots=True)
class PolisExport:
    """A whole conversation. Statements in order of their id, votes in order of the voter, then the statement.

    `skipped` counts what the files hold and this does not, by reason: `REPLACED`, `WITHOUT_VOTES`.
    """

    topic: str | None
    description: str | None
    url: str | None
    statements: tuple[PolisStatement, ...]
    votes: tuple[PolisVote, ...]
    skipped: Mapping[str, int] = field(default_factory=dict)

    @property
    def participants(self) -> int:
        """How many people voted at least once; authors and visitors who never voted are not counted."""
        return len({vote.voter for vote in self.votes})


def read_export(folder: Path) -> PolisExport:
    """Read `comments.csv` and `votes.csv` in `folder`, or `participants-votes.csv` where that is absent.

    `summary.csv` gives topic, description and address if it is there. Of several votes of one voter on one
    statement the latest counts; of several at the same time, the last in the file.

    Raises:
        BadExport: anything is missing or wrong; it lists up to 20 problems with file, line and reason.
    """
    problems = Problems()
    statements = _read_statements(folder, problems)
    # After a wrong row in comments.csv its votes would be reported as well: one fault, named once.
    known = None if problems.found else frozenset(statements)
    skipped: dict[str, int] = {}
    if (folder / "votes.csv").exists() or not (folder / "participants-votes.csv").exists():
        votes = _read_votes(folder, known, problems, skipped)
    else:
        votes = _read_participants(folder, known, problems, skipped)
    summary = _read_summary(folder, problems)
    problems.refuse()
    return PolisExport(
        topic=summary.get("topic"),
        description=summary.get("conversation-description"),
        url=summary.get("url"),
        statements=tuple(statements[number] for number in sorted(statements)),
        votes=tuple(votes[pair] for pair in sorted(votes)),
        skipped=skipped,
    )


def _read_statements(folder: Path, problems: Problems) -> dict[int, PolisStatement]:
    statements: dict[int, PolisStatement] = {}
    for row in read_table(folder / "comments.csv", _COMMENT_COLUMNS, problems):
        try:
            statement = PolisStatement(
                id=_number(row, "comment-id"),
                author=_number(row, "author-id"),
                created_at=_time(row),
                text=_statement_text(row),
                moderated=_sign(row, "moderated"),
            )
            if statement.id in statements:
                raise ValueError(f"comment-id {statement.id} appears twice")
        except ValueError as wrong:
            problems.add(row.file, row.line, str(wrong))
        else:
            statements[statement.id] = statement
    return statements


def _read_votes(
    folder: Path, known: frozenset[int] | None, problems: Problems, skipped: dict[str, int]
) -> dict[tuple[int, int], PolisVote]:
    latest: dict[tuple[int, int], tuple[int, int]] = {}
    for row in read_table(folder / "votes.csv", _VOTE_COLUMNS, problems):
        try:
            pair = _number(row, "voter-id"), _statement_id(row, known)
            value, moment = _sign(row, "vote"), _milliseconds(row)
        except ValueError as wrong:
            problems.add(row.file, row.line, str(wrong))
            continue
        if pair in latest:
            skipped[REPLACED] = skipped.get(REPLACED, 0) + 1
        if pair not in latest or moment >= latest[pair][0]:
            latest[pair] = moment, value
    return {
        (voter, statement): PolisVote(statement, voter, value, _moment(moment))
        for (voter, statement), (moment, value) in latest.items()
    }


def _read_participants(
    folder: Path, known: frozenset[int] | None, problems: Problems, skipped: dict[str, int]
) -> dict[tuple[int, int], PolisVote]:
    """Read the matrix with one row a participant and one column a statement, empty where there is no vote."""
    votes: dict[tuple[int, int], PolisVote] = {}
    seen: set[int] = set()
    for row in read_table(folder / "participants-votes.csv", ("participant",), problems):
        try:
            voter = _number(row, "participant")
            if voter in seen:
                raise ValueError(f"participant {voter} appears twice")
            seen.add(voter)
            own = dict(_votes_across(row, known))
        except ValueError as wrong:
            problems.add(row.file, row.line, str(wrong))
            continue
        if not own:
            skipped[WITHOUT_VOTES] = skipped.get(WITHOUT_VOTES, 0) + 1
        for statement, value in own.items():
            votes[voter, statement] = PolisVote(statement, voter, value, None)
    return votes


def _votes_across(row: Row, known: frozenset[int] | None) -> Iterator[tuple[int, int]]:
    """The votes of one participant, as (statement, value). Columns with a number for a name are statements."""
    for column in row.columns:
        if column.isascii() and column.isdigit() and row[column].strip():
            statement = int(column)
            if known is not None and statement not in known:
                raise ValueError(f"vote on statement {statement}, which is not in comments.csv")
            yield statement, _sign(row, column)


def _read_summary(folder: Path, problems: Problems) -> dict[str, str]:
    """The lines `name,value` of `summary.csv`; it has no header. Empty values and a missing file give nothing."""
    path = folder / "summary.csv"
    if not path.exists():
        return {}
    summary: dict[str, str] = {}
    for row in read_table(path, (), problems):
        # Older exports do not quote a value with commas in it.
        value = ",".join(row.cells[1:]).strip()
        if _CONTROL.search(value):
            problems.add(row.file, row.line, "control character")
        elif value:
            summary.setdefault(row.cells[0].strip(), value)
    return summary


def _number(row: Row, column: str) -> int:
    cell = row[column].strip()
    if not _INTEGER.fullmatch(cell) or not 0 <= int(cell) <= _MAX_ID:
        raise ValueError(f"{column} is not a whole number from 0 to {_MAX_ID}: {_quoted(cell)}")
    return int(cell)


def _statement_id(row: Row, known: frozenset[int] | None) -> int:
    statement = _number(row, "comment-id")
    if known is not None and statement not in known:
        raise ValueError(f"vote on statement {statement}, which is not in comments.csv")
    return statement


def _sign(row: Row, column: str) -> int:
    cell = row[column].strip()
    if cell not in _VOTES:
        raise ValueError(f"{column} is not -1, 0 or 1: {_quoted(cell)}")
    return _VOTES[cell]


def _milliseconds(row: Row) -> int:
    cell = row["timestamp"].strip()
    if not _INTEGER.fullmatch(cell) or not _EARLIEST <= int(cell) < _LATEST:
        raise ValueError(f"timestamp is not a time in milliseconds between 2000 and 2099: {_quoted(cell)}")
    return int(cell)


def _time(row: Row) -> datetime:
    return _moment(_milliseconds(row))


def _moment(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)


def _statement_text(row: Row) -> str:
    text = row["comment-body"].strip()
    if not text:
        raise ValueError("comment-body is empty")
    if len(text) > MAX_STATEMENT:
        raise ValueError(f"comment-body is longer than {MAX_STATEMENT} characters")
    if _CONTROL.search(text):
        raise ValueError("comment-body has a control character")
    return text


def _quoted(cell: str) -> str:
    return repr(cell if len(cell) <= 40 else cell[:40] + "…")
