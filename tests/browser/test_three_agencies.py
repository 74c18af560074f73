"""A case of three agencies: one is silent, one is released, and everybody can watch the lead keep its word, late.

From five voices over a date that is put off in time, and another that is not, to the reply, its correction, what people
think of it, and what becomes of it half a year later. Walked on a phone in Chinese without scripts on one engine, on a
desk in English on the other.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.browser.site import Site
from tests.browser.town import VOICES, Town
from tests.browser.visits import Look, Visit, Visits
from tests.support.builders import MadeIssue, Make
from tests.support.opinions import crowd, every_row

WAYS = [("postgresql", Look("zh-Hant-TW", 390, scripts=False)), ("sqlite", Look("en", 1280))]
CAMPS = [(20, "+++++++----"), (20, "+++----++++")]
"""Two halves of a town that agree on three statements and part on the rest."""
SHARED = 3
MORNING = 2
"""Ten o'clock in Taipei, in UTC."""
DUE = {"en": "Tue 24 Nov", "zh-Hant-TW": "11 月 24 日（二）"}
"""Closed on Wednesday 4 November 2026, day zero; the fourteenth working day after it."""
PUT_OFF = {"en": "Tue 1 Dec", "zh-Hant-TW": "12 月 1 日（二）"}
"""Five working days after the old date."""
LAST_MINUTE = datetime(2026, 11, 24, 15, 59, tzinfo=UTC)
ONE_MINUTE_LATE = datetime(2026, 11, 24, 16, 1, tzinfo=UTC)


def morning(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, MORNING, tzinfo=UTC)


@pytest.mark.parametrize(("engine", "look"), WAYS, ids=str)
def test_three_agencies_keep_their_word_late_and_before_everybody(
    site: Site, make: Make, visits: Visits, look: Look
) -> None:
    town = Town(site, visits, look, make)
    town.settle()
    issue = town.issue("Night buses", "police", "parks", statements=len(CAMPS[0][1]))
    other = town.issue("Bus lanes", "police")
    _five_people_speak(town, issue)
    _the_issues_close(town, issue, other)
    _one_agency_is_released(town, issue)
    _the_date_is_put_off_in_time(town, issue)
    _another_one_a_minute_too_late(town, other)
    _a_holding_answer_stops_no_clock(town, issue)
    _silence_makes_the_reply_late(town, issue)
    _nothing_is_submitted_before_everything_is_answered(town, issue)
    _nobody_publishes_alone_nor_without_every_part(town, issue)
    _everybody_reads_the_reply(town, issue)
    _a_mistake_is_corrected(town, issue)
    _a_step_is_promised(town, issue)
    _five_are_asked_and_four_are_too_few(town, issue)
    _the_step_is_late_and_then_done(town, issue)
    _the_study_is_late_then_heard_of_then_decided(town, issue)


def _five_people_speak(town: Town, issue: MadeIssue) -> None:
    """Two halves of the town are there already. Five people with accounts agree with what they are asked first."""
    crowd(town.site.work, issue, CAMPS)
    for person in town.voices:
        visit = town.signed_in(person).open(f"/issues/{issue.slug}/opinion")
        visit.press("Agree")
        visit.reads("Statement %(number)s of %(total)s", number=2, total=len(CAMPS[0][1]))
    town.site.run_job("draw-maps")


def _the_issues_close(town: Town, issue: MadeIssue, other: MadeIssue) -> None:
    """What all agree on is demanded of all three agencies, and the parts of two of them are awaited."""
    visit = town.signed_in(town.officers["head"])
    for one in (issue, other):
        visit.open(f"/issues/{one.slug}")
        visit.page.locator("details > summary", has_text=visit.words("Close now")).click()
        visit.press("Close the issue")
        visit.reads("The issue is closed. From tomorrow the time to reply is counted.")
    visit = town.public(f"/issues/{issue.slug}/reply")
    visit.reads("Reply due %(day)s", day=DUE[town.look.locale])
    assert visit.page.locator("main .demand").count() == SHARED
    for agency in town.agencies:
        visit.reads_text(town.name(agency))
    _is_awaited(town, issue, "police", "parks")
    assert len(town.letters("parks")) == 1


