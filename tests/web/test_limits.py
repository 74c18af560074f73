"""Who is too fast is told so in words, and when to try again: on pages and over the API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from apiflask import APIFlask
from werkzeug.test import TestResponse

from app import create_app
from app.accounts.actions import create_token
from app.core.clock import FixedClock
from app.core.context import Context
from app.extensions import db, limiter
from tests.support.builders import MadeIssue, MadePerson, Make
from tests.support.pages import Browser

Work = Callable[..., AbstractContextManager[Context]]
WORDS = "That was too often. Please wait a little and try again."


@pytest.fixture
def limited(app: APIFlask, database_url: str, tmp_path: Path, clock: FixedClock) -> Iterator[APIFlask]:
    """The application as in production, with limits and nothing counted yet, on the same database."""
    env = {
        "MINYI_ENV": "test",
        "MINYI_DATA": str(tmp_path),
        "DATABASE_URL": database_url,
        "LIMITS": "on",
        "BASE_URL": "http://localhost",
    }
    strict = create_app(env, clock)
    strict.testing = True
    limiter.reset()
    yield strict
    limiter.enabled = False
    with strict.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def issue(make: Make) -> MadeIssue:
    return make.issue(statements=1)


def is_told_when(answer: TestResponse) -> None:
    """The header every client understands (RFC 6585, section 4): seconds, not more than the longest window."""
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert answer.headers["Cache-Control"] == "no-store"


def again_and_again(browser: Browser, form: str, times: int, **values: str) -> list[int]:
    """Send one form of the open page so many times; the statuses, and the last answer in `browser.page`."""
    found = browser.form(form)
    address = found.action or browser.address
    sent = [browser.http.post(address, data=found.values | values) for _ in range(times)]
    browser.page = sent[-1]
    return [answer.status_code for answer in sent]


def test_signing_in(limited: APIFlask, make: Make) -> None:
    person, browser = make.person(), Browser(limited)
    browser.open("/en/sign-in")
    assert again_and_again(browser, "password", 7, email=person.email, password="a wrong one")[-2:] == [422, 429]
    assert browser.page is not None
    is_told_when(browser.page)
    assert WORDS in browser.text


@pytest.mark.parametrize(
    ("page", "form", "times", "values"),
    [
        ("discussion", "text", 5, {"text": "Words", "stance": "for"}),
        ("opinion/new", "text", 6, {"text": "Buses should run all night."}),
        ("opinion", "statement", 120, {"value": "1"}),
    ],
)
def test_speaking(
    limited: APIFlask, make: Make, issue: MadeIssue, page: str, form: str, times: int, values: dict[str, str]
) -> None:
    browser = Browser(limited).sign_in(make.person())
    browser.open(f"/en/issues/{issue.slug}/{page}")
    codes = again_and_again(browser, form, times + 1, **values)
    assert 429 not in codes[:-1]
    assert browser.page is not None
    is_told_when(browser.page)
    assert WORDS in browser.text
    assert "<html" in browser.text


@pytest.mark.parametrize(
    ("method", "where", "times", "body"),
    [
        ("POST", "comments", 5, {"text": "Words", "lang": "en"}),
        ("POST", "statements", 6, {"text": "Buses should run all night.", "lang": "en"}),
        ("PUT", "statements/{}/vote", 240, {"value": 1}),
    ],
)
def test_speaking_over_the_api(
    limited: APIFlask,
    make: Make,
    work: Work,
    issue: MadeIssue,
    method: str,
    where: str,
    times: int,
    body: dict[str, object],
) -> None:
    person = make.person()
    with work(person.actor) as ctx:
        headers = {"Authorization": f"Bearer {create_token(ctx, 'program').secret}"}
    http, address = limited.test_client(), f"/api/v1/issues/{issue.slug}/{where.format(issue.statement_ids[0])}"
    answers = [http.open(address, method=method, json=body, headers=headers) for _ in range(times + 1)]
    assert 429 not in [one.status_code for one in answers[:-1]]
    is_told_when(answers[-1])
    assert answers[-1].mimetype == "application/problem+json"
    told = answers[-1].get_json()
    assert (told["code"], told["status"]) == ("too-many", 429)
    assert told["title"]


def test_searching(limited: APIFlask) -> None:
    visitor = limited.test_client()
    answers = [visitor.get("/search?q=a") for _ in range(61)]
    assert [answer.status_code for answer in answers[-2:]] == [200, 429]
    is_told_when(answers[-1])


def test_judging_a_reply(limited: APIFlask, make: Make) -> None:
    made, browser = make.answered(), Browser(limited).sign_in(make.person())
    browser.open(f"/en/issues/{made.case.slug}/reply/feedback")
    assert again_and_again(browser, "lang", 11, verdict="yes")[-2:] == [303, 429]
    browser.open(f"/en/issues/{made.case.slug}/reply/feedback")


def test_one_person_in_a_house_does_not_use_up_the_votes_of_the_others(
    limited: APIFlask, make: Make, issue: MadeIssue
) -> None:
    def voter(person: MadePerson) -> Browser:
        browser = Browser(limited).sign_in(person)
        browser.open(f"/en/issues/{issue.slug}/opinion")
        return browser

    hasty, calm = voter(make.person()), voter(make.person())
    assert again_and_again(hasty, "statement", 121, value="1")[-1] == 429
    assert again_and_again(calm, "statement", 1, value="1") == [303]
