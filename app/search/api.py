"""The search as open data."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from app.core.clock import rfc3339
from app.core.permissions import Permission
from app.extensions import limiter
from app.search.faces import Marked, Result, results
from app.search.forms import SearchQuery, wanted
from app.search.queries import Found, search
from app.topics.rules import TopicKind
from app.web.acting import ctx, guard
from app.web.openapi import api_blueprint, present_page

api = api_blueprint("search")
SEARCHING = "60/minute"


class MarkedOut(BaseModel):
    """A text without markup; `hits` are [start, end) in characters, what of it was asked for."""

    text: str
    lang: str
    hits: list[list[int]]


class FoundTopicOut(BaseModel):
    """The topic something belongs to."""

    kind: TopicKind
    slug: str
    title: dict[str, str]


class FoundOut(BaseModel):
    """Something that was found. `title` is its own, else that of its topic; `snippet` the passage that answers best."""

    kind: str
    title: MarkedOut
    snippet: MarkedOut | None
    topic: FoundTopicOut
    agencies: list[str]
    at: str
    page: str


class FoundList(BaseModel):
    """A page of what was found, the best first."""

    items: list[FoundOut]
    next: str | None


def present_found(found: Found, result: Result) -> dict[str, Any]:
    """The public fields of something that was found."""
    topic = found.document.topic
    return {
        "kind": found.kind,
        "title": present_marked(result.title),
        "snippet": present_marked(result.text) if result.text else None,
        "topic": {"kind": topic.kind, "slug": topic.slug, "title": topic.title},
        "agencies": [part.agency.slug for part in topic.agencies],
        "at": rfc3339(result.at),
        "page": result.href,
    }


def present_marked(text: Marked) -> dict[str, Any]:
    """A text with the places of its hits."""
    spans, at = [], 0
    for piece in text.pieces:
        if piece.hit:
            spans.append([at, at + len(piece.text)])
        at += len(piece.text)
    return {"text": text.text, "lang": text.lang, "hits": spans}


@api.get("/search")
@limiter.limit(SEARCHING)
@api.input(SearchQuery, location="query", arg_name="query")
@api.output(FoundList)
@guard(Permission.READ)
def find(query: SearchQuery) -> dict[str, Any]:
    """Everything public that holds all words of `q`; nothing without any."""
    page = search(ctx(), wanted(ctx(), query), query.page, query.per_page)
    shown = zip(page.items, results(ctx(), page.items, external=True), strict=True)
    items = [present_found(found, result) for found, result in shown]
    return present_page(page, items, "search_api.find", query.per_page, **query.chosen)
