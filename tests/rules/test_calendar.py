"""Which days offices work, and why they rest on the others."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime

import pytest

from app.core.calendar import (
    BeyondCalendar,
    DayException,
    UnknownCountry,
    office_calendar,
    taiwan_office_calendar,
)

TYPHOON = DayException(date(2024, 10, 3), {"zh-Hant-TW": "山陀兒颱風停止上班", "en": "Typhoon Krathon"}, False)
NOON = datetime(2026, 10, 10, 12, 0, tzinfo=UTC)
EXTRA_SATURDAY = DayException(date(2026, 11, 28), {"zh-Hant-TW": "選務加班", "en": "Election duty"}, True)
TAIWAN = taiwan_office_calendar(range(2015, 2028))


@pytest.mark.parametrize(
    "saturday",
    [
        date(2016, 1, 30),
        date(2017, 2, 18),
        date(2018, 12, 22),
        date(2019, 10, 5),
        date(2020, 6, 20),
        date(2021, 9, 11),
        date(2022, 1, 22),
        date(2023, 2, 4),
        date(2024, 2, 17),
        date(2025, 2, 8),
    ],
)
def test_offices_work_on_a_make_up_saturday(saturday: date) -> None:
    assert saturday.isoweekday() == 6
    assert TAIWAN.is_working_day(saturday)
    assert TAIWAN.rest_reason(saturday, "en") is None


@pytest.mark.parametrize("saturday", [date(2023, 2, 11), date(2026, 11, 21)])
def test_offices_rest_on_an_ordinary_saturday(saturday: date) -> None:
    assert not TAIWAN.is_working_day(saturday)
    assert TAIWAN.rest_reason(saturday, "zh-Hant-TW") == "週末"
    assert TAIWAN.rest_reason(saturday, "en") == "Weekend"


def test_the_day_off_a_make_up_saturday_pays_for_says_so_with_the_year_first() -> None:
    bridge = date(2016, 9, 16)
    assert TAIWAN.rest_reason(bridge, "zh-Hant-TW") == "放假日（2016-09-10 補班）"
    assert TAIWAN.rest_reason(bridge, "en") == "Day off (made up for on 2016-09-10)"


def test_a_holiday_has_its_name_in_both_languages_on_weekends_too() -> None:
    peace_day = date(2026, 2, 28)
    assert peace_day.isoweekday() == 6
    assert TAIWAN.rest_names(peace_day) == {"zh-Hant-TW": "和平紀念日", "en": "Peace Memorial Day"}
    assert TAIWAN.rest_reason(date(2016, 4, 4), "zh-Hant-TW") == "兒童節、民族掃墓節"


def test_a_reader_of_another_language_is_told_the_reason_in_an_official_one() -> None:
    assert TAIWAN.rest_reason(date(2026, 10, 10), "vi") in {"國慶日", "National Day"}


def test_labour_day_became_an_office_holiday_in_2026() -> None:
    assert TAIWAN.is_working_day(date(2025, 5, 1))
    assert not TAIWAN.is_working_day(date(2026, 5, 1))


@pytest.mark.parametrize(
    ("year", "rest_days"),
    [
        (2021, 116),  # Executive Yuan, 院授人培字第1090034163號
        (2022, 115),  # Executive Yuan, 院授人培字第1103001945號
        (2024, 115),  # office calendar of the year 113
        (2025, 118),  # Executive Yuan, 院授人培字第11430248311號: three more since the law of 2025
    ],
)
def test_a_year_has_as_many_rest_days_as_the_executive_yuan_announced(year: int, rest_days: int) -> None:
    before, last = date(year - 1, 12, 31), date(year, 12, 31)
    assert (last - before).days - TAIWAN.working_days(before, last) == rest_days


@pytest.mark.parametrize("observed", [date(2025, 9, 29), date(2025, 10, 24), date(2021, 12, 31)])
def test_a_holiday_on_a_weekend_is_observed_on_a_day_of_work(observed: date) -> None:
    assert not TAIWAN.is_working_day(observed)
    assert (TAIWAN.rest_reason(observed, "zh-Hant-TW") or "").endswith("（補假）")


def test_a_typhoon_day_closes_the_offices_of_one_county_only() -> None:
    county, neighbour = taiwan_office_calendar(exceptions=[TYPHOON]), taiwan_office_calendar()
    assert not county.is_working_day(TYPHOON.day)
    assert county.rest_reason(TYPHOON.day, "zh-Hant-TW") == "山陀兒颱風停止上班"
    assert neighbour.is_working_day(TYPHOON.day)


def test_an_exception_can_make_a_rest_day_a_working_day() -> None:
    assert not TAIWAN.is_working_day(EXTRA_SATURDAY.day)
    assert taiwan_office_calendar(exceptions=[EXTRA_SATURDAY]).is_working_day(EXTRA_SATURDAY.day)


def test_the_later_of_two_exceptions_for_a_day_holds() -> None:
    lifted = TYPHOON._replace(works=True)
    assert taiwan_office_calendar(exceptions=[TYPHOON, lifted]).is_working_day(TYPHOON.day)
    assert not taiwan_office_calendar(exceptions=[lifted, TYPHOON]).is_working_day(TYPHOON.day)


def test_an_exception_without_a_name_still_gives_a_reason() -> None:
    closed = taiwan_office_calendar(exceptions=[(TYPHOON.day, (), False)])
    assert closed.rest_names(TYPHOON.day) == {"zh-Hant-TW": "停止上班", "en": "Offices closed"}


def test_the_version_names_library_country_and_exceptions() -> None:
    version = taiwan_office_calendar(exceptions=[TYPHOON, EXTRA_SATURDAY]).version
    assert TAIWAN.version == "holidays 0.109 TW"
    assert version.startswith("holidays 0.109 TW +2 ")
    assert version == taiwan_office_calendar(exceptions=[EXTRA_SATURDAY, TYPHOON]).version
    assert version != taiwan_office_calendar(exceptions=[TYPHOON, EXTRA_SATURDAY._replace(works=False)]).version
    assert office_calendar(None).version == "weekends"


def test_a_calendar_does_not_change_with_what_it_was_made_from_or_what_it_gave_away() -> None:
    name = {"en": "Typhoon Krathon"}
    calendar = taiwan_office_calendar(exceptions=[(TYPHOON.day, name, False)])
    name["en"] = "changed"
    calendar.rest_names(TYPHOON.day)["en"] = "changed"
    calendar.rest_names(date(2024, 10, 10))["en"] = "changed"
    assert calendar.rest_reason(TYPHOON.day, "en") == "Typhoon Krathon"
    assert calendar.rest_reason(date(2024, 10, 10), "en") == "National Day"
    with pytest.raises(FrozenInstanceError):
        calendar.version = "changed"  # type: ignore[misc]


def test_the_same_calendar_is_built_once() -> None:
    pairs = tuple(TYPHOON.name.items())  # type: ignore[union-attr]
    calendar = taiwan_office_calendar(exceptions=[TYPHOON])
    assert taiwan_office_calendar(range(2020, 2030), [(TYPHOON.day, pairs, False)]) is calendar
    assert hash(calendar) == hash(taiwan_office_calendar(exceptions=[TYPHOON]))


@pytest.mark.parametrize("year", [1997, 2101])
def test_a_year_the_library_does_not_reach_is_refused_and_not_taken_for_one_without_holidays(
    year: int,
) -> None:
    with pytest.raises(BeyondCalendar, match=f"1998-2100, not {year}"):
        TAIWAN.is_working_day(date(year, 1, 2))
    with pytest.raises(BeyondCalendar):
        taiwan_office_calendar([year])


def test_the_last_year_of_the_library_is_answered() -> None:
    assert TAIWAN.rest_reason(date(2100, 1, 1), "en") == "Founding Day of the Republic of China"


def test_an_unknown_country_is_refused_when_the_calendar_is_built() -> None:
    with pytest.raises(UnknownCountry, match="XX"):
        office_calendar("XX")


def test_another_country_names_its_holidays_in_a_language_it_has() -> None:
    assert office_calendar("DE").rest_reason(date(2026, 10, 3), "en") == "German Unity Day"
    assert office_calendar("JP").is_working_day(date(2026, 10, 10)) is False


def test_a_moment_is_not_taken_for_a_day() -> None:
    with pytest.raises(TypeError, match="local_date"):
        TAIWAN.is_working_day(NOON)
    with pytest.raises(TypeError, match="local_date"):
        taiwan_office_calendar(exceptions=[(NOON, {"en": "x"}, False)])


def test_the_next_working_day_is_the_day_itself_when_offices_work() -> None:
    assert TAIWAN.next_working_day(date(2025, 1, 24)) == date(2025, 1, 24)
    assert TAIWAN.next_working_day(date(2025, 1, 25)) == date(2025, 2, 3)


def test_working_days_are_counted_from_the_next_day_through_the_last() -> None:
    friday, monday = date(2026, 11, 20), date(2026, 11, 23)
    assert TAIWAN.working_days(friday, monday) == 1
    assert TAIWAN.working_days(friday, friday) == 0
    assert TAIWAN.working_days(monday, friday) == 0
