"""A citizen proposes on a telephone without scripts; it is reviewed, endorsed, and established."""

from __future__ import annotations

from tests.browser.site import Site
from tests.browser.visits import Look, Visits
from tests.support.builders import Make

PHONE = Look("zh-Hant-TW", 390, scripts=False)


def test_from_a_word_to_an_established_case_on_a_phone_without_scripts(site: Site, visits: Visits, make: Make) -> None:
    make.agency()
    make.policy(endorsement={"threshold": 20})
    people = [make.person(lang="zh-Hant-TW") for _ in range(20)]
    proposer = make.person("李小真", lang="zh-Hant-TW")
    author = visits.new(site, PHONE).sign_in(proposer.email)
    author.open("/proposals").follow("Propose something")
    author.fill(title="夜間公車延長到凌晨兩點").press("Save and go on")
    author.fill(**{"demands-0": "末班車延後到凌晨兩點"}).press("Save and go on")
    author.fill(reason="下班後沒有車可以回家。", benefit="晚班的人平安回家。").press("Save and go on")
    author.press("Save and go on").press("Hand it in")
    author.reads("This proposal waits for its review.")
    address = author.page.url.removeprefix(site.address)

    reviewer = visits.new(site, PHONE).sign_in(make.person(moderator=True, lang="zh-Hant-TW").email)
    reviewer.open("/review").page.get_by_role("link", name="夜間公車延長到凌晨兩點").click()
    reviewer.press("Take it in hand").press("Admit it: people can endorse it")
    reviewer.reads("Gathering endorsements")

    for person in people:
        visit = visits.new(site, PHONE).sign_in(person.email).open(address)
        visit.press("Endorse")
        visit.reads("You endorse this proposal.")
        assert visit.overflow == 0
    visit.reads("Established")
    assert visit.open(f"{address}/reply").page.get_by_text("末班車延後到凌晨兩點").count() == 1
    assert any("成案" in letter for letter in site.letters(proposer.email))
