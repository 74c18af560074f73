"""How the date of a reply was counted, day by day."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext

from app.core.calendar import days_between
from app.core.context import Context
from app.core.deadline import Due, Unit
from app.core.language import said
from app.web.filters import day
from app.web.i18n import day_words, page_locale


@dataclass(frozen=True)
class Leg:
    """A part of the count of a date: its caption, how it was found, and its days as rows."""

    caption: str
    due: Due
    rows: list[list[str]]


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
