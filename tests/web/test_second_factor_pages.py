"""Coming in with a second factor, being asked again, and the list of devices."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from app.access.actions import Device, Shown, begin_sign_in, check, note_failure
from app.access.enrolling import add_app
from app.access.models import RecoveryCode, SecondFactor, SignIn
from app.access.rules import new_secret
from app.accounts.actions import create_token
from app.audit.models import FactRow
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.errors import Invalid, TooMany
from app.core.keys import Keys
from app.core.permissions import ANONYMOUS, Role
from app.notices.models import Letter
from tests.support.builders import PASSWORD, MadePerson, Make
from tests.support.pages import Browser

Work = Callable[..., AbstractContextManager[Context]]
STEP = timedelta(seconds=30)
WRONG = "This is not right"
SECOND = "/sign-in/second-factor"


@pytest.fixture
def keys(app: APIFlask) -> Keys:
    return Keys(app.config["CONFIG"].identity_key)


@pytest.fixture
def strict(app: APIFlask) -> Iterator[APIFlask]:
    """The application as in production: offices need a second factor."""
    before = app.config["CONFIG"]
    app.config["CONFIG"] = replace(before, second_factor="required")
    yield app
    app.config["CONFIG"] = before


class Holder:
    """A person with an authenticator app."""

    def __init__(self, person: MadePerson, work: Work, keys: Keys, clock: FixedClock) -> None:
        self.person, self.clock, self.secret = person, clock, new_secret()
        with work(person.actor) as ctx:
            self.recovery = add_app(ctx, keys, self.secret, self.code)
        clock.advance(STEP)

    @property
    def code(self) -> str:
        return pyotp.TOTP(self.secret).at(self.clock.now())

    def comes_in(self, browser: Browser) -> Browser:
        browser.sign_in(self.person)
        browser.send(SECOND, proof_code=self.code)
        return browser


@pytest.fixture
def holder(work: Work, keys: Keys, clock: FixedClock) -> Callable[[MadePerson], Holder]:
    return lambda person: Holder(person, work, keys, clock)


def inside(browser: Browser) -> bool:
    return browser.http.get("/account").status_code == 200


def kinds(work: Work) -> list[str]:
    with work() as ctx:
        return list(ctx.session.scalars(sa.select(FactRow.kind).order_by(FactRow.id)))


# ---- coming in


def test_who_holds_a_second_factor_is_inside_only_after_showing_it(
    browser: Browser, make: Make, holder: Callable[[MadePerson], Holder]
) -> None:
    lin = holder(make.person("Lin"))
    page = browser.sign_in(lin.person).text
    assert "Your second factor" in page
    assert not inside(browser)
    assert WRONG in browser.send(SECOND, status=422, proof_code="000000")
    assert not inside(browser)
    browser.send(SECOND, proof_code=lin.code)
    assert inside(browser)


def test_a_code_is_taken_once(
    app: APIFlask, make: Make, clock: FixedClock, holder: Callable[[MadePerson], Holder]
) -> None:
    lin = holder(make.person())
    code = lin.code
    lin.comes_in(Browser(app))
    thief = Browser(app).sign_in(lin.person)
    assert WRONG in thief.send(SECOND, status=422, proof_code=code)
    clock.advance(STEP)
    thief.send(SECOND, proof_code=lin.code)
    assert inside(thief), "control: the next code is taken"


def test_a_recovery_code_works_once_and_the_owner_is_told(
    app: APIFlask, make: Make, work: Work, holder: Callable[[MadePerson], Holder]
) -> None:
    lin = holder(make.person())
    code = lin.recovery[3]
    first, second = Browser(app).sign_in(lin.person), Browser(app).sign_in(lin.person)
    first.send(SECOND, proof_code=code.upper().replace("-", " "))
    assert inside(first)
    assert WRONG in second.send(SECOND, status=422, proof_code=code)
    with work() as ctx:
        texts = ctx.session.scalars(sa.select(Letter.text).where(Letter.recipient == lin.person.email)).all()
        assert any("A recovery code was used to come in. You have 9 left." in text for text in texts)
        stored = ctx.session.scalars(sa.select(RecoveryCode.digest)).all()
    assert len(stored) == 10
    assert not any(one in digest for one in lin.recovery for digest in stored)


def test_a_code_of_somebody_else_opens_nothing(
    browser: Browser, make: Make, holder: Callable[[MadePerson], Holder]
) -> None:
    lin, mei = holder(make.person()), holder(make.person())
    browser.sign_in(lin.person)
    for code in (mei.code, mei.recovery[0]):
        assert WRONG in browser.send(SECOND, status=422, proof_code=code)


def test_the_first_step_alone_is_worth_nothing_after_ten_minutes_or_a_new_password(
    app: APIFlask, make: Make, work: Work, clock: FixedClock, holder: Callable[[MadePerson], Holder]
) -> None:
    lin = holder(make.person())
    slow = Browser(app).sign_in(lin.person)
    clock.advance(timedelta(minutes=10, seconds=1))
    assert "I forgot my password" in slow.send(SECOND, proof_code=lin.code)
    early = Browser(app).sign_in(lin.person)
    with work() as ctx:
        ctx.session.execute(sa.text("UPDATE people SET epoch = epoch + 1"))
    assert "I forgot my password" in early.send(SECOND, proof_code=lin.code)
    assert not inside(slow)
    assert not inside(early)


def test_wrong_codes_are_counted_although_the_page_takes_everything_back(
    browser: Browser, make: Make, work: Work, clock: FixedClock, holder: Callable[[MadePerson], Holder]
) -> None:
    lin = holder(make.person())
    browser.sign_in(lin.person)
    for _ in range(5):
        browser.send(SECOND, status=422, proof_code="000000")
    assert "too many wrong codes" in browser.send(SECOND, status=429, proof_code=lin.code)
    assert kinds(work).count("second-factor.failed") == 5
    clock.advance(timedelta(minutes=10))
    browser.sign_in(lin.person)
    browser.send(SECOND, proof_code=lin.code)
    with work() as ctx:
        assert ctx.get(SecondFactor, lin.person.id).failures == 0


def test_two_who_show_one_code_at_once_are_one(
    make: Make, work: Work, keys: Keys, holder: Callable[[MadePerson], Holder]
) -> None:
    lin = holder(make.person())
    with work(ANONYMOUS) as ctx:
        check(ctx, lin.person.id, keys, Shown(lin.code))
    with work(ANONYMOUS) as ctx, pytest.raises(Invalid):
        check(ctx, lin.person.id, keys, Shown(lin.code))
    with work() as ctx:
        for _ in range(5):
            note_failure(ctx, lin.person.id)
    with work(ANONYMOUS) as ctx, pytest.raises(TooMany):
        check(ctx, lin.person.id, keys, Shown(lin.recovery[0]))


# ---- offices


def test_an_officer_without_one_is_a_citizen_until_it_is_set_up_and_is_led_there(
    strict: APIFlask, make: Make, clock: FixedClock
) -> None:
    officer = make.officer(make.agency(), Role.APPROVER)
    browser = Browser(strict).sign_in(officer)
    assert "Your office needs a second factor" in browser.text
    assert 'href="/en/desk"' not in browser.text
    assert "Your office needs a second factor" in browser.open("/en/desk"), "led to the page that sets one up"
    browser.open("/en/account/second-factor/app")
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", browser.text)
    assert secret is not None
    assert "not the code the app shows" in browser.send("sealed", status=422, code="000000")
    again = re.search(r"<code>([A-Z2-7 ]+)</code>", browser.text)
    assert again is not None
    assert again[1] == secret[1], "the picture that was scanned still holds"
    code = pyotp.TOTP(secret[1].replace(" ", "")).at(clock.now())
    page = browser.send("sealed", status=201, code=code)
    assert len(re.findall(r"<li><code>\w{5}-\w{5}</code>", page)) == 10
    assert "Desk" in browser.open("/en/desk")


def test_a_session_from_before_is_a_citizens_until_the_factor_is_shown_in_it(
    strict: APIFlask, make: Make, clock: FixedClock, holder: Callable[[MadePerson], Holder]
) -> None:
    person = make.person(administrator=True)
    early = Browser(strict).sign_in(person)
    held = holder(person)
    page = early.open("/en/admin")
    assert "Is it you?" in page
    early.send("proof_code", proof_code=held.code)
    assert "Administration" in early.text


def test_administration_asks_again_after_fifteen_minutes_and_loses_nothing_that_was_typed(
    strict: APIFlask, make: Make, work: Work, clock: FixedClock, holder: Callable[[MadePerson], Holder]
) -> None:
    held = holder(make.person(administrator=True))
    browser = held.comes_in(Browser(strict))
    browser.open("/en/admin/settings")
    clock.advance(timedelta(minutes=15))
    page = browser.send("contact_email", contact_email="hall@example.org")
    assert "What you entered is kept." in page
    assert 'value="hall@example.org"' in page
    assert WRONG in browser.send("proof_code", status=422, proof_code="000000")
    browser.send("proof_code", proof_code=held.code)
    assert "hall@example.org" in browser.open("/en/admin/settings")


def test_a_stranger_cannot_have_a_form_sent_by_the_question(
    strict: APIFlask, make: Make, clock: FixedClock, holder: Callable[[MadePerson], Holder]
) -> None:
    held = holder(make.person(administrator=True))
    browser = held.comes_in(Browser(strict))
    clock.advance(timedelta(minutes=15))
    browser.open("/en/prove?next=/en/account/sign-out-everywhere")
    form = browser.form("proof_code")
    assert "proof_sends" not in form.values
    answer = browser.http.post(form.action, data=form.values | {"proof_code": held.code})
    assert answer.status_code == 303, "a link leads on to a page, never to a deed"
    for target in ("https://evil.example/", "//evil.example"):
        browser.open(f"/en/prove?next={target}")
        assert "evil" not in browser.form("proof_code").action


def test_a_token_acts_for_an_office_only_if_it_was_made_under_a_second_factor(
    strict: APIFlask, make: Make, work: Work, clock: FixedClock, holder: Callable[[MadePerson], Holder]
) -> None:
    moderator, issue = make.person(moderator=True), make.issue(statements=1)
    address = next(
        str(rule).replace("<any(issues):kind>", "issues").replace("<slug>", issue.slug)
        for rule in strict.url_map.iter_rules()
        if rule.endpoint == "opinions_api.coordination"
    )
    with work(moderator.actor) as ctx:
        bare = create_token(ctx, "before").secret
    held = holder(moderator)
    browser = held.comes_in(Browser(strict))
    browser.open("/en/account/tokens")
    page = browser.send("name", status=201, name="after")
    made = re.search(r"minyi_[\w-]+", page)
    assert made is not None
    http = strict.test_client()
    refused = http.get(address, headers={"Authorization": f"Bearer {bare}"})
    assert (refused.status_code, refused.json["code"]) == (403, "second-factor-needed")
    assert http.get(address, headers={"Authorization": f"Bearer {made[0]}"}).status_code in {200, 404}


def test_making_a_token_and_changing_factors_ask_again(
    app: APIFlask, make: Make, clock: FixedClock, holder: Callable[[MadePerson], Holder]
) -> None:
    held = holder(make.person())
    browser = held.comes_in(Browser(app))
    clock.advance(timedelta(minutes=16))
    browser.open("/en/account/tokens")
    assert "Is it you?" in browser.send("name", name="a program")
    page = browser.send("proof_code", status=201, proof_code=held.code)
    assert "Your new token" in page
    clock.advance(timedelta(minutes=16))
    assert "Is it you?" in browser.open("/en/account/second-factor/passkey")


# ---- setting up and taking away


def test_with_the_last_factor_the_recovery_codes_go(
    app: APIFlask, make: Make, work: Work, holder: Callable[[MadePerson], Holder]
) -> None:
    held = holder(make.person())
    browser = held.comes_in(Browser(app))
    browser.open("/en/account/second-factor")
    browser.send("/app/remove")
    with work() as ctx:
        assert ctx.session.scalar(sa.select(sa.func.count()).select_from(RecoveryCode)) == 0
        assert ctx.session.get(SecondFactor, held.person.id) is None
    assert inside(Browser(app).sign_in(held.person))


def test_the_secret_of_the_app_is_not_in_the_database(
    make: Make, work: Work, keys: Keys, holder: Callable[[MadePerson], Holder]
) -> None:
    held = holder(make.person())
    with work() as ctx:
        stored = ctx.get(SecondFactor, held.person.id).secret
    assert held.secret not in stored
    assert keys.unseal(stored) == held.secret


def test_new_codes_void_the_old_ones(
    app: APIFlask, make: Make, clock: FixedClock, holder: Callable[[MadePerson], Holder]
) -> None:
    held = holder(make.person())
    browser = held.comes_in(Browser(app))
    browser.open("/en/account/second-factor")
    page = browser.send("/second-factor/codes", status=201)
    fresh = re.findall(r"<code>(\w{5}-\w{5})</code>", page)
    other = Browser(app).sign_in(held.person)
    assert WRONG in other.send(SECOND, status=422, proof_code=held.recovery[0])
    other.send(SECOND, proof_code=fresh[0])
    assert inside(other)


def test_what_is_no_answer_of_a_passkey_is_refused_in_the_same_words(
    app: APIFlask, make: Make, holder: Callable[[MadePerson], Holder]
) -> None:
    held = holder(make.person())
    browser = held.comes_in(Browser(app))
    for answer in (
        "",
        "nonsense",
        "[]",
        '{"id": 1}',
        '{"id": "x", "rawId": "x", "response": {}, "type": "public-key"}',
    ):
        browser.open("/en/account/second-factor/passkey")
        assert "could not be set up" in browser.send("label", status=422, answer=answer, label="x")
    other = Browser(app).sign_in(held.person)
    for answer in ("nonsense", '{"id": "x"}', '{"id": "\\u0000"}', "{" * 30_000):
        assert WRONG in other.send(SECOND, status=422, proof_answer=answer, proof_code="")
        other.open(f"/en{SECOND}")
        if answer != "nonsense":
            break


def test_who_lost_everything_is_let_in_by_those_who_run_the_host(
    app: APIFlask, make: Make, work: Work, holder: Callable[[MadePerson], Holder]
) -> None:
    held = holder(make.person())
    inside_before = held.comes_in(Browser(app))
    done = app.test_cli_runner().invoke(args=["reset-second-factor", held.person.email])
    assert done.exit_code == 0, done.output
    assert not inside(inside_before), "whoever was in goes out"
    assert inside(Browser(app).sign_in(held.person))
    assert "second-factor.reset" in kinds(work)
    assert app.test_cli_runner().invoke(args=["reset-second-factor", "nobody@example.org"]).exit_code == 1


# ---- devices


def test_a_new_device_is_written_about_and_a_known_one_and_the_first_are_not(
    app: APIFlask, make: Make, work: Work
) -> None:
    person = make.person()

    def letters() -> list[str]:
        with work() as ctx:
            return list(
                ctx.session.scalars(
                    sa.select(Letter.subject).where(Letter.recipient == person.email).order_by(Letter.id)
                )
            )

    first = Browser(app).sign_in(person)
    assert letters() == []
    first.http.delete_cookie("minyi")
    first.sign_in(person)
    assert letters() == []
    Browser(app).sign_in(person)
    assert letters() == ["Your account was opened on a new device"]


def test_a_device_is_signed_out_from_another_and_only_by_its_owner(app: APIFlask, make: Make, work: Work) -> None:
    person, other = make.person(), make.person()
    here, there, stranger = (Browser(app).sign_in(one) for one in (person, person, other))
    page = here.open("/en/account/sign-ins")
    assert page.count("this one") == 1
    with work() as ctx:
        ids = dict(ctx.session.execute(sa.select(SignIn.id, SignIn.person_id)).all())
    mine = sorted(one for one, owner in ids.items() if owner == person.id)
    token = stranger.open("/en/account/sign-ins") and stranger.form("sign-out-everywhere").values["csrf_token"]
    answer = stranger.http.post(f"/en/account/sign-ins/{mine[1]}/end", data={"csrf_token": token})
    assert answer.status_code == 404
    here.send(f"/sign-ins/{mine[1]}/end")
    assert not inside(there)
    assert inside(here)


def test_leaving_and_a_new_password_end_the_sign_ins(app: APIFlask, make: Make, work: Work) -> None:
    person = make.person()
    first, second = Browser(app).sign_in(person), Browser(app).sign_in(person)
    first.open("/en/account")
    first.send("/sign-out")
    second.open("/en/account/password")
    second.send("current", current=PASSWORD, password="another long sentence")
    assert inside(second)
    with work() as ctx:
        ended = ctx.session.scalars(sa.select(SignIn.ended_at).order_by(SignIn.id)).all()
    assert [one is not None for one in ended] == [True, True, False]


def test_a_sign_in_ends_after_thirty_days_however_much_it_is_used(app: APIFlask, make: Make, clock: FixedClock) -> None:
    browser = Browser(app).sign_in(make.person())
    clock.advance(timedelta(days=29))
    assert inside(browser)
    clock.advance(timedelta(days=1))
    assert not inside(browser)


def test_a_sign_in_is_forgotten_after_a_year(
    app: APIFlask, make: Make, work: Work, clock: FixedClock, run_job: Callable[[str], None]
) -> None:
    person = make.person()
    Browser(app).sign_in(person)
    clock.advance(timedelta(days=300))
    Browser(app).sign_in(person)
    clock.advance(timedelta(days=70))
    run_job("forget-sign-ins")
    with work() as ctx:
        assert len(ctx.session.scalars(sa.select(SignIn)).all()) == 1


def test_the_address_of_a_visitor_is_kept_nowhere(make: Make, work: Work) -> None:
    person = make.person()
    with work(ANONYMOUS) as ctx:
        row = begin_sign_in(ctx, person.id, Device("Firefox · Linux", "x", "203.0.113.0/24"), "password", None)
        assert row.network == "203.0.113.0/24"
