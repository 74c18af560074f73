"""What may be asked of the search: the same for the page, the feed and the API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError

from app.agencies.queries import agency_by_slug
from app.core.context import Context
from app.core.errors import Invalid
from app.core.language import N_
from app.search.kinds import KINDS
from app.search.queries import Wanted
from app.search.rules import PAGES_MAX, QUESTION_MAX, State
from app.web.openapi import PageQuery
from moderation import clean_line

FILTERS = ("kind", "agency", "state", "since", "until")


def _or_none(value: Any) -> Any:
    """A form sends what was left open as an empty text."""
    return None if value == "" else value


def _known(value: str) -> str:
    if value and value not in KINDS:
        raise ValueError("there is no such kind")
    return value


Day = Annotated[date | None, BeforeValidator(_or_none), Field(ge=date(1900, 1, 1), le=date(9000, 1, 1))]


class SearchQuery(PageQuery):
    """What is looked for, and in what: a kind of thing, an agency (its slug), a state of the topic, a period.

    All words must be found. Only the first 200 characters of `q` are read; `since` and `until` are local days.
    """

    page: int = Field(1, ge=1, le=PAGES_MAX)
    q: str = ""
    kind: Annotated[str, AfterValidator(_known), Field(json_schema_extra={"enum": ["", *KINDS]})] = ""
    agency: str = Field("", max_length=60)
    state: Annotated[State | None, BeforeValidator(_or_none)] = None
    since: Day = None
    until: Day = None

    @property
    def question(self) -> str:
        """The question as it is looked for and shown again."""
        return clean_line(self.q[: QUESTION_MAX * 5])[:QUESTION_MAX]

    @property
    def filters(self) -> dict[str, str]:
        """The filters that choose something, as they stand in an address."""
        given = {name: getattr(self, name) for name in FILTERS}
        return {name: str(value) for name, value in given.items() if value}

    @property
    def chosen(self) -> dict[str, str]:
        """Question and filters as they stand in an address."""
        return ({"q": self.question} if self.question else {}) | self.filters


def read_query(args: Mapping[str, str]) -> SearchQuery:
    """The query of a page or a feed; a filter that makes no sense is refused, never ignored."""
    try:
        return SearchQuery.model_validate(dict(args))
    except ValidationError:
        raise Invalid(N_("The search has no such filter. Please begin again.")) from None


def wanted(ctx: Context, query: SearchQuery) -> Wanted:
    """What is asked for; `NotFound` for an agency that is not there."""
    agency = agency_by_slug(ctx, query.agency).slug if query.agency else ""
    return Wanted(query.question, query.kind, agency, query.state, query.since, query.until)
