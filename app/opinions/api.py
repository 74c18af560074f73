"""Statements, votes and the map over the API."""

from __future__ import annotations

from typing import Any, Literal

from apiflask.schemas import FileSchema
from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from app.core.clock import rfc3339
from app.core.errors import NotFound
from app.core.language import N_
from app.core.permissions import Permission
from app.extensions import db, limiter
from app.opinions.actions import add_statement, cast
from app.opinions.asking import next_statement
from app.opinions.coordination_json import EvidenceOut, present_evidence
from app.opinions.map_json import (
    Counts,
    MapList,
    MapOut,
    Memory,
    OwnPlace,
    present_in_list,
    present_map,
    present_own_place,
)
from app.opinions.mapping import former_map_view, map_view
from app.opinions.models import MapSnapshot, Statement
from app.opinions.placing import stand
from app.opinions.queries import (
    coordination_evidence,
    latest_map,
    map_of,
    maps_page,
    memory_of,
    my_votes,
    require_published_votes,
    statement_of,
    statements_page,
)
from app.opinions.rules import Vote
from app.opinions.streaming import csv_rows
from app.topics.models import Topic
from app.topics.queries import require_open, topic_by_slug
from app.web.acting import ctx, guard
from app.web.openapi import PageQuery, api_blueprint, present_page

api = api_blueprint("opinions")
KIND = "issues"
NO_MAP = N_("There is no map yet: nobody has voted.")


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


class NextOut(BaseModel):
    """The statement to answer next, null if none is left, and why this one.

    `about_person` and `about_statement`: what the answer is expected to tell about where one stands, and about the
    statement, in bits. The more that is, the better its `chance` in the lot by which it was drawn.
    """

    statement: StatementOut | None
    about_person: float
    about_statement: float
    chance: float


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


@api.get("/issues/<slug>/statements/next")
@api.output(NextOut)
@api.doc(security="token")
@guard(Permission.ACCOUNT)
def next_one(slug: str) -> dict[str, Any]:
    """The statement one is asked next; the same until one has answered, as long as map and counts are the same."""
    topic = topic_by_slug(ctx(), KIND, slug)
    require_open(ctx(), topic)
    asked = next_statement(ctx(), topic.id, my_votes(ctx(), topic.id))
    if asked is None:
        return {"statement": None, "about_person": 0.0, "about_statement": 0.0, "chance": 0.0}
    return {
        "statement": present_statement(asked.statement),
        "about_person": round(asked.about_person, 6),
        "about_statement": round(asked.about_statement, 6),
        "chance": round(asked.chance, 6),
    }


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
        raise NotFound(NO_MAP)
    return present_map(view)


@api.get("/issues/<slug>/map/me")
@api.output(OwnPlace)
@api.doc(security="token")
@guard(Permission.ACCOUNT)
def own_place(slug: str) -> dict[str, Any]:
    """Where one stands oneself on the newest map, at once after every vote."""
    topic = topic_by_slug(ctx(), KIND, slug)
    snapshot = _newest(topic)
    return present_own_place(snapshot.id, stand(ctx(), snapshot, my_votes(ctx(), topic.id)))


@api.get("/issues/<slug>/map/coordination")
@api.output(EvidenceOut)
@api.doc(security="token")
@guard(Permission.EXAMINE)
def coordination(slug: str) -> dict[str, Any]:
    """Whose votes are alike beyond chance and shared opinion, under pseudonyms, and why; for those who judge it."""
    topic = topic_by_slug(ctx(), KIND, slug)
    return present_evidence(coordination_evidence(ctx(), topic))


@api.get("/issues/<slug>/map/memory")
@api.output(Memory)
@guard(Permission.READ)
def newest_memory(slug: str) -> dict[str, Any]:
    """The memory of the newest map, once voting has ended."""
    topic = topic_by_slug(ctx(), KIND, slug)
    require_published_votes(ctx(), topic)
    return _memory(_newest(topic).id)


@api.get("/issues/<slug>/maps")
@api.input(PageQuery, location="query", arg_name="query")
@api.output(MapList)
@guard(Permission.READ)
def maps(slug: str, query: PageQuery) -> dict[str, Any]:
    """The maps of an issue that are kept, newest first."""
    topic = topic_by_slug(ctx(), KIND, slug)
    page = maps_page(ctx(), topic.id, query.page, query.per_page)
    items = [present_in_list(one) for one in page.items]
    return present_page(page, items, "opinions_api.maps", query.per_page, slug=slug)


@api.get("/issues/<slug>/maps/<int:snapshot_id>")
@api.output(MapOut)
@guard(Permission.READ)
def former_map(slug: str, snapshot_id: int) -> dict[str, Any]:
    """A map of an issue as it was published then."""
    return present_map(former_map_view(ctx(), topic_by_slug(ctx(), KIND, slug), snapshot_id))


@api.get("/issues/<slug>/maps/<int:snapshot_id>/memory")
@api.output(Memory)
@guard(Permission.READ)
def former_memory(slug: str, snapshot_id: int) -> dict[str, Any]:
    """The memory of the newest map or of the one before, once voting has ended; of older ones it is not kept."""
    topic = topic_by_slug(ctx(), KIND, slug)
    require_published_votes(ctx(), topic)
    return _memory(map_of(ctx(), topic.id, snapshot_id).id)


@api.get("/issues/<slug>/votes.csv")
@limiter.limit("12/minute")
@api.output(FileSchema(type="string"), content_type="text/csv")
@guard(Permission.READ)
def votes_table(slug: str) -> Response:
    """Every vote under a pseudonym, once voting has ended: participant, statement, vote. Nothing says who or when."""
    topic = topic_by_slug(ctx(), KIND, slug)
    require_published_votes(ctx(), topic)
    answer = Response(csv_rows(db.engine, topic.id), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}-votes.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _newest(topic: Topic) -> MapSnapshot:
    snapshot = latest_map(ctx(), topic.id)
    if snapshot is None:
        raise NotFound(NO_MAP)
    return snapshot


def _memory(snapshot_id: int) -> dict[str, Any]:
    memory = memory_of(ctx(), snapshot_id)
    if memory is None:
        raise NotFound(N_("Of this map no memory is kept."))
    return memory
