"""Signing in through a provider, a real one on this machine: who gets in, who does not, and what is never linked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import sqlalchemy as sa
from apiflask import APIFlask

from app.audit.models import FactRow
from app.core.context import Context
from app.core.errors import Conflict
from app.core.keys import Keys
from app.core.persons import Level
from app.core.providers import Provider
from app.identities.actions import link
from app.identities.models import Identity
from app.identities.queries import known_of, subject_key
from tests.support.builders import MadePerson, Make
from tests.support.identity_provider import CLIENT, SECRET, IdentityProvider, running_provider
from tests.support.pages import Browser

Work = Callable[..., AbstractContextManager[Context]]
NOT_SHOWN = "did not tell us who you are"


@pytest.fixture(scope="module")
def running() -> Iterator[IdentityProvider]:
    with running_provider() as mind:
        yield mind


@pytest.fixture
def provider(app: APIFlask, running: IdentityProvider) -> Iterator[IdentityProvider]:
    """The provider, known to the application as `city`."""
    running.subject, running.claims, running.forge = "A123456789", {}, ""
    running.asked.clear()
    before = app.config["CONFIG"]
    city = Provider(
        "city",
        {"zh-Hant-TW": "市民卡", "en": "City Card"},
        running.issuer,
        CLIENT,
        SECRET,
        level=Level.EMAIL,
        levels={"urn:tw:high": Level.HIGH},
    )
    app.config["CONFIG"] = replace(before, identity_providers=(city,))
    app.extensions.pop("oidc", None)
    yield running
    app.config["CONFIG"] = before
    app.extensions.pop("oidc", None)


def there_and_back(browser: Browser, start: str, status: int = 200) -> str:
    """Follow a link to the provider, be sent back by it, and read the page one comes to."""
    away = browser.http.get(start)
    assert away.status_code == 302, away.get_data(as_text=True)[:500]
    back = requests.get(away.location, allow_redirects=False, timeout=10).headers["Location"]
    parts = urlsplit(back)
    assert f"{parts.scheme}://{parts.netloc}" == "http://localhost"
    return browser.open(f"{parts.path}?{parts.query}", status)


def linked(browser: Browser) -> str:
    """Link what the provider shows with the account of this browser."""
    there_and_back(browser, "/en/account/identity/city")
    return browser.send("shown")


def inside(browser: Browser) -> bool:
    return browser.http.get("/account").status_code == 200


def test_who_linked_an_identity_comes_in_with_it(
    app: APIFlask, make: Make, work: Work, provider: IdentityProvider
) -> None:
    person = make.person("Lin")
    assert "City Card" in linked(Browser(app).sign_in(person))
    other = Browser(app)
    assert "Sign in with City Card" in other.open("/en/sign-in?next=/en/issues")
    there_and_back(other, "/en/sign-in/with/city?next=/en/issues")
    assert inside(other)
    assert other.address.endswith("/issues")
    asked = provider.asked[-1]
    assert asked["code_challenge_method"] == "S256"
    assert asked["state"]
    assert asked["nonce"]
    with work() as ctx:
        kinds = ctx.session.scalars(sa.select(FactRow.kind)).all()
        (row,) = ctx.session.scalars(sa.select(Identity)).all()
    assert "identity.linked" in kinds
    assert provider.subject not in row.key, "the subject itself is kept nowhere"


def test_a_matching_address_links_nothing(browser: Browser, make: Make, provider: IdentityProvider) -> None:
    person = make.person()
    provider.claims = {"email": person.email, "email_verified": True}
    assert "no account here is linked with it" in there_and_back(browser, "/en/sign-in/with/city")
    assert not inside(browser)


@pytest.mark.parametrize("forgery", ["signature", "issuer", "audience", "nonce", "age", "subject", "refusal"])
def test_an_answer_that_is_wrong_in_one_way_lets_nobody_in(
    app: APIFlask, make: Make, provider: IdentityProvider, forgery: str
) -> None:
    linked(Browser(app).sign_in(make.person()))
    browser = Browser(app)
    provider.forge = forgery
    assert NOT_SHOWN in there_and_back(browser, "/en/sign-in/with/city", status=422)
    assert not inside(browser)
    provider.forge = ""
    there_and_back(browser, "/en/sign-in/with/city")
    assert inside(browser), "control"


def test_an_answer_meant_for_another_browser_lets_nobody_in_and_none_counts_twice(
    app: APIFlask, make: Make, provider: IdentityProvider
) -> None:
    linked(Browser(app).sign_in(make.person()))
    attacker, victim = Browser(app), Browser(app)
    away = attacker.http.get("/en/sign-in/with/city")
    back = urlsplit(requests.get(away.location, allow_redirects=False, timeout=10).headers["Location"])
    mine = f"{back.path}?{back.query}"
    victim.open(mine, status=422)
    assert not inside(victim)
    attacker.open(mine)
    assert inside(attacker), "control"
    attacker.open(mine, status=422)


def test_one_identity_has_one_account_also_after_it_was_given_up(
    app: APIFlask, make: Make, work: Work, provider: IdentityProvider
) -> None:
    first, second = make.person(), make.person()
    owner = Browser(app).sign_in(first)
    linked(owner)
    owner.send("/unlink")
    taker = Browser(app).sign_in(second)
    there_and_back(taker, "/en/account/identity/city")
    assert "belongs to another account" in taker.send("shown", status=409)
    there_and_back(owner, "/en/account/identity/city")
    assert "linked" in owner.send("shown")
    with work() as ctx:
        assert len(ctx.session.scalars(sa.select(Identity)).all()) == 1
        assert known_of(ctx.session, first.id).voices
        assert not known_of(ctx.session, second.id).voices


def test_coming_back_links_nothing_before_the_button_is_pressed(
    app: APIFlask, make: Make, work: Work, provider: IdentityProvider
) -> None:
    person, other = make.person(), make.person()
    browser, stranger = Browser(app).sign_in(person), Browser(app).sign_in(other)
    there_and_back(browser, "/en/account/identity/city")
    with work() as ctx:
        assert ctx.session.scalars(sa.select(Identity)).all() == []
    sealed = browser.form("shown").values["shown"]
    there_and_back(stranger, "/en/account/identity/city")
    token = stranger.form("shown").values["csrf_token"]
    data = {"csrf_token": token, "shown": sealed}
    assert stranger.http.post("/en/account/identity/city/link", data=data).status_code == 422, "sealed for another"
    data["shown"] = "made up"
    assert stranger.http.post("/en/account/identity/city/link", data=data).status_code == 422


@pytest.mark.parametrize(("claim", "level"), [(None, Level.EMAIL), ("urn:tw:high", Level.HIGH), ("?", Level.EMAIL)])
def test_what_the_provider_says_of_its_assurance_becomes_a_level_of_ours(
    app: APIFlask, make: Make, work: Work, provider: IdentityProvider, claim: str | None, level: Level
) -> None:
    person = make.person()
    linked(Browser(app).sign_in(person))
    provider.claims = {"acr": claim} if claim else {}
    there_and_back(Browser(app), "/en/sign-in/with/city")
    with work() as ctx:
        assert known_of(ctx.session, person.id).level is level


def test_a_provider_that_is_away_is_said_so(app: APIFlask, browser: Browser, provider: IdentityProvider) -> None:
    config = app.config["CONFIG"]
    gone = replace(config.identity_providers[0], issuer="http://127.0.0.1:9")
    app.config["CONFIG"] = replace(config, identity_providers=(gone,))
    assert NOT_SHOWN in browser.open("/en/sign-in/with/city", status=422)
    assert browser.http.get("/sign-in/with/nobody").status_code == 404


def test_nobody_links_what_is_anothers(make: Make, work: Work) -> None:
    key = subject_key(Keys("one secret"), "https://a.example", "1")
    assert key != subject_key(Keys("one secret"), "https://b.example", "1"), "a subject is its issuer's"
    people: list[MadePerson] = [make.person(), make.person()]
    with work(people[0].actor) as ctx:
        link(ctx, "city", key, Level.HIGH)
    with work(people[1].actor) as ctx, pytest.raises(Conflict):
        link(ctx, "city", key, Level.HIGH)


def test_the_way_there_names_only_what_the_provider_needs(browser: Browser, provider: IdentityProvider) -> None:
    query = parse_qs(urlsplit(browser.http.get("/en/sign-in/with/city").location).query)
    assert query["redirect_uri"] == ["http://localhost/sign-in/from/city"], "one address for every language"
    assert query["scope"] == ["openid"]
    known = {"response_type", "client_id", "redirect_uri", "scope", "state", "nonce"}
    assert set(query) <= known | {"code_challenge", "code_challenge_method"}
