"""Dates, numbers and languages as each language writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, render_template_string
from flask_babel import Babel, force_locale

from app.web import filters

TAIPEI = ZoneInfo("Asia/Taipei")
DUE = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("locale", "year", "written"),
    [
        ("zh-Hant-TW", False, "11\u00a0月\u00a024\u00a0日（二）"),
        ("zh-Hant-TW", True, "2026\u00a0年\u00a011\u00a0月\u00a024\u00a0日（二）"),
        ("en", False, "Tue 24 Nov"),
        ("en", True, "Tue 24 Nov 2026"),
        ("vi", False, "Th 3, 24 thg 11"),
    ],
)
def test_a_day_is_written_in_the_order_of_the_language(locale: str, year: bool, written: str) -> None:
    assert filters.day(DUE, locale, year=year) == written


@pytest.mark.parametrize(
    ("locale", "written"), [("zh-Hant-TW", "11\u00a0月\u00a025\u00a0日（三）00:30"), ("en", "Wed 25 Nov, 00:30")]
)
def test_a_moment_is_told_by_the_clock_of_the_instance(locale: str, written: str) -> None:
    half_past_four_in_greenwich = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)
    assert filters.moment(half_past_four_in_greenwich, locale, TAIPEI) == written


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        filters.moment(datetime(2026, 11, 24, tzinfo=UTC).replace(tzinfo=None), "en", TAIPEI)


def test_thousands_are_separated() -> None:
    assert filters.number(38910, "zh-Hant-TW") == "38,910"


@pytest.mark.parametrize(
    ("share", "decimals", "written"),
    [
        (0.0, 0, "0%"),
        (0.004, 0, "<1%"),
        (0.005, 0, "<1%"),
        (0.995, 0, ">99%"),
        (0.0004, 1, "<0.1%"),
        (0.876, 0, "88%"),
        (0.876, 1, "87.6%"),
        (0.997, 0, ">99%"),
        (1.0, 0, "100%"),
    ],
)
def test_a_share_is_never_rounded_to_nobody_or_everybody(share: float, decimals: int, written: str) -> None:
    assert filters.percent(share, "en", decimals=decimals) == written


@pytest.mark.parametrize(
    ("octets", "written"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_234, "1.2 kB"),
        (812_400, "812 kB"),
        (999_600, "1 MB"),
        (3_412_000, "3.4 MB"),
    ],
)
def test_a_file_has_a_size_people_can_judge(octets: int, written: str) -> None:
    assert filters.size(octets, "en") == written


@pytest.mark.parametrize(
    ("lang", "page", "attribute"),
    [
        ("en", "zh-Hant-TW", ' lang="en"'),
        ("zh-Hant-TW", "zh-Hant-TW", ""),
        ("zh", "zh-Hant-TW", ""),
        ("en-GB", "en", ""),
        ("zh-Hans", "zh-Hant-TW", ' lang="zh-Hans"'),
        ("nan-Hant-TW", "zh-Hant-TW", ' lang="nan-Hant-TW"'),
        ("", "en", ""),
        (None, "en", ""),
        ('"><script>', "en", ' lang="&#34;&gt;&lt;script&gt;"'),
    ],
)
def test_only_a_foreign_text_carries_its_language(lang: str | None, page: str, attribute: str) -> None:
    assert filters.lang_attr(lang, page) == attribute


def test_templates_get_the_locale_and_the_zone_of_the_page() -> None:
    app = Flask(__name__)
    Babel(app, default_timezone="Asia/Taipei")
    filters.register(app)
    template = "{{ d|day }} {{ m|moment }} {{ 1284|number }} {{ 0.5|percent }} {{ 12000|size }}{{ 'en'|lang_attr }}"
    values = {"d": DUE, "m": datetime(2026, 11, 24, 16, 30, tzinfo=UTC)}
    with app.test_request_context(), force_locale("zh_Hant_TW"):
        page = render_template_string(template, **values)
    assert page == '11\u00a0月\u00a024\u00a0日（二） 11\u00a0月\u00a025\u00a0日（三）00:30 1,284 50% 12 kB lang="en"'
