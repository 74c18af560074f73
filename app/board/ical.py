"""Due dates for calendars (RFC 5545): a whole day for each case, the same event however often its date moves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext
from icalendar import Calendar, Event

from app.board.faces import count_of, page_of
from app.board.feeds import authority
from app.cases.faces import agencies_words
from app.cases.models import Case
from app.core.language import said
from app.web.i18n import page_locale
from moderation import clean_line

MEDIA_TYPE = "text/calendar"
REFRESH = timedelta(hours=6)


def write_calendar(cases: Sequence[Case], name: str) -> bytes:
    """A calendar of the due dates of these cases."""
    calendar = Calendar()
    calendar.add("prodid", "-//Minyi//Reply board//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", clean_line(name))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for case in cases:
        calendar.add_component(_event(case))
    written: bytes = calendar.to_ical()
    return written


def _event(case: Case) -> Event:
    """Only what lasts is in an event: days that count down would change it every morning."""
    topic, due_on = case.topic, case.clock.due_on
    title = clean_line(said(topic.title, page_locale()).text)
    moments = [case.opened_at, case.answered_at, case.clock.round_at]
    changed_at = max(one for one in moments if one is not None)
    event = Event()
    event.add("uid", f"{topic.kind.value}/{topic.slug}/reply@{authority()}")
    event.add("dtstamp", changed_at)
    event.add("dtstart", due_on)
    event.add("dtend", due_on + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("summary", _summary(case, title))
    event.add("description", f"{clean_line(agencies_words(case.agencies))}\n{count_of(case, external=True)}")
    event.add("url", page_of(case, external=True))
    event.add("sequence", case.clock.round - 1)
    event.add("last-modified", changed_at)
    return event


def _summary(case: Case, title: str) -> str:
    if case.answered_at is None:
        return gettext("Reply due: %(title)s", title=title)
    return gettext("Answered: %(title)s", title=title)
