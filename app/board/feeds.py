"""What the feeds tell. An entry is dated to when something happened or fell due, never to when a job noticed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app, request, url_for
from flask_babel import gettext

from app.agencies.models import Agency
from app.board.atom import Entry, Feed, tag_uri
from app.board.faces import page_of
from app.board.queries import NEWEST, answered, opened, overdue
from app.cases.faces import agencies_words
from app.cases.history import told
from app.cases.models import Case
from app.cases.queries import case_of_topic
from app.core.clock import end_of_day, local_date, start_of_day
from app.core.context import Context
from app.core.language import said
from app.proposals.queries import newly_admitted, newly_established
from app.topics.models import Topic
from app.web.i18n import day_words, page_locale


@dataclass(frozen=True)
class Told:
    """The title of a feed, what it is called in ids, the page it belongs to, and its entries."""

    title: str
    name: str
    href: str
    entries: Sequence[Entry]


def overdue_feed(ctx: Context) -> Feed:
    """Every reply that became late."""
    entries = [_late(ctx, case) for case in overdue(ctx)]
    return _feed(ctx, Told(gettext("Late replies"), "overdue", url_for("board.index", _external=True), entries))


def answered_feed(ctx: Context) -> Feed:
    """Every reply that was published."""
    entries = [_answered(ctx, case) for case in answered(ctx)]
    return _feed(ctx, Told(gettext("New replies"), "answered", url_for("board.index", _external=True), entries))


def proposals_feed(ctx: Context) -> Feed:
    """Every proposal people can endorse, and every one that was established."""
    found = [*newly_admitted(ctx, NEWEST), *newly_established(ctx, NEWEST)]
    entries = [_proposed(ctx, topic, at, what) for topic, at, what in found]
    href = url_for("proposals.index", _external=True)
    return _feed(ctx, Told(gettext("Proposals"), "proposals", href, _newest(entries)))


def agency_feed(ctx: Context, agency: Agency) -> Feed:
    """What an agency owes from now on, what became late, and what it answered."""
    entries = [
        *(_opened(ctx, case) for case in opened(ctx, agency.id)),
        *(_late(ctx, case) for case in overdue(ctx, agency.id)),
        *(_answered(ctx, case) for case in answered(ctx, agency.id)),
    ]
    name = said(agency.name, page_locale()).text
    href = url_for("agencies.show", slug=agency.slug, _external=True)
    title = gettext("Replies of the %(agency)s", agency=name)
    return _feed(ctx, Told(title, f"agencies/{agency.slug}", href, _newest(entries)))


def topic_feed(ctx: Context, topic: Topic) -> Feed:
    """What happened publicly to a topic; that its reply became late is no recorded fact and stands between them."""
    href = url_for("replies.show", kind=topic.kind.value, slug=topic.slug, _external=True)
    title = said(topic.title, page_locale())
    case = case_of_topic(ctx, topic.id)
    entries = [
        Entry(
            id=_id(local_date(one.row.at, ctx.settings.timezone).isoformat(), f"facts/{one.row.id}"),
            at=one.at,
            title=one.event.text,
            lang=page_locale(),
            summary=title.text,
            href=href,
        )
        for one in told(ctx, topic.id, case)
    ]
    if case is not None and (case.clock.stopped_on or case.clock.face_day(ctx.today)) > case.clock.due_on:
        entries.append(_late(ctx, case))
    return _feed(ctx, Told(title.text, f"{topic.kind.value}/{topic.slug}", href, _newest(entries)))


def authority() -> str:
    """Who gives names to entries and events: the host this instance is reached at."""
    return urlsplit(current_app.config["CONFIG"].base_url).hostname or "localhost"


def _feed(ctx: Context, told: Told) -> Feed:
    here = page_locale()
    instance = said(ctx.settings.name, here).text
    return Feed(
        id=_id("2026", f"feeds/{told.name}"),
        title=gettext("%(title)s · %(instance)s", title=told.title, instance=instance),
        author=instance,
        lang=here,
        href=told.href,
        self_href=request.base_url,
        since=start_of_day(ctx.today, ctx.settings.timezone),
        entries=told.entries,
    )


def _opened(ctx: Context, case: Case) -> Entry:
    due = day_words(case.clock.due_on, case.clock.started_on)
    return _entry(ctx, case, "opened", case.opened_at, gettext("A reply is owed by %(day)s.", day=due))


def _late(ctx: Context, case: Case) -> Entry:
    """A promise that was broken; it stays in the feed when the reply comes after all."""
    due_on = case.clock.due_on
    words = gettext("The reply was due %(day)s and had not come.", day=day_words(due_on, case.clock.started_on))
    return _entry(ctx, case, f"late/{due_on}", end_of_day(due_on, ctx.settings.timezone), words)


def _answered(ctx: Context, case: Case) -> Entry:
    stopped_on = case.clock.stopped_on
    late = stopped_on is not None and stopped_on > case.clock.due_on
    words = gettext("The reply was published, after its due date.") if late else gettext("The reply was published.")
    return _entry(ctx, case, "answered", case.answered_at or case.opened_at, words)


def _entry(ctx: Context, case: Case, what: str, at: datetime, words: str) -> Entry:
    title = said(case.topic.title, page_locale())
    day = local_date(case.opened_at, ctx.settings.timezone).isoformat()
    who = agencies_words(case.agencies)
    return Entry(
        id=_id(day, f"{case.topic.kind.value}/{case.topic.slug}/{what}"),
        at=at,
        title=title.text,
        lang=title.lang,
        summary=gettext("%(words)s %(agencies)s", words=words, agencies=who),
        href=page_of(case, external=True),
    )


def _proposed(ctx: Context, topic: Topic, at: datetime, what: str) -> Entry:
    words = {"admitted": gettext("People can endorse it now."), "established": gettext("It is established.")}
    title = said(topic.title, page_locale())
    day = local_date(at, ctx.settings.timezone).isoformat()
    return Entry(
        id=_id(day, f"{topic.kind.value}/{topic.slug}/{what}"),
        at=at,
        title=title.text,
        lang=title.lang,
        summary=words[what],
        href=url_for("proposals.show", slug=topic.slug, _external=True),
    )


def _id(day: str, name: str) -> str:
    """Each language has entries of its own: a reader of both is not told that one has replaced the other."""
    return tag_uri(authority(), day, f"{page_locale()}/{name}")


def _newest(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry.at, entry.id), reverse=True)[:NEWEST]