def _is_awaited(town: Town, issue: MadeIssue, *agencies: str) -> None:
    """Everybody reads whose part is missing."""
    visit = town.public(f"/issues/{issue.slug}/reply")
    names = visit.words(", ").join(town.name(one) for one in agencies)
    visit.reads("The part of these agencies is missing: %(agencies)s.", agencies=names)


def _one_agency_is_released(town: Town, issue: MadeIssue) -> None:
    """An approver of the lead says why; from then on two agencies owe the answer."""
    town.site.clock.travel_to(morning(2026, 11, 5))
    visit = _open_case(town, "head", "Night buses").follow("Who answers")
    _release(town, visit, "parks", "No bus stops in a park.")
    visit = town.public(f"/issues/{issue.slug}/reply")
    visit.reads("%(agency)s was released from its part.", agency=town.name("parks"))
    visit.reads_text("No bus stops in a park.")
    _is_awaited(town, issue, "police")
    assert visit.words("%(agency)s was released from its part.", agency=town.name("parks")) in town.file(
        f"/feeds/issues/{issue.slug}.atom"
    )


def _open_case(town: Town, who: str, title: str, shown: str = "My agency") -> Visit:
    """From the desk to a case that is owed, or to one that was answered."""
    visit = town.at_the_desk(who)
    visit.page.get_by_role("link", name=visit.words(shown)).click()
    visit.page.get_by_role("main").get_by_role("link", name=title).first.click()
    return visit


def _release(town: Town, visit: Visit, agency: str, reason: str) -> None:
    visit.page.locator("details > summary", has_text=visit.words("Release an agency")).click()
    visit.field("release-agency").select_option(str(town.agencies[agency]))
    visit.field("release-reason").fill(reason)
    visit.press("Release the agency")
    visit.reads("The agency was released.")


def _the_date_is_put_off_in_time(town: Town, issue: MadeIssue) -> None:
    """Four days before the date: not by an officer alone, by five days counted from the old date, before everybody."""
    town.site.clock.travel_to(morning(2026, 11, 20))
    visit = _open_case(town, "lin", "Night buses").follow("Put off or pause")
    visit.reads("Only an approver of the lead agency can put the date off.")
    visit = _open_case(town, "head", "Night buses").follow("Put off or pause")
    visit.field("amount").fill("5")
    visit.press("Show the new date")
    _put_off(visit, "We still count the passengers of the last trains.")
    visit.reads("The date was put off. Everybody sees the old date, the new one and your reason.")
    old, new = DUE[town.look.locale], PUT_OFF[town.look.locale]
    visit = town.public(f"/issues/{issue.slug}/reply")
    visit.reads("Reply due %(day)s", day=new)
    dates = visit.words("due %(new)s instead of %(old)s", new=new, old=old)
    told = visit.words("%(agency)s put the date off; %(dates)s.", agency=town.name("buses"), dates=dates)
    visit.reads_text(told)
    visit.reads_text("We still count the passengers of the last trains.")
    visit.follow("How this date was counted").reads("Put off: every day after the old date")
    town.public("/board").reads_text(new)
    assert '"2026-12-01"' in town.file("/board.csv?state=due")
    assert told in town.file(f"/feeds/issues/{issue.slug}.atom")


def _put_off(visit: Visit, reason: str) -> None:
    visit.field("extend-reason").fill(reason)
    visit.page.locator("form[action$='/clock/extend'] button").click()


def _another_one_a_minute_too_late(town: Town, other: MadeIssue) -> None:
    """The approver began in time and pressed one minute after the date: refused in words, and nothing is changed."""
    town.site.clock.travel_to(LAST_MINUTE)
    visit = _open_case(town, "head", "Bus lanes").follow("Put off or pause")
    town.site.clock.travel_to(ONE_MINUTE_LATE)
    with town.site.work() as ctx:
        before = every_row(ctx)
    _put_off(visit, "One more week would help.")
    visit.reads("The due date has passed. An extension is possible only before it.")
    with town.site.work() as ctx:
        assert every_row(ctx) == before
    visit = town.public(f"/issues/{other.slug}/reply")
    visit.reads("The reply is late")
    visit.reads("Reply was due %(day)s", day=DUE[town.look.locale])
    assert "One more week would help." not in visit.page.content()
    _is_awaited(town, other, "police")
    assert '"2026-11-24"' in town.file("/board.csv?state=late")


