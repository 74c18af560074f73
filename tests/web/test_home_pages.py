"""The home page and the pages about the place: what is open, owed and answered, in few queries, kept for a moment."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from app.extensions import db
from app.issues.rules import IssueState
from tests.support.builders import Make
from tests.support.pages import Browser


def test_home_shows_what_is_open_and_not_what_is_drafted(make: Make, browser: Browser) -> None:
    make.issue(title="Night buses")
    make.issue(title="A secret plan", state=IssueState.DRAFT)
    page = browser.open("/en/")
    assert "Night buses" in page
    assert "secret" not in page


def test_an_issue_whose_last_day_has_ended_is_not_shown_as_open(make: Make, browser: Browser) -> None:
    make.issue(title="Yesterday's question", days_left=-1)
    assert "Yesterday" not in browser.open("/en/")


def test_home_is_calm_when_there_is_nothing(browser: Browser) -> None:
    page = browser.open("/en/")
    assert "Nothing is open at the moment." in page
    assert "No reply is owed at the moment." in page


def test_a_visitors_home_page_may_be_kept_and_sets_no_cookie(make: Make, client: FlaskClient) -> None:
    make.issue()
    first = client.get("/")
    assert "public" in first.headers["Cache-Control"]
    assert "Set-Cookie" not in first.headers
    again = client.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_home_takes_few_queries_however_much_there_is(make: Make, app: APIFlask, client: FlaskClient) -> None:
    for _ in range(6):
        make.issue()
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        client.get("/")
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    asked = [statement for statement in asked if statement.startswith("SELECT")]
    assert 0 < len(asked) <= 8
    assert not [statement for statement in asked if "count(" in statement.lower()]


@pytest.mark.parametrize("address", ["/rules", "/accessibility", "/open-data", "/styleguide"])
def test_the_pages_about_the_place_open(browser: Browser, address: str) -> None:
    assert "<h1" in browser.open(f"/en{address}")


def test_administration_is_for_administrators(make: Make, browser: Browser) -> None:
    browser.sign_in(make.person()).open("/en/admin", status=403)


def test_administrators_find_the_settings(make: Make, browser: Browser) -> None:
    assert "/en/admin/settings" in browser.sign_in(make.person(administrator=True)).open("/en/admin")


def test_what_is_not_there_is_told_in_words(browser: Browser) -> None:
    assert "There is nothing at this address." in browser.open("/en/nowhere", status=404)
