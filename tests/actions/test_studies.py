"""Demands under study: news every six months until a final outcome, which two people stand for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from app.audit.models import FactRow
from app.core.answers import Outcome
from app.core.clock import FixedClock
from app.core.errors import Conflict, Forbidden, Invalid, SignInNeeded
from app.core.permissions import ANONYMOUS, Actor, Role
from app.followups.models import Study
from app.followups.queries import after_case, study_by_id
from app.followups.rules import NewsInput, NewsState
from app.followups.studies import publish_end, refuse_end, report
from app.notices.models import Letter
from tests.support.builders import MadeAnswer, Make
from tests.support.opinions import Work

AT_SIX_MONTHS, AT_TWELVE_MONTHS = date(2027, 5, 4), date(2027, 11, 4)


def noon(day: date) -> datetime:
    """Noon in Taipei."""
    return datetime(day.year, day.month, day.day, 4, 0, tzinfo=UTC)


def under_study(make: Make, work: Work) -> tuple[MadeAnswer, int]:
    """An answered case with one demand under study; and the id of the study."""
    made = make.answered(Outcome.UNDER_STUDY)
    with work() as ctx:
        return made, ctx.session.scalars(sa.select(Study.id)).one()


def tell(work: Work, actor: Actor, study_id: int, outcome: Outcome | None = None, text: str = "We measure.") -> int:
    """An officer reports; returns the id of the news."""
    with work(actor) as ctx:
        return report(ctx, study_id, NewsInput(text, "en", outcome)).id


def test_news_is_due_at_six_months_and_again_at_twelve(make: Make, work: Work, clock: FixedClock) -> None:
    made, study_id = under_study(make, work)
    with work() as ctx:
        assert study_by_id(ctx, study_id).clock.due_on == AT_SIX_MONTHS
    clock.travel_to(noon(AT_SIX_MONTHS))
    tell(work, made.author.actor, study_id)
    with work() as ctx:
        study = study_by_id(ctx, study_id)
        assert (study.clock.due_on, study.outcome) == (AT_TWELVE_MONTHS, None)
        assert study.clock.legs[0].amount == 6


def test_late_news_buys_no_time(make: Make, work: Work, clock: FixedClock) -> None:
    made, study_id = under_study(make, work)
    clock.travel_to(noon(date(2027, 8, 2)))
    tell(work, made.author.actor, study_id)
    with work() as ctx:
        assert study_by_id(ctx, study_id).clock.due_on == AT_TWELVE_MONTHS


def test_after_whole_missed_rounds_the_next_one_begins_with_the_news(make: Make, work: Work, clock: FixedClock) -> None:
    made, study_id = under_study(make, work)
    clock.travel_to(noon(date(2028, 3, 1)))
    tell(work, made.author.actor, study_id)
    with work() as ctx:
        assert study_by_id(ctx, study_id).clock.due_on == date(2028, 9, 1)


def test_early_news_begins_the_next_round(make: Make, work: Work, clock: FixedClock) -> None:
    made, study_id = under_study(make, work)
    clock.travel_to(noon(date(2026, 12, 1)))
    tell(work, made.author.actor, study_id)
    with work() as ctx:
        assert study_by_id(ctx, study_id).clock.due_on == date(2027, 6, 1)


def test_that_it_goes_on_is_public_at_once_its_end_waits_for_a_second_person(make: Make, work: Work) -> None:
    made, study_id = under_study(make, work)
    tell(work, made.author.actor, study_id)
    ending = tell(work, made.author.actor, study_id, Outcome.ADOPTED, "It works.")
    with work() as ctx:
        study = study_by_id(ctx, study_id)
        assert [one.text for one in study.published] == ["We measure."]
        assert study.waiting is not None
        assert study.waiting.id == ending
    with work(made.approver.actor) as ctx:
        publish_end(ctx, study_id, ending)
    with work() as ctx:
        study = study_by_id(ctx, study_id)
        assert (study.outcome, study.ended_on) == (Outcome.ADOPTED, date(2026, 11, 4))
        assert [one.text for one in study.published] == ["It works.", "We measure."]
        after = after_case(ctx, made.case.id)
        assert after.worked_on == after.case.demands
        assert after.case.demands[0].outcome is Outcome.UNDER_STUDY, "the reply stays as it was published"


def test_nobody_approves_what_they_wrote(make: Make, work: Work) -> None:
    made, study_id = under_study(make, work)
    ending = tell(work, made.approver.actor, study_id, Outcome.NOT_ADOPTED)
    with work(made.approver.actor) as ctx, pytest.raises(Forbidden):
        publish_end(ctx, study_id, ending)
    with work(make.officer(made.case.agency_id, Role.APPROVER).actor) as ctx:
        assert publish_end(ctx, study_id, ending).state is NewsState.PUBLISHED


def test_an_end_that_is_sent_back_keeps_the_clock_running_and_can_be_proposed_anew(make: Make, work: Work) -> None:
    made, study_id = under_study(make, work)
    first = tell(work, made.author.actor, study_id, Outcome.NOT_ADOPTED)
    with pytest.raises(Conflict):
        tell(work, made.author.actor, study_id)
    with work(made.approver.actor) as ctx, pytest.raises(Invalid):
        refuse_end(ctx, study_id, first, " ")
    with work(made.approver.actor) as ctx:
        refuse_end(ctx, study_id, first, "Name the figures.")
    with work() as ctx:
        study = study_by_id(ctx, study_id)
        assert (study.outcome, study.clock.due_on, study.published, study.waiting) == (None, AT_SIX_MONTHS, [], None)
    second = tell(work, made.author.actor, study_id, Outcome.NOT_ADOPTED, "120 cars an hour.")
    with work(made.approver.actor) as ctx, pytest.raises(Conflict):
        publish_end(ctx, study_id, first)
    with work(made.approver.actor) as ctx:
        publish_end(ctx, study_id, second)
    with pytest.raises(Conflict):
        tell(work, made.author.actor, study_id)


def test_only_the_lead_reports_and_only_its_approvers_decide(make: Make, work: Work) -> None:
    made, study_id = under_study(make, work)
    ending = tell(work, made.author.actor, study_id, Outcome.ADOPTED)
    for actor, refusal in (
        (make.person().actor, Forbidden),
        (make.officer(make.agency(), Role.APPROVER).actor, Forbidden),
        (ANONYMOUS, SignInNeeded),
    ):
        with pytest.raises(refusal):
            tell(work, actor, study_id)
        with work(actor) as ctx, pytest.raises(refusal):
            publish_end(ctx, study_id, ending)
        with work(actor) as ctx, pytest.raises(refusal):
            refuse_end(ctx, study_id, ending, "No.")
    with work(made.author.actor) as ctx, pytest.raises(Forbidden):
        publish_end(ctx, study_id, ending)


def test_a_study_does_not_end_under_study_and_news_has_words(make: Make, work: Work) -> None:
    made, study_id = under_study(make, work)
    with pytest.raises(Invalid):
        tell(work, made.author.actor, study_id, Outcome.UNDER_STUDY)
    with pytest.raises(Invalid):
        tell(work, made.author.actor, study_id, None, "\u200b ")


def test_every_step_is_a_fact_and_the_waiting_ones_are_not_public(make: Make, work: Work) -> None:
    made, study_id = under_study(make, work)
    tell(work, made.author.actor, study_id)
    first = tell(work, made.author.actor, study_id, Outcome.ADOPTED)
    with work(made.approver.actor) as ctx:
        refuse_end(ctx, study_id, first, "Name the figures.")
    second = tell(work, made.author.actor, study_id, Outcome.ADOPTED)
    with work(made.approver.actor) as ctx:
        publish_end(ctx, study_id, second)
    with work() as ctx:
        rows = ctx.session.scalars(sa.select(FactRow).where(FactRow.kind.like("study.%")).order_by(FactRow.id)).all()
        assert [(row.kind.removeprefix("study."), row.public) for row in rows] == [
            ("started", True),
            ("reported", True),
            ("end-proposed", False),
            ("end-refused", False),
            ("end-proposed", False),
            ("ended", True),
        ]


def test_the_approver_is_written_to_and_the_author_when_it_comes_back(make: Make, work: Work) -> None:
    made, study_id = under_study(make, work)
    with work() as ctx:
        ctx.session.execute(sa.delete(Letter))
    ending = tell(work, made.author.actor, study_id, Outcome.ADOPTED)
    with work(made.approver.actor) as ctx:
        refuse_end(ctx, study_id, ending, "Name the figures.")
    with work() as ctx:
        letters = ctx.session.execute(sa.select(Letter.recipient, Letter.subject).order_by(Letter.id)).all()
    assert [one.recipient for one in letters] == [made.approver.email, made.author.email, made.approver.email]
    assert "approval" in letters[0].subject


def test_the_lead_is_reminded_before_the_day_and_told_when_it_has_passed(
    make: Make, work: Work, clock: FixedClock, run_job: Callable[[str], None]
) -> None:
    made, study_id = under_study(make, work)
    with work() as ctx:
        ctx.session.execute(sa.delete(Letter))
    clock.travel_to(noon(date(2027, 4, 4)))
    run_job("sweep-clocks")
    clock.travel_to(noon(date(2027, 5, 5)))
    run_job("sweep-clocks")
    run_job("sweep-clocks")
    with work() as ctx:
        letters = ctx.session.execute(
            sa.select(Letter.recipient, Letter.subject, Letter.text).order_by(Letter.id)
        ).all()
    assert [one.subject.split(":")[0] for one in letters if one.recipient == made.author.email] == [
        "Due on Tue 4 May 2027",
        "Late",
    ]
    assert all(f"/desk/cases/{made.case.id}/after" in one.text for one in letters)
    tell(work, made.author.actor, study_id)
    with work() as ctx:
        assert study_by_id(ctx, study_id).clock.round == 2
