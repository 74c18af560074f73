"""The administrator's settings and calendar; and what everybody sees when the database is away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from app import create_app
from app.extensions import db
from tests.support.builders import Make
from tests.support.pages import Browser


@pytest.fixture
def admin(browser: Browser, make: Make) -> Browser:
    return browser.sign_in(make.person(administrator=True))


def test_the_name_of_the_site_can_be_changed(admin: Browser, app: APIFlask) -> None:
    admin.open("/en/admin/settings")
    text = admin.send("name_zh", name_zh="清川市", name_en="Qing & chuan", contact_email="hello@city.test")
    assert "The settings were saved." in text
    assert "Qing &amp; chuan" in Browser(app).open("/en/agencies")
    assert "清川市" in Browser(app).open("/agencies")


@pytest.mark.parametrize(
    ("entered", "words"),
    [
        ({"name_en": ""}, "Enter the name in English."),
        ({"name_zh": "\u200b"}, "The name is needed in every language of the site."),
        ({"motto_en": "x" * 121}, "The motto may have at most 120 characters."),
        ({"contact_email": "hello"}, "Enter an e-mail address, such as name@example.org."),
        ({"timezone": "Mars/Base"}, "This is not the name of a time zone."),
    ],
)
def test_a_setting_out_of_bounds_is_named_at_the_top_and_at_its_field(
    admin: Browser, entered: dict[str, str], words: str
) -> None:
    admin.open("/en/admin/settings")
    text = admin.send("name_zh", status=422, **({"contact_email": "hello@city.test"} | entered))
    assert text.count(words) == 2
    admin.open("/en/admin/settings")
    assert admin.form("name_zh").values["name_en"] == "Minyi"


def test_a_typhoon_day_is_entered_and_taken_back(admin: Browser) -> None:
    assert "No days have been entered." in admin.open("/en/admin/calendar")
    text = admin.send("day", day="2026-11-05", name_zh="颱風假", name_en="<b>Typhoon</b>", works="rest")
    assert "Thu 5 Nov 2026" in text
    assert "&lt;b&gt;Typhoon&lt;/b&gt;" in text
    assert "颱風假" in admin.open("/admin/calendar")
    admin.open("/en/admin/calendar")
    assert "No days have been entered." in admin.send("/remove")


@pytest.mark.parametrize(
    ("entered", "words"),
    [
        ({"day": ""}, "Enter a day."),
        ({"day": "2026-02-30"}, "Not a valid date value."),
        ({"name_en": " "}, "Please say what kind of day this is."),
        ({"works": "half"}, "Not a valid choice."),
    ],
)
def test_a_day_that_cannot_be_taken_comes_back_with_the_reason(
    admin: Browser, entered: dict[str, str], words: str
) -> None:
    admin.open("/en/admin/calendar")
    text = admin.send("day", status=422, **({"day": "2026-11-05", "name_en": "Typhoon", "works": "rest"} | entered))
    assert words in text
    assert "No days have been entered." in admin.open("/en/admin/calendar")


@pytest.mark.parametrize("day", ["2026-11-06", "tomorrow", "2026-13-01"])
def test_a_day_that_was_never_entered_cannot_be_removed(admin: Browser, day: str) -> None:
    admin.open("/en/admin/calendar")
    token = admin.form("day").values["csrf_token"]
    answer = admin.http.post(f"/en/admin/calendar/{day}/remove", data={"csrf_token": token})
    assert answer.status_code == 404


@pytest.mark.parametrize("who", ["officer", "outsider", "visitor"])
def test_only_an_administrator_gets_in(browser: Browser, make: Make, who: str) -> None:
    if who != "visitor":
        browser.sign_in(make.officer(make.agency()) if who == "officer" else make.person(moderator=True))
    for page in ("/en/admin/settings", "/en/admin/calendar"):
        assert browser.http.get(page).status_code == (303 if who == "visitor" else 403)


@pytest.fixture
def cut_off(built_app: APIFlask, data_folder: Path) -> Iterator[FlaskClient]:
    """The application with a database that nobody can reach."""
    address = "postgresql+psycopg://minyi@127.0.0.1:1/minyi"
    lonely = create_app({"MINYI_ENV": "test", "MINYI_DATA": str(data_folder), "DATABASE_URL": address, "LIMITS": "off"})
    yield lonely.test_client()
    with lonely.app_context():
        db.engine.dispose()


def test_without_a_database_pages_and_api_say_so_and_when_to_come_back(cut_off: FlaskClient) -> None:
    page = cut_off.get("/en/agencies")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert "Nothing was changed; please try again in a moment." in page.get_data(as_text=True)
    answer = cut_off.get("/api/v1/agencies")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
