"""Coming in through a city's own card: linked once while signed in, used from then on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.core.persons import Level
from app.core.providers import Provider
from tests.browser.site import Site
from tests.browser.visits import Look, Visits
from tests.support.builders import Make
from tests.support.identity_provider import CLIENT, SECRET, IdentityProvider, running_provider

NAME = {"zh-Hant-TW": "市民卡", "en": "City Card"}


@pytest.fixture
def card(site: Site) -> Iterator[IdentityProvider]:
    """A provider on this machine, known to the instance."""
    with running_provider() as mind:
        mind.claims = {"acr": "chip"}
        city = Provider("city", NAME, mind.issuer, CLIENT, SECRET, levels={"chip": Level.HIGH})
        site.app.config["CONFIG"] = replace(site.app.config["CONFIG"], identity_providers=(city,))
        yield mind


@pytest.mark.parametrize("look", [Look("zh-Hant-TW", 390, scripts=False), Look("en", 1280, "dark")], ids=str)
def test_a_card_opens_the_account_it_was_linked_with_and_no_other(
    site: Site, make: Make, visits: Visits, card: IdentityProvider, look: Look
) -> None:
    person, name = make.person("Lin"), NAME[look.locale]
    stranger = visits.new(site, look).open("/sign-in")
    stranger.follow("Sign in with %(provider)s", provider=name)
    stranger.reads("%(provider)s knows you, but no account here is linked with it.", provider=name)
    visit = visits.new(site, look).sign_in(person.email).open("/account/identity")
    visit.page.get_by_role("main").get_by_role("link", name=visit.words("Link")).click()
    visit.reads("Link %(provider)s?", provider=name)
    visit.press("Link").reads("The identity is linked. You can sign in with it from now on.")
    visit.reads("identity checked by an authority")
    again = visits.new(site, look).open("/sign-in").follow("Sign in with %(provider)s", provider=name)
    assert again.page.url.rstrip("/") == (site.address + ("" if look.locale == "zh-Hant-TW" else "/en"))
    again.open("/account").reads_text(person.email)
