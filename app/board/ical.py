"""Due dates for calendars (RFC 5545): a whole day for each case, the same event however often its date moves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import gettext
from icalendar import Calendar, Event

from app.board.faces import count_of, page_of
from app.board.feeds import authority
from app.board.models import ShownDate
from app.board.queries import shown_dates
from app.core.context import Context
from app.core.language import said
from app.replies.faces import agencies_words
from app.replies.models import Case
from app.web.i18n import page_locale
from moderation import clean_line

MEDIA_TYPE = "text/calendar"
REFRESH = timedelta(hours=6)


def write_calendar(ctx: Context, cases: Sequence[Case], name: str) -> bytes:
    """A calendar of the due dates of these cases."""
    calendar = Calendar()
    calendar.add("prodid", "-//Minyi//Reply board//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", clean_line(name))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    seen = shown_dates(ctx, cases)
    for case in cases:
        calendar.add_component(_event(ctx, case, seen.get(case.id)))
    written: bytes = calendar.to_ical()
    return written


def _event(ctx: Context, case: Case, seen: ShownDate | None) -> Event:
    """Only what lasts is in an event: days that count down would change it every morning."""
    topic, due_on = case.topic, case.clock.due_on
    title = clean_line(said(topic.title, page_locale()).text)
    moves, changed_at = _changes(ctx, case, seen)
    event = Event()
    event.add("uid", f"{topic.kind.value}/{topic.slug}/reply@{authority()}")
    event.add("dtstamp", changed_at)
    event.add("dtstart", due_on)
    event.add("dtend", due_on + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("summary", _summary(case, title))
    event.add("description", f"{clean_line(agencies_words(case.agencies))}\n{count_of(case, external=True)}")
    event.add("url", page_of(case, external=True))
    event.add("sequence", moves)
    event.add("last-modified", changed_at)
    return event


def _summary(case: Case, title: str) -> str:
    if case.answered_at is None:
        return gettext("Reply due: %(title)s", title=title)
    return gettext("Answered: %(title)s", title=title)


def _changes(ctx: Context, case: Case, seen: ShownDate | None) -> tuple[int, datetime]:
    """How often the date has moved and when the event last changed; a move nobody has noted yet is one more."""
    moves = seen.moves if seen else 0
    moments = [case.opened_at, case.answered_at, seen.moved_at if seen else None]
    if seen is not None and seen.due_on != case.clock.due_on:
        moves += 1
        moments.append(ctx.now)
    return moves, max(one for one in moments if one is not None)
