"""What happened to a topic, in words; and how its due date was counted, day by day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext

from app.audit.models import FactRow
from app.audit.queries import timeline
from app.core.clock import local_date, start_of_day
from app.core.context import Context
from app.core.deadline import Due
from app.core.language import said
from app.replies.faces import day_words
from app.replies.models import Case
from app.web.filters import day
from app.web.i18n import page_locale


@dataclass(frozen=True)
class Event:
    """A line of a timeline. A day on which nothing was done but something fell due is a date, not a moment."""

    when: datetime | date
    text: str
    kind: str = ""


def _published(data: dict[str, Any]) -> str:
    return (
        gettext("The reply was published, after its due date.") if data["late"] else gettext("The reply was published.")
    )


def _on(data: dict[str, Any], key: str, today: date) -> str:
    return day_words(date.fromisoformat(data[key]), today)


TOLD: dict[str, Callable[[dict[str, Any], date], str]] = {
    "issue.opened": lambda data, today: gettext("Opened until %(day)s.", day=_on(data, "closes_on", today)),
    "issue.revised": lambda data, _: gettext("The texts were changed (version %(number)s).", number=data["version"]),
    "issue.closed": lambda _data, _today: gettext("Closed; no more voices are taken."),
    "issue.withdrawn": lambda _data, _today: gettext("Withdrawn, with a reason."),
    "votes.imported": lambda _data, _today: gettext("Votes from elsewhere were imported."),
    "case.opened": lambda data, today: gettext(
        "A case was opened; the reply is due %(day)s.", day=_on(data, "due_on", today)
    ),
    "reply.published": lambda data, _: _published(data),
}
"""Public facts and their words. Lateness is not among them: it is a question to the calendar, whoever noted it when."""

TONES = {"reply.published": "done"}


def history(ctx: Context, case: Case) -> list[Event]:
    """What happened publicly to the topic of a case, the newest first."""
    rows = [row for row in timeline(ctx, case.topic_id) if row.kind in TOLD]
    events = [(row.at, _event(ctx, row)) for row in rows]
    first_late_day = case.clock.due_on + timedelta(days=1)
    if (case.clock.stopped_at or ctx.now) >= case.clock.due_at and not case.clock.is_paused:
        late = Event(first_late_day, gettext("The due date passed without a reply."), "late")
        events.append((start_of_day(first_late_day, ctx.settings.timezone), late))
    return [event for _, event in sorted(events, key=lambda one: one[0])][::-1]


def _event(ctx: Context, row: FactRow) -> Event:
    """A fact as a line. What closed at the end of its last day is told with that day, not the midnight after it."""
    when: datetime | date = row.at
    if row.kind == "issue.closed":
        last_day = date.fromisoformat(row.data["closed_on"])
        when = row.at if last_day == local_date(row.at, ctx.settings.timezone) else last_day
    return Event(when, TOLD[row.kind](row.data, ctx.today), TONES.get(row.kind, ""))


def counted_days(due: Due) -> list[list[str]]:
    """Every day from the start to the due day as a row: the day, what kind of day it is, its number or a dash."""
    rest = {skipped.date: said(skipped.reason, page_locale()).text for skipped in due.skipped}
    rows = [[day(due.start, page_locale(), year=True), gettext("The issue closed: day zero"), "0"]]
    place = 0
    for n in range(1, (due.on - due.start).days + 1):
        one = due.start + timedelta(days=n)
        if one in rest:
            rows.append([day_words(one, due.start), rest[one] or gettext("Rest day"), "–"])
            continue
        place += 1
        rows.append(
            [day_words(one, due.start), gettext("Reply due") if one == due.on else gettext("Working day"), str(place)]
        )
    return rows


def closed_since(ctx: Context, due: Due) -> list[str]:
    """Days that were counted as working days when the promise was made, and are none by today's calendar."""
    return [day_words(one, ctx.today) for one in due.counted if not ctx.calendar.is_working_day(one)]
