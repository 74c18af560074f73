"""The dates of the law and of real cases, as readers of the calculator, programs and hosts get them."""

from __future__ import annotations

import json
from contextvars import Context as Variables
from datetime import date
from typing import Any

import pytest
from apiflask import APIFlask

from app.web.filters import day as day_words
from tests.support.builders import Make
from tests.support.pages import Browser

TABLE = [
    # Event, sixty days, two months, forty working days; the first is a real case of 2021.
    ("2021-09-24", "2021-11-23", "2021-11-24", "2021-11-22"),
    ("2024-12-31", "2025-03-03", "2025-03-03", "2025-03-05"),
    ("2025-12-30", "2026-03-02", "2026-03-02", "2026-03-05"),
    ("2026-07-29", "2026-09-29", "2026-09-29", "2026-09-23"),
]
QUESTIONS = [
    (event, amount, unit, due)
    for event, *dues in TABLE
    for (amount, unit), due in zip([(60, "day"), (2, "month"), (40, "working_day")], dues, strict=True)
] + [
    ("2023-01-12", 30, "day", "2023-02-13"),  # an ordinary Saturday
    ("2023-01-05", 30, "day", "2023-02-04"),  # a Saturday on which offices made up for a day
    ("2025-01-24", 1, "working_day", "2025-02-03"),  # nine rest days
    ("2028-01-28", 1, "month", "2028-02-29"),  # ends on Monday 28 February, a holiday, and the leap day comes after it
    ("2023-12-31", 2, "month", "2024-02-29"),
    ("2026-01-31", 1, "month", "2026-03-02"),
]
PASSED = {
    ("2024-12-31", 60, "day"): ["2025-03-01", "2025-03-02"],
    ("2026-07-29", 60, "day"): ["2026-09-27", "2026-09-28"],
    ("2025-01-24", 1, "working_day"): [f"2025-01-{day}" for day in range(25, 32)] + ["2025-02-01", "2025-02-02"],
    ("2023-01-05", 30, "day"): [],
}


def operation(browser: Browser, event: str, amount: int, unit: str, area: str = "") -> dict[str, Any]:
    """What a program is answered."""
    query = f"from={event}&amount={amount}&unit={unit}" + (f"&area={area}" if area else "")
    answer = browser.http.get(f"/api/v1/calendar/due?{query}")
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def command(app: APIFlask, event: str, amount: int, unit: str) -> dict[str, Any]:
    """What a host is answered: one object and nothing else."""
    args = ["clock", "due", "--from", event, "--amount", str(amount), "--unit", unit]
    done = Variables().run(app.test_cli_runner().invoke, args=args)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(("event", "amount", "unit", "due"), QUESTIONS)
def test_page_operation_and_command_find_the_same_date(
    app: APIFlask, browser: Browser, event: str, amount: int, unit: str, due: str
) -> None:
    found = operation(browser, event, amount, unit)
    assert found["due"] == due
    assert command(app, event, amount, unit) == found
    page = browser.open(f"/en/calendar?from={event}&amount={amount}&unit={unit}")
    assert f"Due {day_words(date.fromisoformat(due), 'en', year=True)}" in page
    assert found["rule"] in page


@pytest.mark.parametrize(("question", "passed"), PASSED.items(), ids=str)
def test_every_day_passed_over_has_its_name(
    browser: Browser, question: tuple[str, int, str], passed: list[str]
) -> None:
    skipped = operation(browser, *question)["skipped"]
    assert [one["date"] for one in skipped] == passed
    assert all(one["name"]["zh-Hant-TW"] and one["name"]["en"] for one in skipped)


EASTER_AND_NEW_YEAR = {
    # What offices of another country would rest on, entered over Taiwan's own days.
    **dict.fromkeys(("2026-05-01", "2027-02-04", "2027-02-05", "2027-02-08", "2027-02-09", "2027-02-10"), "work"),
    "2026-12-28": "rest",
}


@pytest.fixture
def another_calendar(browser: Browser, make: Make) -> Browser:
    """An instance whose administrator entered weekends, Easter, Christmas and New Year as its only rest days."""
    browser.sign_in(make.person(administrator=True))
    for day, works in EASTER_AND_NEW_YEAR.items():
        browser.open("/en/admin/calendar")
        browser.send("day", day=day, name_en="As elsewhere", works=works)
    return browser


def test_a_calendar_entered_by_an_administrator_gives_its_own_dates(another_calendar: Browser) -> None:
    expected = [
        ("2026-03-02", "2026-03-30", "2026-04-29", "2026-05-01"),
        ("2026-03-07", "2026-04-07", "2026-05-05", "2026-05-06"),
        ("2026-03-20", "2026-04-21", "2026-05-19", "2026-05-19"),
        ("2026-12-01", "2026-12-31", "2027-01-29", "2027-02-01"),
        ("2026-12-24", "2027-01-26", "2027-02-23", "2027-02-22"),
        ("2026-12-26", "2027-01-26", "2027-02-23", "2027-02-24"),
    ]
    asked = [(20, "working_day"), (40, "working_day"), (60, "day")]
    found = [
        (event, *(operation(another_calendar, event, amount, unit)["due"] for amount, unit in asked))
        for event, *_ in expected
    ]
    assert found == expected
    assert "+7 " in operation(another_calendar, "2026-03-02", 20, "working_day")["calendar_version"]


def test_a_typhoon_day_counts_in_its_own_county_only(browser: Browser, make: Make) -> None:
    browser.sign_in(make.person(administrator=True)).open("/en/admin/calendar")
    browser.send("day", day="2026-11-23", name_zh="颱風", name_en="Typhoon", works="rest", area="TW-HUA")
    dues = {area: operation(browser, "2026-09-24", 60, "day", area) for area in ("", "TW-HUA", "TW-TTT")}
    assert {area: found["due"] for area, found in dues.items()} == {
        "": "2026-11-23",
        "TW-HUA": "2026-11-24",
        "TW-TTT": "2026-11-23",
    }
    assert dues["TW-HUA"]["skipped"] == [{"date": "2026-11-23", "name": {"zh-Hant-TW": "颱風", "en": "Typhoon"}}]
    assert len({found["calendar_version"] for found in dues.values()}) == 3
