"""What happened to a topic, in words; and how its due date was counted, day by day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext

from app.audit.models import FactRow
from app.audit.queries import timeline
from app.clocks.models import ClockAct
from app.clocks.rules import Level
from app.core.calendar import days_between
from app.core.clock import local_date, start_of_day
from app.core.context import Context
from app.core.deadline import Due, Unit
from app.core.language import Said, said
from app.replies.faces import day_words
from app.replies.models import Case
from app.replies.part_history import PARTS_TOLD, named, reason_of
from app.web.filters import day, number, percent
from app.web.i18n import page_locale


@dataclass(frozen=True)
class Event:
    """A line of a timeline. A day on which nothing was done but something fell due is a date, not a moment."""

    when: datetime | date
    text: str
    kind: str = ""
    detail: Said | str | None = None
    """The public reason."""


@dataclass(frozen=True)
class Leg:
    """A part of the count of a date: its caption, how it was found, and its days as rows."""

    caption: str
    due: Due
    rows: list[list[str]]


def _published(data: dict[str, Any]) -> str:
    return (
        gettext("The reply was published, after its due date.") if data["late"] else gettext("The reply was published.")
    )


def _on(data: dict[str, Any], key: str, today: date) -> str:
    return day_words(date.fromisoformat(data[key]), today)


def _dates(data: dict[str, Any], today: date) -> str:
    new, old = _on(data, "new_due_on", today), _on(data, "old_due_on", today)
    return gettext("due %(new)s instead of %(old)s", new=new, old=old)


def _escalated(data: dict[str, Any]) -> str:
    if data["level"] == Level.HEAD:
        return gettext("Still no reply: the head of the agency was told.")
    return gettext("Still no reply: the supervisor was told.")


TOLD: dict[str, Callable[[dict[str, Any], date], str]] = {
    "proposal.admitted": lambda _data, _today: gettext("Admitted: people can endorse it."),
    "gathering.opened": lambda data, today: gettext(
        "%(people)s endorsements are needed by %(day)s.",
        people=number(data["threshold"], page_locale()),
        day=_on(data, "closes_on", today),
    ),
    "gathering.moved": lambda data, today: gettext(
        "The last day to endorse is %(new)s instead of %(old)s: days of a pause do not count.",
        new=_on(data, "new_closes_on", today),
        old=_on(data, "old_closes_on", today),
    ),
    "gathering.progress": lambda data, _: gettext(
        "%(percent)s of the endorsements needed were reached.", percent=percent(data["percent"] / 100, page_locale())
    ),
    "proposal.established": lambda data, _: gettext(
        "Established with %(people)s endorsements.", people=number(data["endorsed"], page_locale())
    ),
    "proposal.lapsed": lambda data, _: gettext(
        "The time ended with %(people)s endorsements; %(needed)s were needed.",
        people=number(data["endorsed"], page_locale()),
        needed=number(data["threshold"], page_locale()),
    ),
    "proposal.merged": lambda _data, _today: gettext("United with another proposal, as both authors wished."),
    "proposal.near-miss-taken": lambda _data, _today: gettext("It came near the threshold, and the agency took it up."),
    "proposal.near-miss-left": lambda _data, _today: gettext(
        "It came near the threshold; the agency left it, with a reason."
    ),
    "proposal.rejected": lambda _data, _today: gettext("Not admitted, with a reason."),
    "proposal.taken-down": lambda _data, _today: gettext("Taken down, with a reason."),
    "proposal.withdrawn": lambda _data, _today: gettext("Withdrawn by the proposer, with a reason."),
    "proposal.plan-published": lambda _data, _today: gettext("The agencies published how they go about it."),
    "proposal.proposer-contacted": lambda data, today: gettext(
        "The agencies spoke with the proposer on %(day)s.", day=_on(data, "on", today)
    ),
    "gathering.endorsers-forgotten": lambda _data, _today: gettext("It was deleted who endorsed. How many did stays."),
    "issue.opened": lambda data, today: gettext("Opened until %(day)s.", day=_on(data, "closes_on", today)),
    "issue.revised": lambda data, _: gettext("The texts were changed (version %(number)s).", number=data["version"]),
    "issue.closed": lambda _data, _today: gettext("Closed; no more voices are taken."),
    "issue.withdrawn": lambda _data, _today: gettext("Withdrawn, with a reason."),
    "votes.imported": lambda _data, _today: gettext("Votes from elsewhere were imported."),
    "case.opened": lambda data, today: gettext(
        "A case was opened; the reply is due %(day)s.", day=_on(data, "due_on", today)
    ),
    "reply.published": lambda data, _: _published(data),
    "clock.paused": lambda data, _: gettext("%(agency)s paused the clock.", agency=data["agency"]),
    "clock.resumed": lambda data, today: gettext("The clock runs again; %(dates)s.", dates=_dates(data, today)),
    "clock.extended": lambda data, today: gettext(
        "%(agency)s put the date off; %(dates)s.", agency=data["agency"], dates=_dates(data, today)
    ),
    "clock.moved": lambda data, today: gettext("The date follows the calendar; %(dates)s.", dates=_dates(data, today)),
    "clock.restarted": lambda data, today: gettext("The clock began anew; %(dates)s.", dates=_dates(data, today)),
    "clock.escalated": lambda data, _: _escalated(data),
    "reply.corrected": lambda data, _: gettext("The reply was corrected (version %(number)s).", number=data["number"]),
    "holding.published": lambda _data, _today: gettext("A holding answer was published. The reply is still owed."),
    **PARTS_TOLD,
}
"""Public facts and their words. Lateness is not among them: it is a question to the calendar, whoever noted it when."""

TONES = {"reply.published": "done", "clock.extended": "soon", "clock.escalated": "late"}


def history(ctx: Context, case: Case) -> list[Event]:
    """What happened publicly to the topic of a case, the newest first."""
    acts = {act.id: act for act in case.clock.acts}
    rows = [row for row in timeline(ctx, case.topic_id) if _is_told(case, row)]
    told = zip(rows, named(ctx, rows), strict=True)
    events = [(_moment(row), _event(ctx, case, (row, data), acts.get(row.data.get("act_id")))) for row, data in told]
    first_late_day = case.clock.due_on + timedelta(days=1)
    if (case.clock.stopped_at or ctx.now) >= case.clock.due_at and not case.clock.is_paused:
        late = Event(first_late_day, gettext("The due date passed without a reply."), "late")
        events.append((start_of_day(first_late_day, ctx.settings.timezone), late))
    return [event for _, event in sorted(events, key=lambda one: one[0])][::-1]


def doings(ctx: Context, case: Case) -> list[Event]:
    """What was done to the date of a case, the newest first."""
    acts = {act.id: act for act in case.clock.acts}
    rows = [row for row in timeline(ctx, case.topic_id) if _is_told(case, row) and row.data.get("act_id") in acts]
    return [_event(ctx, case, (row, row.data), acts[row.data["act_id"]]) for row in reversed(rows)]


def _is_told(case: Case, row: FactRow) -> bool:
    """Of the clocks only that of the reply; that its date has passed the calendar tells, whoever noted it."""
    if row.kind not in TOLD or row.data.get("clock_id", case.clock.id) != case.clock.id:
        return False
    return row.data.get("level") != Level.OFFICERS


def _moment(row: FactRow) -> datetime:
    """When it happened; an escalation is told with the moment it was due, however late the sweep came."""
    return datetime.fromisoformat(row.data["was_due_at"]) if "was_due_at" in row.data else row.at


def _event(ctx: Context, case: Case, told: tuple[FactRow, dict[str, Any]], act: ClockAct | None) -> Event:
    """A fact as a line. What closed at the end of its last day is told with that day, not the midnight after it."""
    row, data = told
    when: datetime | date = _moment(row)
    if row.kind == "issue.closed":
        last_day = date.fromisoformat(row.data["closed_on"])
        when = row.at if last_day == local_date(row.at, ctx.settings.timezone) else last_day
    elif row.kind == "clock.escalated":
        when = local_date(_moment(row), ctx.settings.timezone)
    if act:
        data = data | {"agency": act_agency(act)}
    reason = Said(act.reason, act.lang) if act and act.reason else reason_of(case, row) or None
    return Event(when, TOLD[row.kind](data, ctx.today), TONES.get(row.kind, ""), reason)


def act_agency(act: ClockAct) -> str:
    """The name of the agency that acted on a clock; where none did, it was the administrator's office."""
    return said(act.agency.name, page_locale()).text if act.agency else gettext("The administration")


