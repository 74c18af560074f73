"""The rest days of a country's offices, year by year, as the library `holidays` knows them.

For Taiwan that is the government's office calendar, make-up Saturdays included.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from importlib.metadata import version
from types import MappingProxyType

import holidays

LIBRARY_VERSION = version("holidays")
LIBRARY_LANGUAGES = {"zh-Hant-TW": "zh_TW", "en": "en_US"}
"""BCP 47 tag -> the library's own name of the language."""

WEEKEND: Mapping[str, str] = MappingProxyType({"zh-Hant-TW": "週末", "en": "Weekend"})


class UnknownCountry(ValueError):
    """The library has no calendar for this country code."""


class BeyondCalendar(ValueError):
    """The library cannot tell the holidays of this year (for Taiwan: before 1998 or after 2100)."""


def check_country(country: str) -> None:
    """Raise `UnknownCountry` unless the library has a calendar of this country (ISO 3166-1 alpha-2)."""
    _library(country)


def library_area(country: str | None, area: str | None) -> str | None:
    """The part of a country the library tells holidays of its own for, if `area` (ISO 3166-2) is one: "BY" of DE-BY."""
    if country is None or area is None:
        return None
    part = area.removeprefix(f"{country}-")
    return part if part in _library(country).subdivisions else None


def areas_of(country: str) -> tuple[str, ...]:
    """The parts of a country the library tells holidays of their own for, as ISO 3166-2 codes."""
    codes = (f"{country}-{part}" for part in _library(country).subdivisions)
    return tuple(code for code in codes if re.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}", code))


@lru_cache(maxsize=1024)
def rest_days(country: str | None, part: str | None, year: int) -> Mapping[date, Mapping[str, str]]:
    """The days of one year on which offices rest -> why, keyed by BCP 47. Weekends only where `country` is None."""
    if country is None:
        return MappingProxyType({day: WEEKEND for day in _days_of(year) if day.weekday() >= 5})
    known = _library(country)
    if not known.start_year <= year <= known.end_year:
        raise BeyondCalendar(f"{country}: holidays are known for {known.start_year}-{known.end_year}, not {year}")
    by_language = {
        tag: known(years=year, expand=False, subdiv=part, language=name) for tag, name in _spoken(known).items()
    }
    official = next(iter(by_language.values()))
    return MappingProxyType(
        {day: _names(by_language, day) for day in _days_of(year) if not official.is_working_day(day)},
    )


def _days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1)]


def _library(country: str) -> type[holidays.HolidayBase]:
    try:
        return type(holidays.country_holidays(country))
    except NotImplementedError as unknown:
        raise UnknownCountry(f"no holidays are known for the country {country!r}") from unknown


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