def _a_holding_answer_stops_no_clock(town: Town, issue: MadeIssue) -> None:
    """An interim answer, approved by a second person whom a letter led there: public as what it is."""
    town.site.clock.travel_to(morning(2026, 11, 26))
    visit = _open_case(town, "lin", "Night buses").follow("Write a holding answer")
    visit.fill(text="The counts of October are in, those of November follow.").press("Submit for approval")
    visit.reads("The holding answer now waits for an approver.")
    town.at_the_desk("second").reads("A holding answer waits for you")
    visit = town.from_letter(town.officers["second"], "/holding").press("Publish the holding answer")
    visit.reads("The holding answer is published. The clock goes on.")
    visit = town.public(f"/issues/{issue.slug}/reply")
    visit.reads_text("The counts of October are in, those of November follow.")
    visit.reads("A holding answer is no reply: the clock goes on.")
    visit.reads("Reply due %(day)s", day=PUT_OFF[town.look.locale])


def _silence_makes_the_reply_late(town: Town, issue: MadeIssue) -> None:
    """The police were reminded and said nothing. The second date passes too, and everybody sees for whom it waits."""
    town.site.clock.travel_to(morning(2026, 12, 2))
    town.site.run_job("sweep-clocks")
    visit = town.public(f"/issues/{issue.slug}/reply")
    visit.reads("The reply is late")
    visit.reads_text(visit.count_words("%(num)s working day late", "%(num)s working days late", 1))
    _is_awaited(town, issue, "police")
    told = visit.words("What the public sees:")
    assert f"{told}\n{town.address(f'/issues/{issue.slug}/reply')}" in town.letters("police")[0]
    assert len(town.letters("parks")) == 2, "nothing since they were released"
    town.public("/board?state=late").reads_text(town.name("police"))
    assert issue.slug in town.file("/feeds/overdue.atom")


def _nothing_is_submitted_before_everything_is_answered(town: Town, issue: MadeIssue) -> None:
    """Every open demand is named, then the silent agency; with its part in, the reply goes to an approver."""
    visit = _open_case(town, "lin", "Night buses")
    visit.press("Save and submit for approval")
    _is_refused(visit, "1", "2", "3")
    visit.fill(summary="The last buses wait for the last trains.")
    _answer(visit, 0, "adopted", "From March 2027, as the budget of 2027 provides.")
    _answer(visit, 1, "under_study", "We count how many people change after midnight.")
    visit.press("Save and submit for approval")
    _is_refused(visit, "3")
    visit.press("Save the draft")
    visit.reads("The draft was saved.")
    head = _open_case(town, "head", "Night buses")
    _answer(head, 2, "not_adopted", "It would cost 3 million a year.")
    head.press("Save and submit for approval")
    head.reads("The part of these agencies is missing: %(agencies)s.", agencies=town.name("police"))
    police = town.at_the_desk("police")
    police.reads("It is your turn")
    police.page.get_by_role("main").get_by_role("link", name="Night buses").first.click()
    police.field(f"part{town.agencies['police']}-text").fill("Two patrols will be at the stops.")
    police.press("Our part is in")
    police.reads("The part of your agency is in.")
    head.press("Save and submit for approval")
    head.reads("The reply now waits for an approver.")
    visit = town.public(f"/issues/{issue.slug}/reply")
    visit.reads("The part of %(agency)s is in.", agency=town.name("police"))
    assert "The last buses wait" not in visit.page.content()


def _is_refused(visit: Visit, *numbers: str) -> None:
    """Exactly these demands are named as not answered."""
    errors = visit.page.locator(".errors").inner_text()
    wanted = {number: visit.words("Demand %(number)s: please choose an outcome.", number=number) for number in "123"}
    assert [number for number, words in wanted.items() if words in errors] == list(numbers), errors


