"""The same dates, counted without our own code: the library's working days, one after another."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.calendar import DayException, taiwan_office_calendar
from app.core.deadline import Unit, due_after

YEARS = range(2015, 2031)
LIBRARY = holidays.country_holidays("TW", years=range(2014, 2033), expand=False)
ONE_DAY = timedelta(days=1)
ENTERED = st.dictionaries(st.dates(date(2015, 1, 1), date(2030, 12, 31)), st.booleans(), max_size=30)


def counted(start: date, amount: int, unit: Unit, entered: dict[date, bool]) -> date:
    """The last day, by counting on one's fingers."""

    def works(day: date) -> bool:
        return entered.get(day, LIBRARY.is_working_day(day))

    day = start
    if unit is Unit.WORKING_DAY:
        while amount:
            day += ONE_DAY
            amount -= works(day)
        return day
    for _ in range(amount if unit is Unit.DAY else 0):
        day += ONE_DAY
    if unit is Unit.MONTH:
        day = _in_months(start + ONE_DAY, amount)
    while not works(day):
        day += ONE_DAY
    return day


def _in_months(first: date, months: int) -> date:
    year, month = first.year, first.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    if first.day > monthrange(year, month)[1]:
        return date(year, month, monthrange(year, month)[1])
    return date(year, month, first.day) - ONE_DAY


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(("amount", "unit"), [(60, Unit.DAY), (2, Unit.MONTH), (14, Unit.WORKING_DAY)])
def test_from_every_day_of_sixteen_years_the_same_date_is_found(year: int, amount: int, unit: Unit) -> None:
    calendar = taiwan_office_calendar()
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366 if monthrange(year, 2)[1] == 29 else 365)]
    ours = [due_after(day, amount, unit, calendar).on for day in days]
    assert ours == [counted(day, amount, unit, {}) for day in days]


@given(st.dates(date(2015, 1, 1), date(2029, 12, 31)), st.integers(1, 90), st.sampled_from(list(Unit)[:3]), ENTERED)
def test_whatever_was_entered_the_same_date_is_found(
    start: date, amount: int, unit: Unit, entered: dict[date, bool]
) -> None:
    amount = min(amount, 12) if unit is Unit.MONTH else amount
    near = {start + ONE_DAY * (n + 1): works for n, works in enumerate(entered.values())} | entered
    days = [DayException(day, {"en": "x"}, works) for day, works in near.items()]
    calendar = taiwan_office_calendar(exceptions=days)
    assert due_after(start, amount, unit, calendar).on == counted(start, amount, unit, near)
