"""The declarative base: naming convention, UTC datetimes and enums stored by value."""

from __future__ import annotations

import enum
from datetime import UTC, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


ENGINES_OWN = "search_words"
"""Where the engines keep the words of the search, each in its own way: such tables are not mapped."""


def is_mapped(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a table found in a database is one of the models' (Alembic's `include_name`)."""
    return kind != "table" or not (name or "").startswith(ENGINES_OWN)


class Moment(sa.TypeDecorator[datetime]):
    """An instant. Aware UTC in Python on both engines; SQLite keeps no zone, so it is put back on reading."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored moment must carry its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _values(members: type[enum.Enum]) -> list[str]:
    return [str(member.value) for member in members]


class Base(DeclarativeBase):
    """Every table derives from here. `__api__` names the operation that publishes the rows, or None: not public."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Moment(),
        dict[str, str]: sa.JSON(),
        dict[str, Any]: sa.JSON(),
        dict[str, list[str]]: sa.JSON(),
        enum.Enum: sa.Enum(enum.Enum, native_enum=False, create_constraint=True, values_callable=_values, length=32),
    }
    __api__: ClassVar[str | None] = None
