"""What tests of many people at once share: so many citizens, and a table without its guard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from app.accounts.models import Person
from app.accounts.queries import actor_of
from app.core.base import Base
from app.core.permissions import Actor
from app.core.persons import Standing
from app.extensions import db
from app.identities.models import Declaration
from tests.support.opinions import Work


def citizens(work: Work, people: int) -> list[Actor]:
    """So many confirmed citizens."""
    with work() as ctx:
        rows = [
            Person(
                email=f"voter{n}@example.org",
                email_key=f"voter{n}@example.org",
                name=f"Voter {n}",
                lang="en",
                password_hash="none",
                joined_at=ctx.now,
                confirmed_at=ctx.now,
            )
            for n in range(people)
        ]
        ctx.session.add_all(rows)
        ctx.session.flush()
        told = {"standing": Standing.NATIONAL, "declared_at": ctx.now}
        ctx.session.add_all(Declaration(person_id=row.id, **told) for row in rows)
        ctx.session.flush()
        return [actor_of(ctx.session, row) for row in rows]


@contextmanager
def without_unique(model: type[Base], *columns: str) -> Iterator[None]:
    """The table without its unique key on these columns; empty and with it again afterwards, whatever happened."""
    table = model.metadata.tables[model.__tablename__]
    key = next(
        each
        for each in table.constraints
        if isinstance(each, sa.UniqueConstraint) and tuple(each.columns.keys()) == columns
    )
    _without(table, key)
    try:
        yield
    finally:
        with db.engine.begin() as connection:
            for each in reversed(Base.metadata.sorted_tables):
                connection.execute(each.delete())
        _with_again(table, key)


def _without(table: sa.Table, key: sa.UniqueConstraint) -> None:
    with db.engine.begin() as connection:
        if connection.dialect.name != "sqlite":
            connection.execute(sa.schema.DropConstraint(key))
            return
        _make_anew(connection, table, lambda written: re.sub(_written(key), "", written))


def _with_again(table: sa.Table, key: sa.UniqueConstraint) -> None:
    with db.engine.begin() as connection:
        if connection.dialect.name != "sqlite":
            connection.execute(sa.schema.AddConstraint(key))
            return
        _make_anew(connection, table, lambda _written: str(sa.schema.CreateTable(table).compile(connection)))


def _make_anew(connection: sa.Connection, table: sa.Table, change: Callable[[str], str]) -> None:
    """SQLite takes no key away from a table: an empty one is made without it."""
    written = sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name")
    before = connection.execute(written, {"name": table.name}).scalar_one()
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    table.drop(connection)
    connection.exec_driver_sql(change(before))
    for index in table.indexes:
        index.create(connection)


def _written(key: sa.UniqueConstraint) -> str:
    """How the key stands in the statement that makes the table."""
    columns = ", ".join(key.columns.keys())
    return rf",\s*(CONSTRAINT \w+ )?UNIQUE \({columns}\)"
