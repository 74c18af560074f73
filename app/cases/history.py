"""What happened publicly to a topic, in words. Names and reasons come from their rows: facts keep no texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from flask_babel import gettext

from app.audit.models import FactRow
from app.audit.queries import timeline
from app.cases.faces import agency_words
from app.cases.models import Case
from app.clocks.models import ClockAct
from app.clocks.rules import Level
from app.core.clock import end_of_day, local_date, start_of_day
from app.core.context import Context
from app.core.language import Said, said
from app.web.i18n import page_locale
from app.web.sentences import Sentence, sentences

AGENCIES = ("agency_id", "to_agency_id")


@dataclass(frozen=True)
class Event:
    """A line of a timeline. A day on which nothing was done but something fell due is a date, not a moment."""

    when: datetime | date
    text: str
    kind: str = ""
    detail: Said | str | None = None
    """The public reason."""


class Told(NamedTuple):
    """A fact, the moment it belongs to, and its line."""

    row: FactRow
    at: datetime
    event: Event


def told(ctx: Context, topic_id: int, case: Case | None) -> list[Told]:
    """The public facts of a topic that have a sentence, in the order they were recorded."""
    known = sentences()
    rows = [row for row in timeline(ctx, topic_id) if row.kind in known and _is_told(case, row)]
    acts = {act.id: act for act in case.clock.acts} if case else {}
    names = agency_words(ctx, {row.data[key] for row in rows for key in AGENCIES if row.data.get(key)})
    return [
        _told(ctx, case, row, known[row.kind], _named(row, names, acts.get(row.data.get("act_id")))) for row in rows
    ]


def history(ctx: Context, case: Case) -> list[Event]:
    """What happened publicly to the topic of a case, the newest first."""
    events = [(one.at, one.event) for one in told(ctx, case.topic_id, case)]
    first_late_day = case.clock.due_on + timedelta(days=1)
    if (case.clock.stopped_at or ctx.now) >= case.clock.due_at and not case.clock.is_paused:
        late = Event(first_late_day, gettext("The due date passed without a reply."), "late")
        events.append((start_of_day(first_late_day, ctx.settings.timezone), late))
    return [event for _, event in sorted(events, key=lambda one: one[0])][::-1]


def doings(ctx: Context, case: Case) -> list[Event]:
    """What was done to the date of a case, the newest first."""
    return [one.event for one in told(ctx, case.topic_id, case) if "act_id" in one.row.data][::-1]


def act_agency(act: ClockAct) -> str:
    """The name of the agency that acted on a clock; where none did, it was the administrator's office."""
    return said(act.agency.name, page_locale()).text if act.agency else gettext("The administration")


def _is_told(case: Case | None, row: FactRow) -> bool:
    """Of the clocks only that of the reply; that its date has passed the calendar tells, whoever noted it."""
    if "clock_id" in row.data and (case is None or row.data["clock_id"] != case.clock.id):
        return False
    return row.data.get("level") != Level.OFFICERS


def _told(ctx: Context, case: Case | None, row: FactRow, sentence: Sentence, data: Mapping[str, Any]) -> Told:
    at, when = _dated(ctx, row, sentence.dated)
    act: ClockAct | None = data.get("act")
    reason = Said(act.reason, act.lang) if act and act.reason else _reason(case, row) or None
    return Told(row, at, Event(when, sentence.words(data, ctx.today), sentence.tone, reason))


def _dated(ctx: Context, row: FactRow, key: str) -> tuple[datetime, datetime | date]:
    """The moment a fact belongs to, and how that is written: what fell due on a day has no time of day.

    A step of a clock is dated to when it was due, however late the sweep came; what closed at the end of its last day
    to that day, not to the midnight after it.
    """
    if not key:
        return row.at, row.at
    given, zone = row.data[key], ctx.settings.timezone
    if "T" in given:
        due_at = datetime.fromisoformat(given)
        return due_at, local_date(due_at, zone)
    day = date.fromisoformat(given)
    return min(row.at, end_of_day(day, zone)), row.at if day == local_date(row.at, zone) else day


def _named(row: FactRow, names: Mapping[int, str], act: ClockAct | None) -> dict[str, Any]:
    named = {key.removesuffix("_id"): names[row.data[key]] for key in AGENCIES if row.data.get(key)}
    return row.data | named | ({"act": act, "agency": act_agency(act)} if act else {})


def _reason(case: Case | None, row: FactRow) -> str:
    """The public reason of what happened between agencies, from the row it is about."""
    offer = next((one for one in case.transfers if one.id == row.data.get("transfer_id")), None) if case else None
    part = next((one for one in case.parts if one.id == row.data.get("part_id")), None) if case else None
    if offer is not None:
        return {"case.transfer-offered": offer.reason, "case.transfer-declined": offer.answer}.get(row.kind, "")
    if part is not None:
        reasons = {"case.agency-added": part.added_because, "case.agency-released": part.released_because}
        return reasons.get(row.kind, "")
    return ""
