"""Attacks in every column people can write in, in Chromium: nothing runs, and nothing is stopped by the policy only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from app.extensions import db
from app.instance.queries import forget_settings
from app.policies.queries import forget_policies
from tests.browser.site import Site
from tests.browser.visits import Visit, Visits
from tests.support.builders import Make
from tests.support.hostile import AT_ONCE, WORDS, attacks, infect, markers_in
from tests.web.test_hostile_text import Town

LISTEN = "document.addEventListener('securitypolicyviolation', (e) => console.error('policy: ' + e.violatedDirective))"
LIVE = (
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "<details open ontoggle=alert(1)>",
    "javascript:alert(1)",
)
"""Attacks that need nobody's hand."""


@pytest.fixture
def town(site: Site, make: Make) -> Town:
    made = Town(make, site.work, site.clock, WORDS)
    made.folder = site.app.config["CONFIG"].files
    made.build()
    return made


def poison(site: Site, texts: list[str]) -> None:
    with site.app.app_context(), Session(db.engine) as session, session.begin():
        infect(session, lambda n: " ".join(texts[n % len(texts) :] + texts[: n % len(texts)]))
    forget_settings()
    forget_policies()


def watch(visit: Visit, dialogs: list[str]) -> Visit:
    """Note every dialog, and every violation of the policy as a fault of the console."""
    visit.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    visit.page.add_init_script(LISTEN)
    return visit


def readers(site: Site, town: Town, visits: Visits, dialogs: list[str]) -> Iterator[tuple[Visit, list[str]]]:
    """Everybody's window, with what they read."""
    for reader, addresses in town.pages().items():
        visit = watch(visits.new(site), dialogs)
        if reader != "visitor":
            visit.sign_in(town.people[reader].email)
        yield visit, addresses


def test_no_attack_runs_and_none_is_stopped_by_the_policy_only(site: Site, town: Town, visits: Visits) -> None:
    dialogs: list[str] = []
    windows = list(readers(site, town, visits, dialogs))
    shown: set[str] = set()
    acting = [one for one in attacks() if "<" in one or "javascript" in one]
    poison(site, [*LIVE, *acting][:AT_ONCE])
    for visit, addresses in windows:
        for address in addresses:
            visit.page.goto(site.address + address)
            shown |= markers_in(visit.page.content())
    assert not dialogs
    assert len(shown) > 30


def test_an_attack_that_runs_would_be_noticed(site: Site, visits: Visits) -> None:
    dialogs: list[str] = []
    visit = watch(visits.new(site), dialogs)
    visit.page.set_content(LIVE[0])
    visit.page.wait_for_timeout(500)
    assert dialogs == ["1"]
    visits.faults.clear()
    visit.open("/")
    visit.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=/x onerror=alert(1)>')")
    visit.page.wait_for_timeout(500)
    assert dialogs == ["1"]
    assert any("policy: script-src" in fault for fault in visits.faults)
    visits.faults.clear()
