"""What became of a case: the public page, judging the reply, and the officers' reports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from app.core.answers import Outcome
from app.core.base import Base
from app.core.clock import FixedClock
from app.core.permissions import Role
from app.followups.milestones import add_milestone
from app.followups.models import Milestone, Study, Survey
from app.followups.queries import after_case
from app.followups.rules import MilestoneInput, Satisfaction
from app.notices.models import Letter
from tests.support.builders import MadeAnswer, MadePerson, Make
from tests.support.opinions import Work, statements_sent
from tests.support.pages import Browser
from tests.support.surveys import A_MONTH, ask, say_how, two_camps

A_WEEK_LATER = datetime(2026, 11, 12, 4, 0, tzinfo=UTC)
Run = Callable[[str], None]


@pytest.fixture
def enter(app: APIFlask) -> Callable[[MadePerson], Browser]:
    """A browser in which somebody is signed in."""
    return lambda person: Browser(app).sign_in(person)


def after(made: MadeAnswer) -> str:
    """The public page."""
    return f"/en/issues/{made.case.slug}/reply/after"


def promise(work: Work, made: MadeAnswer, title: str = "Shelters stand", days: int = 30) -> int:
    """A milestone of the first demand."""
    with work(made.author.actor) as ctx:
        entered = MilestoneInput({"en": title}, ctx.today + timedelta(days=days))
        return add_milestone(ctx, after_case(ctx, made.case.id), made.demand_ids[0], entered).id


# ---- everybody ------------------------------------------------------------------------------------------------


def test_the_reply_leads_to_what_became_of_it_and_before_it_there_is_nothing(make: Make, browser: Browser) -> None:
    made, waiting = make.answered(Outcome.ADOPTED), make.case()
    assert f'href="{after(made)}"' in browser.open(f"/en/issues/{made.case.slug}/reply")
    assert "What became of it" in browser.open(after(made))
    assert "/reply/after" not in browser.open(f"/en/issues/{waiting.slug}/reply")
    browser.open(f"/en/issues/{waiting.slug}/reply/after", 404)


def test_the_page_says_what_is_still_to_come(make: Make, browser: Browser) -> None:
    made = make.answered(Outcome.ADOPTED, Outcome.UNDER_STUDY, Outcome.NOT_ADOPTED)
    text = browser.open(after(made))
    assert "News is due by Tue 4 May 2027." in text
    assert "No milestones yet." in text
    assert "Statement number 2." not in text, "nothing follows a demand that was not adopted"
    assert "Until Wed 11 Nov 2026 everybody can say so." in text
    assert "On Fri 4 Dec 2026 everybody who took part is asked, by e-mail." in text


def test_what_follows_the_reply_stands_on_the_timeline_of_the_case(
    make: Make, work: Work, browser: Browser, clock: FixedClock, run_job: Run
) -> None:
    made = make.answered(Outcome.ADOPTED, Outcome.UNDER_STUDY)
    promise(work, made)
    clock.advance(timedelta(days=40))
    run_job("follow-up")
    page = browser.open(f"/en/issues/{made.case.slug}/reply")
    told = page.partition('<ol class="timeline">')[2].partition("</ol>")[0]
    assert "A demand is under study; news is due Tue 4 May 2027." in told
    assert "A milestone was set for" in told
    assert "The day of a milestone passed, and it is not done." in told
    assert "The reply was published" in told


def test_a_reply_after_which_nothing_follows_says_so(make: Make, browser: Browser) -> None:
    assert "promises nothing that is still to be done" in browser.open(after(make.answered(Outcome.NOT_ADOPTED)))


def test_late_news_is_late_in_public_from_the_day_after(make: Make, browser: Browser, clock: FixedClock) -> None:
    made = make.answered(Outcome.UNDER_STUDY)
    clock.travel_to(datetime(2027, 5, 4, 15, 59, 59, tzinfo=UTC))
    assert "News is due by Tue 4 May." in browser.open(after(made))
    clock.advance(timedelta(seconds=1))
    assert "News was due by Tue 4 May: 1 day late." in browser.open(after(made))


def test_a_stale_milestone_is_flagged_in_public(make: Make, work: Work, browser: Browser, clock: FixedClock) -> None:
    made = make.answered(Outcome.ADOPTED)
    promise(work, made)
    assert "On its way" in browser.open(after(made))
    clock.advance(timedelta(days=31))
    assert "Its day has passed and it is not done." in browser.open(after(made))
    clock.advance(timedelta(days=60))
    assert "Nothing was heard of it since Wed 4 Nov 2026." in browser.open(after(made))


def test_the_page_of_a_visitor_is_the_same_for_all_and_asks_the_database_little(
    make: Make, work: Work, browser: Browser, clock: FixedClock
) -> None:
    made = make.answered(Outcome.ADOPTED, Outcome.UNDER_STUDY)
    for number in range(6):
        promise(work, made, f"Step {number}")
    clock.travel_to(A_WEEK_LATER)
    browser.open(after(made))
    with statements_sent() as sent:
        browser.open(after(made))
    assert len(sent) <= 16, "\n".join(sent)
    assert browser.page is not None
    assert "public" in browser.page.headers["Cache-Control"]
    assert "csrf_token" not in browser.text


# ---- those who judge ------------------------------------------------------------------------------------------


def test_feedback_is_shown_only_after_the_week_with_its_counts(
    make: Make, browser: Browser, clock: FixedClock, enter: Callable[[MadePerson], Browser]
) -> None:
    made, person = make.answered(), make.person("Lin Mei")
    visit = enter(person)
    visit.open(after(made))
    visit.open(f"/en/issues/{made.case.slug}/reply/feedback")
    assert "Please choose an answer." in visit.send("lang", 422)
    visit.send("lang", verdict="partly", text="And on Sundays?")
    assert "Thank you" in visit.text
    assert "And on Sundays?" not in browser.open(after(made))
    clock.travel_to(A_WEEK_LATER)
    text = browser.open(after(made))
    assert "And on Sundays?" in text
    assert "Lin Mei" in text
    assert "100%" in text
    assert "is over" in visit.open(f"/en/issues/{made.case.slug}/reply/feedback")
    visit.send("feedback/back")
    assert "And on Sundays?" not in browser.open(after(made))


def test_what_one_said_can_be_changed_within_the_week(make: Make, enter: Callable[[MadePerson], Browser]) -> None:
    made = make.answered()
    visit, form = enter(make.person()), f"/en/issues/{made.case.slug}/reply/feedback"
    visit.open(form)
    visit.send("lang", verdict="no", text="Nothing about Sundays.")
    assert "Change what you said" in visit.open(after(made))
    assert "Nothing about Sundays." in visit.open(form)
    assert visit.form("lang").values["verdict"] == "no"


def test_a_moderator_hides_words(
    make: Make, browser: Browser, clock: FixedClock, enter: Callable[[MadePerson], Browser]
) -> None:
    made, moderator = make.answered(), make.person(moderator=True)
    visit = enter(make.person())
    visit.open(f"/en/issues/{made.case.slug}/reply/feedback")
    visit.send("lang", verdict="no", text="An insult.")
    clock.travel_to(A_WEEK_LATER)
    desk = enter(moderator)
    desk.open(after(made))
    desk.send("/hide")
    text = browser.open(after(made))
    assert "An insult." not in text
    assert "hidden under the house rules" in text


def test_the_letter_leads_to_the_survey_and_the_answer_is_counted_once(
    make: Make, work: Work, clock: FixedClock, run_job: Run, enter: Callable[[MadePerson], Browser]
) -> None:
    made, ((person,), _) = two_camps(make, work, run_job, 1, 0)
    ask(clock, run_job)
    with work() as ctx:
        letter = ctx.session.scalars(
            sa.select(Letter.text).where(Letter.recipient == person.email).order_by(Letter.id)
        ).all()[-1]
    address = f"/en/issues/{made.case.slug}/reply/survey"
    assert f"http://localhost{address}" in letter
    visit = enter(person)
    assert "Say how satisfied you are" in visit.open(after(made))
    visit.open(address)
    assert "Please choose an answer." in visit.send("sentence", 422)
    visit.send("sentence", satisfaction="dissatisfied", sentence="Nothing has happened.")
    assert "counted, without your name" in visit.text
    assert "You have answered already." in visit.open(address)
    assert "Say how satisfied you are" not in visit.open(after(made))
    with work() as ctx:
        assert sum(map(sum, ctx.get(Survey, made.case.id).counts.values())) == 1


def test_who_did_not_take_part_is_not_asked(
    make: Make, clock: FixedClock, run_job: Run, enter: Callable[[MadePerson], Browser]
) -> None:
    made = make.answered()
    ask(clock, run_job)
    assert "Only people who took part are asked." in enter(make.person()).open(
        f"/en/issues/{made.case.slug}/reply/survey", 403
    )


def test_results_are_shown_with_ranges_by_group_and_sentences_to_officers_only(
    make: Make, work: Work, browser: Browser, clock: FixedClock, run_job: Run, enter: Callable[[MadePerson], Browser]
) -> None:
    made, (here, there) = two_camps(make, work, run_job, 5, 5)
    ask(clock, run_job)
    assert "Figures are shown once five have answered." in browser.open(after(made))
    for one, other in zip(here, there, strict=True):
        say_how(work, made, one, Satisfaction.SATISFIED)
        say_how(work, made, other, Satisfaction.DISSATISFIED, "Nothing has happened.")
    text = browser.open(after(made))
    assert "24%–76%" in text
    assert "Group A" in text
    assert "Group B" in text
    assert "Nothing has happened." not in text
    desk = enter(made.author).open(f"/en/desk/cases/{made.case.id}/after")
    assert desk.count("Nothing has happened.") == 5


# ---- officers -------------------------------------------------------------------------------------------------


def test_an_officer_reports_and_the_end_of_a_study_needs_two(
    make: Make, work: Work, browser: Browser, enter: Callable[[MadePerson], Browser]
) -> None:
    made = make.answered(Outcome.UNDER_STUDY)
    with work() as ctx:
        study_id = ctx.session.scalars(sa.select(Study.id)).one()
    author, approver = enter(made.author), enter(made.approver)
    author.open(f"/en/desk/cases/{made.case.id}/after")
    author.open(f"/en/desk/studies/{study_id}")
    assert "Please say what has been found out so far." in author.send("outcome", 422, text=" ")
    author.send("outcome", text="We **measure** until May.")
    assert "<strong>measure</strong>" in browser.open(after(made))
    author.open(f"/en/desk/studies/{study_id}")
    author.send("outcome", outcome="adopted", text="It works.")
    assert "It works." not in browser.open(after(made))
    assert "Waits for an approver" in author.open(f"/en/desk/studies/{study_id}")
    approver.open(f"/en/desk/studies/{study_id}")
    assert "Please say what has to change." in approver.send("/refuse", 422)
    approver.send("/refuse", reason="Name the figures.")
    assert "Name the figures." in author.open(f"/en/desk/studies/{study_id}")
    author.send("outcome", outcome="adopted", text="It works: 120 an hour.")
    approver.open(f"/en/desk/studies/{study_id}")
    approver.send("/publish", press=("news", approver.form("/publish").buttons[0][1]))
    text = browser.open(after(made))
    assert "It works: 120 an hour." in text
    assert "The study ended on Wed 4 Nov." in text
    assert "No milestones yet." in text, "what was adopted in the end carries milestones"
    assert "Name the figures." not in text


def test_an_officer_promises_a_step_and_reports_how_far_it_is(
    make: Make, work: Work, browser: Browser, enter: Callable[[MadePerson], Browser]
) -> None:
    made = make.answered(Outcome.ADOPTED)
    author = enter(made.author)
    author.open(f"/en/desk/cases/{made.case.id}/milestones/{made.demand_ids[0]}")
    assert "Please say what will be done." in author.send("due_on", 422, due_on="2026-12-31")
    author.send("due_on", title_en="Shelters stand", due_on="2026-12-31")
    with work() as ctx:
        milestone_id = ctx.session.scalars(sa.select(Milestone.id)).one()
    author.open(f"/en/desk/milestones/{milestone_id}")
    assert "Please say why the day has changed." in author.send("progress", 422, progress="40", due_on="2027-02-01")
    author.send("progress", progress="40", due_on="2027-02-01", note="The builder is late.")
    text = browser.open(after(made))
    for words in ("Shelters stand", "40% · due Mon 1 Feb 2027", "40%; now due Mon 1 Feb 2027", "The builder is late."):
        assert words in text
    assert "Promised for Thu 31 Dec" in text


def test_officers_elsewhere_and_citizens_do_not_report(make: Make, enter: Callable[[MadePerson], Browser]) -> None:
    made = make.answered(Outcome.ADOPTED)
    for person in (make.officer(make.agency(), Role.APPROVER), make.person()):
        visit = enter(person)
        visit.open(f"/en/desk/cases/{made.case.id}/after", 403)
        assert "Report on it" not in visit.open(after(made))
    assert "Report on it" in enter(made.author).open(after(made))


# ---- never a ranking ------------------------------------------------------------------------------------------


def test_nothing_anywhere_adds_up_answers_by_agency(
    app: APIFlask, make: Make, work: Work, clock: FixedClock, run_job: Run
) -> None:
    """What is told of an agency or of all cases is the same before and after people were dissatisfied."""
    made, (here, there) = two_camps(make, work, run_job, 5, 5)
    clock.advance(A_MONTH)
    lists = ("/en/", "/en/board", "/en/agencies", "/en/agencies/agency-1", "/en/issues")
    lists += ("/api/v1/agencies", "/api/v1/agencies/agency-1", f"/api/v1/issues/{made.case.slug}/case")
    before = [app.test_client().get(one).get_data() for one in lists]
    run_job("ask-satisfaction")
    for person in here + there:
        say_how(work, made, person, Satisfaction.DISSATISFIED)
    assert [app.test_client().get(one).get_data() for one in lists] == before


def test_no_table_or_operation_of_what_follows_knows_agencies(app: APIFlask) -> None:
    for name in ("feedback", "feedback_windows", "surveys", "survey_invitations", "survey_sentences"):
        assert "agencies" not in {key.column.table.name for key in Base.metadata.tables[name].foreign_keys}
    paths = app.test_client().get("/api/v1/openapi.json").json["paths"]
    told = {path: value for path, value in paths.items() if path.endswith(("/followups", "/survey", "/feedback"))}
    assert len(told) == 3
    assert all(path.startswith("/api/v1/{kind}/{slug}/case/") for path in told)
    assert "agency" not in str(told)
