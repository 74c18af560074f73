"""Agencies: what everybody reads, and what only an administrator changes."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from app.core.permissions import Role
from tests.support.builders import MadePerson, Make
from tests.support.pages import Browser

BUSES = {
    "slug": "buses",
    "name_zh": "公車處",
    "name_en": "Bus Office",
    "email": "buses@city.test",
    "phone": "02-1234",
    "competences_zh": "公車\r\n站牌\r\n",
    "competences_en": "buses",
}


@pytest.fixture
def admin(browser: Browser, make: Make) -> Browser:
    return browser.sign_in(make.person(administrator=True))


def _add(admin: Browser, **entered: str) -> str:
    admin.open("/en/admin/agencies/new")
    return admin.send("slug", **(BUSES | entered))


def test_a_visitor_reads_who_is_there_and_what_for(browser: Browser, make: Make) -> None:
    make.agency("Transport Bureau")
    text = browser.open("/en/agencies")
    assert "Transport Bureau" in text
    assert "buses" in text
    assert "/admin/agencies/new" not in text
    assert browser.page is not None
    assert browser.page.headers["Cache-Control"].startswith("public")
    page = browser.open("/en/agencies/agency-1")
    assert "mailto:agency1@example.org" in page
    assert "/admin/agencies" not in page
    assert "公車" in browser.open("/agencies/agency-1")
    browser.open("/en/agencies/nowhere", status=404)


def test_without_agencies_the_page_says_so(browser: Browser) -> None:
    assert "No agency has been entered yet." in browser.open("/en/agencies")


def test_an_administrator_adds_an_agency_and_changes_it(admin: Browser, app: APIFlask) -> None:
    assert "The agency was added." in _add(admin)
    assert admin.form("name_zh").values["competences_zh"].strip() == "公車\n站牌"
    assert "The agency was saved." in admin.send("name_zh", name_en="Bus & Tram Office")
    assert "Bus &amp; Tram Office" in Browser(app).open("/en/agencies")


def test_an_agency_stands_below_the_one_it_belongs_to(admin: Browser) -> None:
    _add(admin, slug="transport", name_en="Transport Bureau")
    _add(admin, parent_slug="transport")
    text = admin.open("/en/agencies")
    assert text.index('class="depth-0"') < text.index("Transport Bureau") < text.index('class="depth-1"')
    assert 'href="/en/agencies/transport"' in admin.open("/en/agencies/buses")
    assert "An agency cannot stand below one of its own." in _lift(admin)


def _lift(admin: Browser) -> str:
    admin.open("/en/admin/agencies/transport")
    return admin.send("name_zh", status=422, parent_slug="buses")


@pytest.mark.parametrize(
    ("entered", "words"),
    [
        ({"slug": "No Good"}, "Use small letters, digits and single hyphens"),
        ({"name_en": ""}, "Enter the name in English."),
        ({"name_zh": "\u200b"}, "The name is needed in every language of the site."),
        ({"email": "buses"}, "Enter an e-mail address, such as name@example.org."),
        ({"parent_slug": "nowhere"}, "Not a valid choice."),
    ],
)
def test_what_cannot_be_taken_comes_back_with_the_reason_and_what_was_entered(
    admin: Browser, entered: dict[str, str], words: str
) -> None:
    admin.open("/en/admin/agencies/new")
    text = admin.send("slug", status=422, **(BUSES | entered))
    assert text.count(words) == 2
    assert "02-1234" in text
    assert "No agency has been entered yet." in admin.open("/en/agencies")


def test_the_same_short_name_twice_is_an_error_of_that_field(admin: Browser) -> None:
    _add(admin)
    admin.open("/en/admin/agencies/new")
    assert "There is an agency with this short name already." in admin.send("slug", status=422, **BUSES)


def test_on_a_chinese_page_the_messages_are_in_the_characters_of_taiwan(admin: Browser) -> None:
    admin.open("/admin/agencies/new")
    text = admin.send("slug", status=422, **(BUSES | {"parent_slug": "nowhere"}))
    assert "不是有效的選擇" in text
    assert "选择" not in text


def test_naming_and_releasing_an_officer(admin: Browser, make: Make, app: APIFlask) -> None:
    _add(admin)
    chen = make.person("Mr Chen")
    text = admin.send("officer-email", **{"officer-email": chen.email, "officer-role": "approver"})
    assert "The officer was named." in text
    assert "writes and approves" in text.split("Mr Chen")[1].split("</li>")[0]
    assert "/desk" in Browser(app).sign_in(chen).open("/en/agencies")
    assert "Nobody works for this agency here yet." in admin.send("/release")
    assert "/desk" not in Browser(app).sign_in(chen).open("/en/agencies")


def test_an_officer_who_has_no_account_is_an_error_of_that_form(admin: Browser) -> None:
    _add(admin)
    text = admin.send("officer-email", status=422, **{"officer-email": "nobody@example.org"})
    assert "Nobody with this confirmed address has an account here." in text
    assert 'value="Bus Office"' in text


def test_hostile_text_stays_text(admin: Browser, app: APIFlask) -> None:
    _add(admin, name_en='<script>alert(1)</script>"', competences_en="<img src=x onerror=alert(2)>", phone="<b>1</b>")
    visitor = Browser(app)
    for page in ("/en/agencies", "/en/agencies/buses"):
        body = visitor.open(page).split("<main")[1]
        assert "<script" not in body
        assert "<img" not in body
        assert "<b>1" not in body
        assert "&lt;script&gt;alert(1)" in body


@pytest.mark.parametrize("who", ["officer", "outsider", "visitor"])
def test_only_an_administrator_gets_in(browser: Browser, make: Make, who: str) -> None:
    agency_id = make.agency()
    people: dict[str, MadePerson | None] = {
        "officer": make.officer(agency_id, Role.APPROVER),
        "outsider": make.person(),
        "visitor": None,
    }
    person = people[who]
    if person is not None:
        browser.sign_in(person)
    for page in ("/en/admin/agencies/new", "/en/admin/agencies/agency-1"):
        answer = browser.http.get(page)
        assert answer.status_code == (403 if person else 303)
        assert person or "/en/sign-in" in answer.headers["Location"]


def test_the_api_lists_agencies_in_pages(client: FlaskClient, make: Make) -> None:
    for _ in range(3):
        make.agency()
    first = client.get("/api/v1/agencies?per_page=2").get_json()
    assert [item["slug"] for item in first["items"]] == ["agency-1", "agency-2"]
    second = client.get(first["next"]).get_json()
    assert [item["slug"] for item in second["items"]] == ["agency-3"]
    assert second["next"] is None


def test_the_api_tells_one_agency_in_every_language(client: FlaskClient, make: Make) -> None:
    make.agency("Transport Bureau")
    assert client.get("/api/v1/agencies/agency-1").get_json() == {
        "slug": "agency-1",
        "name": {"en": "Transport Bureau", "zh-Hant-TW": "第 1 局"},
        "parent": None,
        "email": "agency1@example.org",
        "phone": "",
        "competences": {"en": ["buses"], "zh-Hant-TW": ["公車"]},
    }
    missing = client.get("/api/v1/agencies/nowhere")
    assert (missing.status_code, missing.mimetype) == (404, "application/problem+json")
