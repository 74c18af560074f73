"""The pages of accounts: from joining to the vote, and everything somebody might try instead."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from app.accounts.models import ApiToken, Person
from app.core.base import Base
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.permissions import Permission
from app.extensions import db
from app.notices.models import Letter
from app.web.pages import local_next
from tests.support.builders import PASSWORD, MadePerson, Make
from tests.support.pages import Browser

Work = Callable[..., AbstractContextManager[Context]]
LIN = {"name": "Lin Mei-hua", "email": "lin@example.org", "password": "night buses until two"}
ELSEWHERE = [
    "https://evil.example/",
    "http://evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example/%2f..",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    " https://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "javascript:alert(1)",
    "data:text/html,hello",
    "evil.example",
    "@evil.example",
    "?next=https://evil.example",
    "//localhost@evil.example",
    "http://localhost.evil.example/",
    "/\u2028/evil.example",
    "/%0d%0a//evil.example\r\nLocation: https://evil.example",
]


def link_in_letter(work: Work, part: str, to: str = "") -> str:
    """The path of the newest link with `part` in it that was mailed to somebody."""
    with work() as ctx:
        query = sa.select(Letter.text).where(Letter.recipient != "").order_by(Letter.id.desc())
        text = next(iter(ctx.session.scalars(query.where(Letter.recipient == to) if to else query)))
    found = re.search(rf"http://localhost(\S*{part}\S*)", text)
    assert found, text
    return found[1]


def rows_in_every_table() -> dict[str, str]:
    """What is in the database, by table."""
    with db.engine.connect() as connection:
        return {
            name: repr(sorted(map(repr, connection.execute(table.select()))))
            for name, table in Base.metadata.tables.items()
        }


def signed_in(browser: Browser) -> bool:
    return browser.http.get("/account").status_code == 200


# ---- from joining to the vote


def test_somebody_joins_confirms_and_comes_in(browser: Browser, work: Work) -> None:
    browser.open("/en/sign-up")
    assert "Look in your mailbox" in browser.send("password", **LIN)
    assert not signed_in(browser), "an answer that signs in would tell that the address was new"
    page = browser.open(link_in_letter(work, "/confirm/"))
    assert "Confirm your address" in page
    assert "Your address is confirmed" in browser.send("/confirm/")
    browser.send("password", email=LIN["email"], password=LIN["password"])
    assert "Lin Mei-hua" in browser.open("/en/account")
    assert "not confirmed yet" not in browser.text
    with work() as ctx:
        assert ctx.session.scalars(sa.select(Person)).one().lang == "en"


def test_the_unconfirmed_come_in_are_told_and_can_have_the_link_again(browser: Browser, make: Make, work: Work) -> None:
    person = make.person(confirmed=False)
    browser.sign_in(person)
    assert "Please confirm your address" in browser.text
    assert "not confirmed yet" in browser.open("/en/account")
    assert "Look in your mailbox" in browser.send("/account/confirmation")
    browser.open(link_in_letter(work, "/confirm/"))
    browser.send("/confirm/")
    assert "not confirmed yet" not in browser.open("/en/account")


def test_looking_at_a_confirmation_changes_nothing_and_pressing_twice_is_harmless(
    browser: Browser, make: Make, work: Work
) -> None:
    person = make.person(confirmed=False)
    browser.sign_in(person).open("/en/account")
    browser.send("/account/confirmation")
    link = link_in_letter(work, "/confirm/")
    before = rows_in_every_table()
    for _ in range(3):
        browser.open(link)
    assert rows_in_every_table() == before
    browser.send("/confirm/")
    browser.open(link)
    assert "Your address is confirmed" in browser.send("/confirm/")


def test_a_link_that_is_over_says_so_and_shows_the_way(
    browser: Browser, make: Make, work: Work, clock: FixedClock
) -> None:
    person = make.person(confirmed=False)
    browser.sign_in(person).open("/en/account")
    browser.send("/account/confirmation")
    link = link_in_letter(work, "/confirm/")
    clock.advance(timedelta(days=3, seconds=1))
    assert "This link is no longer valid" in browser.open(link, status=410)
    assert "/en/forgot" in browser.text
    assert "This link is no longer valid" in browser.open("/en/confirm/nonsense", status=410)


def test_mistakes_are_shown_at_their_fields_and_what_was_typed_stays(browser: Browser) -> None:
    browser.open("/en/sign-up")
    page = browser.send("password", status=422, **LIN | {"password": "1234567890", "name": "林" * 61})
    assert "Please look at this again" in page
    assert 'href="#password"' in page
    assert 'href="#name"' in page
    assert 'value="lin@example.org"' in page
    assert "1234567890" not in page, "a password is never sent back"


# ---- nobody learns who has an account


def test_joining_and_forgetting_answer_the_same_for_known_and_unknown(app: APIFlask, make: Make) -> None:
    known = make.person()
    for address, field in (("/en/sign-up", "password"), ("/en/forgot", "email")):
        answers = []
        for email in (known.email, "nobody@example.org"):
            browser = Browser(app)
            browser.open(address)
            values = LIN | {"email": email} if field == "password" else {"email": email}
            browser.send(field, **values)
            answers.append((browser.address, re.sub(r'value="[^"]+"', "", browser.text)))
        assert answers[0] == answers[1]


def test_a_wrong_password_and_an_unknown_address_get_the_same_page(app: APIFlask, make: Make) -> None:
    known, pages = make.person(), []
    for email in (known.email, "person9@example.org"):
        browser = Browser(app)
        browser.open("/en/sign-in")
        page = browser.send("password", status=422, email=email, password="not the password")
        pages.append(re.sub(r'value="[^"]*"', "", page))
    assert pages[0] == pages[1]
    assert "is not right" in pages[0]


@pytest.mark.parametrize("address", ["/sign-in", "/forgot", "/sign-up"])
def test_the_time_of_an_answer_does_not_tell_who_has_an_account(browser: Browser, make: Make, address: str) -> None:
    owner = make.person().email
    browser.open(address)
    form, expected = browser.form("email").values | LIN, 422 if address == "/sign-in" else 303
    spent: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(60):
        for known in (True, False) if turn % 2 else (False, True):
            email = owner if known else f"nobody{turn}@example.org"
            started = time.process_time()
            answer = browser.http.post(address, data=form | {"email": email})
            spent[known].append(time.process_time() - started)
            assert answer.status_code == expected
    known_median, unknown_median = (statistics.median(spent[known][5:]) for known in (True, False))
    assert abs(known_median - unknown_median) < 0.2 * known_median


# ---- a lost password


def test_a_lost_password_is_replaced_by_the_mailed_link_once(
    app: APIFlask, browser: Browser, make: Make, work: Work
) -> None:
    person = make.person()
    elsewhere = Browser(app).sign_in(person)
    browser.open("/en/forgot")
    browser.send("email", email=person.email)
    link = link_in_letter(work, "/reset/")
    before = rows_in_every_table()
    browser.open(link)
    assert rows_in_every_table() == before
    browser.send("password", status=422, password="short")
    assert "The new password is set" in browser.send("password", password="a new long sentence")
    assert not signed_in(elsewhere), "every other session is over"
    assert "no longer valid" in browser.open(link, status=410)
    browser.open("/en/sign-in")
    browser.send("password", status=422, email=person.email, password=PASSWORD)
    browser.send("password", email=person.email, password="a new long sentence")
    assert signed_in(browser)


def test_a_reset_link_holds_for_two_hours(browser: Browser, make: Make, work: Work, clock: FixedClock) -> None:
    browser.open("/en/forgot")
    browser.send("email", email=make.person().email)
    link = link_in_letter(work, "/reset/")
    clock.advance(timedelta(hours=2))
    browser.open(link)
    clock.advance(timedelta(seconds=1))
    browser.open(link, status=410)


# ---- sessions


def test_a_session_lasts_fourteen_days_and_its_cookie_is_out_of_reach_of_scripts(browser: Browser, make: Make) -> None:
    browser.open("/en/sign-in")
    form = browser.form("password").values | {"email": make.person().email, "password": PASSWORD}
    answer = browser.http.post("/en/sign-in", data=form)
    assert answer.status_code == 303
    cookies = answer.headers.getlist("Set-Cookie")
    assert sorted(cookie.partition("=")[0] for cookie in cookies) == ["minyi", "minyi_device"], "nothing else"
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Expires=" in cookie
    assert browser.http.get_cookie("minyi") is not None


def test_what_was_planted_in_a_session_is_gone_after_signing_in(app: APIFlask, make: Make) -> None:
    browser = Browser(app)
    browser.open("/en/sign-in")
    with browser.http.session_transaction() as session:
        session["planted"] = "by somebody else"
        before = session["csrf_token"]
    browser.send("password", email=make.person().email, password=PASSWORD)
    browser.open("/en/account")
    with browser.http.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != before


def test_signing_out_needs_the_button(browser: Browser, make: Make) -> None:
    browser.sign_in(make.person()).open("/en/account")
    assert browser.http.get("/sign-out").status_code == 405
    assert signed_in(browser)
    assert "You are signed out" in browser.send("/sign-out")
    assert not signed_in(browser)


def test_signing_out_everywhere_ends_every_session(app: APIFlask, make: Make) -> None:
    person = make.person()
    here, there, somebody = (
        Browser(app).sign_in(person),
        Browser(app).sign_in(person),
        Browser(app).sign_in(make.person()),
    )
    here.open("/en/account")
    here.send("/account/sign-out-everywhere")
    assert not signed_in(here)
    assert not signed_in(there)
    assert signed_in(somebody)


def test_a_new_password_ends_every_session_but_this(app: APIFlask, make: Make) -> None:
    person = make.person()
    here, there = Browser(app).sign_in(person), Browser(app).sign_in(person)
    here.open("/en/account/password")
    here.send("password", status=422, current="a guess at it", password="a new long sentence")
    assert "not your present password" in here.text
    assert "The new password is set" in here.send("password", current=PASSWORD, password="a new long sentence")
    assert signed_in(here)
    assert not signed_in(there)


# ---- where one is sent


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_nobody_is_sent_elsewhere_after_signing_in(browser: Browser, make: Make, elsewhere: str) -> None:
    assert local_next(elsewhere, "/fallback") == "/fallback"
    browser.open("/en/sign-in")
    form = browser.form("password").values | {"email": make.person().email, "password": PASSWORD, "next": elsewhere}
    answer = browser.http.post("/en/sign-in", data=form)
    assert (answer.status_code, answer.location) == (303, "/en/")
    page = browser.http.get("/en/sign-in", query_string={"next": elsewhere})
    assert (page.status_code, page.location) == (303, "/en/")


def test_who_was_asked_to_sign_in_gets_where_they_wanted_to_go(browser: Browser, make: Make) -> None:
    page = browser.open("/en/account/tokens")
    assert 'value="/en/account/tokens"' in page
    assert "API tokens" in browser.send("password", email=make.person().email, password=PASSWORD)
    assert browser.address.endswith("/account/tokens")


def test_whose_session_ended_while_writing_comes_back_to_the_page_of_the_form(
    browser: Browser,
) -> None:
    browser.open("/en/sign-in")
    form = browser.form("password").values
    for referrer, onward in (
        ("http://localhost/en/account?a=1", "/en/account?a=1"),
        ("https://evil.example/en/account", ""),
        ("", ""),
    ):
        answer = browser.http.post("/en/account", data=form, headers={"Referer": referrer})
        assert answer.status_code == 303
        assert answer.location.startswith("/en/sign-in")
        assert f'name="next" value="{onward or "/en/"}"' in browser.open(answer.location)


# ---- forms and guards

WRITING = [
    "/sign-in",
    "/sign-in/second-factor",
    "/sign-up",
    "/sign-out",
    "/forgot",
    "/confirm/token",
    "/reset/token",
    "/account",
    "/account/confirmation",
    "/account/password",
    "/account/sign-out-everywhere",
    "/account/tokens",
    "/account/tokens/1/revoke",
]


@pytest.mark.parametrize("address", WRITING)
def test_no_form_is_taken_without_its_token(browser: Browser, make: Make, address: str) -> None:
    browser.sign_in(make.person())
    before = rows_in_every_table()
    for data in ({}, {"csrf_token": "made up"}):
        assert browser.http.post(address, data=data).status_code == 400
    assert rows_in_every_table() == before


def test_every_form_of_accounts_was_tried(app: APIFlask) -> None:
    rules = {
        re.sub(r"<int:\w+>", "1", re.sub(r"<\w+>", "token", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("accounts.") and "POST" in (rule.methods or set())
    }
    assert rules == set(WRITING)


@pytest.mark.parametrize("address", ["/account", "/account/password", "/account/tokens"])
def test_a_visitor_is_asked_to_sign_in(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 303
    assert "/sign-in?next=" in answer.location


@pytest.mark.parametrize("address", ["/look-in-your-mailbox"])
def test_a_page_without_a_form_leaves_no_cookie(client: FlaskClient, address: str) -> None:
    assert "Set-Cookie" not in client.get(address).headers


# ---- tokens


def test_a_token_is_shown_once_and_works_until_it_is_revoked(browser: Browser, make: Make) -> None:
    browser.sign_in(make.person("Lin")).open("/en/account/tokens")
    page = browser.send("name", status=201, name="my script")
    secret = re.search(r"minyi_[\w-]+", page)
    assert secret
    assert secret[0] not in browser.open("/en/account/tokens")
    me = {"Authorization": f"Bearer {secret[0]}"}
    assert browser.http.get("/api/v1/me", headers=me).status_code == 200
    assert "was revoked" in browser.send("/revoke")
    assert browser.http.get("/api/v1/me", headers=me).status_code == 401


def test_only_the_owner_revokes_a_token(app: APIFlask, make: Make, work: Work) -> None:
    owner, officer = Browser(app).sign_in(make.person()), Browser(app).sign_in(make.officer(make.agency()))
    owner.open("/en/account/tokens")
    owner.send("name", status=201, name="my script")
    with work() as ctx:
        token_id = ctx.session.scalar(sa.select(ApiToken.id))
    officer.open("/en/account/tokens")
    form = officer.form("name").values
    assert officer.http.post(f"/account/tokens/{token_id}/revoke", data=form).status_code == 404
    with work() as ctx:
        assert ctx.session.scalar(sa.select(ApiToken.revoked_at)) is None


# ---- the account


def test_the_owner_changes_name_and_language(browser: Browser, make: Make, work: Work) -> None:
    person = make.person("Lin")
    browser.sign_in(person).open("/en/account")
    assert "Your changes are saved" in browser.send("lang", name="Lin Mei-hua", lang="zh-Hant-TW")
    assert ">Lin Mei-hua</a>" in browser.text
    browser.send("lang", status=422, name="\u200b", lang="zh-Hant-TW")
    with work() as ctx:
        row = ctx.get(Person, person.id)
        assert (row.name, row.lang) == ("Lin Mei-hua", "zh-Hant-TW")


def test_a_name_is_shown_as_text_whatever_is_in_it(browser: Browser, make: Make) -> None:
    browser.sign_in(make.person('<script>alert("1")</script>')).open("/en/account")
    assert "<script>alert" not in browser.text
    assert "&lt;script&gt;" in browser.text


def test_a_password_is_checked_without_a_write_lock(app: APIFlask, make: Make, work: Work) -> None:
    person: MadePerson = make.person()
    browser = Browser(app)
    browser.open("/en/sign-in")
    with work() as ctx:
        ctx.get(Person, person.id).name = "written meanwhile"
        ctx.session.flush()
        started = time.perf_counter()
        browser.send("password", status=422, email=person.email, password="not the password")
        assert time.perf_counter() - started < 5, "SQLite waits ten seconds for a lock"
    browser.send("password", email=person.email, password=PASSWORD)
    assert signed_in(browser)


def test_every_route_of_accounts_names_a_permission_a_visitor_or_a_member_has(app: APIFlask) -> None:
    named = {
        app.view_functions[rule.endpoint].permission  # type: ignore[attr-defined]
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("accounts.")
    }
    assert named == {Permission.SIGN_IN, Permission.ACCOUNT}
