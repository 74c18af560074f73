"""A draft is written together on telephones without scripts: from the secret link to the thanks."""

from __future__ import annotations

from tests.browser.site import Site
from tests.browser.visits import Look, Visits
from tests.support.builders import Make

PHONE = Look("zh-Hant-TW", 390, scripts=False)


def test_a_friend_makes_a_demand_better_on_a_phone_without_scripts(site: Site, visits: Visits, make: Make) -> None:
    make.agency()
    proposer, helper = make.person("李小真", lang="zh-Hant-TW"), make.person("林阿明", lang="zh-Hant-TW")
    author = visits.new(site, PHONE).sign_in(proposer.email)
    author.open("/proposals/new").fill(title="夜間公車延長到凌晨兩點").press("Save and go on")
    author.fill(**{"demands-0": "末班車延後"}).press("Save and go on")
    author.fill(reason="下班後沒有車可以回家。", benefit="晚班的人平安回家。").press("Save and go on")
    author.press("Save and go on").follow("Write it together with others").press("Open the draft")
    link = author.page.locator("#link").input_value()

    friend = visits.new(site, PHONE).sign_in(helper.email)
    friend.open(link.removeprefix(site.address).replace("/zh-Hant-TW", ""))
    assert friend.overflow == 0
    friend.page.locator('a[href*="/demands?at=1"]').click()
    friend.fill(text="末班車延後到凌晨兩點", why="說清楚幾點").choose("by_name", "y").press("Send the suggestion")
    friend.reads("Waits for the author")
    assert any("建議" in letter for letter in site.letters(proposer.email))

    author.page.reload()
    author.page.locator('main a[href*="/together/"]').click()
    assert author.overflow == 0
    author.press("Take it into the text")
    author.reads("It is taken: the text has changed.")
    author.page.locator("main a.back").click()
    author.press("Hand it in")
    author.reads("This proposal waits for its review.")
    author.reads_text("末班車延後到凌晨兩點")
    author.reads_text("林阿明")
    assert any("寫進草稿" in letter for letter in site.letters(helper.email))
