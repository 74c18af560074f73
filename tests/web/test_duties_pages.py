"""The desk after the reply: corrections, news of studies and steps that wait, and the replies that were given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from app.cases.queries import case_by_id
from app.core.answers import Outcome
from app.core.clock import FixedClock
from app.core.permissions import Role
from app.desk.duties import duties
from app.followups.milestones import add_milestone
from app.followups.models import Study
from app.followups.queries import after_case
from app.followups.rules import MilestoneInput, NewsInput
from app.followups.studies import report
from app.replies.correcting import send_correction_back, submit_correction
from app.replies.drafting import submit_reply
from app.replies.holding import write_holding
from app.replies.rules import DraftInput
from tests.support.builders import MadeAnswer, MadePerson, Make, complete
from tests.support.opinions import Work, statements_sent
from tests.support.pages import Browser

HALF_A_YEAR_LATER = datetime(2027, 5, 5, 4, 0, tzinfo=UTC)
Enter = Callable[[MadePerson], Browser]


@pytest.fixture
def enter(app: APIFlask) -> Enter:
    """A browser in which somebody is signed in."""
    return lambda person: Browser(app).sign_in(person)


def correct(work: Work, made: MadeAnswer) -> int:
    """The author submits a correction; returns its revision."""
    with work(made.author.actor) as ctx:
        case = case_by_id(ctx, made.case.id)
        answers = {demand.id: replace(complete(), text="From April.") for demand in case.demands}
        entered = DraftInput("The last bus waits longer.", "en", "1999", answers)
        return submit_correction(ctx, case, entered, "It was wrong.").revision


def promise(work: Work, made: MadeAnswer, days: int) -> None:
    with work(made.author.actor) as ctx:
        entered = MilestoneInput({"en": "Shelters stand"}, ctx.today + timedelta(days=days))
        add_milestone(ctx, after_case(ctx, made.case.id), made.demand_ids[0], entered)


def test_replies_that_were_given_stay_within_reach_of_the_desk(make: Make, enter: Enter) -> None:
    made = make.answered(Outcome.ADOPTED)
    page = enter(made.author).open("/en/desk?show=published")
    assert f'href="/en/desk/cases/{made.case.id}"' in page
    assert "1 of 1 demand adopted at least in part" in page
    elsewhere = enter(make.officer(make.agency())).open("/en/desk?show=published")
    assert f"/desk/cases/{made.case.id}" not in elsewhere
    assert "No reply was published yet." in elsewhere


def test_a_correction_waits_for_the_second_person_and_comes_back_to_the_first(
    make: Make, work: Work, enter: Enter
) -> None:
    made = make.answered(Outcome.ADOPTED)
    assert "After the reply" not in enter(made.approver).open("/en/desk")
    revision = correct(work, made)
    link = f'href="/en/desk/cases/{made.case.id}/correction"'
    for person, words in ((made.approver, "Waits for you"), (made.author, "Waits for an approver")):
        page = enter(person).open("/en/desk")
        assert link in page
        assert words in page
    with work(made.approver.actor) as ctx:
        send_correction_back(ctx, case_by_id(ctx, made.case.id), revision, "By how much?")
    assert "Sent back to be changed" in enter(made.author).open("/en/desk")


def test_a_holding_answer_waits_for_the_second_person_at_the_desk(make: Make, work: Work, enter: Enter) -> None:
    made = make.case()
    author, approver = make.officer(made.agency_id), make.officer(made.agency_id, Role.APPROVER)
    with work(author.actor) as ctx:
        write_holding(ctx, case_by_id(ctx, made.id), "We are counting.", "en")
    page = enter(approver).open("/en/desk?show=waiting")
    assert "A holding answer waits for you" in page
    assert f'href="/en/desk/cases/{made.id}/holding"' in page
    own = enter(author)
    assert "A holding answer waits for you" not in own.open("/en/desk?show=agency")
    assert "To the holding answer that is not published yet" in own.open(f"/en/desk/cases/{made.id}")
    with work(author.actor) as ctx:
        submit_reply(ctx, case_by_id(ctx, made.id), DraftInput("Soon.", "en", "1999"))
    page = enter(approver).open("/en/desk?show=waiting")
    assert "Waits for you" in page
    assert f'href="/en/desk/cases/{made.id}"' in page, "the reply itself goes first"


def test_news_and_steps_come_to_the_desk_a_month_before_their_day(
    make: Make, work: Work, enter: Enter, clock: FixedClock
) -> None:
    made = make.answered(Outcome.ADOPTED, Outcome.UNDER_STUDY)
    promise(work, made, days=31)
    assert "Shelters stand" not in enter(made.author).open("/en/desk")
    clock.advance(timedelta(days=1))
    assert "Shelters stand" in enter(made.author).open("/en/desk")
    clock.travel_to(HALF_A_YEAR_LATER)
    page = enter(made.author).open("/en/desk")
    assert "News was due by Tue 4 May: 1 day late." in page
    assert page.index("Shelters stand") < page.index("News was due"), "by date"
    with work() as ctx:
        study_id = ctx.session.scalars(sa.select(Study.id)).one()
    with work(made.author.actor) as ctx:
        report(ctx, study_id, NewsInput("It pays.", "en", Outcome.ADOPTED))
    assert "Waits for you" in enter(made.approver).open("/en/desk")
    assert "Waits for an approver" in enter(made.author).open("/en/desk")


def test_who_only_took_part_has_nothing_to_report(make: Make, work: Work, clock: FixedClock) -> None:
    co = make.agency()
    case = make.case(co_agency_id=co, common=1)
    make.contribution(case.id, co)
    make.answered(Outcome.UNDER_STUDY, case=case)
    clock.travel_to(HALF_A_YEAR_LATER)
    with work(make.officer(co).actor) as ctx:
        assert duties(ctx) == []


def test_many_duties_cost_as_many_statements_as_few(make: Make, work: Work, app: APIFlask, clock: FixedClock) -> None:
    agency_id = make.agency()

    def answered() -> MadeAnswer:
        made = make.answered(Outcome.ADOPTED, Outcome.UNDER_STUDY, case=make.case(agency_id=agency_id, common=2))
        promise(work, made, days=1)
        correct(work, made)
        return made

    def statements(person: MadePerson) -> tuple[int, int]:
        with app.test_request_context("/en/desk"), work(person.actor) as ctx, statements_sent() as sent:
            return len(duties(ctx)), len(sent)

    first = answered()
    clock.travel_to(HALF_A_YEAR_LATER)
    found, few = statements(first.author)
    assert found == 3
    clock.advance(-timedelta(days=180))
    for _ in range(3):
        answered()
    clock.travel_to(HALF_A_YEAR_LATER)
    assert statements(first.author) == (12, few)
