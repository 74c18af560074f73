"""Hostile text in everything people write: the columns found by reflection, filled past every check."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import brs_kb
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.base import Base
from moderation import render

WORDS = "Words about buses"
"""What people write everywhere in a harmless town; every cell that holds it is one they can write in."""
AT_ONCE = 25
"""Attacks in one cell; each stands first in the cells of some columns."""


def attacks(number: int = 150) -> list[str]:
    """So many payloads of the collection brs-kb, each once, in turns from every context it knows, shortest first."""
    by_context: dict[str, list[str]] = {}
    for one in brs_kb.get_all_payloads().values():
        payload = "".join(c for c in one["payload"] if c.isprintable())
        if 8 <= len(payload) <= 120:
            by_context.setdefault(min(one["contexts"], default=""), []).append(payload)
    queues = [sorted(set(found), key=lambda text: (len(text), text)) for _, found in sorted(by_context.items())]
    turns = (queue[turn] for turn in range(max(map(len, queues))) for queue in queues if turn < len(queue))
    return list(dict.fromkeys(turns))[:number]


HELD_TO_FORM = {"policies.document"}
"""Read through a description of its form, lengths of names included: what does not fit is refused when it is read."""


def text_columns() -> Iterator[sa.Column[Any]]:
    """Every column that can hold words, of every table."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, sa.JSON) or (
                isinstance(column.type, sa.String) and not isinstance(column.type, sa.Enum)
            ):
                yield column


def name_of(column: sa.Column[Any]) -> str:
    """`table.column`."""
    return f"{column.table.name}.{column.name}"


def marker(column: sa.Column[Any]) -> str:
    """A word by which the column is known again on a page."""
    return f"zq{sorted(map(name_of, text_columns())).index(name_of(column)):03}zq"


def speak(session: Session, columns: dict[str, str]) -> None:
    """Put `WORDS` into columns that no use case fills with them: `{"table.column": "text" or "texts by language"}`."""
    for column in text_columns():
        if name_of(column) in columns:
            value: Any = {"en": WORDS} if columns[name_of(column)] == "texts by language" else WORDS
            session.execute(sa.update(column.table).values({column: value}))


def infect(session: Session, text_of: Callable[[int], str]) -> set[str]:
    """Put `marker` and `text_of(n)` into the n-th column wherever people wrote; the names of those columns.

    Where people wrote is known by `WORDS`, or by the marker of an infection before.
    """
    infected = set()
    for number, column in enumerate(one for one in text_columns() if name_of(one) not in HELD_TO_FORM):
        keys = list(column.table.primary_key)
        for row in session.execute(sa.select(*keys, column)).all():
            harmed = _harmed(row[-1], f"{marker(column)} {text_of(number)}", is_markup=column.name.endswith("html"))
            if harmed != row[-1]:
                here = [key == value for key, value in zip(keys, row, strict=False)]
                session.execute(sa.update(column.table).where(*here).values({column: harmed}))
                infected.add(name_of(column))
    return infected


def _harmed(value: Any, text: str, *, is_markup: bool) -> Any:
    """The value with `text` in the place of every string people wrote; as markup where it is kept as markup."""
    match value:
        case dict():
            return {key: _harmed(one, text, is_markup=key.endswith("html")) for key, one in value.items()}
        case list():
            return [_harmed(one, text, is_markup=is_markup) for one in value]
        case str() if WORDS in value or markers_in(value):
            return str(render(text)) if is_markup else text
    return value


def markers_in(text: str) -> set[str]:
    """The markers of the columns that can be read in a text."""
    return set(re.findall(r"zq\d{3}zq", text))
