"""Cases and figures in words, as the board shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext, ngettext

from app.agencies.models import Agency
from app.board.drawing import Drawing, draw, step_at
from app.board.models import ReplyFigures
from app.board.rules import MIN_CASES, Days, Figures
from app.cases.faces import Mark, agencies_words, clock_view
from app.cases.models import Case
from app.core.context import Context
from app.core.language import Said, said
from app.topics.rules import TopicKind
from app.web.filters import number, percent
from app.web.i18n import day_words, page_locale
from deliberation import Share

TABLE_DAYS = (7, 14, 21, 30, 45, 60, 90, 120, 180, 365)
"""Days after which the table tells how much was answered."""


@dataclass(frozen=True)
class Row:
    """A case on the board. `dates` are pairs of what and when; days are drawn where all of them fit."""

    title: Said
    href: str
    status: str
    kind: str
    agencies: str
    dates: tuple[tuple[str, str], ...]
    days: tuple[Mark, ...]
    why_href: str


@dataclass(frozen=True)
class FiguresView:
    """How long replies take, in words; `drawing` and `rows` say the same."""

    day: date
    median: str
    median_range: str
    ninety: str
    ninety_range: str
    in_time: str
    in_time_range: str
    counted: str
    drawing: Drawing
    rows: list[list[str]]


def row(ctx: Context, case: Case) -> Row:
    """A case as a row."""
    clock = clock_view(ctx, case)
    dates = [
        (gettext("Started"), day_words(case.clock.started_on, ctx.today)),
        (gettext("Due on"), day_words(case.clock.due_on, ctx.today)),
    ]
    if case.clock.stopped_on is not None:
        dates.append((gettext("Answered on"), day_words(case.clock.stopped_on, ctx.today)))
    if clock.face.days_late:
        dates.append((gettext("Late"), days_words(clock.face.days_late)))
    return Row(
        title=said(case.topic.title, page_locale()),
        href=page_of(case),
        status=clock.status,
        kind=clock.kind,
        agencies=agencies_words(case.agencies),
        dates=tuple(dates),
        days=() if clock.more else clock.days,
        why_href=clock.why_href,
    )


def page_of(case: Case, external: bool = False) -> str:
    """The page of a case."""
    here = {"kind": case.topic.kind.value, "slug": case.topic.slug}
    return url_for("replies.show", **here, _external=external)


def count_of(case: Case, external: bool = False) -> str:
    """The page that says how the date of a case was counted."""
    here = {"kind": case.topic.kind.value, "slug": case.topic.slug}
    return url_for("cases.why", **here, _external=external)


def kind_words(kind: TopicKind) -> str:
    """What cases of a kind belong to."""
    return {TopicKind.ISSUE: gettext("Issues"), TopicKind.PROPOSAL: gettext("Proposals")}[kind]


def days_words(days: int) -> str:
    """A number of days."""
    return ngettext("%(num)s day", "%(num)s days", days)


def figures_view(stored: ReplyFigures | None, agency: Agency | None = None) -> FiguresView | None:
    """How long replies take in the whole government or in one agency; None while there are too few to say."""
    content = _stored(stored, agency)
    if stored is None or content is None:
        return None
    found = Figures.from_json(content)
    return FiguresView(
        day=stored.day,
        median=_day_words(found.median),
        median_range=_days_range(found.median),
        ninety=_day_words(found.ninety),
        ninety_range=_days_range(found.ninety),
        in_time=percent(found.in_time.rate, page_locale()),
        in_time_range=_share_range(found.in_time),
        counted=_counted_words(found),
        drawing=draw(found),
        rows=_table(found),
    )


def agency_rows(stored: ReplyFigures | None, agencies: list[Agency]) -> list[list[Said | str | list[str]]]:
    """The agencies that owe or gave replies, by name and in no other order, each with its figures."""
    if stored is None:
        return []
    named = [(said(one.name, page_locale()), one) for one in agencies if str(one.id) in stored.content["agencies"]]
    rows: list[list[Said | str | list[str]]] = []
    for name, one in sorted(named, key=lambda pair: pair[0].text):
        found = figures_view(stored, one)
        rows.append([name, *(_cells(found) if found else [gettext("Too few to say"), "–", "–"])])
    return rows


def too_few_words() -> str:
    """Why nothing is told."""
    return gettext(
        "Figures are told once %(num)s replies were given or fell due. Fewer would say more about chance.",
        num=number(MIN_CASES, page_locale()),
    )


def _cells(found: FiguresView) -> list[list[str]]:
    return [
        [found.median, found.median_range],
        [found.ninety, found.ninety_range],
        [found.in_time, found.in_time_range],
    ]


def _stored(stored: ReplyFigures | None, agency: Agency | None) -> dict[str, object] | None:
    if stored is None:
        return None
    return stored.content["all"] if agency is None else stored.content["agencies"].get(str(agency.id))


def _day_words(found: Days) -> str:
    return gettext("not yet known") if found.day is None else days_words(found.day)


def _days_range(found: Days) -> str:
    """The interval in words; open where nobody can see that far."""
    here = page_locale()
    if found.low is None:
        return ""
    if found.high is None:
        return ngettext("%(num)s day or more", "%(num)s days or more", found.low)
    return gettext("%(low)s to %(high)s days", low=number(found.low, here), high=number(found.high, here))


def _share_range(found: Share) -> str:
    here = page_locale()
    return gettext("%(low)s to %(high)s", low=percent(found.low, here), high=percent(found.high, here))


def _counted_words(found: Figures) -> str:
    here = page_locale()
    return gettext(
        "%(answered)s answered, %(waiting)s still waiting",
        answered=number(found.answered, here),
        waiting=number(found.waiting, here),
    )


def _table(found: Figures) -> list[list[str]]:
    """What the picture shows, at days people think in, as far as it goes."""
    here = page_locale()
    last = found.curve[-1].day if found.curve else 0
    rows = []
    for day in (one for one in TABLE_DAYS if one <= last):
        step = step_at(found.curve, day)
        share = percent(step.share if step else 0.0, here)
        span = f"{percent(step.low, here)}–{percent(step.high, here)}" if step else "–"
        rows.append([days_words(day), share, span])
    return rows
