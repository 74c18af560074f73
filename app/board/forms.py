"""What may be asked of the board: the same for the page, the table, the calendar and the API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from app.agencies.models import Agency
from app.agencies.queries import agency_by_slug
from app.board.rules import Shown, Wanted
from app.core.context import Context
from app.core.errors import Invalid
from app.core.language import N_
from app.topics.rules import TopicKind
from app.web.openapi import PageQuery

FILTERS = ("state", "agency", "kind", "due_from", "due_to")


def _or_none(value: Any) -> Any:
    """A form sends what was left open as an empty text."""
    return None if value == "" else value


class BoardQuery(PageQuery):
    """Which cases: in a state, of an agency (its slug), of a kind of topic, with a due date in a period."""

    state: Annotated[Shown | None, BeforeValidator(_or_none)] = None
    agency: str = Field("", max_length=60)
    kind: Annotated[TopicKind | None, BeforeValidator(_or_none)] = None
    due_from: Annotated[date | None, BeforeValidator(_or_none)] = None
    due_to: Annotated[date | None, BeforeValidator(_or_none)] = None

    @property
    def chosen(self) -> dict[str, str]:
        """The filters that choose something, as they stand in an address."""
        given = {name: getattr(self, name) for name in FILTERS}
        return {name: str(value) for name, value in given.items() if value}

    @property
    def is_front(self) -> bool:
        """Whether the page begins with its sections instead of one list."""
        return self.page == 1 and not self.chosen.keys() - {"agency", "kind"}


def read_query(args: Mapping[str, str]) -> BoardQuery:
    """The query of a page or a file; what makes no sense is refused, never ignored."""
    try:
        return BoardQuery.model_validate(dict(args))
    except ValidationError:
        raise Invalid(N_("The board has no such filter. Please begin again.")) from None


def wanted(ctx: Context, query: BoardQuery) -> tuple[Wanted, Agency | None]:
    """The cases that are asked for, and the agency if there is one; `NotFound` for one that is not there."""
    agency = agency_by_slug(ctx, query.agency) if query.agency else None
    chosen = Wanted(query.state or Shown.ALL, agency.id if agency else None, query.kind, query.due_from, query.due_to)
    return chosen, agency
