"""The pages of the search: one list, what is like a text somebody writes, and the entrance for a concern."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from app.agencies.queries import all_agencies
from app.board import atom
from app.core.permissions import Permission
from app.extensions import limiter
from app.search.asking import suggestions
from app.search.faces import Result, kind_words, results, state_words
from app.search.feeds import search_feed
from app.search.forms import read_query, wanted
from app.search.kinds import KINDS, SUGGESTED
from app.search.pages import next_steps
from app.search.queries import Wanted, closest, search
from app.search.rules import CONCERN_MAX, State
from app.web.acting import ctx, guard
from moderation import clean_line, clean_text

bp = Blueprint("search", __name__)
SEARCHING = "60/minute"
TYPING = "90/minute"
CLOSE = 10
"""What is shown where nothing holds every word."""
LIKE = 4
"""Suggestions beside a form."""
LEAST_LIKE = 0.25
SHORTEST = 4
"""Characters below which nothing is suggested."""


@bp.get("/search")
@limiter.limit(SEARCHING)
@guard(Permission.READ)
def index() -> ResponseReturnValue:
    """What holds the words of a question; where nothing does, what comes closest."""
    query = read_query(request.args)
    chosen = wanted(ctx(), query)
    page = search(ctx(), chosen, query.page)
    close = closest(ctx(), query.question, chosen, CLOSE) if not page.items and query.page == 1 else []
    return render_template(
        "search/index.html",
        query=query,
        page=page,
        results=results(ctx(), page.items),
        close=results(ctx(), close),
        kinds=[(name, kind_words(name)) for name in KINDS],
        states=[(state.value, state_words(state)) for state in State],
        agencies=all_agencies(ctx()),
    )


@bp.get("/search.atom")
@limiter.limit(SEARCHING)
@guard(Permission.READ)
def feed() -> ResponseReturnValue:
    """The newest of what is found."""
    return Response(atom.write_feed(search_feed(ctx(), read_query(request.args))), mimetype=atom.MEDIA_TYPE)


@bp.get("/search/similar")
@limiter.limit(TYPING)
@guard(Permission.READ)
def similar() -> ResponseReturnValue:
    """A part of a page: what is like the text that is being written."""
    return render_template("search/similar.html", results=similar_to(request.args.get("text", "")))


@bp.get("/ask")
@limiter.limit(SEARCHING)
@guard(Permission.READ)
def ask() -> ResponseReturnValue:
    """Describe a concern once; where it can be taken, each step with its reason."""
    concern = clean_text(request.args.get("text", "")[: CONCERN_MAX * 5])[:CONCERN_MAX]
    steps = next_steps(ctx(), suggestions(ctx(), concern), concern) if concern else []
    return render_template("search/ask.html", concern=concern, steps=steps, longest=CONCERN_MAX)


@bp.app_template_global()
def similar_to(text: str | None) -> list[Result]:
    """What is like a text: for the forms on which something new is written. Suggestions, never a hindrance."""
    line = clean_line((text or "")[: CONCERN_MAX * 5])[:CONCERN_MAX]
    if len(line) < SHORTEST:
        return []
    return results(ctx(), closest(ctx(), line, Wanted(), LIKE, kinds=SUGGESTED, least=LEAST_LIKE), line)
