"""What was found as an Atom feed, the newest first: whoever follows it hears of new things that hold the words."""

from __future__ import annotations

from flask import request, url_for
from flask_babel import gettext

from app.board.atom import Entry, Feed, tag_uri
from app.board.feeds import authority
from app.core.clock import start_of_day
from app.core.context import Context
from app.core.language import said
from app.search.faces import Result, results
from app.search.forms import SearchQuery, wanted
from app.search.queries import Found, search
from app.web.i18n import page_locale

ENTRIES = 50


def search_feed(ctx: Context, query: SearchQuery) -> Feed:
    """The newest things that hold every word of the question."""
    found = search(ctx, wanted(ctx, query), size=ENTRIES, newest=True).items
    here = page_locale()
    instance = said(ctx.settings.name, here).text
    pairs = zip(found, results(ctx, found, external=True), strict=True)
    return Feed(
        id=url_for("search.feed", **query.chosen, _external=True),
        title=gettext("Found: %(question)s · %(instance)s", question=query.question, instance=instance),
        author=instance,
        lang=here,
        href=url_for("search.index", **query.chosen, _external=True),
        self_href=request.url,
        since=start_of_day(ctx.today, ctx.settings.timezone),
        entries=[_entry(one, result) for one, result in pairs],
    )


def _entry(found: Found, result: Result) -> Entry:
    text = result.text.text if result.text else ""
    return Entry(
        id=tag_uri(authority(), result.day.isoformat(), f"{page_locale()}/{found.kind}/{found.document.thing_id}"),
        at=result.at,
        title=f"{result.kind_words} · {result.title.text}",
        lang=result.title.lang,
        summary=text or result.agencies,
        href=result.href,
    )
