"""A file of calendar days, whatever kind it is."""

from __future__ import annotations

from collections.abc import Iterable

from app.core.language import N_
from app.instance.calendar_csv import read_csv
from app.instance.calendar_ics import is_ics, read_ics
from app.instance.importing import MAX_BYTES, BadFile, FileDay, Problem, Problems, checked


def read_days(data: bytes, timezone: str, areas: Iterable[str], area: str | None) -> list[FileDay]:
    """The days of a CSV or iCalendar file, told apart by its content; those without an area are for `area`.

    Raises `BadFile` unless every line of it can be taken.
    """
    if len(data) > MAX_BYTES:
        raise BadFile([Problem(0, N_("The file is larger than %(most)s kB."), {"most": MAX_BYTES // 1000})])
    problems = Problems()
    days = read_ics(data, timezone, problems) if is_ics(data) else read_csv(data, problems)
    taken = checked(days, areas, area, problems)
    problems.refuse()
    if not taken:
        raise BadFile([Problem(0, N_("There are no days in this file."), {})])
    return taken
