"""Dates, numbers and languages as the reader's language writes them.

The functions are pure: a value and a locale in, a text out. `register` gives them to the templates with the
locale and the time zone of the request. Locales are BCP 47 tags (`zh-Hant-TW`, `en`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, tzinfo
from functools import lru_cache, wraps
from typing import Any

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, get_timezone
from babel.numbers import format_decimal, format_percent
from flask import Flask
from flask_babel import get_locale, gettext, ngettext
from flask_babel import get_timezone as get_reader_timezone
from markupsafe import Markup, escape

from app.core.deadline import Due, Unit
from app.core.terms import Period

DAY_PATTERNS = {
    "zh": ("M\u00a0月\u00a0d\u00a0日（EEEEE）", "y\u00a0年\u00a0M\u00a0月\u00a0d\u00a0日（EEEEE）"),
    "en": ("EEE d MMM", "EEE d MMM y"),
}
"""Language -> pattern without and with the year (Unicode LDML). Other languages take CLDR's own order.

The spaces between Chinese and digits do not break: a line ends before a date or after it.
"""


@lru_cache(maxsize=64)
def _parsed(locale: str) -> Locale:
    return Locale.parse(locale, sep="-")


@lru_cache(maxsize=4096)
def day(value: date, locale: str, *, year: bool = False) -> str:
    """A calendar day: "11 月 24 日（二）" or "Tue 24 Nov"; `year` adds the year."""
    spoken = _parsed(locale)
    patterns = DAY_PATTERNS.get(spoken.language)
    if patterns is None:
        return str(format_skeleton("yMMMEd" if year else "MMMEd", value, locale=spoken))
    return format_date(value, patterns[year], locale=spoken)


def moment(value: datetime, locale: str, zone: tzinfo, *, year: bool = False) -> str:
    """A point in time on the clock of `zone`: "11 月 24 日（二）14:05" or "Tue 24 Nov, 14:05".

    `value` is aware. A naive one raises ValueError: in Taipei it would be read as another day for eight hours
    of every day.
    """
    if value.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    local = value.astimezone(zone)
    clock = format_time(local.time(), "HH:mm", locale=_parsed(locale))
    glue = "" if locale.startswith("zh") else ", "
    return f"{day(local.date(), locale, year=year)}{glue}{clock}"


@lru_cache(maxsize=4096)
def number(value: float, locale: str) -> str:
    """A count or a measure with the thousands separator of the language: "1,284"."""
    return format_decimal(value, locale=_parsed(locale))


@lru_cache(maxsize=4096)
def percent(share: float, locale: str, *, decimals: int = 0) -> str:
    """A share from 0 to 1 as a percentage. A small share that is not nothing says "<1%", never "0%"."""
    step = 10.0 ** -(decimals + 2)
    spoken = _parsed(locale)
    pattern = "0." + "0" * decimals + "%" if decimals else "0%"
    if 0 < share <= step / 2:
        return "<" + format_percent(step, pattern, locale=spoken)
    if 1 - step / 2 <= share < 1:
        return ">" + format_percent(1 - step, pattern, locale=spoken)
    return format_percent(share, pattern, locale=spoken)


def period_words(period: Period | Due) -> str:
    """How long something lasts, in the language of the page: "14 working days", "2 months"."""
    match period.unit:
        case Unit.WORKING_DAY:
            return ngettext("%(num)s working day", "%(num)s working days", period.amount)
        case Unit.MONTH:
            return ngettext("%(num)s month", "%(num)s months", period.amount)
        case Unit.HOUR:
            return ngettext("%(num)s office hour", "%(num)s office hours", period.amount)
        case _:
            return ngettext("%(num)s day", "%(num)s days", period.amount)


def unit_words(unit: Unit) -> str:
    """What a number of units counts: "in working days"."""
    return {
        Unit.DAY: gettext("in days"),
        Unit.WORKING_DAY: gettext("in working days"),
        Unit.MONTH: gettext("in months"),
        Unit.HOUR: gettext("in office hours"),
    }[unit]


def size(octets: int, locale: str) -> str:
    """The size of a file in decimal units (IEC 80000-13): "12 kB", "3.4 MB"."""
    if octets < 1000:
        return f"{number(octets, locale)} B"
    for unit in ("kB", "MB"):
        octets_in_unit = octets / (1000 if unit == "kB" else 1_000_000)
        if octets_in_unit < 999.5:
            break
    return f"{number(round(octets_in_unit, 1 if octets_in_unit < 10 else 0), locale)} {unit}"


def same_language(lang: str, page: str) -> bool:
    """Whether a text needs no `lang` of its own on a page: equal tags, or one a prefix of the other (RFC 4647)."""
    text_tag, page_tag = lang.lower() + "-", page.lower() + "-"
    return text_tag.startswith(page_tag) or page_tag.startswith(text_tag)


def lang_attr(lang: str | None, locale: str) -> Markup:
    """The attribute ` lang="..."` for a text in another language than the page; else nothing."""
    if not lang or same_language(lang, locale):
        return Markup("")
    return Markup(' lang="{}"').format(escape(lang))


def reader_locale() -> str:
    return str(get_locale()).replace("_", "-")


def _page_zone() -> tzinfo:
    return get_reader_timezone() or get_timezone("UTC")


def _for_page(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with the locale of the page as its second argument."""

    @wraps(function)
    def filtered(value: Any, *args: Any, **options: Any) -> Any:
        return function(value, reader_locale(), *args, **options)

    return filtered


def register(app: Flask) -> None:
    """Make the filters `day moment number percent period size lang_attr` known to the templates."""
    for function in (day, number, percent, size, lang_attr):
        app.jinja_env.filters[function.__name__] = _for_page(function)
    app.jinja_env.filters["period"] = period_words
    app.jinja_env.filters["moment"] = lambda value, **options: moment(value, reader_locale(), _page_zone(), **options)
