"""Half days and areas: what holds for one county, and on which days no period ends."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.areas import areas_of
from app.core.calendar import DayException, Half, OfficeCalendar, notable_names, office_calendar, taiwan_office_calendar
from app.core.deadline import DAY_UNITS, Unit, due_after

STORM = {"zh-Hant-TW": "颱風", "en": "Storm"}
WEDNESDAY, THURSDAY, FRIDAY, MONDAY = (date(2027, 8, day) for day in (4, 5, 6, 9))
EVENT = date(2027, 8, 2)
TAIPEI, TAINAN = "TW-TPE", "TW-TNN"
DAYS = st.dates(date(2020, 1, 1), date(2028, 12, 31))


def with_half(day: date, half: Half = Half.AFTERNOON, area: str | None = None) -> OfficeCalendar:
    """Taiwan's calendar with one half day."""
    return taiwan_office_calendar(exceptions=[DayException(day, STORM, True, area, half)])


@st.composite
def calendars(draw: st.DrawFn) -> OfficeCalendar:
    """A calendar with whole and half days entered, here and elsewhere, close to one another."""
    first = draw(DAYS).toordinal()
    entered = [
        DayException(date.fromordinal(first + draw(st.integers(0, 20))), STORM, draw(st.booleans()), area, half)
        for area, half in draw(
            st.lists(st.tuples(st.sampled_from([None, TAIPEI, TAINAN]), st.sampled_from([None, *Half])), max_size=9)
        )
    ]
    return office_calendar("TW", exceptions=entered, area=draw(st.sampled_from([None, TAIPEI])))


def test_a_half_day_is_a_working_day_and_counts() -> None:
    calendar = with_half(WEDNESDAY)
    assert calendar.is_working_day(WEDNESDAY)
    assert not calendar.is_whole_working_day(WEDNESDAY)
    assert calendar.rest_names(WEDNESDAY) == {}
    assert due_after(EVENT, 4, Unit.WORKING_DAY, calendar).on == FRIDAY
    assert due_after(EVENT, 4, Unit.WORKING_DAY, calendar).skipped == ()


@pytest.mark.parametrize(("unit", "amount"), [(Unit.DAY, 2), (Unit.WORKING_DAY, 2)])
@pytest.mark.parametrize("half", Half)
def test_no_period_ends_on_a_half_day(unit: Unit, amount: int, half: Half) -> None:
    due = due_after(EVENT, amount, unit, with_half(WEDNESDAY, half))
    assert (due.on, due.rolled_from) == (THURSDAY, WEDNESDAY)
    closed = {Half.MORNING: ("上午", "morning"), Half.AFTERNOON: ("下午", "afternoon")}[half]
    assert [(day.date, day.reason) for day in due.skipped] == [
        (WEDNESDAY, {"zh-Hant-TW": f"颱風（{closed[0]}停止上班）", "en": f"Storm (closed in the {closed[1]})"})
    ]


def test_a_month_that_ends_on_a_half_friday_ends_on_monday() -> None:
    due = due_after(date(2027, 7, 6), 1, Unit.MONTH, with_half(FRIDAY))
    assert (due.on, due.rolled_from, len(due.skipped)) == (MONDAY, FRIDAY, 3)


def test_without_rolling_a_period_may_end_on_a_half_day() -> None:
    assert due_after(EVENT, 2, Unit.DAY, with_half(WEDNESDAY), roll=False).on == WEDNESDAY


def test_a_half_day_without_a_name_is_explained_by_its_half() -> None:
    calendar = taiwan_office_calendar(exceptions=[DayException(WEDNESDAY, (), False, None, Half.MORNING)])
    assert calendar.is_working_day(WEDNESDAY)
    assert calendar.passed_over_names(WEDNESDAY) == {"zh-Hant-TW": "上午停止上班", "en": "closed in the morning"}


def test_a_typhoon_day_in_one_county_moves_its_deadlines_and_no_others() -> None:
    typhoon = DayException(THURSDAY, STORM, False, TAINAN)
    dues = {
        area: due_after(EVENT, 3, Unit.DAY, taiwan_office_calendar(exceptions=[typhoon], area=area)).on
        for area in (TAINAN, TAIPEI, None)
    }
    assert dues == {TAINAN: FRIDAY, TAIPEI: THURSDAY, None: THURSDAY}


