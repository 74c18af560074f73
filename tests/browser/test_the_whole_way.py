"""The whole way: joining, speaking, the map, the case, the promise that is broken before everybody's eyes, the answer.

Walked with scripts and without, on a phone in Chinese and on a desk in English, on both engines.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from app.core.permissions import Role
from app.opinions.importing import BroughtStatement, BroughtVote, bring_in
from app.opinions.rules import Origin
from app.topics.queries import topic_by_slug
from app.topics.rules import TopicKind
from tests.browser.site import Site
from tests.browser.visits import Look, Visit, Visits
from tests.support.builders import MadeIssue, MadePerson, Make

PHONE = Look("zh-Hant-TW", 390, scripts=False)
DESK = Look("en", 1280)
NEWCOMER = "lin@example.org"
PASSWORD = "a river in the morning"
SHARED, DIVIDING = 4, 8
"""Statements all participants agree with, and statements on which two halves of them part."""
PEOPLE = 40

DUE = {"en": "Tue 24 Nov", "zh-Hant-TW": "11 月 24 日（二）"}
"""Closed on Wednesday 4 November 2026, day zero; the fourteenth working day after it. No holiday lies between."""
LAST_WEEK = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
DUE_DAY_AT_ITS_END = datetime(2026, 11, 24, 15, 59, tzinfo=UTC)
"""One minute to midnight in Taipei."""
DAY_AFTER = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
TWO_DAYS_AFTER = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)

on_both_engines = pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
in_both_ways = pytest.mark.parametrize("look", [PHONE, DESK], ids=str)


@on_both_engines
@in_both_ways
def test_from_a_voice_to_an_answer(site: Site, make: Make, visits: Visits, look: Look) -> None:
    agency = make.agency("Transport Department")
    officer, approver = make.officer(agency), make.officer(agency, Role.APPROVER)
    issue = make.issue(agency_id=agency)
    _others_vote(site, issue)
    person = _join(site, visits.new(site, look))
    _comment(person, issue)
    _vote(site, person, issue)
    _see_oneself(person, issue)
    _close(visits.new(site, look), approver, issue)
    _clock_runs(site, visits, look, issue)
    _clock_is_late(site, visits, look, issue, officer)
    site.clock.travel_to(TWO_DAYS_AFTER)
    _draft(visits.new(site, look), officer, issue)
    _publish(visits.new(site, look), approver, issue)
    _read_the_answer(site, visits, look, issue)


def _others_vote(site: Site, issue: MadeIssue) -> None:
    """Forty people are there already: two halves that part on eight statements and share four."""
    with site.work() as ctx:
        topic = topic_by_slug(ctx, TopicKind.ISSUE, issue.slug)
        names = [f"s{n}" for n in range(SHARED + DIVIDING)]
        statements = [BroughtStatement(name, f"Sentence {name}.", "en", Origin.SEED, ctx.now) for name in names]
        bring_in(ctx, topic, statements, [
            BroughtVote(f"p{person}", name, 1 if n < SHARED or (n + person) % 2 else -1, ctx.now)
            for person in range(PEOPLE) for n, name in enumerate(names)
        ])  # fmt: skip


def _join(site: Site, visit: Visit) -> Visit:
    """Sign up, follow the link of the letter, press its button, sign in."""
    visit.open("/sign-up").fill(name="林怡君", email=NEWCOMER, password=PASSWORD).press("Open the account")
    link = re.search(rf"{re.escape(site.address)}\S*/confirm/\S+", site.letters(NEWCOMER)[0])
    assert link is not None
    visit.page.goto(link.group())
    visit.press("Confirm the address")
    visit.reads("Your address is confirmed. Everything is open to you now.")
    visit.sign_in(NEWCOMER, PASSWORD)
    expect(visit.page.get_by_role("link", name="林怡君")).to_be_visible()
    return visit


def _comment(visit: Visit, issue: MadeIssue) -> None:
    visit.open(f"/issues/{issue.slug}/discussion")
    if not visit.field("text").is_visible():
        visit.page.locator("details.write > summary").click()
    visit.choose("stance", "for").fill(text="The last bus leaves before my shift ends.").press("Publish")
    visit.reads("Your comment was published.")
    visit.reads_text("The last bus leaves before my shift ends.")


def _vote(site: Site, visit: Visit, issue: MadeIssue) -> None:
    """Answer everything: with what all share, and with the second half on the rest."""
    visit.open(f"/issues/{issue.slug}/opinion")
    for _ in range(SHARED + DIVIDING):
        said = int(visit.page.locator("#statement").inner_text().removeprefix("Sentence s").removesuffix("."))
        visit.press("Agree" if said < SHARED or said % 2 else "Disagree")
    visit.reads("You have answered everything. Thank you.")
    visit.reads("Your answers are counted. The map with you on it is being drawn; that takes a few seconds.")
    site.run_job("draw-maps")


def _see_oneself(visit: Visit, issue: MadeIssue) -> None:
    """The ring on the picture, and the same in words, on the voting page and on the map."""
    visit.open(f"/issues/{issue.slug}/opinion")
    expect(visit.page.locator("svg.map g.you")).to_be_visible()
    visit.reads("Where you stand")
    visit.open(f"/issues/{issue.slug}/map")
    expect(visit.page.locator("svg.map g.you")).to_be_visible()
    visit.reads_text(visit.count_words("%(count)s person took part", "%(count)s people took part", 41, count=41))
    visit.reads_text("Sentence s0.")


def _close(visit: Visit, approver: MadePerson, issue: MadeIssue) -> None:
    """Before: what will be owed by when. Then the issue is closed, days before its last."""
    visit.open(f"/issues/{issue.slug}/reply")
    visit.reads("The clock has not started")
    visit.sign_in(approver.email).open(f"/issues/{issue.slug}")
    visit.page.locator("details > summary", has_text=visit.words("Close now")).click()
    visit.press("Close the issue")
    visit.reads("The issue is closed. From tomorrow the time to reply is counted.")


def _clock_runs(site: Site, visits: Visits, look: Look, issue: MadeIssue) -> None:
    """The case shows its date, the strip, and how it was counted."""
    visit = visits.new(site, look).open(f"/issues/{issue.slug}/reply")
    visit.reads("Reply due %(day)s", day=DUE[look.locale])
    expect(visit.page.locator("main .strip").first).to_be_visible()
    assert visit.page.locator("main .strip i.due").count() == 1
    assert visit.page.locator("main .demand").count() == SHARED
    visit.open(f"/issues/{issue.slug}/reply/date")
    visit.reads_text("14")
    site.clock.travel_to(LAST_WEEK)
    visit = visits.new(site, look).open(f"/issues/{issue.slug}/reply")
    visit.reads_text(visit.count_words("%(num)s working day left", "%(num)s working days left", 2))
    site.clock.travel_to(DUE_DAY_AT_ITS_END)
    visits.new(site, look).open(f"/issues/{issue.slug}/reply").reads("Due today")


def _clock_is_late(site: Site, visits: Visits, look: Look, issue: MadeIssue, officer: MadePerson) -> None:
    """One minute later everybody reads that the answer is late, whether or not a job has run."""
    site.clock.travel_to(DAY_AFTER)
    for path in ("/", "/board", "/board?state=late", f"/issues/{issue.slug}/reply"):
        visit = visits.new(site, look).open(path)
        visit.reads_text(visit.count_words("%(num)s working day late", "%(num)s working days late", 1))
        visit.reads_text(DUE[look.locale])
    visit.reads("The reply is late")
    before = len(site.letters(officer.email))
    site.run_job("sweep-clocks")
    site.run_job("sweep-clocks")
    assert len(site.letters(officer.email)) == before + 1


def _draft(visit: Visit, officer: MadePerson, issue: MadeIssue) -> None:
    """An officer answers every demand and hands the reply over."""
    visit.sign_in(officer.email).open("/desk")
    visit.page.get_by_role("main").get_by_role("link", name="Night buses").first.click()
    visit.press("Save and submit for approval")
    expect(visit.page.locator(".errors")).to_be_visible()
    visit.fill(summary="The last buses wait for the last trains.", contact="(00) 5555-0110")
    for outcome in visit.page.locator("main input[name^=outcome_][value=adopted]").all():
        outcome.check()
    for reason in visit.page.locator("main textarea[name^=answer_]").all():
        reason.fill("From March 2027, as the budget of 2027 provides.")
    for basis in visit.page.locator("main textarea[name^=basis_]").all():
        basis.fill("The budget of 2027")
    for none in visit.page.locator("main input[name^=none_]").all():
        none.check()
    visit.press("Save and submit for approval")
    visit.reads("The reply now waits for an approver.")
    assert not visit.page.get_by_role("button", name=visit.words("Publish the reply")).count()


def _publish(visit: Visit, approver: MadePerson, issue: MadeIssue) -> None:
    """Nobody reads the reply before somebody else has approved it."""
    visit.open(f"/issues/{issue.slug}/reply")
    assert "The last buses wait" not in visit.page.content()
    visit.sign_in(approver.email).open("/desk")
    visit.reads("Waits for you")
    visit.page.get_by_role("main").get_by_role("link", name="Night buses").first.click()
    visit.press("Publish the reply")
    visit.reads("The reply is published.")


def _read_the_answer(site: Site, visits: Visits, look: Look, issue: MadeIssue) -> None:
    """The clock stands: answered, and how late. The reply is there for everybody."""
    visit = visits.new(site, look).open(f"/issues/{issue.slug}/reply")
    late = visit.count_words("Answered %(num)s working day late", "Answered %(num)s working days late", 2)
    visit.reads_text(late)
    visit.reads_text("The last buses wait for the last trains.")
    visit.reads_text("From March 2027, as the budget of 2027 provides.")
    for path in ("/", "/board?state=answered"):
        visits.new(site, look).open(path).reads_text(late)
    visit = visits.new(site, look).open("/board?state=late")
    visit.reads("Nothing is late.")
