"""Headers: every answer is guarded; what is the same for everybody may be kept, and nothing else."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from tests.support.builders import Make
from tests.support.pages import Browser


@pytest.mark.parametrize("address", ["/", "/en/nowhere", "/api/v1/agencies", "/api/v1/nowhere", "/static/face.css"])
def test_every_answer_is_guarded(client: FlaskClient, address: str) -> None:
    with client.get(address) as answer:
        headers = answer.headers
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_files_of_the_face_are_kept_for_a_year_under_their_fingerprint(browser: Browser, client: FlaskClient) -> None:
    found = re.search(r'href="(/static/face\.css\?v=\w+)"', browser.open("/en/"))
    assert found
    for address, kept in ((found[1], True), ("/static/face.css", False)):
        with client.get(address) as answer:
            assert ("immutable" in answer.headers["Cache-Control"]) is kept


def test_a_signed_in_persons_page_is_not_kept(make: Make, browser: Browser) -> None:
    browser.sign_in(make.person()).open("/en/")
    assert browser.page is not None
    assert browser.page.headers["Cache-Control"] == "no-store"


def test_the_session_cookie_is_not_for_scripts_or_other_sites(make: Make, app: object, client: FlaskClient) -> None:
    cookie = client.get("/en/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_the_api_says_how_to_sign_in(make: Make, client: FlaskClient) -> None:
    answer = client.get("/api/v1/me")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