def _answer(visit: Visit, place: int, outcome: str, reason: str) -> None:
    """Write the answer to a demand, with every part it must have."""
    box = visit.page.locator("details.demand-form").nth(place)
    if not box.locator("textarea[name^=answer_]").is_visible():
        box.locator("summary").click()
    box.locator(f"input[name^=outcome_][value={outcome}]").check()
    box.locator("textarea[name^=answer_]").fill(reason)
    box.locator("textarea[name^=basis_]").fill("The budget of 2027")
    box.locator("input[name^=none_]").check()


def _nobody_publishes_alone_nor_without_every_part(town: Town, issue: MadeIssue) -> None:
    """Who submitted it has no button and no way round; an agency that was added again is waited for or released."""
    author = _open_case(town, "head", "Night buses")
    author.reads("Waits for an approver")
    assert not author.page.get_by_role("button", name=author.words("Publish the reply")).count()
    token = author.page.locator("input[name=csrf_token]").first.get_attribute("value") or ""
    forced = author.page.request.post(
        f"{author.page.url}/publish", form={"csrf_token": token, "revision": "4"}, headers={"Referer": author.page.url}
    )
    assert forced.status == 403
    assert author.words("You wrote this reply yourself. Another approver decides about it.") in forced.text()
    second = town.at_the_desk("second")
    second.reads("Waits for you")
    second.page.get_by_role("main").get_by_role("link", name="Night buses").first.click()
    case = second.page.url
    second.follow("Who answers")
    second.page.locator("details > summary", has_text=second.words("Add an agency")).click()
    second.field("add-agency").select_option(str(town.agencies["parks"]))
    second.fill(**{"add-reason": "One stop lies in a park after all."}).press("Add the agency")
    assert f"{case}/agencies" in town.letters("parks")[0]
    second.follow("Reply").press("Publish the reply")
    second.reads("The part of these agencies is missing: %(agencies)s.", agencies=town.name("parks"))
    second.follow("Back to the reply of this case").follow("Who answers")
    _release(town, second, "parks", "It is not in the park but before it.")
    second.follow("Reply").press("Publish the reply")
    second.reads("The reply is published.")


def _everybody_reads_the_reply(town: Town, issue: MadeIssue) -> None:
    """How late it came, what became of each demand, and who was released why."""
    visit = town.public(f"/issues/{issue.slug}/reply")
    late = visit.count_words("Answered %(num)s working day late", "Answered %(num)s working days late", 1)
    for words in (
        late,
        "The last buses wait",
        "It would cost 3 million a year.",
        "It is not in the park but before it.",
    ):
        visit.reads_text(words)
    town.public("/board?state=answered").reads_text(late)
    assert '"2026-12-02"' in town.file("/board.csv?state=answered")
    assert issue.slug in town.file("/feeds/answered.atom")
    assert issue.slug in town.file("/feeds/overdue.atom")


def _a_mistake_is_corrected(town: Town, issue: MadeIssue) -> None:
    """An officer finds the reply at the desk, a letter leads the approver to its correction, all read what changed."""
    town.site.clock.travel_to(morning(2026, 12, 3))
    visit = _open_case(town, "lin", "Night buses", "Published").follow("Correct the reply")
    visit.fill(reason="The figure was of two years.")
    box = visit.page.locator("details.demand-form").nth(2)
    box.locator("summary").click()
    box.locator("textarea[name^=answer_]").fill("It would cost 1.5 million a year.")
    visit.press("Save and submit for approval")
    visit.reads("The correction now waits for an approver.")
    assert "1.5 million" not in town.public(f"/issues/{issue.slug}/reply").page.content()
    visit = town.at_the_desk("second")
    visit.reads("Correction of the reply")
    visit.reads("Waits for you")
    visit = town.from_letter(town.officers["second"], "/correction")
    visit.press("Publish the correction")
    visit.reads("The corrected reply is published.")
    visit = town.public(f"/issues/{issue.slug}/reply")
    visit.reads_text("It would cost 1.5 million a year.")
    visit.reads_text("The figure was of two years.")
    visit.follow("See what was changed").reads_text("The figure was of two years.")
    expect(visit.page.locator("del")).to_contain_text("3")
    expect(visit.page.locator("ins")).to_contain_text("1.5")
    visit.follow("Read the reply as it was published first").reads_text("It would cost 3 million a year.")


