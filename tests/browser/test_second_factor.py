"""An officer with a passkey, and one with an app and no scripts: from the first sign-in to what asks again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest

from app.core.clock import FixedClock
from app.core.permissions import Role
from tests.browser.site import NewDatabase, Site, serving
from tests.browser.visits import Look, Visit, Visits
from tests.conftest import NOON
from tests.support.builders import Make


@pytest.fixture
def site(databases: Callable[[str], NewDatabase], engine: str, tmp_path: Path) -> Iterator[Site]:
    """An instance with a name, which passkeys need, where offices need a second factor."""
    data = tmp_path / "data"
    with serving(databases(engine)(data), data, FixedClock(NOON), name="localhost") as served:
        served.app.config["CONFIG"] = replace(served.app.config["CONFIG"], second_factor="required")
        yield served


def with_authenticator(visit: Visit) -> Visit:
    """Plug in an authenticator that says yes at once (Chromium's own, WebAuthn Level 2, section 11)."""
    devtools = visit.page.context.new_cdp_session(visit.page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return visit


def test_an_officer_sets_up_a_passkey_comes_in_with_it_and_shows_it_again(
    site: Site, make: Make, visits: Visits
) -> None:
    administrator = make.person(administrator=True)
    visit = with_authenticator(visits.new(site))
    visit.sign_in(administrator.email)
    visit.reads("Your office needs a second factor. Please set one up now: it takes two minutes.")
    visit.follow("Set up a passkey").fill(label="My key").press("Set up")
    visit.page.get_by_role("heading", name=visit.words("Your recovery codes")).wait_for()
    visit.reads("Print them or write them down now: they are not shown again.")
    visit.open("/account/second-factor").reads_text("My key")
    visit.page.get_by_role("button", name=visit.words("Sign out"), exact=True).click()
    visit.sign_in(administrator.email)
    visit.reads("The password is right. One more thing shows that it is really you.")
    visit.press("Use a passkey")
    visit.page.wait_for_url(f"{site.address}/en/")
    visit.open("/admin/settings").fill(contact_email="hall@example.org")
    site.clock.advance(timedelta(minutes=15))
    visit.press("Save")
    visit.reads("What you entered is kept.")
    visit.press("Use a passkey")
    visit.page.wait_for_url(f"{site.address}/en/admin/settings")
    assert visit.field("contact_email").input_value() == "hall@example.org"


def test_without_scripts_an_app_does_the_same_in_chinese_on_a_telephone(site: Site, make: Make, visits: Visits) -> None:
    officer = make.officer(make.agency(), Role.APPROVER)
    visit = visits.new(site, Look("zh-Hant-TW", 390, scripts=False))
    visit.sign_in(officer.email)
    visit.follow("Set up an app")
    found = re.search(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", visit.page.locator("main").inner_text())
    assert found is not None
    totp = pyotp.TOTP(found[0].replace(" ", ""))
    visit.fill(code=totp.at(site.clock.now())).press("Set up")
    visit.follow("I have them").open("/account/second-factor").reads("set up")
    visit.open("/desk")
    site.clock.advance(timedelta(minutes=1))
    again = visits.new(site, Look("zh-Hant-TW", 390, scripts=False)).sign_in(officer.email)
    again.fill(proof_code=totp.at(site.clock.now())).press("Go on")
    again.open("/account/sign-ins").reads("this one")