def legs_told(legs: list[Due]) -> list[Leg]:
    """How a date was counted, leg by leg: the promise first, then each extension from the date before it."""
    first = gettext("The case began: day zero")
    return [
        Leg(
            gettext("Every day, as it was counted") if place == 0 else gettext("Put off: every day after the old date"),
            leg,
            counted_days(leg, first if place == 0 else gettext("The old date: day zero"), is_last=leg is legs[-1]),
        )
        for place, leg in enumerate(legs)
    ]


def counted_days(due: Due, zero: str, is_last: bool = True) -> list[list[str]]:
    """Every day from the start to the due day as a row: the day, what kind of day it is, its number or a dash."""
    rest = {skipped.date: said(skipped.reason, page_locale()).text for skipped in due.skipped}
    rows = [[day(due.start, page_locale(), year=True), zero, "0"]]
    plain = gettext("Working day") if due.unit is Unit.WORKING_DAY else gettext("Counted")
    due_words = gettext("Reply due") if is_last else gettext("The date before it was put off")
    place = 0
    for one in days_between(due.start, due.on):
        if one in rest:
            rows.append([day_words(one, due.start), rest[one] or gettext("Rest day"), "–"])
            continue
        place += 1
        rows.append([day_words(one, due.start), due_words if one == due.on else plain, str(place)])
    return rows


def closed_since(ctx: Context, due: Due) -> list[str]:
    """Days that were counted as working days when the promise was made, and are none by today's calendar."""
    return [day_words(one, ctx.today) for one in due.counted if not ctx.calendar.is_working_day(one)]
