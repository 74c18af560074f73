"""The office calendar over the API: when a period ends, and the days of a year."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field

from app.core.calendar import Half
from app.core.deadline import Rule, Unit
from app.core.permissions import Permission
from app.instance.queries import office_year, reckon
from app.instance.reckoning import present_day, present_due
from app.instance.rules import AMOUNTS
from app.web.acting import ctx, guard
from app.web.openapi import api_blueprint

api = api_blueprint("calendar")
Name = dict[str, str]
"""A name by BCP 47 tag."""


def _real_day(text: str) -> str:
    # `fromisoformat` alone also takes weeks (2021-W38-5); pydantic's own date takes seconds since 1970.
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError("a day is written YYYY-MM-DD")
    date.fromisoformat(text)
    return text


class AreaQuery(BaseModel):
    """Where: an area of the country (ISO 3166-2), else the instance's own."""

    area: str | None = Field(None, max_length=6)


class DueQuery(AreaQuery):
    """A period and the day of the event it begins with, which is day zero."""

    start: Annotated[str, AfterValidator(_real_day)] = Field(alias="from", json_schema_extra={"format": "date"})
    amount: int = Field(ge=AMOUNTS.start, lt=AMOUNTS.stop)
    unit: Literal["day", "working_day", "month"]


class PassedOut(BaseModel):
    """A day the count passed over, and why."""

    date: str
    name: Name


class DueOut(BaseModel):
    """When a period ends, and everything that led to it. The whole of the day `due` is in time.

    `rule` names how it was counted; `rolled_from` is the day it would have ended on, were that a whole working day.
    """

    start: str = Field(alias="from")
    amount: int
    unit: Unit
    due: str
    rule: Rule
    rolled_from: str | None
    skipped: list[PassedOut]
    area: str | None
    calendar_version: str


class DayOut(BaseModel):
    """A day that differs from a plain week. `closed_half`: the half in which offices are closed although they work."""

    date: str
    name: Name
    works: bool
    closed_half: Half | None


class YearOut(BaseModel):
    """The holidays, make-up days and exceptions of a year; weekends without another name are not listed."""

    year: int
    country: str
    area: str | None
    calendar_version: str
    days: list[DayOut]


@api.get("/calendar/due")
@api.input(DueQuery, location="query", arg_name="asked")
@api.output(DueOut)
@guard(Permission.READ)
def due(asked: DueQuery) -> dict[str, Any]:
    """When a period ends by this instance's office calendar."""
    found = reckon(ctx(), date.fromisoformat(asked.start), asked.amount, Unit(asked.unit), asked.area)
    return present_due(found, asked.area or ctx().settings.area)


@api.get("/calendar/<int:year>")
@api.input(AreaQuery, location="query", arg_name="asked")
@api.output(YearOut)
@guard(Permission.READ)
def year(year: int, asked: AreaQuery) -> dict[str, Any]:
    """The days of a year on which offices work otherwise than in a plain week."""
    days = office_year(ctx(), year, asked.area)
    area = asked.area or ctx().settings.area
    return {
        "year": year,
        "country": ctx().settings.country,
        "area": area,
        "calendar_version": ctx().calendar_of(area).version,
        "days": [present_day(day) for day in days],
    }
