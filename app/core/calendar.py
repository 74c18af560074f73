"""Which days offices work: the official calendar of the country, corrected by what the instance knows better.

The country's days come from `app/core/restdays.py`. Days which no library can know (a typhoon day, a local holiday, an
extra working day) are exceptions. An exception holds everywhere, or in one area only (ISO 3166-2, such as TW-TPE), and
may close offices for half a day. A calendar is an immutable value; ask for it as often as you like, it is built once.

A half day is a working day: it counts. But no period ends on it, since whoever answers or appeals on the last day must
find offices open all day: the period ends on the next whole working day.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from app.core import restdays
from app.core.language import said
from app.core.restdays import BeyondCalendar, UnknownCountry

__all__ = [
    "BeyondCalendar",
    "DayException",
    "Half",
    "OfficeCalendar",
    "UnknownCountry",
    "days_between",
    "notable_names",
    "office_calendar",
    "taiwan_office_calendar",
    "unnamed",
]

ONE_DAY = timedelta(days=1)
SATURDAY = 5

Names: TypeAlias = Mapping[str, str] | tuple[tuple[str, str], ...]
"""A name in several languages, keyed by BCP 47, as a mapping or as pairs."""


class Half(StrEnum):
    """The half of a day in which offices are closed; they divide at noon."""

    MORNING = "morning"
    AFTERNOON = "afternoon"


CLOSED: Mapping[str, str] = MappingProxyType({"zh-Hant-TW": "停止上班", "en": "Offices closed"})
MAKE_UP: Mapping[str, str] = MappingProxyType({"zh-Hant-TW": "補行上班日", "en": "Make-up working day"})
CLOSED_HALF: Mapping[Half, Mapping[str, str]] = MappingProxyType(
    {
        Half.MORNING: MappingProxyType({"zh-Hant-TW": "上午停止上班", "en": "closed in the morning"}),
        Half.AFTERNOON: MappingProxyType({"zh-Hant-TW": "下午停止上班", "en": "closed in the afternoon"}),
    }
)


class DayException(NamedTuple):
    """One day on which the country's calendar is not right here.

    `works` says whether offices work on it; with `half` they do, except in that half. `area` is None for everywhere.
    """

    day: date
    name: Names
    works: bool
    area: str | None = None
    half: Half | None = None


Entered: TypeAlias = DayException | tuple[date, Names, bool]


@dataclass(frozen=True)
class OfficeCalendar:
    """Working days of one government, or of its offices in one area. Build it with `office_calendar`.

    `version` names what produced the answers, such as `holidays 0.109 TW TW-TPE +2 1c9f03ab`: library, country, area,
    number of exceptions that hold there and a fingerprint of them. It is stored beside every date this calendar led
    to. `exceptions` are those that hold here.
    """

    country: str | None
    area: str | None
    version: str
    exceptions: tuple[DayException, ...]
    _part: str | None = field(repr=False)
    _by_day: Mapping[date, DayException] = field(repr=False, compare=False)

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on this day, if only half of it. `BeyondCalendar` where the library does not reach."""
        exception = self._by_day.get(_pure(day))
        if exception is not None:
            return exception.works
        return day not in self._rest_days(day)

    def closed_half(self, day: date) -> Half | None:
        """The half of this day in which offices are closed although it is a working day, if there is one."""
        exception = self._by_day.get(_pure(day))
        return exception.half if exception is not None else None

    def is_whole_working_day(self, day: date) -> bool:
        """Whether offices work on this day from opening to closing time."""
        return self.is_working_day(day) and self.closed_half(day) is None

    def rest_names(self, day: date) -> dict[str, str]:
        """Why offices rest on this day, keyed by BCP 47; empty for a working day, whole or half."""
        if self.is_working_day(day):
            return {}
        exception = self._by_day.get(day)
        return dict(exception.name if exception else self._rest_days(day)[day])

    def passed_over_names(self, day: date) -> dict[str, str]:
        """Why no period ends on this day, keyed by BCP 47: it is a rest day or a half day. Empty for a whole one."""
        half = self.closed_half(day)
        return self.rest_names(day) if half is None else _half_names(self._by_day[day], half)

    def entered_name(self, day: date) -> dict[str, str]:
        """What a day was called when it was entered here, keyed by BCP 47; empty if it was not."""
        exception = self._by_day.get(day)
        return dict(exception.name) if exception else {}

    def rest_reason(self, day: date, lang: str) -> str | None:
        """Why offices rest on this day, for a reader of `lang` (BCP 47); None for a working day."""
        names = self.rest_names(day)
        return said(names, lang).text if names else None

    def next_working_day(self, day: date) -> date:
        """The day itself if offices work on it, else the first working day after it."""
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def next_whole_working_day(self, day: date) -> date:
        """The day itself if offices work all of it, else the first such day after it."""
        while not self.is_whole_working_day(day):
            day += ONE_DAY
        return day

    def working_days(self, after: date, until: date) -> int:
        """How many working days lie after `after`, up to and including `until`; 0 if `until` is not later."""
        return sum(self.is_working_day(day) for day in days_between(after, until))

    def _rest_days(self, day: date) -> Mapping[date, Mapping[str, str]]:
        return restdays.rest_days(self.country, self._part, day.year)


