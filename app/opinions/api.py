"""Statements, votes and maps over the API."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.core.clock import rfc3339
from app.core.errors import NotFound
from app.core.language import N_
from app.core.permissions import Permission
from app.extensions import limiter
from app.opinions.actions import add_statement, cast
from app.opinions.mapping import MapView, StatementView, map_view
from app.opinions.models import Statement
from app.opinions.queries import my_votes, statement_of, statements_page
from app.opinions.rules import Vote
from app.topics.queries import topic_by_slug
from app.web.acting import ctx, guard
from app.web.openapi import PageQuery, api_blueprint, present_page

api = api_blueprint("opinions")
KIND = "issues"


class Counts(BaseModel):
    """How many agree, disagree and pass."""

    agrees: int
    disagrees: int
    passes: int


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


class MapGroup(BaseModel):
    """A group of opinion and the statements it holds more than the others; `side` 1 agrees, -1 disagrees."""

    group: int
    name: str
    size: int
    share: float
    representative: list[MapStatement]


class GroupCounts(BaseModel):
    """One group's answers; group 0 is everyone. Groups with fewer than 5 answers are left out."""

    group: int
    agree: float
    disagree: float
    answers: int


class MapStatement(BaseModel):
    """A statement on the map."""

    id: int
    text: str
    lang: str
    side: Literal[-1, 1]
    groups: list[GroupCounts]


class MapOut(BaseModel):
    """The newest map.

    `state`: too_few people; unclear (too little said); spread: no distinct groups, any `groups` are cut for reading only;
    groups: there is evidence of them.
    """

    state: Literal["too_few", "unclear", "spread", "groups"]
    made_at: str
    engine: str
    participants: int
    votes: int
    groups: list[MapGroup]
    consensus: list[MapStatement]
    divisive: list[MapStatement]
    unsure: list[MapStatement]


MapGroup.model_rebuild()


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


def present_map_statement(view: StatementView) -> dict[str, Any]:
    """A statement of the map with the answers of each group."""
    return {
        "id": view.id,
        "text": view.said.text,
        "lang": view.said.lang,
        "side": view.side,
        "groups": [
            {"group": b.group, "agree": round(b.agree, 4), "disagree": round(b.disagree, 4), "answers": b.n}
            for b in view.bars
        ],
    }


def present_map(view: MapView) -> dict[str, Any]:
    """The public fields of a map: never a person's place."""
    snapshot = view.snapshot
    typical = {group.group: statements for group, statements in view.typical}
    return {
        "state": _state(view),
        "made_at": rfc3339(snapshot.made_at),
        "engine": snapshot.engine,
        "participants": snapshot.participants,
        "votes": snapshot.votes,
        "groups": [
            {
                "group": g.group,
                "name": g.name,
                "size": g.n,
                "share": g.share,
                "representative": [present_map_statement(s) for s in typical[g.group]],
            }
            for g in view.groups
        ],
        "consensus": [present_map_statement(s) for s in view.consensus],
        "divisive": [present_map_statement(s) for s in view.divisive],
        "unsure": [present_map_statement(s) for s in view.unsure],
    }


def _state(view: MapView) -> str:
    if not view.snapshot.content["enough"]:
        return "too_few"
    if view.distinct:
        return "groups"
    return "spread" if view.snapshot.groups else "unclear"


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
    statement = add_statement(ctx(), topic, body.text, body.lang)
    ctx().session.refresh(statement)
    return present_statement(statement)


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
