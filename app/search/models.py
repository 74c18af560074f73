"""The index. What it holds can be written anew from the rows at any time."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import ENGINES_OWN, Base

TABLE = ENGINES_OWN


class SearchEntry(Base):
    """One thing that can be found: its kind, its number there, the topic it belongs to, and the moment it is dated to.

    Its words stand in `search_words` under the same id: FTS5 on SQLite, a `tsvector` on PostgreSQL.
    """

    __tablename__ = "search_entries"
    __api__ = "search"
    __table_args__ = (sa.UniqueConstraint("kind", "thing_id"), sa.Index("ix_search_entries_at", "at", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(32))
    thing_id: Mapped[int]
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topics.id"), index=True)
    at: Mapped[datetime]


class SearchIndex(Base):
    """By which cut of words the index was last built as a whole; no row: it has to be built."""

    __tablename__ = "search_index"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    built_at: Mapped[datetime]


SQLITE = (
    # A cut of our own: only white space parts words, so that none is changed or lost on the way.
    # A lone character is looked for as a beginning; such beginnings are kept ready.
    f"CREATE VIRTUAL TABLE {TABLE} USING fts5(title, body, detail=column, prefix='1', "
    "tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co Cn'\")",
    f"CREATE TRIGGER {TABLE}_gone AFTER DELETE ON search_entries BEGIN DELETE FROM {TABLE} WHERE rowid = old.id; END",  # noqa: S608 - a constant
)
POSTGRESQL = (
    f"CREATE TABLE {TABLE} (entry_id INTEGER PRIMARY KEY REFERENCES search_entries (id) ON DELETE CASCADE, "
    "words TSVECTOR NOT NULL)",
    f"CREATE INDEX ix_{TABLE}_words ON {TABLE} USING gin (words) WITH (fastupdate = off)",
)
for _dialect, _statements in (("sqlite", SQLITE), ("postgresql", POSTGRESQL)):
    for _statement in _statements:
        _ddl = sa.DDL(_statement.replace("%", "%%")).execute_if(dialect=_dialect)
        event.listen(SearchEntry.__table__, "after_create", _ddl)
event.listen(SearchEntry.__table__, "before_drop", sa.DDL(f"DROP TABLE IF EXISTS {TABLE}"))
