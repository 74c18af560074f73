"""Deciding about proposals in the browser: turned down, appealed and admitted by somebody else; two become one."""

from __future__ import annotations

import pytest

from app.endorsements.queries import drift, gathering_of
from tests.browser.site import Site
from tests.browser.visits import Look, Visits
from tests.support.builders import Make
from tests.support.proposals import collecting, endorsed, submitted

LOOKS = [Look("zh-Hant-TW", 390, scripts=False), Look("en", 1280, "dark")]
TITLE = "夜間公車延長到凌晨兩點"


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_turned_down_appealed_and_admitted_by_another_reviewer(
    site: Site, visits: Visits, make: Make, look: Look
) -> None:
    made = submitted(site.work, make, title=TITLE, lang="zh-Hant-TW")
    reviewers = [make.person(moderator=True) for _ in range(2)]
    page, review = f"/proposals/{made.slug}", f"/review/{made.slug}"
    first = visits.new(site, look).sign_in(reviewers[0].email).open(review)
    first.press("Take it in hand")
    first.field("reject-code").select_option("unclear")
    first.fill(**{"reject-reason": "請寫明是哪些路線。"}).press("Turn it down")
    first.reads("Nothing waits for review.")

    author = visits.new(site, look).sign_in(made.author.email).open(page)
    author.reads("This proposal was not admitted.")
    author.reads_text("請寫明是哪些路線。")
    author.follow("Appeal against the decision").press("Hand in the appeal")
    author.reads("Please say why. Everybody can read it.")
    author.fill(reason="訴求寫的是所有夜間公車。").press("Hand in the appeal")
    author.reads("This proposal waits for its review.")

    first.open("/review").reads("Appeal")
    first.open(review).reads("An appeal is decided by somebody who did not decide before.")
    assert first.page.get_by_role("button", name=first.words("Take it in hand"), exact=True).count() == 0
    second = visits.new(site, look).sign_in(reviewers[1].email).open(review)
    second.reads_text("訴求寫的是所有夜間公車。")
    second.press("Take it in hand").press("Admit it: people can endorse it")
    second.reads("Gathering endorsements")
    assert author.open(page).overflow == 0
    author.reads("Gathering endorsements")
    visits.new(site, look).open(page).reads("Sign in to endorse")


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_two_proposals_become_one_when_both_authors_want_it(site: Site, visits: Visits, make: Make, look: Look) -> None:
    mine, other = (collecting(site.work, make, 100, title=title) for title in ("Night buses", "Buses at night"))
    people = [make.person().actor for _ in range(5)]
    endorsed(site.work, mine, people[:3])
    endorsed(site.work, other, people[2:])
    author = visits.new(site, look).sign_in(mine.author.email).open(f"/proposals/{mine.slug}")
    author.follow("Unite it with another proposal").fill(into=str(other.id), reason="We want the same.")
    author.press("Offer it").reads("It was offered. The other author decides.")
    with site.work() as ctx:
        assert gathering_of(ctx, other.topic_id).endorsed == 3, "nothing happens before the other author agrees"
    visits.new(site, look).sign_in(make.person().email).open(f"/proposals/{other.slug}")
    assert visits.contexts[-1].pages[0].get_by_text("We want the same.").count() == 0, "it is between the two of them"

    asked = visits.new(site, look).sign_in(other.author.email).open(f"/proposals/{other.slug}")
    asked.reads_text("We want the same.")
    asked.press("Unite them").reads("Both proposals are one now. Everybody is counted once.")
    author.open(f"/proposals/{mine.slug}").reads("This proposal was united with another one.")
    author.follow("Proposal no. %(number)s", number=other.id)
    assert author.page.url.endswith(f"/proposals/{other.slug}")
    with site.work() as ctx:
        assert gathering_of(ctx, other.topic_id).endorsed == 5
        assert drift(ctx) == 0
