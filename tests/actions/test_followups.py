"""What a published reply sets going, and what people say of it while its feedback window is open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from app.audit.models import FactRow
from app.cases.queries import case_by_id
from app.core.answers import Outcome
from app.core.clock import FixedClock
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded
from app.core.permissions import ANONYMOUS
from app.followups.actions import begin, give_feedback, hide_feedback, take_back_feedback
from app.followups.models import Feedback, FeedbackWindow, Study, Survey
from app.followups.queries import after_reply, feedback_list
from app.followups.rules import FEEDBACK_MAX, FeedbackInput, Verdict
from tests.support.builders import MadeAnswer, MadePerson, Make
from tests.support.opinions import Work

LAST_SECOND = datetime(2026, 11, 11, 15, 59, 59, tzinfo=UTC)
"""Wednesday 11 November, a week after the reply, 23:59:59 in Taipei."""
TOO_LATE = datetime(2026, 11, 11, 16, 0, tzinfo=UTC)


def say(
    work: Work, made: MadeAnswer, person: MadePerson, verdict: Verdict = Verdict.PARTLY, text: str = "And Sundays?"
) -> None:
    """A person gives feedback."""
    with work(person.actor) as ctx:
        give_feedback(ctx, after_reply(ctx, made.case.topic_id), FeedbackInput(verdict, text, "en"))


def counts(work: Work, made: MadeAnswer) -> tuple[int, int, int]:
    """Yes, partly, no as counted; they must be those of the rows."""
    with work() as ctx:
        window = ctx.get(FeedbackWindow, made.case.id)
        rows = sa.select(Feedback.verdict, sa.func.count()).where(Feedback.case_id == made.case.id)
        found = dict(ctx.session.execute(rows.group_by(Feedback.verdict)).all())
        assert {one: n for one in Verdict if (n := getattr(window, one.value))} == found
        return window.yes, window.partly, window.no


def facts(work: Work, kind: str) -> list[dict[str, object]]:
    """What was recorded of a kind, oldest first."""
    with work() as ctx:
        query = sa.select(FactRow).where(FactRow.kind == kind).order_by(FactRow.id)
        return [row.data for row in ctx.session.scalars(query)]


# ---- what a reply sets going ----------------------------------------------------------------------------------


def test_a_published_reply_opens_a_week_for_feedback_and_plans_the_survey_after_thirty_days(
    make: Make, work: Work
) -> None:
    made = make.answered(Outcome.ADOPTED)
    with work() as ctx:
        assert ctx.get(FeedbackWindow, made.case.id).until == date(2026, 11, 11)
        survey = ctx.get(Survey, made.case.id)
        assert (survey.due_on, survey.asked_at) == (date(2026, 12, 4), None)


def test_only_what_is_under_study_starts_a_study(make: Make, work: Work) -> None:
    made = make.answered(Outcome.ADOPTED, Outcome.UNDER_STUDY, Outcome.NOT_ADOPTED)
    with work() as ctx:
        study = ctx.session.scalars(sa.select(Study)).one()
        assert (study.demand_id, study.clock.due_on) == (made.demand_ids[1], date(2027, 5, 4))
    assert facts(work, "study.started") == [{"case_id": made.case.id, "study_id": study.id, "due_on": "2027-05-04"}]


def test_beginning_twice_changes_nothing(make: Make, work: Work) -> None:
    made = make.answered(Outcome.UNDER_STUDY)
    with work() as ctx:
        assert begin(ctx, made.case.id) is False
        assert len(ctx.session.scalars(sa.select(Study)).all()) == 1


def test_a_reply_published_before_there_were_followups_gets_what_it_would_have_had(
    make: Make, work: Work, clock: FixedClock, run_job: Callable[[str], None]
) -> None:
    made = make.answered(Outcome.UNDER_STUDY)
    with work() as ctx:
        for model in (Study, Survey, FeedbackWindow):
            ctx.session.execute(sa.delete(model))
    clock.travel_to(TOO_LATE)
    run_job("follow-up")
    with work() as ctx:
        assert ctx.get(FeedbackWindow, made.case.id).until == date(2026, 11, 11)
        assert ctx.session.scalars(sa.select(Study)).one().clock.due_on == date(2027, 5, 4)


def test_nothing_follows_a_case_without_a_reply(make: Make, work: Work) -> None:
    case = make.case()
    with work() as ctx, pytest.raises(Conflict):
        begin(ctx, case.id)
    with work() as ctx, pytest.raises(NotFound):
        after_reply(ctx, case.topic_id)


# ---- feedback -------------------------------------------------------------------------------------------------


def test_feedback_is_counted_and_said_anew_is_counted_once(make: Make, work: Work) -> None:
    made, person = make.answered(), make.person()
    say(work, made, person, Verdict.NO)
    say(work, made, make.person(), Verdict.YES)
    assert counts(work, made) == (1, 0, 1)
    say(work, made, person, Verdict.PARTLY, "Better on second reading.")
    say(work, made, person, Verdict.PARTLY, "Better on second reading.")
    assert counts(work, made) == (1, 1, 0)
    with work() as ctx:
        assert feedback_list(ctx, made.case.id)[0].text == "Better on second reading."


def test_feedback_is_taken_until_the_last_second_of_the_seventh_day(make: Make, work: Work, clock: FixedClock) -> None:
    made, person = make.answered(), make.person()
    clock.travel_to(LAST_SECOND)
    say(work, made, person)
    clock.travel_to(TOO_LATE)
    with pytest.raises(Conflict):
        say(work, made, person, Verdict.YES)
    with pytest.raises(Conflict):
        say(work, made, make.person())
    assert counts(work, made) == (0, 1, 0)


def test_feedback_can_be_taken_back_at_any_time(make: Make, work: Work, clock: FixedClock) -> None:
    made, person = make.answered(), make.person()
    say(work, made, person)
    clock.travel_to(TOO_LATE)
    with work(person.actor) as ctx:
        assert take_back_feedback(ctx, after_reply(ctx, made.case.topic_id)) is True
    with work(person.actor) as ctx:
        assert take_back_feedback(ctx, after_reply(ctx, made.case.topic_id)) is False
    assert counts(work, made) == (0, 0, 0)


def test_a_citizen_may_judge_a_reply_an_officer_of_the_case_and_a_visitor_may_not(make: Make, work: Work) -> None:
    made, elsewhere = make.answered(), make.officer(make.agency())
    say(work, made, make.person())
    say(work, made, elsewhere)
    for actor, refusal in (
        (made.author.actor, Forbidden),
        (make.person(confirmed=False).actor, Forbidden),
        (ANONYMOUS, SignInNeeded),
    ):
        with work(actor) as ctx, pytest.raises(refusal):
            give_feedback(ctx, after_reply(ctx, made.case.topic_id), FeedbackInput(Verdict.YES))
    assert counts(work, made) == (0, 2, 0)


def test_hidden_words_stay_hidden_and_counted_whatever_their_author_writes_next(make: Make, work: Work) -> None:
    made, person, moderator = make.answered(), make.person(), make.person(moderator=True)
    say(work, made, person)
    with work() as ctx:
        feedback_id = feedback_list(ctx, made.case.id)[0].id
    with work(person.actor) as ctx, pytest.raises(Forbidden):
        hide_feedback(ctx, after_reply(ctx, made.case.topic_id), feedback_id)
    with work(moderator.actor) as ctx:
        hide_feedback(ctx, after_reply(ctx, made.case.topic_id), feedback_id)
        with pytest.raises(NotFound):
            hide_feedback(ctx, after_reply(ctx, made.case.topic_id), feedback_id + 1)
    say(work, made, person, Verdict.NO, "The same insult again.")
    with work() as ctx:
        assert feedback_list(ctx, made.case.id)[0].hidden_at is not None
    assert counts(work, made) == (0, 0, 1)


def test_words_are_cleaned_and_held_to_their_length(make: Make, work: Work) -> None:
    made, person = make.answered(), make.person()
    say(work, made, person, text="<script>alert(1)</script> \u202etxt")
    with work() as ctx:
        found = feedback_list(ctx, made.case.id)[0]
        assert "<script>" not in found.html
        assert "\u202e" not in found.text
    with pytest.raises(Invalid):
        say(work, made, person, text="x" * (FEEDBACK_MAX + 1))
    with work(person.actor) as ctx, pytest.raises(Invalid):
        give_feedback(ctx, after_reply(ctx, made.case.topic_id), FeedbackInput(Verdict.YES, "Yes.", "tlh"))


def test_no_fact_says_how_somebody_judged(make: Make, work: Work) -> None:
    made = make.answered()
    say(work, made, make.person(), Verdict.NO)
    assert facts(work, "feedback.given") == [{"case_id": made.case.id}]
    with work() as ctx:
        assert case_by_id(ctx, made.case.id).is_answered
