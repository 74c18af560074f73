"""Cases in words: what clocks and cards show on every page. The one place that turns a clock into sentences."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask import url_for
from flask_babel import gettext, ngettext

from app.agencies.queries import agency_names
from app.cases.models import Case, CaseAgency
from app.clocks.models import ClockRow
from app.clocks.queries import last_of_pause
from app.core.answers import Outcome
from app.core.calendar import ONE_DAY
from app.core.clockface import ClockFace, ClockStatus, DayKind, StripDay, clock_status, strip_of_days
from app.core.context import Context
from app.core.deadline import Due, due_after
from app.core.language import Said, said
from app.core.terms import Promise
from app.topics.models import Topic, TopicAgency
from app.topics.rules import Part, TopicKind
from app.web.filters import day, number, period_words
from app.web.i18n import day_words, page_locale

KINDS = {
    ClockStatus.RUNNING: "brand",
    ClockStatus.DUE_SOON: "soon",
    ClockStatus.DUE_TODAY: "soon",
    ClockStatus.LATE: "late",
    ClockStatus.KEPT: "done",
    ClockStatus.KEPT_LATE: "",
}
"""Colours of the tags. An answer that came late is late no more: its words say so, its colour does not shout."""


@dataclass(frozen=True)
class Mark:
    """A day of a strip, as the strip component reads it."""

    day: date
    kind: str
    due: bool
    note: str


@dataclass(frozen=True)
class ClockView:
    """A clock as cards and pages show it. `status` and `deadline` are words, `kind` is that of the tag.

    `more` says what the strip does not draw; `why_href` leads to the count of the days.
    """

    face: ClockFace
    status: str
    kind: str
    deadline: str
    text: str
    more: str
    days: tuple[Mark, ...]
    why_href: str


@dataclass(frozen=True)
class CaseView:
    """A case as a card."""

    title: Said
    href: str
    status: str
    kind: str
    byline: str
    days: tuple[Mark, ...]
    text: str


def clock_view(ctx: Context, case: Case) -> ClockView:
    """The clock of a case as it stands today; one that is paused stands where it was stopped."""
    clock = case.clock
    legs, today = clock.legs, clock.face_day(ctx.today)
    face = clock_status(clock.due_on, today, clock.stopped_on, ctx.calendar)
    strip = strip_of_days(replace(legs[-1], start=clock.started_on), today, clock.stopped_on, ctx.calendar)
    more = (
        ngettext(
            "%(num)s more late working day is not drawn.",
            "%(num)s more late working days are not drawn.",
            strip.late_not_shown,
        )
        if strip.late_not_shown
        else ""
    )
    topic = case.topic
    return ClockView(
        face=face,
        status=_paused_words(clock, ctx.today) or status_words(face),
        kind="" if clock.is_paused else KINDS[face.status],
        deadline=status_words(face) if clock.is_paused else deadline_words(face, ctx.today),
        text=_until_words(clock, ctx.today)
        or _counted_words(promise_words(legs[0], ctx.today, topic.kind), len(legs) - 1),
        more=more,
        days=tuple(_mark(one) for one in strip),
        why_href=url_for("cases.why", kind=topic.kind.value, slug=topic.slug),
    )


def _paused_words(clock: ClockRow, today: date) -> str:
    return gettext("Paused since %(day)s", day=day_words(clock.paused_on, today)) if clock.paused_on else ""


def _until_words(clock: ClockRow, today: date) -> str:
    last = last_of_pause(clock)
    if last is None:
        return ""
    return gettext("By the rules it runs again by itself on %(day)s.", day=day_words(last + ONE_DAY, today))


def _counted_words(counted: str, times: int) -> str:
    if not times:
        return counted
    return ngettext("%(counted)s Put off %(num)s time.", "%(counted)s Put off %(num)s times.", times, counted=counted)


def case_view(ctx: Context, case: Case, href: str = "") -> CaseView:
    """A case as a card that leads to `href`, by default to its public page."""
    clock = clock_view(ctx, case)
    byline = gettext("%(agencies)s · %(deadline)s", agencies=agencies_words(case.agencies), deadline=clock.deadline)
    return CaseView(
        title=said(case.topic.title, page_locale()),
        href=href or url_for("replies.show", kind=case.topic.kind.value, slug=case.topic.slug),
        status=clock.status,
        kind=clock.kind,
        byline=byline,
        days=clock.days,
        text=outcome_words(case) if case.is_answered else clock.more,
    )


def forecast(ctx: Context, topic: Topic) -> Due | None:
    """When a reply will be due if the topic closes as planned; None if it has no last day."""
    if topic.closes_on is None:
        return None
    period = ctx.policy.terms(Promise.SUMMARY).period
    return due_after(topic.closes_on, period.amount, period.unit, ctx.calendar, period.roll)


def status_words(face: ClockFace) -> str:
    """How a promise stands: "3 working days left", "4 working days late"."""
    match face.status:
        case ClockStatus.RUNNING | ClockStatus.DUE_SOON:
            return _left_words(face)
        case ClockStatus.DUE_TODAY:
            return gettext("Due today")
        case ClockStatus.LATE:
            return _late_words(face)
        case ClockStatus.KEPT:
            return _kept_words(face)
        case ClockStatus.KEPT_LATE:
            return _kept_late_words(face)


def deadline_words(face: ClockFace, today: date) -> str:
    """The date of a promise: "Reply due Tue 24 Nov"."""
    written = day_words(face.due_on, today)
    if face.due_on >= today:
        return gettext("Reply due %(day)s", day=written)
    return gettext("Reply was due %(day)s", day=written)


def promise_words(due: Due, today: date, kind: TopicKind = TopicKind.ISSUE) -> str:
    """How the date came about, in a sentence."""
    if kind is TopicKind.PROPOSAL:
        return gettext(
            "Established on %(start)s; %(period)s, counted from the next day.",
            start=day_words(due.start, today),
            period=period_words(due),
        )
    return gettext(
        "Closed on %(start)s; %(period)s, counted from the next day.",
        start=day_words(due.start, today),
        period=period_words(due),
    )


def agencies_words(parts: Sequence[CaseAgency | TopicAgency]) -> str:
    """Who owes the answer: "Transport Department (lead), Police Department"."""
    lead_first = sorted(parts, key=lambda part: part.part is not Part.LEAD)
    names = [said(part.agency.name, page_locale()).text for part in lead_first]
    leads = sum(part.part is Part.LEAD for part in parts)
    if leads > 1:
        names[:leads] = [gettext("%(agency)s (joint lead)", agency=name) for name in names[:leads]]
    elif len(names) > 1:
        names[0] = gettext("%(agency)s (lead)", agency=names[0])
    return gettext(", ").join(names)


def agency_words(ctx: Context, agency_ids: Collection[int]) -> dict[int, str]:
    """The names of agencies in the reader's language, by id."""
    names = agency_names(ctx, agency_ids) if agency_ids else {}
    return {key: said(name, page_locale()).text for key, name in names.items()}


