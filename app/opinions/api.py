"""Statements, votes and the map over the API."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.core.clock import rfc3339
from app.core.errors import NotFound
from app.core.language import N_
from app.core.permissions import Permission
from app.extensions import limiter
from app.opinions.actions import add_statement, cast
from app.opinions.map_json import Counts, MapOut, present_map
from app.opinions.mapping import map_view
from app.opinions.models import Statement
from app.opinions.queries import my_votes, statement_of, statements_page
from app.opinions.rules import Vote
from app.topics.queries import topic_by_slug
from app.web.acting import ctx, guard
from app.web.openapi import PageQuery, api_blueprint, present_page

api = api_blueprint("opinions")
KIND = "issues"


class StatementOut(BaseModel):
    """A statement and how everybody answered it."""

    id: int
    text: str
    lang: str
    origin: Literal["seed", "citizen", "import"]
    written_at: str
    votes: Counts


class StatementList(BaseModel):
    """A page of statements."""

    items: list[StatementOut]
    next: str | None


class StatementIn(BaseModel):
    """A new statement: one idea, 5 to 280 characters."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=2000)
    lang: str = Field("zh-Hant-TW", max_length=20)


class VoteIn(BaseModel):
    """agree 1, pass 0, disagree -1."""

    model_config = ConfigDict(extra="forbid")

    value: Literal[-1, 0, 1]


class VoteOut(BaseModel):
    """One's own vote on a statement; null if not voted."""

    statement: int
    value: Literal[-1, 0, 1] | None


def present_statement(statement: Statement) -> dict[str, Any]:
    """The public fields of a statement."""
    return {
        "id": statement.id,
        "text": statement.text,
        "lang": statement.lang,
        "origin": statement.origin.value,
        "written_at": rfc3339(statement.written_at),
        "votes": {"agrees": statement.agrees, "disagrees": statement.disagrees, "passes": statement.passes},
    }


@api.get("/issues/<slug>/statements")
@api.input(PageQuery, location="query", arg_name="query")
@api.output(StatementList)
@guard(Permission.READ)
def statements(slug: str, query: PageQuery) -> dict[str, Any]:
    """The statements of an issue with their counts."""
    topic = topic_by_slug(ctx(), KIND, slug)
    page = statements_page(ctx(), topic.id, query.page, query.per_page)
    items = [present_statement(one) for one in page.items]
    return present_page(page, items, "opinions_api.statements", query.per_page, slug=slug)


@api.post("/issues/<slug>/statements")
@limiter.limit("6/minute;60/day")
@api.input(StatementIn, arg_name="body")
@api.output(StatementOut, status_code=201)
@api.doc(security="token")
@guard(Permission.STATE)
def add(slug: str, body: StatementIn) -> dict[str, Any]:
    """Add a statement; its author agrees with it."""
    topic = topic_by_slug(ctx(), KIND, slug)
    return present_statement(add_statement(ctx(), topic, body.text, body.lang))


@api.get("/issues/<slug>/statements/<int:statement_id>/vote")
@api.output(VoteOut)
@api.doc(security="token")
@guard(Permission.ACCOUNT)
def own_vote(slug: str, statement_id: int) -> dict[str, Any]:
    """One's own vote on a statement."""
    topic = topic_by_slug(ctx(), KIND, slug)
    statement = statement_of(ctx(), topic.id, statement_id)
    return {"statement": statement.id, "value": my_votes(ctx(), topic.id).get(statement.id)}


@api.put("/issues/<slug>/statements/<int:statement_id>/vote")
@limiter.limit("240/minute;4000/day")
@api.input(VoteIn, arg_name="body")
@api.output(VoteOut)
@api.doc(security="token")
@guard(Permission.VOTE)
def vote(slug: str, statement_id: int, body: VoteIn) -> dict[str, Any]:
    """Vote, or change one's vote. Sending the same vote again changes nothing."""
    topic = topic_by_slug(ctx(), KIND, slug)
    cast(ctx(), topic, statement_id, Vote(body.value))
    return {"statement": statement_id, "value": body.value}


@api.get("/issues/<slug>/map")
@api.output(MapOut)
@guard(Permission.READ)
def newest_map(slug: str) -> dict[str, Any]:
    """The newest consensus map of an issue."""
    view = map_view(ctx(), topic_by_slug(ctx(), KIND, slug))
    if view is None:
        raise NotFound(N_("There is no map yet: nobody has voted."))
    return present_map(view)
