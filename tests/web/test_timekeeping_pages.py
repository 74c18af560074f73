"""Putting dates off, pausing and moving them: the desk, the public page, the API, and the administrator's page."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from app.core.clock import FixedClock
from app.core.context import Context
from app.core.permissions import Role
from app.instance.actions import enter_exception
from tests.support.builders import MadeCase, MadePerson, Make
from tests.support.pages import Browser

Work = Callable[..., AbstractContextManager[Context]]
LATE = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
REASON = "The figures come <b>in December</b>."
SHOWN = "The figures come &lt;b&gt;in December&lt;/b&gt;."


@pytest.fixture
def made(make: Make) -> MadeCase:
    """A case due on 24 November."""
    return make.case(common=1)


@pytest.fixture
def desk(app: APIFlask, make: Make, made: MadeCase) -> Callable[[Role], Browser]:
    """A browser of an officer of the lead agency at the page of the clock."""

    def at_the_clock(role: Role) -> Browser:
        browser = Browser(app).sign_in(make.officer(made.agency_id, role))
        browser.open(f"/en/desk/cases/{made.id}/clock")
        return browser

    return at_the_clock


def extend(browser: Browser, status: int = 200, **values: str) -> str:
    """Send the form that puts the date off."""
    return browser.send("extend-reason", status, **{f"extend-{name}": value for name, value in values.items()})


def test_the_new_date_is_shown_before_it_is_confirmed(desk: Callable[[Role], Browser], made: MadeCase) -> None:
    approver = desk(Role.APPROVER)
    assert "Instead of Tue 24 Nov 2026 the reply would be due on Mon 14 Dec 2026." in approver.text
    page = approver.open(f"/en/desk/cases/{made.id}/clock?amount=3")
    assert "Instead of Tue 24 Nov 2026 the reply would be due on Fri 27 Nov 2026." in page
    assert "Put off to Fri 27 Nov" in page
    page = extend(approver, reason=REASON)
    assert "The date was put off." in page
    assert "Reply due Fri 27 Nov" in page
    assert "as often as the rules allow" in page
    assert SHOWN not in page


@pytest.mark.parametrize("amount", ["15", "-1", "1000000", "x"])
def test_an_amount_the_rules_do_not_allow_offers_no_date(
    desk: Callable[[Role], Browser], made: MadeCase, amount: str
) -> None:
    page = desk(Role.APPROVER).open(f"/en/desk/cases/{made.id}/clock?amount={amount}")
    assert ("Instead of" in page) is (amount == "x"), "what is no number asks for the longest"


@pytest.mark.parametrize("amount", ["9" * 5000, "-1", "x", ""])
def test_an_amount_that_is_none_puts_nothing_off(desk: Callable[[Role], Browser], made: MadeCase, amount: str) -> None:
    page = extend(desk(Role.APPROVER), 422, reason=REASON, amount=amount)
    assert "Reply due Tue 24 Nov" in page


def test_without_a_reason_nothing_is_put_off_and_the_amount_stays(
    desk: Callable[[Role], Browser], made: MadeCase
) -> None:
    approver = desk(Role.APPROVER)
    approver.open(f"/en/desk/cases/{made.id}/clock?amount=3")
    page = extend(approver, 422, reason=" ")
    assert "Please give the reason. Everybody reads it." in page
    assert "Put off to Fri 27 Nov" in page


def test_one_minute_late_it_is_refused_in_words_and_the_case_stands_there_as_late(
    desk: Callable[[Role], Browser], made: MadeCase, browser: Browser, clock: FixedClock
) -> None:
    approver = desk(Role.APPROVER)
    clock.travel_to(LATE + timedelta(minutes=1))
    page = extend(approver, 422, reason=REASON)
    assert page.count("The due date has passed. An extension is possible only before it.") == 1
    assert "Pause the clock" not in page
    page = browser.open(f"/en/issues/{made.slug}/reply")
    assert "The reply is late" in page
    assert "put the date off" not in page
    assert "Night buses" in browser.open("/en/board?state=late")


def test_an_author_sees_the_date_but_only_an_approver_puts_it_off(desk: Callable[[Role], Browser]) -> None:
    author = desk(Role.AUTHOR)
    assert "Only an approver of the lead agency can put the date off." in author.text
    assert "Pause the clock" in author.text


def test_an_extension_is_public_with_its_reason_and_both_counts(
    desk: Callable[[Role], Browser], made: MadeCase, browser: Browser, client: FlaskClient
) -> None:
    extend(desk(Role.APPROVER), reason=REASON)
    page = browser.open(f"/en/issues/{made.slug}/reply")
    assert "put the date off; due Mon 14 Dec instead of Tue 24 Nov." in page
    assert SHOWN in page
    assert "Reply due Mon 14 Dec" in page
    assert "counted from the next day. Put off 1 time." in page
    page = browser.open(f"/en/issues/{made.slug}/reply/date")
    assert "First promised for Tue 24 Nov 2026; now the date is Mon 14 Dec 2026." in page
    assert SHOWN in page
    assert "The old date: day zero" in page
    assert page.count('<td class="num">14</td>') == 2
    told = client.get(f"/api/v1/issues/{made.slug}/case").json["clock"]
    assert (told["due_on"], told["amount"], told["due_at"]) == ("2026-12-14", 14, "2026-12-14T16:00:00Z")
    assert told["acts"] == [
        {
            "kind": "extended",
            "at": "2026-11-04T04:00:00Z",
            "agency": told["acts"][0]["agency"],
            "reason": REASON,
            "lang": "en",
            "old_due_on": "2026-11-24",
            "new_due_on": "2026-12-14",
        }
    ]
    assert told["acts"][0]["agency"].startswith("agency-")


def test_a_pause_is_public_and_its_days_are_named_in_the_count(
    desk: Callable[[Role], Browser], made: MadeCase, browser: Browser, client: FlaskClient, clock: FixedClock
) -> None:
    author = desk(Role.AUTHOR)
    clock.travel_to(datetime(2026, 11, 10, 4, 0, tzinfo=UTC))
    page = author.send("/clock/pause", reason="We asked the proposer.")
    assert "The clock is paused." in page
    clock.travel_to(datetime(2026, 12, 1, 4, 0, tzinfo=UTC))
    page = browser.open(f"/en/issues/{made.slug}/reply")
    assert "Paused since Tue 10 Nov" in page
    assert "11 working days left" in page
    assert "paused the clock." in page
    assert "We asked the proposer." in page
    assert "The reply is late" not in page
    assert "Night buses" not in browser.open("/en/board?state=late")
    assert "The clock is paused. Until then the reply was due on Tue 24 Nov 2026." in browser.open(
        f"/en/issues/{made.slug}/reply/date"
    )
    page = author.open(f"/en/desk/cases/{made.id}/clock")
    assert "If the clock runs again today, the reply is due on Tue 15 Dec 2026." in page
    assert "The clock runs again." in author.send("/clock/resume")
    page = browser.open(f"/en/issues/{made.slug}/reply")
    assert "The clock runs again; due Tue 15 Dec instead of Tue 24 Nov." in page
    page = browser.open(f"/en/issues/{made.slug}/reply/date")
    assert page.count("<td>Clock paused</td>") == 21, "every day of the pause"
    assert "We asked the proposer." in page
    assert "暫停計算" in browser.open(f"/issues/{made.slug}/reply/date")
    told = client.get(f"/api/v1/issues/{made.slug}/case").json["clock"]
    assert [(one["from_on"], one["until_on"], one["reason"]) for one in told["pauses"]] == [
        ("2026-11-10", "2026-12-01", "We asked the proposer.")
    ]
    assert (told["status"], told["paused_on"]) == ("running", None)


def test_who_was_told_of_a_broken_promise_stands_on_the_timeline(
    made: MadeCase, browser: Browser, client: FlaskClient, clock: FixedClock, run_job: Callable[[str], None]
) -> None:
    clock.travel_to(LATE + timedelta(days=20))
    run_job("sweep-clocks")
    page = browser.open(f"/en/issues/{made.slug}/reply")
    supervisor, head, late = (
        page.index(words)
        for words in (
            "Still no reply: the supervisor was told.",
            "Still no reply: the head of the agency was told.",
            "The due date passed without a reply.",
        )
    )
    assert supervisor < head < late, "the newest first, by the day they were due"
    steps = client.get(f"/api/v1/issues/{made.slug}/case").json["clock"]["steps"]
    assert [(step["kind"], step["days"], step["level"]) for step in steps][-3:] == [
        ("escalation", 1, "officers"),
        ("escalation", 7, "head"),
        ("escalation", 14, "public"),
    ]
    assert steps[-1]["was_due_at"] == "2026-12-07T16:00:00Z"


def test_an_administrator_sees_what_a_typhoon_day_would_move_and_moves_it(
    app: APIFlask, make: Make, work: Work, made: MadeCase, browser: Browser
) -> None:
    person = make.person(administrator=True)
    administrator = Browser(app).sign_in(person)
    assert "Nothing would move." in administrator.open("/en/admin/calendar/dates")
    with work(person.actor) as ctx:
        enter_exception(ctx, date(2026, 11, 12), {"en": "Typhoon"}, works=False)
    page = administrator.open("/en/admin/calendar/dates")
    assert "Reply after a consultation" in page
    assert page.index("Tue 24 Nov 2026") < page.index("Wed 25 Nov 2026")
    assert "Please give the reason." in administrator.send("calendar", 422, reason="")
    assert "1 due date was moved." in administrator.send("calendar", reason="Typhoon <i>day</i>")
    page = browser.open(f"/en/issues/{made.slug}/reply")
    assert "The date follows the calendar; due Wed 25 Nov instead of Tue 24 Nov." in page
    assert "Typhoon &lt;i&gt;day&lt;/i&gt;" in page


def test_dates_shown_by_a_calendar_that_changed_meanwhile_are_not_moved(
    app: APIFlask, make: Make, work: Work, made: MadeCase
) -> None:
    person = make.person(administrator=True)
    administrator = Browser(app).sign_in(person)
    with work(person.actor) as ctx:
        enter_exception(ctx, date(2026, 11, 12), {"en": "Typhoon"}, works=False)
    administrator.open("/en/admin/calendar/dates")
    with work(person.actor) as ctx:
        enter_exception(ctx, date(2026, 11, 13), {"en": "Typhoon"}, works=False)
    page = administrator.send("calendar", 422, reason="Typhoon")
    assert "The calendar was changed meanwhile." in page
    assert "Thu 26 Nov 2026" in page
    assert "were moved" not in page
    assert "2 due dates" not in administrator.send("calendar", reason="Typhoon")


def test_the_desk_links_to_the_clock_for_the_lead_agency_only(app: APIFlask, make: Make) -> None:
    co = make.agency()
    made = make.case(co_agency_id=co)

    def sees(person: MadePerson) -> bool:
        return "Put off or pause" in Browser(app).sign_in(person).open(f"/en/desk/cases/{made.id}")

    assert sees(make.officer(made.agency_id))
    assert not sees(make.officer(co))