def outcome_words(case: Case) -> str:
    """How much was adopted, in one sentence; empty where nothing was demanded."""
    taken = sum(demand.outcome in {Outcome.ADOPTED, Outcome.PARTLY_ADOPTED} for demand in case.demands)
    if not case.demands:
        return ""
    return ngettext(
        "%(taken)s of %(num)s demand adopted at least in part",
        "%(taken)s of %(num)s demands adopted at least in part",
        len(case.demands),
        taken=number(taken, page_locale()),
    )


def _mark(one: StripDay) -> Mark:
    kind = "worked" if one.kind is DayKind.DONE else one.kind.value
    return Mark(one.date, kind, one.is_due, said(one.reason, page_locale()).text)


def _left_words(face: ClockFace) -> str:
    if face.working_days_left:
        return ngettext("%(num)s working day left", "%(num)s working days left", face.working_days_left)
    return ngettext("%(num)s day left", "%(num)s days left", face.days_left)


def _late_words(face: ClockFace) -> str:
    if face.working_days_late:
        return ngettext("%(num)s working day late", "%(num)s working days late", face.working_days_late)
    first_late_day = day(face.due_on + timedelta(days=1), page_locale())
    return gettext("Late since %(day)s", day=first_late_day)


def _kept_words(face: ClockFace) -> str:
    if face.working_days_early:
        return ngettext(
            "Answered %(num)s working day early", "Answered %(num)s working days early", face.working_days_early
        )
    return gettext("Answered in time")


def _kept_late_words(face: ClockFace) -> str:
    if face.working_days_late:
        return ngettext(
            "Answered %(num)s working day late", "Answered %(num)s working days late", face.working_days_late
        )
    return gettext("Answered after the due date")
