"""Many at once: one number and more accounts than may have it; one code shown on several devices."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from threading import Barrier

import pyotp
import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from app.access import actions
from app.access.actions import Shown, check
from app.access.enrolling import add_app
from app.access.rules import new_secret
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.errors import Refusal
from app.core.keys import Keys
from app.core.permissions import ANONYMOUS
from app.identities.models import Phone, TextMessage
from app.identities.phones import send_code, verify
from tests.conftest import ENGINE
from tests.support.builders import MadePerson, Make

Work = Callable[..., AbstractContextManager[Context]]
KEYS = Keys("one secret")
PEOPLE = 12
pytestmark = pytest.mark.race


def at_once(app: APIFlask, acts: list[Callable[[], None]]) -> int:
    """How many of these acts, begun at the same time, were not refused."""
    gate = Barrier(len(acts))

    def one(act: Callable[[], None]) -> bool:
        with app.app_context():
            gate.wait(20)
            try:
                act()
            except Refusal:
                return False
            return True

    with ThreadPoolExecutor(len(acts)) as pool:
        return sum(pool.map(one, acts))


def with_codes(work: Work, make: Make) -> list[tuple[MadePerson, str]]:
    """People who wait to enter the code that was sent to one number; each has asked on another day."""
    found = []
    for _ in range(PEOPLE):
        person = make.person()
        with work(person.actor) as ctx:
            send_code(ctx, KEYS, "0912 345 678", "%(code)s")
            text = ctx.session.scalars(sa.select(TextMessage.text).order_by(TextMessage.id.desc())).first()
        found.append((person, text or ""))
    return found


def confirmed(app: APIFlask, work: Work, waiting: list[tuple[MadePerson, str]]) -> int:
    """How many accounts have the number after all entered their codes at once."""

    def enter(person: MadePerson, code: str) -> None:
        with work(person.actor) as ctx:
            verify(ctx, KEYS, code)

    at_once(app, [lambda person=person, code=code: enter(person, code) for person, code in waiting])
    with work() as ctx:
        return ctx.session.scalar(sa.select(sa.func.count()).select_from(Phone)) or 0


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if everybody had asked on a day of their own."""
    monkeypatch.setattr("app.identities.phones.CODES_A_DAY", 1000)


@pytest.mark.usefixtures("patient")
def test_twelve_who_confirm_one_number_at_once_leave_three_accounts_with_it(
    app: APIFlask, work: Work, make: Make
) -> None:
    assert confirmed(app, work, with_codes(work, make)) == 3


@pytest.mark.usefixtures("patient")
@pytest.mark.skipif(ENGINE != "postgresql", reason="SQLite lets one writer in at a time; the race needs PostgreSQL")
def test_control_counting_first_lets_more_of_them_in(
    app: APIFlask, work: Work, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = with_codes(work, make)
    gate = Barrier(PEOPLE)

    def naive(session: sa.orm.Session, model: type[Phone], *, place: int, **values: object) -> bool:
        held = session.scalar(sa.select(sa.func.count()).where(Phone.key == values["key"])) or 0
        if place == 1:
            gate.wait(20)
        if held >= 3:
            return False
        session.add(Phone(place=1000 + int(str(values["person_id"])), **values))
        session.flush()
        return True

    monkeypatch.setattr("app.identities.phones.insert_once", naive)
    assert confirmed(app, work, waiting) > 3


def shown_at_once(app: APIFlask, work: Work, make: Make, clock: FixedClock) -> int:
    """How often one code of an app was taken by eight who showed it at the same time."""
    person, secret = make.person(), new_secret()
    with work(person.actor) as ctx:
        add_app(ctx, KEYS, secret, pyotp.TOTP(secret).at(clock.now()))
    clock.travel_to(clock.now().replace(minute=30))
    code = pyotp.TOTP(secret).at(clock.now())

    def show() -> None:
        with work(ANONYMOUS) as ctx:
            check(ctx, person.id, KEYS, Shown(code))

    return at_once(app, [show] * 8)


def test_a_code_shown_on_eight_devices_at_once_is_taken_on_one(
    app: APIFlask, work: Work, make: Make, clock: FixedClock
) -> None:
    assert shown_at_once(app, work, make, clock) == 1


def test_control_without_the_guard_of_its_step_it_is_taken_on_all(
    app: APIFlask, work: Work, make: Make, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "_take_step", lambda ctx, factor, step: True)
    assert shown_at_once(app, work, make, clock) == 8
