"""Which days offices work: the official calendar of the country, corrected by what the instance knows better.

The country's days come from the library `holidays`. For Taiwan that is the government's office calendar,
make-up Saturdays included. Days which no library can know (a typhoon day, a local holiday, an extra working
day) are exceptions. A calendar is an immutable value; ask for it as often as you like, it is built once.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from importlib.metadata import version
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

import holidays

from app.core.language import said

ONE_DAY = timedelta(days=1)
LIBRARY_VERSION = version("holidays")
LIBRARY_LANGUAGES = {"zh-Hant-TW": "zh_TW", "en": "en_US"}
"""BCP 47 tag -> the library's own name of the language."""

WEEKEND: Mapping[str, str] = MappingProxyType({"zh-Hant-TW": "週末", "en": "Weekend"})
CLOSED: Mapping[str, str] = MappingProxyType({"zh-Hant-TW": "停止上班", "en": "Offices closed"})

Names: TypeAlias = Mapping[str, str] | tuple[tuple[str, str], ...]
"""A name in several languages, keyed by BCP 47, as a mapping or as pairs."""


class UnknownCountry(ValueError):
    """The library has no calendar for this country code."""


class BeyondCalendar(ValueError):
    """The library cannot tell the holidays of this year (for Taiwan: before 1998 or after 2100)."""


class DayException(NamedTuple):
    """One day on which the country's calendar is not right here. `works` says whether offices work on it."""

    day: date
    name: Names
    works: bool


@dataclass(frozen=True)
class OfficeCalendar:
    """Working days of one government. Build it with `office_calendar`.

    `version` names what produced the answers, such as `holidays 0.109 TW +2 1c9f03ab`: library, country,
    number of exceptions and a fingerprint of them. It is stored beside every date this calendar led to.
    """

    country: str | None
    version: str
    exceptions: tuple[DayException, ...]
    _by_day: Mapping[date, DayException] = field(repr=False, compare=False)

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on this day. `BeyondCalendar` where the library does not reach."""
        exception = self._by_day.get(_pure(day))
        if exception is not None:
            return exception.works
        return day not in _rest_days(self.country, day.year)

    def rest_names(self, day: date) -> dict[str, str]:
        """Why offices rest on this day, keyed by BCP 47; empty for a working day."""
        if self.is_working_day(day):
            return {}
        exception = self._by_day.get(day)
        return dict(exception.name if exception else _rest_days(self.country, day.year)[day])

    def rest_reason(self, day: date, lang: str) -> str | None:
        """Why offices rest on this day, for a reader of `lang` (BCP 47); None for a working day."""
        names = self.rest_names(day)
        return said(names, lang).text if names else None

    def next_working_day(self, day: date) -> date:
        """The day itself if offices work on it, else the first working day after it."""
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def working_days(self, after: date, until: date) -> int:
        """How many working days lie after `after`, up to and including `until`; 0 if `until` is not later."""
        return sum(self.is_working_day(day) for day in days_between(after, until))


def days_between(after: date, until: date) -> tuple[date, ...]:
    """The days after `after`, up to and including `until`, in order."""
    return tuple(after + timedelta(days=n) for n in range(1, (until - after).days + 1))


def office_calendar(
    country: str | None, years: Iterable[int] = (), exceptions: Iterable[tuple[date, Names, bool]] = ()
) -> OfficeCalendar:
    """The office calendar of a country (ISO 3166-1 alpha-2), or of weekends only where `country` is None.

    `years` are read from the library at once; any other year when a day of it is first asked for. Of two
    exceptions for one day the later in the list holds; one without a name says only that offices are closed.
    Raises `UnknownCountry`, and `BeyondCalendar` for `years` the library does not reach.
    """
    last_word = {
        _pure(day): (day, tuple(sorted(dict(name or CLOSED).items())), works) for day, name, works in exceptions
    }
    for year in years:
        _rest_days(country, year)
    return _calendar(country, tuple(last_word[day] for day in sorted(last_word)))


def taiwan_office_calendar(
    years: Iterable[int] = (), exceptions: Iterable[tuple[date, Names, bool]] = ()
) -> OfficeCalendar:
    """The calendar of Taiwan's government offices.

    The Directorate-General of Personnel Administration announces it year by year. Until then a year follows
    the holiday law as the library's release knows it, without make-up Saturdays.
    """
    return office_calendar("TW", years, exceptions)


@lru_cache(maxsize=256)
def _calendar(
    country: str | None, exceptions: tuple[tuple[date, tuple[tuple[str, str], ...], bool], ...]
) -> OfficeCalendar:
    if country is not None:
        _library(country)
    kept = tuple(DayException(*exception) for exception in exceptions)
    by_day = MappingProxyType({exception.day: exception for exception in kept})
    return OfficeCalendar(country, _version(country, kept), kept, by_day)


def _version(country: str | None, exceptions: tuple[DayException, ...]) -> str:
    base = f"holidays {LIBRARY_VERSION} {country}" if country else "weekends"
    if not exceptions:
        return base
    rows = [(exception.day.isoformat(), exception.name, exception.works) for exception in exceptions]
    fingerprint = hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()
    return f"{base} +{len(exceptions)} {fingerprint[:8]}"


def _library(country: str) -> type[holidays.HolidayBase]:
    try:
        return type(holidays.country_holidays(country))
    except NotImplementedError as unknown:
        raise UnknownCountry(f"no holidays are known for the country {country!r}") from unknown


@lru_cache(maxsize=1024)
def _rest_days(country: str | None, year: int) -> Mapping[date, Mapping[str, str]]:
    """The days of one year on which offices rest -> why, keyed by BCP 47."""
    days = days_between(date(year, 1, 1) - ONE_DAY, date(year, 12, 31))
    if country is None:
        return MappingProxyType({day: WEEKEND for day in days if day.weekday() >= 5})
    known = _library(country)
    if not known.start_year <= year <= known.end_year:
        raise BeyondCalendar(f"{country}: holidays are known for {known.start_year}-{known.end_year}, not {year}")
    spoken = _spoken(known)
    by_language = {tag: known(years=year, expand=False, language=name) for tag, name in spoken.items()}
    official = next(iter(by_language.values()))
    return MappingProxyType(
        {day: _names(by_language, day) for day in days if not official.is_working_day(day)},
    )


def _spoken(known: type[holidays.HolidayBase]) -> dict[str, str | None]:
    """BCP 47 tag -> library language, for the languages in which this country's holidays are named."""
    spoken: dict[str, str | None] = {
        tag: name for tag, name in LIBRARY_LANGUAGES.items() if name in known.supported_languages
    }
    return spoken or {(known.default_language or "en").replace("_", "-"): known.default_language}


def _names(by_language: Mapping[str, holidays.HolidayBase], day: date) -> Mapping[str, str]:
    if not any(official.get(day) for official in by_language.values()):
        return WEEKEND
    return MappingProxyType({tag: _plain(tag, official.get(day) or "") for tag, official in by_language.items()})


def _plain(tag: str, name: str) -> str:
    """The library's name in this platform's punctuation: two holidays on one day, and dates year first."""
    if tag.startswith("zh"):
        return name.replace("; ", "、")
    return re.sub(r"substituted from (\d\d)/(\d\d)/(\d{4})", r"made up for on \3-\1-\2", name)


def _pure(day: date) -> date:
    """Refuse a moment: its day depends on a time zone, and it would never equal a day of the calendar."""
    if isinstance(day, datetime):
        raise TypeError("a calendar answers for days, not for moments: convert with local_date first")
    return day
