"""Files of calendar days, sent by an administrator: what they say, and what of it would be news here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from app.core.calendar import BeyondCalendar, DayException, Half, OfficeCalendar
from app.core.language import N_
from app.instance.rules import NAME_MAX
from moderation import clean_line

MAX_BYTES = 200_000
"""Ten years of the government's calendar of all days fit twice over."""
MAX_DAYS = 4_000
MAX_PROBLEMS = 20


class Problem(NamedTuple):
    """What is wrong in a line of a file (counted from 1; 0: in the file as a whole). `reason` is a message id."""

    line: int
    reason: str
    values: dict[str, Any]


class BadFile(ValueError):
    """The file cannot be taken. `problems` says why, in the order of the lines, at most `MAX_PROBLEMS`."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"line {line}: {reason % values}" for line, reason, values in self.problems))


class Problems:
    """What is wrong so far; raises as soon as the list is full."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, line: int, reason: str, **values: Any) -> None:
        """Note one problem. Raises `BadFile` if it is the last one the list can hold."""
        self.found.append(Problem(line, reason, values))
        if len(self.found) == MAX_PROBLEMS:
            self.refuse()

    def refuse(self) -> None:
        """Raise `BadFile` if anything was found."""
        if self.found:
            raise BadFile(sorted(self.found, key=lambda problem: problem.line))


@dataclass(frozen=True)
class FileDay:
    """A day as a file says it; `line` is where. `name` by language, cleaned, perhaps empty."""

    line: int
    day: date
    name: dict[str, str]
    works: bool
    area: str | None = None
    half: Half | None = None


class News(StrEnum):
    """What a day of a file would change here."""

    NEW = "new"
    CHANGED = "changed"


class Planned(NamedTuple):
    """A day that would be entered."""

    day: FileDay
    news: News


@dataclass(frozen=True)
class Plan:
    """What an import would do. `known` days are left out: the calendar says the same already."""

    planned: tuple[Planned, ...]
    known: int


def plan(days: Iterable[FileDay], entered: Iterable[DayException], country: OfficeCalendar) -> Plan:
    """Sort out what is news, given the days entered here and the calendar of the `country` without them."""
    here = {(one.day, one.area): one for one in entered}
    corrected = {one.day for one in here.values()}
    planned, known = [], 0
    for day in days:
        before = here.get((day.day, day.area))
        is_known = _same(day, before) if before else day.day not in corrected and _agrees(day, country)
        if is_known:
            known += 1
        else:
            planned.append(Planned(day, News.CHANGED if before else News.NEW))
    return Plan(tuple(planned), known)


def checked(days: Iterable[FileDay], areas: Iterable[str], area: str | None, problems: Problems) -> list[FileDay]:
    """The days with `area` where they name none. Notes areas that are none, long names, and days said twice."""
    lines: dict[tuple[date, str | None], int] = {}
    taken, known = [], set(areas)
    for day in days:
        here = replace(day, area=day.area or area)
        key = (here.day, here.area)
        if here.area is not None and here.area not in known:
            problems.add(day.line, N_("“%(area)s” is no area of this country."), area=here.area[:20])
        elif any(len(name) > NAME_MAX for name in here.name.values()):
            problems.add(day.line, N_("The name may have at most 60 characters."))
        elif key in lines:
            problems.add(day.line, N_("This day was named in line %(before)s already."), before=lines[key])
        elif len(taken) == MAX_DAYS:
            problems.add(day.line, N_("The file has more than %(most)s days."), most=MAX_DAYS)
            problems.refuse()
        else:
            taken.append(here)
        lines.setdefault(key, day.line)
    return taken


def named(text: str, english: str = "") -> dict[str, str]:
    """A name of a file by language: with Han characters it is Chinese, else English."""
    name, other = clean_line(text), clean_line(english)
    is_chinese = any("\u3400" <= character <= "\u9fff" for character in name)
    said = {"zh-Hant-TW" if is_chinese or other else "en": name, "en": other or ("" if is_chinese else name)}
    return {lang: line for lang, line in said.items() if line}


def _same(day: FileDay, before: DayException) -> bool:
    return (day.works, day.half) == (before.works, before.half) and (not day.name or day.name == dict(before.name))


def _agrees(day: FileDay, country: OfficeCalendar) -> bool:
    try:
        return day.half is None and day.works == country.is_working_day(day.day)
    except BeyondCalendar:
        return False
