"""`GET /api/v1/me`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from app.accounts.actions import create_token
from app.core.context import Context
from app.core.permissions import Role
from tests.support.builders import MadePerson, Make
from tests.support.pages import Browser

Work = Callable[..., AbstractContextManager[Context]]


def bearer(work: Work, person: MadePerson) -> dict[str, str]:
    """The header with a fresh token of a person."""
    with work(person.actor) as ctx:
        return {"Authorization": f"Bearer {create_token(ctx, 'test').secret}"}


def test_a_token_says_whose_it_is(client: FlaskClient, make: Make, work: Work) -> None:
    citizen, newcomer = make.person("Lin"), make.person("Chen", confirmed=False)
    officer = make.officer(make.agency(), Role.APPROVER)
    answers = [client.get("/api/v1/me", headers=bearer(work, one)).json for one in (citizen, newcomer, officer)]
    assert answers[0] == {
        "id": citizen.id,
        "name": "Lin",
        "email": citizen.email,
        "lang": "en",
        "confirmed": True,
        "roles": ["citizen", "member", "visitor"],
    }
    assert (answers[1]["confirmed"], answers[1]["roles"]) == (False, ["member", "visitor"])
    assert answers[2]["roles"] == ["approver", "citizen", "member", "visitor"]


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer nonsense", "Basic bGluOmxpbg==", "Bearer minyi_"])
def test_without_a_valid_token_nobody_is_anybody(client: FlaskClient, header: str) -> None:
    answer = client.get("/api/v1/me", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert answer.json["code"] == "sign-in-needed"


def test_a_session_cookie_opens_no_api(browser: Browser, make: Make) -> None:
    browser.sign_in(make.person())
    assert browser.http.get("/account").status_code == 200
    assert browser.http.get("/api/v1/me").status_code == 401


def test_a_token_opens_no_pages(client: FlaskClient, make: Make, work: Work) -> None:
    assert client.get("/account", headers=bearer(work, make.person())).status_code == 303


def test_the_document_says_that_a_token_is_needed(app: APIFlask) -> None:
    operation = app.spec["paths"]["/api/v1/me"]["get"]
    assert operation["security"] == [{"token": []}]
