"""How the two engines are opened: SQLite durable and with one writer at a time, PostgreSQL as it is.

SQLite runs with WAL and `synchronous=FULL`: with NORMAL a power cut may take back votes that were already
acknowledged (https://www.sqlite.org/pragma.html#pragma_synchronous). Write transactions begin with BEGIN
IMMEDIATE, because a deferred transaction that reads first fails at once with "database is locked".
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

only_reading: ContextVar[bool] = ContextVar("only_reading", default=False)
"""True while a request that may change nothing (GET, HEAD) is answered: SQLite then takes no write lock."""

BUSY_TIMEOUT_MS = 10_000


@contextmanager
def reading() -> Iterator[None]:
    """Transactions begun inside only read: on SQLite they do not keep others from writing."""
    token = only_reading.set(True)
    try:
        yield
    finally:
        only_reading.reset(token)


def engine_options(url: str) -> dict[str, Any]:
    """Options of `create_engine` for this address."""
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}}
    return {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 10}


def prepare(engine: Engine) -> Engine:
    """Attach the SQLite settings to an engine; PostgreSQL needs none."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def insert_once(session: Session, model: type[Any], **values: Any) -> bool:
    """Insert a row unless a unique key already holds one; True if it was really inserted.

    The only right way to count people: a check before the insert counts two simultaneous submits twice.
    """
    done = session.execute(_once(model.__table__, session.get_bind().dialect.name), values)
    # Not `rowcount`: psycopg's is -1, and so true, where nothing came back.
    return done.first() is not None


@lru_cache(maxsize=128)
def _once(table: sa.Table, engine: str) -> Any:
    """Built once: for what thousands do at the same time, building it takes longer than running it."""
    insert = sqlite.insert if engine == "sqlite" else postgresql.insert
    return insert(table).on_conflict_do_nothing().returning(*table.primary_key)


def _open_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN" if only_reading.get() else "BEGIN IMMEDIATE")