def test_what_was_entered_for_an_area_comes_before_what_holds_everywhere() -> None:
    everywhere, here = DayException(THURSDAY, STORM, False), DayException(THURSDAY, {"en": "Open"}, True, TAIPEI)
    for entered in ([everywhere, here], [here, everywhere]):
        assert taiwan_office_calendar(exceptions=entered, area=TAIPEI).is_working_day(THURSDAY)
        assert not taiwan_office_calendar(exceptions=entered, area=TAINAN).is_working_day(THURSDAY)


def test_the_version_names_the_area_and_what_was_entered_for_it() -> None:
    plain = taiwan_office_calendar(area=TAIPEI).version
    assert plain == f"{taiwan_office_calendar().version} TW-TPE"
    elsewhere = with_half(WEDNESDAY, area=TAINAN)
    assert elsewhere.version == taiwan_office_calendar().version
    kinds = ((False, None), (True, None), (True, Half.MORNING), (True, Half.AFTERNOON))
    entered = [DayException(WEDNESDAY, STORM, works, TAIPEI, half) for works, half in kinds]
    versions = {taiwan_office_calendar(exceptions=[one], area=TAIPEI).version for one in entered}
    assert len(versions) == 4
    assert all(version.startswith(f"{plain} +1 ") for version in versions)


def test_a_part_of_a_country_with_holidays_of_its_own_has_them() -> None:
    epiphany = date(2027, 1, 6)
    bavaria = office_calendar("DE", area="DE-BY")
    assert not bavaria.is_working_day(epiphany)
    assert office_calendar("DE").is_working_day(epiphany)
    assert bavaria.version == f"{office_calendar('DE').version} DE-BY"
    assert "DE-BY" in areas_of("DE")
    assert "DE-Augsburg" not in areas_of("DE")


def test_taiwan_has_twenty_two_areas() -> None:
    assert len(areas_of("TW")) == 22
    assert areas_of("TW")["TW-TXG"] == {"zh-Hant-TW": "臺中市", "en": "Taichung City"}


def test_a_year_is_told_by_its_holidays_make_up_days_and_what_was_entered() -> None:
    calendar = with_half(date(2025, 8, 6))
    assert notable_names(calendar, date(2025, 1, 1))["en"].startswith("Founding Day")
    assert notable_names(calendar, date(2025, 2, 8))["zh-Hant-TW"] == "補行上班日"
    assert notable_names(calendar, date(2025, 8, 6))["en"] == "Storm (closed in the afternoon)"
    assert notable_names(calendar, date(2025, 8, 9)) == {}
    assert notable_names(calendar, date(2025, 8, 7)) == {}


@given(DAYS, st.integers(1, 40), st.sampled_from(DAY_UNITS), calendars())
def test_a_rolled_period_ends_on_a_whole_working_day_and_never_early(
    start: date, amount: int, unit: Unit, calendar: OfficeCalendar
) -> None:
    due, unrolled = due_after(start, amount, unit, calendar), due_after(start, amount, unit, calendar, roll=False)
    assert calendar.is_whole_working_day(due.on)
    assert due.on >= unrolled.on
    if unit is not Unit.MONTH:
        assert (due.on - start).days >= amount
        assert len(due.counted) == amount


@given(DAYS, st.integers(1, 40), st.sampled_from(DAY_UNITS), calendars())
def test_with_half_days_one_more_is_never_due_earlier(
    start: date, amount: int, unit: Unit, calendar: OfficeCalendar
) -> None:
    assert due_after(start, amount, unit, calendar).on <= due_after(start, amount + 1, unit, calendar).on


@given(DAYS, st.integers(1, 40), calendars())
def test_every_day_passed_over_is_explained(start: date, amount: int, calendar: OfficeCalendar) -> None:
    due = due_after(start, amount, Unit.WORKING_DAY, calendar)
    assert all(day.reason for day in due.skipped)
    assert not any(calendar.is_whole_working_day(day.date) for day in due.skipped)
    half = [day.date for day in due.skipped if calendar.is_working_day(day.date)]
    assert all(due.rolled_from is not None and day >= due.rolled_from for day in half)