def days_between(after: date, until: date) -> tuple[date, ...]:
    """The days after `after`, up to and including `until`, in order."""
    return tuple(after + timedelta(days=n) for n in range(1, (until - after).days + 1))


def notable_names(calendar: OfficeCalendar, day: date) -> dict[str, str]:
    """What sets a day apart from a plain week, keyed by BCP 47: a holiday, a half day, a weekend day that is worked."""
    names = calendar.passed_over_names(day)
    if names:
        return {} if names == restdays.WEEKEND else names
    return dict(calendar.entered_name(day) or MAKE_UP) if day.weekday() >= SATURDAY else calendar.entered_name(day)


def office_calendar(
    country: str | None, years: Iterable[int] = (), exceptions: Iterable[Entered] = (), area: str | None = None
) -> OfficeCalendar:
    """The office calendar of a country (ISO 3166-1 alpha-2), or of weekends only where `country` is None.

    With `area` (ISO 3166-2) it is that of the offices there: the library's days of that part of the country where it
    knows any, and the exceptions entered for it. One entered for the area comes before one for everywhere; of two
    for the same the later in the list holds. One without a name says only that offices are closed.

    `years` are read from the library at once; any other year when a day of it is first asked for. Raises
    `UnknownCountry`, and `BeyondCalendar` for `years` the library does not reach.
    """
    if country is not None:
        restdays.check_country(country)
    here = [one for entered in exceptions if (one := _exception(entered)).area in (None, area)]
    last_word = {one.day: one for one in sorted(here, key=lambda one: one.area is not None)}
    calendar = _calendar(country, area, tuple(last_word[day] for day in sorted(last_word)), restdays.LIBRARY_VERSION)
    for year in years:
        restdays.rest_days(country, restdays.library_area(country, area), year)
    return calendar


def taiwan_office_calendar(
    years: Iterable[int] = (), exceptions: Iterable[Entered] = (), area: str | None = None
) -> OfficeCalendar:
    """The calendar of Taiwan's government offices.

    The Directorate-General of Personnel Administration announces it year by year. Until then a year follows
    the holiday law as the library's release knows it, without make-up Saturdays.
    """
    return office_calendar("TW", years, exceptions, area)


def unnamed(works: bool, half: Half | None) -> Mapping[str, str]:
    """What an exception without a name is called, keyed by BCP 47; of a half day the half says it all."""
    if half is not None:
        return {}
    return MAKE_UP if works else CLOSED


def _exception(entered: Entered) -> DayException:
    given = DayException(*entered)
    works = given.works or given.half is not None
    name = tuple(sorted(dict(given.name or unnamed(works, given.half)).items()))
    return given._replace(day=_pure(given.day), name=name, works=works)


@lru_cache(maxsize=256)
def _calendar(
    country: str | None, area: str | None, exceptions: tuple[DayException, ...], library_version: str
) -> OfficeCalendar:
    by_day = MappingProxyType({exception.day: exception for exception in exceptions})
    base = f"holidays {library_version} {country}" if country else "weekends"
    version = " ".join(part for part in (base, area, _fingerprint(exceptions)) if part)
    return OfficeCalendar(country, area, version, exceptions, restdays.library_area(country, area), by_day)


def _fingerprint(exceptions: tuple[DayException, ...]) -> str:
    if not exceptions:
        return ""
    rows = [(one.day.isoformat(), one.name, one.works, *([one.half.value] if one.half else ())) for one in exceptions]
    digest = hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()
    return f"+{len(exceptions)} {digest[:8]}"


def _half_names(exception: DayException, half: Half) -> dict[str, str]:
    closed = CLOSED_HALF[half]
    named = {lang: f"{name}（{closed['zh-Hant-TW']}）" if lang.startswith("zh") else f"{name} ({closed['en']})"
             for lang, name in dict(exception.name).items()}  # fmt: skip
    return named or dict(closed)


def _pure(day: date) -> date:
    """Refuse a moment: its day depends on a time zone, and it would never equal a day of the calendar."""
    if isinstance(day, datetime):
        raise TypeError("a calendar answers for days, not for moments: convert with local_date first")
    return day
