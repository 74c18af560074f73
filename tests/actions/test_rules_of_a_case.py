"""A case keeps the rules it was opened under to its end, and a corrected reply is followed up like the first one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.cases.queries import case_by_id, case_of_topic
from app.core.answers import Outcome
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.errors import Conflict, Invalid
from app.core.permissions import Role
from app.followups.models import FeedbackWindow, Study, Survey
from app.followups.rules import NewsInput
from app.followups.studies import publish_end, report
from app.replies.correcting import publish_correction, submit_correction
from app.replies.drafting import submit_reply
from app.replies.rules import Answer, DraftInput
from tests.support.builders import MadeAnswer, MadeCase, Make, complete
from tests.support.pages import Browser

Work = Callable[..., AbstractContextManager[Context]]
RunJob = Callable[[str], None]
SPARING = {"required": ["status_per_demand", "reason"]}
SHORT = {
    "feedback": {"amount": 3, "unit": "day"},
    "survey_after": {"amount": 10, "unit": "day"},
    "follow_up": {"amount": 2, "unit": "month"},
}


def submit(make: Make, work: Work, made: MadeCase, answer: Answer) -> None:
    """Submit a reply that gives every demand this answer."""
    with work(make.officer(made.agency_id).actor) as ctx:
        case = case_by_id(ctx, made.id)
        submit_reply(ctx, case, DraftInput("Soon.", "en", "", {one.id: answer for one in case.demands}))


# ---- the version of a case -----------------------------------------------------------------------------------


def test_what_a_reply_must_say_is_what_its_case_was_opened_under(make: Make, work: Work) -> None:
    make.policy(reply=SPARING)
    before = make.case(common=1)
    make.policy(starts_in=0)
    after = make.case(common=1)
    bare = Answer(Outcome.ADOPTED, "From March.")
    submit(make, work, before, bare)
    with pytest.raises(Invalid, match="not complete"):
        submit(make, work, after, bare)


def test_an_outcome_the_rules_of_a_case_do_not_know_is_neither_offered_nor_taken(
    make: Make, work: Work, browser: Browser
) -> None:
    make.policy(reply=SPARING | {"statuses": ["adopted", "not_adopted"]})
    made = make.case(common=1)
    make.policy()
    page = browser.sign_in(make.officer(made.agency_id)).open(f"/en/desk/cases/{made.id}")
    assert 'value="not_adopted"' in page
    assert 'value="under_study"' not in page
    with pytest.raises(Invalid, match="do not know"):
        submit(make, work, made, Answer(Outcome.UNDER_STUDY, "We look into it."))
    submit(make, work, made, Answer(Outcome.NOT_ADOPTED, "No money."))


def test_what_follows_a_reply_keeps_the_spans_its_case_was_opened_under(make: Make, work: Work) -> None:
    version = make.policy(reply=SHORT)
    made = make.case(common=1)
    make.policy()
    make.answered(Outcome.UNDER_STUDY, case=made)
    with work() as ctx:
        study = ctx.session.scalars(sa.select(Study)).one()
        assert ctx.get(FeedbackWindow, made.id).until == date(2026, 11, 7)
        assert ctx.session.scalars(sa.select(Survey.due_on)).one() == date(2026, 11, 14)
        assert (study.clock.due_on, study.clock.policy_version) == (date(2027, 1, 4), version)


def test_an_issue_that_closes_on_the_eve_of_new_rules_is_answered_under_the_old_ones(
    make: Make, work: Work, clock: FixedClock, run_job: RunJob
) -> None:
    issue = make.issue(days_left=1)
    five = {"amount": 5, "unit": "working_day"}
    make.policy(starts_in=2, consultation={"summary_due": five, "extension": {"most": five}})
    clock.travel_to(datetime(2026, 11, 5, 16, 0, 30, tzinfo=UTC))
    with work() as ctx:
        assert ctx.policy.version == 1, "the new rules hold already when the job comes"
    run_job("close-issues")
    with work() as ctx:
        case = case_of_topic(ctx, issue.topic_id)
        assert case is not None
        assert (case.clock.policy_version, case.clock.due_on) == (0, date(2026, 11, 25))


# ---- a correction and what is under study ----------------------------------------------------------------------


def correct(work: Work, made: MadeAnswer, outcome: Outcome) -> None:
    """Publish a correction that gives the first demand another outcome."""
    with work(made.author.actor) as ctx:
        case = case_by_id(ctx, made.case.id)
        answers = {case.demands[0].id: complete(outcome, f"Now {outcome}.")}
        entered = DraftInput("The last bus waits.", "en", "1999", answers)
        revision = submit_correction(ctx, case, entered, "It was wrong.").revision
    with work(made.approver.actor) as ctx:
        publish_correction(ctx, case_by_id(ctx, made.case.id), revision)


def studies(work: Work) -> list[tuple[Outcome | None, date | None, date | None]]:
    """Of each study how and when it ended, and by when news is due while it goes on."""
    with work() as ctx:
        found = ctx.session.scalars(sa.select(Study)).all()
        return [(one.outcome, one.ended_on, None if one.clock.stopped_on else one.clock.due_on) for one in found]


def test_what_a_correction_takes_under_study_is_followed_from_its_day(
    make: Make, work: Work, clock: FixedClock
) -> None:
    made = make.answered(Outcome.NOT_ADOPTED)
    assert studies(work) == []
    clock.advance(timedelta(days=1))
    correct(work, made, Outcome.UNDER_STUDY)
    assert studies(work) == [(None, None, date(2027, 5, 5))]


def test_a_correction_that_says_what_becomes_of_it_ends_the_study_and_another_may_begin_it_anew(
    make: Make, work: Work, clock: FixedClock
) -> None:
    made = make.answered(Outcome.UNDER_STUDY)
    correct(work, made, Outcome.ADOPTED)
    assert studies(work) == [(Outcome.ADOPTED, date(2026, 11, 4), None)]
    clock.advance(timedelta(days=6))
    correct(work, made, Outcome.UNDER_STUDY)
    assert studies(work) == [(None, None, date(2027, 5, 10))]


def test_a_correction_settles_a_proposed_end_that_waits(make: Make, work: Work) -> None:
    made = make.answered(Outcome.UNDER_STUDY)
    with work(make.officer(made.case.agency_id).actor) as ctx:
        study_id = ctx.session.scalars(sa.select(Study.id)).one()
        news = report(ctx, study_id, NewsInput("Too dear.", "en", Outcome.NOT_ADOPTED)).id
    correct(work, made, Outcome.ADOPTED)
    with work(made.approver.actor) as ctx, pytest.raises(Conflict):
        publish_end(ctx, study_id, news)
    assert studies(work) == [(Outcome.ADOPTED, date(2026, 11, 4), None)]


def test_a_correction_of_other_words_leaves_a_study_as_it_is(make: Make, work: Work) -> None:
    made = make.answered(Outcome.UNDER_STUDY)
    with work(make.officer(made.case.agency_id, Role.APPROVER).actor) as ctx:
        study_id = ctx.session.scalars(sa.select(Study.id)).one()
        news = report(ctx, study_id, NewsInput("Too dear.", "en", Outcome.NOT_ADOPTED)).id
    with work(made.approver.actor) as ctx:
        publish_end(ctx, study_id, news)
    ended = studies(work)
    correct(work, made, Outcome.UNDER_STUDY)
    assert studies(work) == ended
