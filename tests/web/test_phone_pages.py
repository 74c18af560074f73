"""Confirming a mobile number: the pages, the codes, the gateway, and the limit of accounts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from app.audit.models import FactRow
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.errors import Invalid, TooMany
from app.core.keys import Keys
from app.core.persons import Level
from app.identities.gateways import LogFile, gateway_for
from app.identities.jobs import empty_outbox
from app.identities.models import Phone, PhoneCode, TextMessage
from app.identities.phones import note_guess, send_code, verify
from app.identities.queries import known_of
from app.identities.rules import CODES_A_DAY, GUESSES
from app.identities.texting import SEND_JOB
from tests.support.builders import MadePerson, Make
from tests.support.pages import Browser
from tests.support.text_gateway import TextGateway, running_gateway

Work = Callable[..., AbstractContextManager[Context]]
NUMBER = "0912 345 678"
WRONG = "This code is not right, or no longer valid."


@pytest.fixture
def keys(app: APIFlask) -> Keys:
    return Keys(app.config["CONFIG"].identity_key)


@pytest.fixture
def gateway(app: APIFlask) -> Iterator[TextGateway]:
    """The gateway of this instance."""
    before = app.config["CONFIG"]
    with running_gateway() as running:
        app.config["CONFIG"] = replace(before, sms_url=running.url)
        yield running
    app.config["CONFIG"] = before


def code_in(gateway: TextGateway) -> str:
    found = re.search(r"\d{6}", gateway.got[-1]["text"])
    assert found is not None
    return found[0]


def code_sent(work: Work) -> str:
    """The code of the newest text that waits."""
    with work() as ctx:
        text = ctx.session.scalars(sa.select(TextMessage.text).order_by(TextMessage.id.desc())).first()
    assert text is not None
    return text.partition(" ")[0]


def confirm(work: Work, keys: Keys, person: MadePerson, number: str) -> None:
    """A person confirms a number."""
    with work(person.actor) as ctx:
        send_code(ctx, keys, number, "%(code)s")
    code = code_sent(work)
    with work(person.actor) as ctx:
        verify(ctx, keys, code)


def test_a_number_is_confirmed_through_the_gateway(
    browser: Browser, make: Make, work: Work, gateway: TextGateway, run_job: Callable[[str], None]
) -> None:
    person = make.person()
    browser.sign_in(person).open("/en/account/phone")
    assert "We sent a code to the number ••• 678." in browser.send("number", number=NUMBER)
    run_job(SEND_JOB)
    (text,) = gateway.got
    assert text["to"] == "+886912345678"
    assert text["authorization"] == "Bearer hush"
    assert text["reference"]
    browser.send("code", code=f"{code_in(gateway)[:3]} {code_in(gateway)[3:]}")
    assert "Your mobile number is confirmed." in browser.text
    assert "••• 678" in browser.text
    with work() as ctx:
        assert known_of(ctx.session, person.id).level is Level.PHONE
        stored = " ".join(
            repr(tuple(row))
            for table in (Phone, PhoneCode, TextMessage)
            for row in ctx.session.execute(sa.select(*table.__table__.columns))
        )
        kinds = ctx.session.scalars(sa.select(FactRow.kind)).all()
    assert "912345678" not in stored, "no number is kept"
    assert code_in(gateway) not in stored
    assert {"phone.code-sent", "phone.verified"} <= set(kinds)


@pytest.mark.parametrize("typed", ["", "12", "02 2720 8889", "+886 912 345", "0912345678" * 9, "abc", "+1 555 0100"])
def test_what_is_no_mobile_number_is_refused(browser: Browser, make: Make, typed: str, gateway: TextGateway) -> None:
    browser.sign_in(make.person()).open("/en/account/phone")
    assert "Enter a mobile number" in browser.send("number", status=422, number=typed)


@pytest.mark.parametrize("typed", ["0912345678", "+886 912-345-678", "(0912) 345 678", "０９１２３４５６７８"])
def test_every_spelling_of_a_number_is_one_number(work: Work, make: Make, keys: Keys, typed: str) -> None:
    for spelling in (NUMBER, typed):
        with work(make.person().actor) as ctx:
            send_code(ctx, keys, spelling, "%(code)s")
    with work() as ctx:
        assert len(set(ctx.session.scalars(sa.select(PhoneCode.key)))) == 1


def test_the_fourth_account_of_a_number_is_refused_and_only_its_reader_learns_it(
    work: Work, make: Make, keys: Keys, browser: Browser, gateway: TextGateway
) -> None:
    people = [make.person() for _ in range(4)]
    for person in people[:3]:
        confirm(work, keys, person, NUMBER)
    browser.sign_in(people[3]).open("/en/account/phone")
    said = browser.send("number", number=NUMBER)
    assert "We sent a code" in said, "asking tells nothing"
    assert "As many accounts as may already hold this number" in browser.send("code", status=422, code=code_sent(work))
    with work() as ctx:
        assert sorted(ctx.session.scalars(sa.select(Phone.place))) == [1, 2, 3]
    giver = Browser(browser.http.application).sign_in(people[1])
    giver.open("/en/account/identity")
    giver.send("/phone/remove")
    browser.send("code", code=code_sent(work))
    assert "Your mobile number is confirmed." in browser.text


def test_a_code_is_guessed_at_five_times_and_holds_ten_minutes(
    browser: Browser, make: Make, work: Work, keys: Keys, clock: FixedClock, gateway: TextGateway
) -> None:
    person = make.person()
    browser.sign_in(person).open("/en/account/phone")
    browser.send("number", number=NUMBER)
    right = code_sent(work)
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(GUESSES):
        assert WRONG in browser.send("code", status=422, code=wrong)
    browser.open("/en/account/phone")
    assert "We sent a code" not in browser.text
    with work(person.actor) as ctx, pytest.raises(Invalid):
        verify(ctx, keys, right)
    with work(person.actor) as ctx:
        send_code(ctx, keys, NUMBER, "%(code)s")
    clock.advance(timedelta(minutes=10))
    late = code_sent(work)
    with work(person.actor) as ctx, pytest.raises(Invalid):
        verify(ctx, keys, late)


def test_a_code_is_its_persons_its_numbers_and_counts_once(work: Work, make: Make, keys: Keys) -> None:
    owner, other = make.person(), make.person()
    with work(owner.actor) as ctx:
        send_code(ctx, keys, NUMBER, "%(code)s")
    code = code_sent(work)
    with work(other.actor) as ctx:
        send_code(ctx, keys, "0922 222 222", "%(code)s")
    for person, typed in ((other, code), (owner, ""), (owner, code[:5])):
        with work(person.actor) as ctx, pytest.raises(Invalid):
            verify(ctx, keys, typed)
    with work(owner.actor) as ctx:
        verify(ctx, keys, code)
    with work(owner.actor) as ctx, pytest.raises(Invalid):
        verify(ctx, keys, code)
    with work() as ctx:
        note_guess(ctx, owner.id)
        assert ctx.session.scalars(sa.select(PhoneCode.guesses)).all() == [0, 0], "a used code takes no guesses"


def test_nobody_can_have_a_telephone_rung_all_day(work: Work, make: Make, keys: Keys, clock: FixedClock) -> None:
    people = [make.person() for _ in range(CODES_A_DAY + 1)]
    for person in people[:-1]:
        with work(person.actor) as ctx:
            send_code(ctx, keys, NUMBER, "%(code)s")
    with work(people[-1].actor) as ctx, pytest.raises(TooMany):
        send_code(ctx, keys, NUMBER, "%(code)s")
    clock.advance(timedelta(days=1))
    with work(people[-1].actor) as ctx:
        send_code(ctx, keys, NUMBER, "%(code)s")


def test_a_text_is_tried_again_with_the_same_reference_and_given_up_when_its_code_is_over(
    work: Work, make: Make, keys: Keys, clock: FixedClock, gateway: TextGateway
) -> None:
    person, way = make.person(), gateway_for(gateway.url)
    with work(person.actor) as ctx:
        send_code(ctx, keys, NUMBER, "%(code)s")
    gateway.answers = [503, 429]
    for _ in range(3):
        empty_outbox(work, way)
        clock.advance(timedelta(minutes=1))
    assert len({text["reference"] for text in gateway.got}) == 1
    assert len(gateway.got) == 3
    assert empty_outbox(work, way) == 0, "it has left"
    for answers in ([400], [302], [503] * 30):
        with work(make.person().actor) as ctx:
            send_code(ctx, keys, f"09{len(gateway.got):08}", "%(code)s")
        gateway.answers = list(answers)
        for _ in range(12):
            empty_outbox(work, way)
            clock.advance(timedelta(minutes=1))
    with work() as ctx:
        rows = ctx.session.scalars(sa.select(TextMessage).order_by(TextMessage.id)).all()
        assert [row.delivered for row in rows] == [True, False, False, False]
        assert {(row.number, row.text) for row in rows} == {("", "")}


def test_a_gateway_that_is_away_loses_nothing_and_tells_no_password(work: Work, make: Make, keys: Keys) -> None:
    with work(make.person().actor) as ctx:
        send_code(ctx, keys, NUMBER, "%(code)s")
    assert empty_outbox(work, gateway_for("http://:hush@127.0.0.1:9/send")) == 0
    with work() as ctx:
        (row,) = ctx.session.scalars(sa.select(TextMessage)).all()
        assert row.done_at is None
        assert row.number == "+886912345678"
        assert "hush" not in row.last_error


def test_in_development_texts_are_lines_of_a_file(work: Work, make: Make, keys: Keys, tmp_path: Path) -> None:
    way = gateway_for((tmp_path / "folder" / "texts.log").as_uri())
    assert isinstance(way, LogFile)
    with work(make.person().actor) as ctx:
        send_code(ctx, keys, NUMBER, "%(code)s is it")
    assert empty_outbox(work, way) == 1
    line = json.loads((tmp_path / "folder" / "texts.log").read_text(encoding="utf-8"))
    assert line["to"] == "+886912345678"
    assert re.fullmatch(r"\d{6} is it", line["text"])


def test_without_a_gateway_nothing_is_promised(app: APIFlask, browser: Browser, make: Make) -> None:
    before = app.config["CONFIG"]
    app.config["CONFIG"] = replace(before, sms_url="")
    try:
        assert "sends no text messages yet" in browser.sign_in(make.person()).open("/en/account/phone")
        assert "/account/phone" not in browser.open("/en/account/identity")
    finally:
        app.config["CONFIG"] = before
