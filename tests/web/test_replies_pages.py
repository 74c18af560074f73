"""The public pages of a case and the officers' desk."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta

import pytest
from apiflask import APIFlask
from flask_babel import refresh

from app.cases.faces import deadline_words, status_words
from app.cases.queries import case_by_id
from app.core.answers import Outcome
from app.core.clock import FixedClock
from app.core.clockface import ClockFace, ClockStatus
from app.core.context import Context
from app.core.permissions import Role
from app.instance.actions import enter_exception
from app.issues.rules import IssueState
from app.replies.drafting import save_draft, submit_reply
from app.replies.publishing import publish_reply
from app.replies.queries import reply_of
from app.replies.rules import Answer, DraftInput
from app.web.i18n import ENVIRON_KEY
from tests.support.builders import MadeCase, MadePerson, Make, complete
from tests.support.pages import Browser

Work = Callable[..., AbstractContextManager[Context]]
DUE_DAY = datetime(2026, 11, 24, 15, 59, 59, tzinfo=UTC)
"""The last second of Tuesday 24 November in Taipei."""
DUE_ON = date(2026, 11, 24)


def submitted(make: Make, work: Work, made: MadeCase, summary: str = "The last bus waits.") -> MadePerson:
    """A complete reply waits for an approver; returns its author."""
    author = make.officer(made.agency_id)
    with work(author.actor) as ctx:
        case = case_by_id(ctx, made.id)
        answers = {demand.id: complete(Outcome.UNDER_STUDY, "Until **March**.") for demand in case.demands}
        submit_reply(ctx, case, DraftInput(summary=summary, lang="en", contact="Mrs Lin", answers=answers))
    return author


def published(make: Make, work: Work, made: MadeCase) -> None:
    """A complete reply is public."""
    submitted(make, work, made)
    with work(make.officer(made.agency_id, Role.APPROVER).actor) as ctx:
        case = case_by_id(ctx, made.id)
        reply = reply_of(ctx, case)
        assert reply is not None
        publish_reply(ctx, case, reply.revision)


@pytest.fixture
def desk(app: APIFlask) -> Callable[[MadePerson], Browser]:
    """A browser in which somebody is signed in."""
    return lambda person: Browser(app).sign_in(person)


# ---- what everybody sees --------------------------------------------------------------------------------------


def test_before_the_closing_the_page_says_what_will_happen_and_when(make: Make, browser: Browser) -> None:
    page = browser.open(f"/en/issues/{make.issue(days_left=10).slug}/reply")
    assert "Sat 14 Nov 2026 is the last day to take part." in page
    assert "within 14 working days by" in page
    assert "Reply expected by Thu 3 Dec 2026" in page


@pytest.mark.parametrize(
    ("later", "status", "deadline", "tone"),
    [
        (timedelta(-13), "9 working days left", "Reply due Tue 24 Nov", "brand"),
        (timedelta(-1), "1 working day left", "Reply due Tue 24 Nov", "soon"),
        (timedelta(0), "Due today", "Reply due Tue 24 Nov", "soon"),
        (timedelta(seconds=1), "1 working day late", "Reply was due Tue 24 Nov", "late"),
        (timedelta(days=4), "3 working days late", "Reply was due Tue 24 Nov", "late"),
    ],
)
def test_the_clock_is_told_in_words_before_and_after_the_due_day(
    make: Make, browser: Browser, clock: FixedClock, later: timedelta, status: str, deadline: str, tone: str
) -> None:
    made = make.case(common=1)
    clock.travel_to(DUE_DAY + later)
    page = browser.open(f"/en/issues/{made.slug}/reply")
    assert f'<span class="tag {tone}">{status}</span>' in page
    assert deadline in page
    assert ("The reply is late" in page) == (tone == "late")
    assert ("The due date passed without a reply." in page) == (tone == "late")
    assert status in browser.open("/en/board")


def test_the_same_day_is_late_in_the_citys_time_not_in_utc(make: Make, browser: Browser, clock: FixedClock) -> None:
    made = make.case()
    clock.travel_to(datetime(2026, 11, 24, 16, 30, tzinfo=UTC))
    assert "1 working day late" in browser.open(f"/en/issues/{made.slug}/reply")


def test_a_running_case_lists_what_has_to_be_answered_and_hides_the_draft(
    make: Make, work: Work, browser: Browser
) -> None:
    made = make.case(common=2)
    with work(make.officer(made.agency_id).actor) as ctx:
        case = case_by_id(ctx, made.id)
        answers = {case.demands[0].id: Answer(Outcome.NOT_ADOPTED, "A secret reason.")}
        save_draft(ctx, case, DraftInput("A secret summary.", "en", answers=answers, new_demand="A secret demand"))
    page = browser.open(f"/en/issues/{made.slug}/reply")
    assert "2 demands have to be answered" in page
    assert "Statement number 0." in page
    assert "secret" not in page
    assert "Not adopted" not in page


def test_a_statement_all_groups_reject_is_shown_as_one(make: Make, work: Work, browser: Browser) -> None:
    made = make.case(common=1)
    with work() as ctx:
        case_by_id(ctx, made.id).demands[0].side = -1
    assert "All groups of the consensus map disagree with this." in browser.open(f"/en/issues/{made.slug}/reply")


def test_an_answered_case_shows_summary_outcomes_and_reasons(
    make: Make, work: Work, browser: Browser, clock: FixedClock
) -> None:
    made = make.case(common=2)
    clock.travel_to(DUE_DAY - timedelta(days=4))
    published(make, work, made)
    clock.travel_to(DUE_DAY + timedelta(days=90))
    page = browser.open(f"/en/issues/{made.slug}/reply")
    assert "Answered 2 working days early" in page
    assert "answered on Fri 20 Nov 2026." in page
    assert "<p>The last bus waits.</p>" in page
    assert page.count("Under study") == 2
    assert "<p>Until <strong>March</strong>.</p>" in page
    assert "Mrs Lin" in page
    assert "The reply was published." in page
    assert "The due date passed" not in page


def test_an_answer_that_came_late_stays_late(make: Make, work: Work, browser: Browser, clock: FixedClock) -> None:
    made = make.case()
    clock.travel_to(DUE_DAY + timedelta(days=3))
    published(make, work, made)
    page = browser.open(f"/en/issues/{made.slug}/reply")
    assert "Answered 3 working days late" in page
    assert "The due date passed without a reply." in page
    assert "The reply was published, after its due date." in page
    assert page.index("after its due date") < page.index("The due date passed") < page.index("A case was opened")


def test_what_a_strip_no_longer_draws_is_said_in_words(make: Make, browser: Browser, clock: FixedClock) -> None:
    made = make.case()
    clock.travel_to(DUE_DAY + timedelta(days=70))
    page = browser.open(f"/en/issues/{made.slug}/reply")
    assert "more late working days are not drawn." in page


def test_a_withdrawn_issue_owes_nothing(make: Make, browser: Browser) -> None:
    page = browser.open(f"/en/issues/{make.issue(state=IssueState.WITHDRAWN).slug}/reply")
    assert "no reply is owed" in page


def test_a_draft_issue_has_no_public_case_page(make: Make, browser: Browser) -> None:
    browser.open(f"/en/issues/{make.issue(state=IssueState.DRAFT).slug}/reply", status=404)


def test_the_page_about_the_date_lists_every_day(make: Make, browser: Browser) -> None:
    made = make.case()
    page = browser.open(f"/en/issues/{made.slug}/reply/date")
    rows = page.split("<tr>")[2:]
    assert len(rows) == 21
    assert "Wed 4 Nov 2026" in rows[0]
    assert "day zero" in rows[0]
    assert sum("Weekend" in row for row in rows) == 6
    assert "Tue 24 Nov" in rows[-1]
    assert '<td class="num">14</td>' in rows[-1]
    browser.open(f"/en/issues/{make.issue().slug}/reply/date", status=404)


def test_a_day_that_became_a_rest_day_since_is_named_and_moves_nothing(
    make: Make, work: Work, browser: Browser
) -> None:
    made = make.case()
    assert "The calendar has changed since" not in browser.open(f"/en/issues/{made.slug}/reply/date")
    with work(make.person(administrator=True).actor) as ctx:
        enter_exception(ctx, date(2026, 11, 6), {"en": "Typhoon"}, works=False)
    page = browser.open(f"/en/issues/{made.slug}/reply/date")
    assert "Offices rest by now on Fri 6 Nov." in page
    assert "14 working days after the issue closed: Tue 24 Nov 2026." in page


def test_a_holiday_on_the_way_is_named_in_the_readers_language(make: Make, browser: Browser, clock: FixedClock) -> None:
    clock.travel_to(datetime(2026, 12, 21, 4, 0, tzinfo=UTC))
    made = make.case()
    assert "Constitution Day" in browser.open(f"/en/issues/{made.slug}/reply/date")
    assert "行憲紀念日" in browser.open(f"/issues/{made.slug}/reply/date")


def test_a_visitor_gets_no_cookie_and_no_form(make: Make, work: Work, browser: Browser) -> None:
    made = make.case(common=1)
    published(make, work, made)
    for address in ("/en/board", f"/en/issues/{made.slug}/reply", f"/en/issues/{made.slug}/reply/date"):
        page = browser.open(address)
        assert browser.page is not None
        assert "Set-Cookie" not in browser.page.headers
        assert "csrf_token" not in page


@pytest.mark.parametrize(
    ("face", "words"),
    [
        (ClockFace(ClockStatus.RUNNING, DUE_ON, days_left=20, working_days_left=14), "14 working days left"),
        (ClockFace(ClockStatus.DUE_SOON, DUE_ON, days_left=2), "2 days left"),
        (ClockFace(ClockStatus.LATE, DUE_ON, days_late=1), "Late since Wed 25 Nov"),
        (ClockFace(ClockStatus.KEPT, DUE_ON), "Answered in time"),
        (ClockFace(ClockStatus.KEPT, DUE_ON, days_early=3, working_days_early=1), "Answered 1 working day early"),
        (ClockFace(ClockStatus.KEPT_LATE, DUE_ON, days_late=2), "Answered after the due date"),
    ],
)
def test_a_clock_says_no_number_that_is_nought(app: APIFlask, face: ClockFace, words: str) -> None:
    with app.test_request_context("/", environ_overrides={ENVIRON_KEY: "en"}):
        refresh()
        assert status_words(face) == words


def test_a_due_day_still_to_come_is_not_told_as_past_because_the_answer_is_there(app: APIFlask) -> None:
    answered = ClockFace(ClockStatus.KEPT, DUE_ON)
    with app.test_request_context("/", environ_overrides={ENVIRON_KEY: "en"}):
        refresh()
        assert deadline_words(answered, DUE_ON) == "Reply due Tue 24 Nov"
        assert deadline_words(answered, DUE_ON + timedelta(days=1)) == "Reply was due Tue 24 Nov"


# ---- the desk -------------------------------------------------------------------------------------------------


def test_a_reply_from_the_first_draft_to_everybodys_page(
    make: Make, work: Work, desk: Callable[[MadePerson], Browser], browser: Browser
) -> None:
    made = make.case(common=1)
    author = desk(make.officer(made.agency_id))
    approver = desk(make.officer(made.agency_id, Role.APPROVER))

    assert "No draft yet" in author.open("/en/desk")
    author.open(f"/en/desk/cases/{made.id}")
    page = author.send("summary", summary="First thoughts.", new_demand="A bench at every stop")
    assert "The draft was saved." in page
    assert "A bench at every stop" in page
    form = author.form("summary")
    answers = [name for name in form.values if name.startswith("answer_")]
    values = dict.fromkeys(answers, "From *March*.")
    values |= {name.replace("answer", "outcome"): "adopted" for name in answers}
    values |= {name.replace("answer", "basis"): "The bus by-law" for name in answers}
    values |= {name.replace("answer", "none"): "y" for name in answers}
    page = send_final(author, made, summary="The last bus waits.", **values)
    assert "now waits for an approver" in page
    assert "Take it back" in page
    assert "Publish the reply" not in page

    assert "Waits for you" in approver.open("/en/desk")
    page = approver.open(f"/en/desk/cases/{made.id}")
    assert "From <em>March</em>." in page
    page = approver.send("revision", press=("revision", approver.form("publish").buttons[0][1]))
    assert "The reply is published." in page
    page = browser.open(f"/en/issues/{made.slug}/reply")
    assert "The last bus waits." in page
    assert "A bench at every stop" in page


def send_final(browser: Browser, made: MadeCase, status: int = 200, **values: str) -> str:
    """Press "submit" in the form of the reply."""
    data = browser.form("summary").values | values
    browser.page = browser.http.post(f"/en/desk/cases/{made.id}/submit", data=data, follow_redirects=True)
    assert browser.page.status_code == status, browser.text[:3000]
    return browser.text


def test_what_is_missing_is_named_and_what_was_typed_stays(make: Make, desk: Callable[[MadePerson], Browser]) -> None:
    made = make.case(common=2)
    officer = desk(make.officer(made.agency_id))
    officer.open(f"/en/desk/cases/{made.id}")
    first = next(name for name in officer.form("summary").values if name.startswith("answer_"))
    page = send_final(officer, made, 422, **{first: "A reason I typed."})
    for words in (
        "Please write a summary.",
        "Demand 1: please choose an outcome.",
        "Demand 2: please choose an outcome.",
        "Demand 2: please give the reason.",
        "A reason I typed.",
    ):
        assert words in page
    assert "Demand 1: please give the reason." not in page


def test_a_new_demand_is_not_submitted_without_its_answer(make: Make, desk: Callable[[MadePerson], Browser]) -> None:
    made = make.case()
    officer = desk(make.officer(made.agency_id))
    officer.open(f"/en/desk/cases/{made.id}")
    page = send_final(officer, made, 422, summary="Yes.", new_demand="A bench at every stop")
    assert "The answers to these demands are not complete: 1." in page
    assert "A bench at every stop" in page


def test_two_officers_at_once_lose_nothing(make: Make, desk: Callable[[MadePerson], Browser]) -> None:
    made = make.case(common=1)
    one, two = desk(make.officer(made.agency_id)), desk(make.officer(made.agency_id))
    one.open(f"/en/desk/cases/{made.id}")
    two.open(f"/en/desk/cases/{made.id}")
    one.send("summary", summary="The version of one.")
    page = two.send("summary", status=422, summary="The version of two.")
    assert "Somebody else saved this reply while you were writing." in page
    assert "The version of one." in page
    assert two.form("summary").values["summary"].strip() == "The version of two."
    page = two.send("summary", summary="The version of both.")
    assert "The draft was saved." in page
    assert "The version of both." in one.open(f"/en/desk/cases/{made.id}")


def test_the_answer_to_a_demand_that_is_gone_is_shown_again(make: Make, desk: Callable[[MadePerson], Browser]) -> None:
    made = make.case()
    one, two = desk(make.officer(made.agency_id)), desk(make.officer(made.agency_id))
    one.open(f"/en/desk/cases/{made.id}")
    one.send("summary", new_demand="A bench at every stop")
    two.open(f"/en/desk/cases/{made.id}")
    name = next(name for name in two.form("summary").values if name.startswith("answer_"))
    one.send("summary", **{name.replace("answer", "remove"): "y"})
    page = two.send("summary", status=422, **{name: "Words nobody should lose."})
    assert "Words nobody should lose." in page


def test_a_reply_submitted_meanwhile_is_not_written_over(
    make: Make, work: Work, desk: Callable[[MadePerson], Browser]
) -> None:
    made = make.case()
    slow = desk(make.officer(made.agency_id))
    slow.open(f"/en/desk/cases/{made.id}")
    submitted(make, work, made)
    page = slow.send("summary", status=422, summary="Too late.")
    assert "This reply was submitted meanwhile" in page
    assert "Too late." in page


def test_an_approver_sends_back_with_a_reason_the_author_reads(
    make: Make, work: Work, desk: Callable[[MadePerson], Browser]
) -> None:
    made = make.case()
    author = desk(submitted(make, work, made))
    approver = desk(make.officer(made.agency_id, Role.APPROVER))
    approver.open(f"/en/desk/cases/{made.id}")
    assert "Please say what has to change." in approver.send("reason", status=422, reason=" ")
    approver.send("reason", reason="Name the lines.")
    page = author.open(f"/en/desk/cases/{made.id}")
    assert "The approver asks for changes" in page
    assert "Name the lines." in page
    assert "Sent back to be changed" in author.open("/en/desk")


def test_the_author_takes_the_reply_back(make: Make, work: Work, desk: Callable[[MadePerson], Browser]) -> None:
    made = make.case()
    author = desk(submitted(make, work, made))
    author.open(f"/en/desk/cases/{made.id}")
    page = author.send("take-back", press=("revision", author.form("take-back").buttons[0][1]))
    assert "The reply is a draft again." in page
    assert "Write the reply" in page


def test_an_author_who_may_approve_is_not_offered_to(
    make: Make, work: Work, desk: Callable[[MadePerson], Browser]
) -> None:
    made = make.case()
    person = make.officer(made.agency_id, Role.APPROVER)
    with work(person.actor) as ctx:
        submit_reply(ctx, case_by_id(ctx, made.id), DraftInput("Yes.", "en"))
    own = desk(person)
    assert "Publish the reply" not in own.open(f"/en/desk/cases/{made.id}")
    token = own.form("take-back").values["csrf_token"]
    address = f"/en/desk/cases/{made.id}/publish"
    assert own.http.post(address, data={"csrf_token": token, "revision": "2"}).status_code == 403


@pytest.mark.parametrize(
    ("who", "status"), [("officer elsewhere", 403), ("citizen", 403), ("administrator", 403), ("officer", 200)]
)
def test_a_draft_is_the_business_of_its_officers(
    make: Make, desk: Callable[[MadePerson], Browser], who: str, status: int
) -> None:
    made = make.case()
    person = {
        "officer elsewhere": lambda: make.officer(make.agency(), Role.APPROVER),
        "citizen": make.person,
        "administrator": lambda: make.person(administrator=True),
        "officer": lambda: make.officer(made.agency_id),
    }[who]()
    desk(person).open(f"/en/desk/cases/{made.id}", status=status)


def test_a_visitor_is_asked_to_sign_in(make: Make, browser: Browser) -> None:
    for address in ("/en/desk", f"/en/desk/cases/{make.case().id}"):
        browser.open(address)
        assert browser.address.endswith("/sign-in")


def test_the_desk_lists_drafts_and_open_issues_of_the_own_agency(
    make: Make, desk: Callable[[MadePerson], Browser]
) -> None:
    agency = make.agency()
    make.issue(agency_id=agency, state=IssueState.DRAFT, title="In the making")
    make.issue(agency_id=agency, title="Open to all")
    make.issue(title="Somebody else's")
    page = desk(make.officer(agency)).open("/en/desk")
    assert page.index("In the making") < page.index("Open to all")
    assert "Somebody else" not in page
