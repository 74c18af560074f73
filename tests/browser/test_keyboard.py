"""Everything that matters is done without a pointing device."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.opinions.models import MapSnapshot, VoteRow
from tests.browser.site import Site
from tests.browser.visits import Look, Visit, Visits
from tests.support.builders import Make
from tests.support.opinions import crowd

MANY = 60
"""Presses of Tab after which something is certainly out of reach."""


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what the selector names has the focus; on the way every stop must be visible."""
    for _ in range(MANY):
        page.keyboard.press("Tab")
        focus = page.locator("*:focus")
        expect(focus).to_be_visible()
        if focus.evaluate("(found, selector) => found.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached with Tab on {page.url}")


def ring_of(page: Page) -> str:
    """Style and width of the outline around what has the focus."""
    style: str = page.locator("*:focus").evaluate(
        "(found) => { const seen = getComputedStyle(found); return `${seen.outlineStyle} ${seen.outlineWidth}` }"
    )
    return style


def voter(site: Site, make: Make, visits: Visits, look: Look | None = None) -> tuple[Visit, str]:
    """Somebody signed in on the voting page of an issue with three statements; the window and the page's address."""
    issue = make.issue(statements=3)
    visit = visits.new(site, look).sign_in(make.person().email)
    address = f"/issues/{issue.slug}/opinion"
    return visit.open(address), address


def votes(site: Site) -> list[int]:
    """All votes of the instance, in their order."""
    with site.work() as ctx:
        return list(ctx.session.scalars(sa.select(VoteRow.value).order_by(VoteRow.statement_id)))


def test_one_votes_with_tab_and_enter_alone(site: Site, make: Make, visits: Visits) -> None:
    visit, _ = voter(site, make, visits)
    for value in ("1", "0", "-1"):
        tab_to(visit.page, f"button.vote[value='{value}']")
        with visit.page.expect_navigation():
            visit.page.keyboard.press("Enter")
    visit.reads("You have answered everything. Thank you.")
    assert sorted(votes(site)) == [-1, 0, 1]


def test_one_votes_with_the_keys_a_s_and_d(site: Site, make: Make, visits: Visits) -> None:
    visit, _ = voter(site, make, visits)
    for key in "asd":
        with visit.page.expect_navigation():
            visit.page.keyboard.press(key)
    visit.reads("You have answered everything. Thank you.")
    assert sorted(votes(site)) == [-1, 0, 1]


def test_a_key_pressed_with_control_is_the_browsers(site: Site, make: Make, visits: Visits) -> None:
    visit, _ = voter(site, make, visits)
    visit.page.keyboard.press("Control+a")
    visit.page.wait_for_timeout(300)
    assert votes(site) == []


def test_the_first_stop_leads_past_the_masthead(site: Site, visits: Visits) -> None:
    visit = visits.new(site).open("/sign-in")
    visit.page.keyboard.press("Tab")
    expect(visit.page.locator("a.skip")).to_be_focused()
    expect(visit.page.locator("a.skip")).to_be_in_viewport()
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("#main")).to_be_focused()
    visit.page.keyboard.press("Tab")
    inside: bool = visit.page.evaluate("document.activeElement.closest('main') !== null")
    assert inside


def test_every_stop_of_a_page_shows_where_one_is(site: Site, make: Make, visits: Visits) -> None:
    visit, address = voter(site, make, visits)
    visit.open(address)
    seen = 0
    while seen < MANY:
        visit.page.keyboard.press("Tab")
        if visit.page.evaluate("document.activeElement === document.body"):
            break
        style, width = ring_of(visit.page).split()
        assert style != "none", visit.page.evaluate("document.activeElement.outerHTML")
        assert float(width.removesuffix("px")) >= 2
        seen += 1
    assert seen > 10


def test_what_is_wrong_in_a_form_is_read_first(site: Site, visits: Visits) -> None:
    visit = visits.new(site).open("/sign-up")
    visit.fill(name="Lin", email="not an address", password="short")
    tab_to(visit.page, "main form button")
    with visit.page.expect_navigation():
        visit.page.keyboard.press("Enter")
    summary = visit.page.locator(".errors")
    expect(summary).to_be_focused()
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")
    expect(visit.field("email")).to_be_focused()


def test_one_slides_back_in_time_and_hears_where_one_is(site: Site, make: Make, visits: Visits) -> None:
    issue = make.issue(statements=10)
    for name in ("first", "second"):
        crowd(site.work, issue, [(20, "+++++-----"), (18, "-----+++++")], name)
        site.run_job("draw-maps")
        site.clock.advance(timedelta(days=1))
    visit = visits.new(site).open(f"/issues/{issue.slug}/map")
    slider = visit.page.get_by_role("slider", name=visit.words("The map of"))
    newest = slider.get_attribute("aria-valuetext")
    tab_to(visit.page, "input[type=range]")
    visit.page.keyboard.press("ArrowLeft")
    spoken = slider.get_attribute("aria-valuetext")
    assert spoken != newest
    assert visit.page.locator("form[data-slider] output").inner_text() == spoken
    tab_to(visit.page, "form[data-slider] button")
    with visit.page.expect_navigation():
        visit.page.keyboard.press("Enter")
    visit.reads("An earlier map: %(when)s", when=spoken)
    with site.work() as ctx:
        first = ctx.session.scalar(sa.select(sa.func.min(MapSnapshot.id)))
    assert visit.page.url.endswith(f"?at={first}")


def test_without_scripts_the_same_choice_is_a_list(site: Site, make: Make, visits: Visits) -> None:
    issue = make.issue(statements=10)
    for name in ("first", "second"):
        crowd(site.work, issue, [(20, "+++++-----"), (18, "-----+++++")], name)
        site.run_job("draw-maps")
        site.clock.advance(timedelta(days=1))
    visit = visits.new(site, Look(scripts=False)).open(f"/issues/{issue.slug}/map")
    expect(visit.page.get_by_role("slider")).to_have_count(0)
    visit.field("at").select_option(index=0)
    visit.press("See this map")
    expect(visit.page.get_by_role("link", name=visit.words("See the newest map"))).to_be_visible()
