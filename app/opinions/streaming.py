"""The votes of a topic as arrays, straight from the database: tens of millions without an object for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

import deliberation as d
from app.core.database import reading
from app.opinions.models import Participant, Statement, VoteRow

Ints = NDArray[np.int32]
Signs = NDArray[np.int8]
Part = tuple[Ints, Ints, Signs]
"""Three columns of some rows."""

PART = 50_000
"""Rows that are Python objects at the same time, on SQLite."""
PART_BYTES = 1 << 22
ROWS_SENT = 5_000
HEADER, TRAILER = 19, 2
"""Bytes before and after the rows of a binary COPY (https://www.postgresql.org/docs/current/sql-copy.html)."""
ROW = np.dtype([("fields", ">i2"), *((f"{kind}{n}", ">i4") for n in range(3) for kind in ("length", "cell"))])


def read_votes(session: Session, topic_id: int) -> d.Votes:
    """Every vote on a statement that is not hidden, under the aliases of those who cast them.

    Votes are read before the people: who votes in between is on neither list, or on the second only.
    """
    cast = _columns(session, _votes(topic_id))
    ids, aliases, _ = _columns(session, _people(topic_id))
    order = np.argsort(aliases)
    # The rank of an alias orders like the alias, and as a small number it is quicker to work with.
    cast = _sorted(cast, _ranks(ids[order]))
    votes = d.Votes.from_triplets(*cast)
    ranked = aliases[order]
    return replace(votes, participants=tuple(ranked[np.array(votes.participants, dtype=np.int64)].tolist()))


def _sorted(cast: Part, rank: Ints) -> Part:
    """Votes by rank of the participant and statement. `cast` is emptied: so many votes are not held twice.

    A vote is packed into one number, the parts of which sort one after the other.
    """
    keys = np.empty(len(cast[0]), dtype=np.uint64)
    for start in range(0, len(keys), PART_BYTES):
        people, statements, values = (column[start : start + PART_BYTES] for column in cast)
        high = rank[people].astype(np.uint64) << np.uint64(33)
        keys[start : start + PART_BYTES] = (
            high | statements.astype(np.uint64) << np.uint64(2) | (values + 1).astype(np.uint64)
        )
    for column in cast:
        column.resize(0, refcheck=False)
    keys.sort()
    people = (keys >> np.uint64(33)).astype(np.int32)
    keys &= np.uint64(2**33 - 1)
    return people, (keys >> np.uint64(2)).astype(np.int32), (keys & np.uint64(3)).astype(np.int8) - np.int8(1)


def csv_rows(engine: sa.Engine, topic_id: int) -> Iterator[str]:
    """The votes of a topic as lines of a table, by alias and statement: who cast them and when is not in it.

    They are read while they are sent, in a transaction of their own: that of the request is over by then.
    """
    query = (
        _votes(topic_id)
        .with_only_columns(Participant.alias, VoteRow.statement_id, VoteRow.value)
        .join(Participant, Participant.id == VoteRow.participant_id)
        .where(Participant.topic_id == topic_id)
        .order_by(Participant.alias, VoteRow.statement_id)
        .execution_options(yield_per=ROWS_SENT)
    )
    with Session(engine) as session:
        with reading():
            session.connection()
        yield "participant,statement,vote\r\n"
        for rows in session.execute(query).partitions():
            yield "".join(f"{alias},{statement},{value}\r\n" for alias, statement, value in rows)


def _ranks(ids: Ints) -> Ints:
    """Where each id stands in `ids`: an array to be indexed by id."""
    rank = np.zeros(int(ids.max(initial=0)) + 1, dtype=np.int32)
    rank[ids] = np.arange(len(ids), dtype=np.int32)
    return rank


def _votes(topic_id: int) -> sa.Select[Any]:
    shown = sa.select(Statement.id).where(Statement.topic_id == topic_id, Statement.hidden_at.is_(None))
    value = sa.cast(VoteRow.value, sa.Integer)
    return sa.select(VoteRow.participant_id, VoteRow.statement_id, value).where(VoteRow.statement_id.in_(shown))


def _people(topic_id: int) -> sa.Select[Any]:
    return sa.select(Participant.id, Participant.alias, sa.literal(0)).where(Participant.topic_id == topic_id)


def _columns(session: Session, query: sa.Select[Any]) -> Part:
    """All rows of a query of three integer columns, the last of them small."""
    connection = session.connection()
    text = str(query.compile(connection, compile_kwargs={"literal_binds": True}))
    parts = _by_cursor if connection.dialect.name == "sqlite" else _by_copy
    columns = np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int8)
    filled = 0
    for part in parts(connection.connection.driver_connection, text):
        end = filled + len(part[0])
        for column, cells in zip(columns, part, strict=True):
            if end > len(column):
                # In place: the memory is moved by the system, not copied.
                column.resize(end + end // 8, refcheck=False)
            column[filled:end] = cells
        filled = end
    for column in columns:
        column.resize(filled, refcheck=False)
    return columns


def _by_cursor(driver: Any, query: str) -> Iterator[Part]:
    cursor = driver.cursor()
    cursor.execute(query)
    while rows := cursor.fetchmany(PART):
        cells = np.fromiter(chain.from_iterable(rows), dtype=np.int32, count=3 * len(rows)).reshape(-1, 3)
        yield cells[:, 0], cells[:, 1], cells[:, 2].astype(np.int8)
    cursor.close()


def _by_copy(driver: Any, query: str) -> Iterator[Part]:
    with driver.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT binary)") as copy:
        waiting = bytearray()
        begin = HEADER
        for block in copy:
            waiting += block
            if len(waiting) >= PART_BYTES:
                whole = (len(waiting) - begin) // ROW.itemsize * ROW.itemsize
                yield _parsed(waiting[begin : begin + whole])
                waiting, begin = waiting[begin + whole :], 0
        yield _parsed(waiting[begin:-TRAILER])


def _parsed(rows: bytearray) -> Part:
    cells = np.frombuffer(rows, dtype=ROW)
    if any((cells[name] != width).any() for name, width in (("fields", 3), *((f"length{n}", 4) for n in range(3)))):
        raise ValueError("a row of the binary COPY is not three integers")
    return cells["cell0"].astype(np.int32), cells["cell1"].astype(np.int32), cells["cell2"].astype(np.int8)
