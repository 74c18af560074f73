"""Lists come in pages: `items` and the cursor of the `next` page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.errors import Invalid
from app.core.language import N_

T = TypeVar("T")
PAGE_SIZE = 20
PAGE_SIZE_MAX = 100


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list. `number` counts from 1; `next` and `previous` are page numbers or None."""

    items: Sequence[T]
    number: int
    has_next: bool

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.has_next else None

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None


def paged(session: Session, query: sa.Select[Any], number: int = 1, size: int = PAGE_SIZE) -> Page[Any]:
    """Run an ordered select for one page. Reads one row more than shown instead of counting all of them."""
    if not 1 <= number <= 100_000 or not 1 <= size <= PAGE_SIZE_MAX:
        raise Invalid(N_("There is no such page."))
    rows = session.scalars(query.limit(size + 1).offset((number - 1) * size)).unique().all()
    return Page(items=rows[:size], number=number, has_next=len(rows) > size)
