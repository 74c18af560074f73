"""A release of the library that knows another holiday, even one in the past, moves no promise made before it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from holidays.countries import Taiwan

from app.core import restdays
from app.core.calendar import taiwan_office_calendar
from app.core.deadline import Due, Unit, due_after

START = date(2021, 9, 24)
DECLARED = date(2021, 11, 23)


class NewTaiwan(Taiwan):
    """The calendar as a later release of the library would tell it."""

    def _populate_public_holidays(self) -> None:
        super()._populate_public_holidays()
        if self._year == DECLARED.year:
            self._add_holiday("一個新的假日", DECLARED)


@pytest.fixture
def upgrade(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Install the later release, as a restarted process would meet it."""

    def install() -> None:
        monkeypatch.setattr(restdays, "LIBRARY_VERSION", "0.999")
        monkeypatch.setattr(restdays.holidays, "country_holidays", lambda _country, **options: NewTaiwan(**options))
        restdays.rest_days.cache_clear()

    yield install
    monkeypatch.undo()
    restdays.rest_days.cache_clear()


def counted() -> Due:
    """Sixty days by the calendar of whatever release is installed."""
    return due_after(START, 60, Unit.DAY, taiwan_office_calendar())


def test_a_stored_due_date_stays_where_it_was_promised(upgrade: Callable[[], None]) -> None:
    promised = counted()
    stored: dict[str, Any] = json.loads(json.dumps(promised.to_json()))
    upgrade()
    assert counted().on == date(2021, 11, 24)  # the control: a promise made now would fall later
    read_back = Due.from_json(stored)
    assert read_back == promised
    assert read_back.on == date(2021, 11, 23)
    assert read_back.calendar_version == promised.calendar_version


def test_the_new_release_is_named_in_what_is_counted_from_now_on(upgrade: Callable[[], None]) -> None:
    assert counted().calendar_version == f"holidays {restdays.LIBRARY_VERSION} TW"
    upgrade()
    after = counted()
    assert after.calendar_version == "holidays 0.999 TW"
    assert [day.date for day in after.skipped] == [DECLARED]
