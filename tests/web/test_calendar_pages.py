"""The public calculator, the years of the calendar, and the import of days."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask.testing import FlaskClient

from app.instance.importing import MAX_BYTES
from tests.support.builders import Make
from tests.support.pages import Browser

API = "/api/v1/calendar"
TAIWANS_FILE = (
    "西元日期,星期,是否放假,備註\n20270101,五,2,開國紀念日\n20270104,一,2,<b>颱風</b>\n20270109,六,0,補行上班\n"
)


@pytest.fixture
def admin(browser: Browser, make: Make) -> Browser:
    return browser.sign_in(make.person(administrator=True))


def upload(admin: Browser, content: str | bytes, status: int = 200, area: str = "") -> str:
    """Send a file to be looked at."""
    admin.open("/en/admin/calendar/import")
    data = content if isinstance(content, bytes) else content.encode()
    return admin.send("file", status=status, file=(BytesIO(data), "days.csv"), area=area)


@pytest.mark.parametrize(
    ("question", "due"),
    [
        ("from=2021-09-24&amount=60&unit=day", "Tue 23 Nov 2021"),
        ("from=2021-09-24&amount=2&unit=month", "Wed 24 Nov 2021"),
        ("from=2021-09-24&amount=40&unit=working_day", "Mon 22 Nov 2021"),
        ("from=2024-12-31&amount=60&unit=day", "Mon 3 Mar 2025"),
    ],
)
def test_the_calculator_says_when_it_is_due(browser: Browser, question: str, due: str) -> None:
    page = browser.open(f"/en/calendar?{question}")
    assert f"Due {due}" in page
    assert "article 48" in page
    assert "<script" not in page.split("<main")[1].split("</main>")[0]


def test_a_date_that_was_moved_says_from_where_and_why(browser: Browser) -> None:
    page = browser.open("/en/calendar?from=2024-12-31&amount=60&unit=day")
    assert "The last day would be Sat 1 Mar 2025 (Weekend)." in page
    assert "calendar_days_rolled" in page
    assert "末日原為" in browser.open("/calendar?from=2024-12-31&amount=60&unit=day")


def test_the_form_keeps_what_was_asked_and_begins_with_today(browser: Browser) -> None:
    browser.open("/en/calendar")
    assert browser.form("amount").values == {"from": "2026-11-04", "amount": "60", "unit": "day", "area": ""}
    browser.open("/en/calendar?from=2021-09-24&amount=2&unit=month&area=TW-TPE")
    assert browser.form("amount").values == {"from": "2021-09-24", "amount": "2", "unit": "month", "area": "TW-TPE"}


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("from=soon&amount=60&unit=day", "Not a valid date value."),
        ("from=2021-09-24&amount=&unit=day", "Enter a number."),
        ("from=2021-09-24&amount=0&unit=day", "Enter a whole number from 1 to 1,000."),
        ("from=2021-09-24&amount=1001&unit=day", "Enter a whole number from 1 to 1,000."),
        ("from=2021-09-24&amount=60&unit=hour", "Not a valid choice."),
        ("from=2021-09-24&amount=60&unit=day&area=XX", "Not a valid choice."),
        ("from=0001-01-01&amount=1&unit=day", "The office calendar does not reach"),
        ("from=9999-12-31&amount=1000&unit=month", "The office calendar does not reach"),
        ("from=%3Cscript%3E&amount=60&unit=day", "Not a valid date value."),
    ],
)
def test_what_cannot_be_counted_with_is_named_at_its_field(browser: Browser, question: str, words: str) -> None:
    page = browser.open(f"/en/calendar?{question}", status=422)
    assert page.count(words) == 2
    assert "<script>" not in page


def test_the_calculator_is_the_same_for_everybody_and_sets_no_cookie(client: FlaskClient) -> None:
    answer = client.get("/en/calendar?from=2021-09-24&amount=60&unit=day")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"].startswith("public")


def test_the_page_of_a_case_leads_to_the_same_count(browser: Browser, make: Make) -> None:
    page = browser.open(f"/en/issues/{make.case().slug}/reply/date")
    assert "/en/calendar?from=2026-11-04&amp;amount=14&amp;unit=working_day" in page


def test_the_api_answers_with_everything_that_led_to_the_date(client: FlaskClient) -> None:
    answer = client.get(f"{API}/due?from=2024-12-31&amount=60&unit=day")
    assert answer.status_code == 200
    weekend = {"zh-Hant-TW": "週末", "en": "Weekend"}
    assert answer.json == {
        "from": "2024-12-31",
        "amount": 60,
        "unit": "day",
        "due": "2025-03-03",
        "rule": "calendar_days_rolled",
        "rolled_from": "2025-03-01",
        "skipped": [{"date": "2025-03-01", "name": weekend}, {"date": "2025-03-02", "name": weekend}],
        "area": None,
        "calendar_version": "holidays 0.109 TW",
    }


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("amount=60&unit=day", "from"),
        ("from=2021-9-4&amount=60&unit=day", "from"),
        ("from=1632441600&amount=60&unit=day", "from"),
        ("from=2021-W38-5&amount=60&unit=day", "from"),
        ("from=2021-02-29&amount=60&unit=day", "from"),
        ("from=1990-01-01&amount=60&unit=day", "from"),
        ("from=2021-09-24&amount=0&unit=day", "amount"),
        ("from=2021-09-24&amount=1e9&unit=day", "amount"),
        ("from=2021-09-24&amount=60&unit=hour", "unit"),
        ("from=2021-09-24&amount=60&unit=day&area=TW-X", "area"),
    ],
)
def test_the_api_names_the_field_it_cannot_count_with(client: FlaskClient, question: str, field: str) -> None:
    answer = client.get(f"{API}/due?{question}")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert field in str(answer.json.get("errors", answer.json.get("fields")))


def test_a_year_is_a_page_a_list_and_a_file(browser: Browser, client: FlaskClient) -> None:
    page = browser.open("/en/calendar/2027")
    assert "National Day" in page
    year = client.get(f"{API}/2027").json
    assert (year["year"], year["country"], year["calendar_version"]) == (2027, "TW", "holidays 0.109 TW")
    listed = {day["date"]: day for day in year["days"]}
    assert (listed["2027-10-11"]["works"], listed["2027-10-11"]["closed_half"]) == (False, None)
    assert "2027-10-16" not in listed  # a plain Saturday
    file = client.get("/calendar/2027.ics")
    assert file.mimetype == "text/calendar"
    assert file.get_data(as_text=True).count("BEGIN:VEVENT") == len(year["days"])
    for address in ("/calendar/1900", "/calendar/1900.ics", f"{API}/99999"):
        assert client.get(address).status_code == 404


def test_a_file_is_looked_at_before_it_is_saved(admin: Browser) -> None:
    page = upload(admin, TAIWANS_FILE)
    assert "Nothing has been saved yet. 1 day is left out" in page
    assert "Mon 4 Jan 2027" in page
    assert "&lt;b&gt;颱風&lt;/b&gt;" in page
    assert "No days have been entered." in admin.open("/en/admin/calendar")
    upload(admin, TAIWANS_FILE)
    page = admin.send("days")
    assert "2 days were entered. Due dates already promised stay as they are." in page
    assert "Sat 9 Jan 2027" in page
    assert "There is nothing to enter." in upload(admin, TAIWANS_FILE)


def test_a_file_may_be_for_one_area(admin: Browser) -> None:
    upload(admin, "day,name,works,half\n2027-01-04,Storm,,afternoon\n", area="TW-TNN")
    page = admin.send("days")
    assert "Tainan City" in page
    assert "closed in the afternoon" in page
    assert "No days have been entered." in admin.send("/remove", press=("area", "TW-TNN"))


def test_an_event_of_a_calendar_is_a_day(admin: Browser) -> None:
    lines = (
        "BEGIN:VCALENDAR",
        "BEGIN:VEVENT",
        "DTSTART;VALUE=DATE:20270104",
        "SUMMARY:颱風",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    assert "Mon 4 Jan 2027" in upload(admin, "\r\n".join(lines))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("day,works\n2027-02-30,no\n", "Line 2: “2027-02-30” is no day, such as 2027-01-31."),
        ("day,works\n2027-01-04,<script>\n", "Line 2: “&lt;script&gt;” does not say whether offices work"),
        ("<html>", "The first line must name the columns"),
        ("BEGIN:VCALENDAR", "The file cannot be read as iCalendar."),
        ("", "The first line must name the columns"),
        (b"x" * (MAX_BYTES + 1), "The file is larger than 200 kB."),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_in_words(admin: Browser, content: str | bytes, words: str) -> None:
    page = upload(admin, content, status=422)
    assert words in page
    assert "<script>" not in page
    assert "No days have been entered." in admin.open("/en/admin/calendar")


def test_no_file_is_asked_for(admin: Browser) -> None:
    admin.open("/en/admin/calendar/import")
    assert "Choose a file." in admin.send("file", status=422, area="")


@pytest.mark.parametrize("days", ["", "nonsense", "day,works,area\n2027-01-04,no,US-CA\n", "x" * (MAX_BYTES + 1)])
def test_what_a_preview_sends_back_is_checked_again(admin: Browser, days: str) -> None:
    upload(admin, TAIWANS_FILE)
    assert "Please send the file once more." in admin.send("days", status=422, days=days)
    assert "No days have been entered." in admin.open("/en/admin/calendar")


def test_half_a_day_is_entered_for_one_area(admin: Browser) -> None:
    admin.open("/en/admin/calendar")
    page = admin.send("day", day="2026-11-05", name_en="Storm", works="afternoon", area="TW-TPE")
    assert "closed in the afternoon" in page
    assert "Taipei City" in page
    answer = admin.http.get(f"{API}/due?from=2026-11-04&amount=1&unit=day&area=TW-TPE").json
    assert (answer["due"], answer["rolled_from"]) == ("2026-11-06", "2026-11-05")
    assert admin.http.get(f"{API}/due?from=2026-11-04&amount=1&unit=day").json["due"] == "2026-11-05"


def test_the_area_of_the_instance_is_chosen_in_the_settings(admin: Browser) -> None:
    admin.open("/en/admin/settings")
    admin.send("name_zh", contact_email="hello@city.test", area="TW-TPE")
    assert admin.http.get(f"{API}/due?from=2026-11-04&amount=1&unit=day").json["area"] == "TW-TPE"
    admin.open("/en/admin/settings")
    assert admin.form("name_zh").values["area"] == "TW-TPE"
    assert "Not a valid choice." in admin.send("name_zh", status=422, area="TW-XXX")


@pytest.mark.parametrize("who", ["officer", "outsider", "visitor"])
def test_only_an_administrator_imports(browser: Browser, make: Make, who: str) -> None:
    if who != "visitor":
        browser.sign_in(make.officer(make.agency()) if who == "officer" else make.person(moderator=True))
    assert browser.http.get("/en/admin/calendar/import").status_code == (303 if who == "visitor" else 403)
