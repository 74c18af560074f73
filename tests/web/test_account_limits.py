"""How often one may try to sign in, and how many letters a mailbox gets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask

from app import create_app
from app.core.clock import FixedClock
from app.extensions import db, limiter
from tests.support.builders import PASSWORD, MadePerson, Make
from tests.support.pages import Browser

HERE, THERE = "192.0.2.1", "198.51.100.1"
REFUSED, TOO_MANY, WELCOME = 422, 429, 303


@pytest.fixture
def limited(app: APIFlask, database_url: str, tmp_path: Path, clock: FixedClock) -> Iterator[APIFlask]:
    """The application as in production, with limits, on the same database."""
    env = {
        "MINYI_ENV": "test",
        "MINYI_DATA": str(tmp_path),
        "DATABASE_URL": database_url,
        "LIMITS": "on",
        "BASE_URL": "http://localhost",
    }
    strict = create_app(env, clock)
    yield strict
    limiter.enabled = False
    with strict.app_context():
        db.engine.dispose()


class Visitor:
    """Somebody at a network address who sends one form again and again."""

    def __init__(self, app: APIFlask, address: str, field: str) -> None:
        self.browser, self.address = Browser(app), address
        self.browser.open(address)
        self.form = self.browser.form(field).values

    def send(self, network: str, **values: str) -> int:
        """The status of the answer."""
        where = {"REMOTE_ADDR": network}
        return self.browser.http.post(self.address, data=self.form | values, environ_overrides=where).status_code

    def guess(self, person: MadePerson, network: str = HERE, password: str = "a wrong password") -> int:
        return self.send(network, email=person.email, password=password)


def test_after_six_wrong_passwords_even_the_right_one_waits(limited: APIFlask, make: Make) -> None:
    person, other = make.person(), make.person()
    somebody = Visitor(limited, "/sign-in", "password")
    assert [somebody.guess(person) for _ in range(7)] == [REFUSED] * 6 + [TOO_MANY]
    assert somebody.guess(person, password=PASSWORD) == TOO_MANY
    assert somebody.guess(other) == REFUSED, "others behind the same network are not locked out"
    assert somebody.guess(person, THERE, PASSWORD) == WELCOME, "nor is the owner elsewhere"


def test_an_unknown_address_is_limited_like_a_known_one(limited: APIFlask) -> None:
    somebody = Visitor(limited, "/sign-in", "password")
    answers = [somebody.send(HERE, email="NoBody@example.org ", password="x") for _ in range(4)]
    answers += [somebody.send(HERE, email="nobody@EXAMPLE.org", password="x") for _ in range(3)]
    assert answers == [REFUSED] * 6 + [TOO_MANY]


def test_who_knows_the_password_is_never_limited(limited: APIFlask, make: Make) -> None:
    person = make.person()
    for _ in range(8):
        assert Visitor(limited, "/sign-in", "password").guess(person, password=PASSWORD) == WELCOME


@pytest.mark.parametrize(
    ("networks", "last"),
    [
        ([HERE] * 31, TOO_MANY),
        ([f"2001:db8:0:1::{n}" for n in range(31)], TOO_MANY),
        ([f"2001:db8:0:{n}::1" for n in range(31)], REFUSED),
    ],
)
def test_a_network_has_thirty_wrong_guesses_a_minute(limited: APIFlask, networks: list[str], last: int) -> None:
    somebody = Visitor(limited, "/sign-in", "password")
    answers = [
        somebody.send(network, email=f"nobody{n}@example.org", password="x") for n, network in enumerate(networks)
    ]
    assert answers == [REFUSED] * 30 + [last]


@pytest.mark.parametrize("known", [True, False])
def test_a_mailbox_gets_five_letters_an_hour_from_wherever_they_are_asked_for(
    limited: APIFlask, make: Make, known: bool
) -> None:
    email = make.person().email if known else "nobody@example.org"
    somebody = Visitor(limited, "/forgot", "email")
    assert [somebody.send(f"192.0.2.{n}", email=email) for n in range(6)] == [WELCOME] * 5 + [TOO_MANY]


def test_the_link_is_sent_again_five_times_an_hour(limited: APIFlask, make: Make) -> None:
    browser = Browser(limited).sign_in(make.person(confirmed=False))
    browser.open("/account")
    form = browser.form("/account/confirmation").values
    answers = [browser.http.post("/account/confirmation", data=form).status_code for _ in range(6)]
    assert answers == [WELCOME] * 5 + [TOO_MANY]
