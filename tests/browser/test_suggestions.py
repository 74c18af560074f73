"""What is like a text shows while it is being written; and searching by keyboard alone."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.city import City, email_of
from tests.browser.visits import Look, Visits

CHINESE = Look("zh-Hant-TW", 390)


def test_similar_statements_show_while_somebody_writes_and_only_then(city: City, visits: Visits) -> None:
    visit = visits.new(city.site, CHINESE).sign_in(email_of("citizen"))
    visit.open(f"/issues/{city.values['open']}/opinion/new")
    place = visit.page.locator("[data-similar]")
    expect(place).to_be_empty()
    visit.field("text").press_sequentially("夜間公車")
    expect(place.get_by_role("link").first).to_be_visible()
    visit.field("text").fill("")
    expect(place.get_by_role("link")).to_have_count(0)


def test_without_scripts_a_button_looks_for_similar_ones(city: City, visits: Visits) -> None:
    visit = visits.new(city.site, Look("zh-Hant-TW", 390, scripts=False)).sign_in(email_of("citizen"))
    visit.open(f"/issues/{city.values['open']}/opinion/new").fill(text="夜間公車太少")
    visit.press("Look for similar ones")
    expect(visit.page.locator("[data-similar]").get_by_role("link").first).to_be_visible()


def test_the_home_page_leads_to_a_step_by_keyboard_alone(city: City, visits: Visits) -> None:
    visit = visits.new(city.site, CHINESE).open("/")
    visit.page.locator("#ask-text").focus()
    visit.page.keyboard.type("晚上十點以後沒有公車可以回家")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/ask?*")
    visit.reads("Take part now")