def _a_step_is_promised(town: Town, issue: MadeIssue) -> None:
    """What was adopted gets a step with a day."""
    visit = _open_case(town, "lin", "Night buses", "Published").follow("Report what became of it")
    visit.page.get_by_role("link", name=visit.words("Add a milestone")).click()
    visit.fill(title_en="The new timetable hangs", title_zh="公布新時刻表", due_on="2027-03-01")
    visit.press("Publish")
    visit.reads("The milestone is public.")
    town.public(f"/issues/{issue.slug}/reply/after").reads("On its way")


def _five_are_asked_and_four_are_too_few(town: Town, issue: MadeIssue) -> None:
    """Thirty days after the reply a letter leads each of them to the question; figures come with the fifth answer."""
    town.site.clock.travel_to(morning(2027, 1, 1))
    town.site.run_job("ask-satisfaction")
    town.site.run_job("ask-satisfaction")
    after = f"/issues/{issue.slug}/reply/after"
    for number, person in enumerate(town.voices, 1):
        assert len(town.site.letters(person.email)) == 1
        visit = town.from_letter(person, "/reply/survey")
        visit.choose("satisfaction", "satisfied").press("Send my answer")
        visit.reads("Thank you. Your answer is counted, without your name.")
        told = town.public(after).page.get_by_role("table").count()
        assert told == (number == VOICES)
    town.public(after).reads("Satisfaction of those who answered")


def _the_step_is_late_and_then_done(town: Town, issue: MadeIssue) -> None:
    """The day passes: everybody sees it, the officer is told and led to it, and reports that it is done."""
    town.site.clock.travel_to(morning(2027, 3, 2))
    after = f"/issues/{issue.slug}/reply/after"
    town.public(after).reads("Its day has passed and it is not done.")
    town.site.run_job("follow-up")
    visit = town.from_letter(town.officers["lin"], "/after")
    visit.page.get_by_role("link", name=visit.words("Report progress")).click()
    visit.fill(progress="100", note="It hangs at every stop.").press("Publish")
    visit.reads("Published.")
    visit = town.public(after)
    visit.reads("Done")
    assert visit.words("Its day has passed and it is not done.") not in visit.page.content()


def _the_study_is_late_then_heard_of_then_decided(town: Town, issue: MadeIssue) -> None:
    """Half a year after the reply news is due; a day late it comes, and in the end two people decide."""
    town.site.clock.travel_to(morning(2027, 6, 3))
    after = f"/issues/{issue.slug}/reply/after"
    day = town.day(2027, 6, 2)
    visit = town.public(after)
    visit.reads_text(
        visit.count_words(
            "News was due by %(day)s: %(num)s day late.", "News was due by %(day)s: %(num)s days late.", 1, day=day
        )
    )
    town.site.run_job("sweep-clocks")
    visit = town.from_letter(town.officers["lin"], "/after")
    visit.page.get_by_role("link", name=visit.words("Report news")).click()
    visit.fill(text="Four hundred people change after midnight.").press("Report")
    visit.reads("Published.")
    visit = town.public(after)
    visit.reads_text("Four hundred people change after midnight.")
    visit.reads("News is due by %(day)s.", day=town.day(2027, 12, 2))
    _the_study_ends(town, issue)


def _the_study_ends(town: Town, issue: MadeIssue) -> None:
    town.site.clock.travel_to(morning(2027, 7, 1))
    visit = _open_case(town, "lin", "Night buses", "Published").follow("Report what became of it")
    visit.page.get_by_role("link", name=visit.words("Report news")).click()
    visit.choose("outcome", "partly_adopted").fill(text="On Fridays and Saturdays from September.").press("Report")
    visit.reads("It waits for an approver.")
    visit = town.from_letter(town.officers["second"], "/after").follow("Read how it shall end")
    visit.press("Publish")
    visit.reads("Published. The study has ended.")
    visit = town.public(f"/issues/{issue.slug}/reply/after")
    visit.reads("The study ended on %(day)s.", day=town.day(2027, 7, 1))
    visit.reads("Partly adopted")
    visit.reads_text("On Fridays and Saturdays from September.")
