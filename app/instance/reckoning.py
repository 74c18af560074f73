"""A due date and a year of the office calendar for readers: in words, as rows of a table, and as public fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask_babel import gettext, lazy_gettext, ngettext

from app.core.calendar import CLOSED_HALF, DayException, days_between, unnamed
from app.core.deadline import Due, Rule, Unit
from app.core.language import Said
from app.instance.importing import News, Plan
from app.web.filters import day as day_words
from app.web.i18n import page_locale
from app.web.pages import said_here

LAW = {
    "en": "https://law.moj.gov.tw/ENG/LawClass/LawAll.aspx?pcode=A0030055",
    "zh-Hant-TW": "https://law.moj.gov.tw/LawClass/LawSingle.aspx?pcode=A0030055&flno=48",
}
STRIP_DAYS = 130
"""Of a longer period only the table is drawn."""

_EVERY = lazy_gettext("Every day counts, weekends and holidays as well.")
_MONTHS = lazy_gettext("Months end on the day before the one that corresponds to the first day counted.")
_ROLLED = lazy_gettext("If the last day is no whole working day, the period ends on the next one that is.")
RULES = {
    Rule.CALENDAR_DAYS: (_EVERY,),
    Rule.CALENDAR_DAYS_ROLLED: (_EVERY, _ROLLED),
    Rule.APA48_MONTHS: (_MONTHS,),
    Rule.APA48_MONTHS_ROLLED: (_MONTHS, _ROLLED),
    Rule.WORKING_DAYS: (
        lazy_gettext("Only days on which offices work count."),
        lazy_gettext("A half day counts, but no period ends on one."),
    ),
    Rule.BUSINESS_HOURS: (lazy_gettext("Only hours in which offices are open count."),),
}
LAWS = {
    Rule.CALENDAR_DAYS: lazy_gettext("Administrative Procedure Act, article 48, paragraph 2"),
    Rule.CALENDAR_DAYS_ROLLED: lazy_gettext("Administrative Procedure Act, article 48, paragraphs 2 and 4"),
    Rule.APA48_MONTHS: lazy_gettext("Administrative Procedure Act, article 48, paragraphs 2 and 3"),
    Rule.APA48_MONTHS_ROLLED: lazy_gettext("Administrative Procedure Act, article 48, paragraphs 2, 3 and 4"),
    Rule.WORKING_DAYS: lazy_gettext("Administrative Procedure Act, article 48, paragraph 2 (the first day)"),
}
"""Taiwan's. Working days are no unit of the Act; that the first day is not counted holds for them too."""


class StripDay(NamedTuple):
    """A day of the strip, as its component takes it."""

    day: Any
    kind: str
    due: bool
    note: str


def rule_words(rule: Rule) -> str:
    """The rule in sentences, from day zero on."""
    return gettext("The day of the event is day zero.") + space() + sentences(rule)


def sentences(rule: Rule) -> str:
    """What sets this rule apart from the others."""
    return space().join(str(sentence) for sentence in RULES[rule])


def why_rolled(due: Due) -> str:
    """What kind of day the period would have ended on."""
    return next((said_here(dict(one.reason)).text for one in due.skipped if one.date == due.rolled_from), "")


def amount_words(amount: int, unit: Unit) -> str:
    """A period as people say it."""
    if unit is Unit.DAY:
        return ngettext("%(num)s day", "%(num)s days", amount)
    if unit is Unit.MONTH:
        return ngettext("%(num)s month", "%(num)s months", amount)
    if unit is Unit.HOUR:
        return ngettext("%(num)s office hour", "%(num)s office hours", amount)
    return ngettext("%(num)s working day", "%(num)s working days", amount)


def counted_rows(due: Due) -> list[list[Any]]:
    """Every day from the event to the due day: the day, what it is, its number or a dash."""
    passed = {one.date: said_here(dict(one.reason)) for one in due.skipped}
    rows: list[list[Any]] = [[_day(due.start), gettext("Day zero"), "0"]]
    place = 0
    for day in days_between(due.start, due.on):
        if day in passed:
            rows.append([_day(day), passed[day], "–"])
            continue
        place += 1
        rows.append([_day(day), gettext("Last day") if day == due.on else gettext("Counts"), str(place)])
    return rows


def skipped_rows(due: Due) -> list[list[Any]]:
    """The days passed over, and why."""
    return [[_day(one.date), said_here(dict(one.reason))] for one in due.skipped]


def strip(due: Due) -> list[StripDay]:
    """The period as a strip of days; nothing for a very long one."""
    passed = {one.date: said_here(dict(one.reason)).text for one in due.skipped}
    days = days_between(due.start, due.on)
    if len(days) > STRIP_DAYS:
        return []
    words = gettext("Counts")
    return [StripDay(day, "rest" if day in passed else "worked", day == due.on, passed.get(day, words)) for day in days]


def year_rows(days: Sequence[DayException]) -> list[list[Any]]:
    """The days of a year: the day, its name, and what offices do."""
    half = gettext("half a day")
    return [
        [day_words(one.day, page_locale()), said_here(dict(one.name)), half if one.half else offices_words(one)]
        for one in days
    ]


def preview_rows(plan: Plan, areas: Mapping[str, Mapping[str, str]]) -> list[list[Any]]:
    """The days an import would enter: the day, its name, what offices do, where, and whether it is new here."""
    news = {News.NEW: gettext("new"), News.CHANGED: gettext("changed")}
    return [
        [
            _day(day.day),
            said_here(day.name or dict(unnamed(day.works, day.half))),
            offices_words(DayException(day.day, day.name, day.works, day.area, day.half)),
            area_words(day.area, areas),
            news[what],
        ]
        for day, what in plan.planned
    ]


def area_words(area: str | None, areas: Mapping[str, Mapping[str, str]]) -> Said:
    """The name of an area (its code where it is none of these), or that it is everywhere."""
    if area is None:
        return Said(gettext("everywhere"), page_locale())
    return said_here(dict(areas.get(area, {"en": area})))


def offices_words(day: DayException) -> Said:
    """Whether offices work on a day."""
    if day.half is not None:
        return said_here(dict(CLOSED_HALF[day.half]))
    return Said(gettext("open") if day.works else gettext("closed"), page_locale())


def present_due(due: Due, area: str | None) -> dict[str, Any]:
    """The public fields of a counted period; of the API and of the command."""
    return {
        "from": due.start.isoformat(),
        "amount": due.amount,
        "unit": due.unit.value,
        "due": due.on.isoformat(),
        "rule": due.rule.value,
        "rolled_from": due.rolled_from.isoformat() if due.rolled_from else None,
        "skipped": [{"date": one.date.isoformat(), "name": dict(one.reason)} for one in due.skipped],
        "area": area,
        "calendar_version": due.calendar_version,
    }


def present_day(day: DayException) -> dict[str, Any]:
    """The public fields of a day of the calendar."""
    return {
        "date": day.day.isoformat(),
        "name": dict(day.name),
        "works": day.works,
        "closed_half": day.half.value if day.half else None,
    }


def space() -> str:
    """What stands between two sentences: nothing in Chinese."""
    return "" if page_locale().startswith("zh") else " "


def _day(day: Any) -> str:
    return day_words(day, page_locale(), year=True)
