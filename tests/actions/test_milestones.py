"""Milestones: promised with a date, reported on in public, flagged when stale, reminded of once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.audit.models import FactRow
from app.core.answers import Outcome
from app.core.clock import FixedClock
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded
from app.core.permissions import ANONYMOUS, Actor, Role
from app.followups.milestones import add_milestone, move_milestone, remind
from app.followups.models import Milestone, MilestoneReminder
from app.followups.queries import after_case, milestone_by_id, milestones_to_remind_of, stale_of
from app.followups.rules import MilestoneInput, ProgressInput, Stale
from app.notices.models import Letter
from tests.support.builders import MadeAnswer, Make
from tests.support.opinions import Work

DUE_ON = date(2026, 12, 31)
LAST_SECOND = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)
"""31 December, 23:59:59 in Taipei."""
Run = Callable[[str], None]


def step(
    work: Work, made: MadeAnswer, actor: Actor | None = None, due_on: date = DUE_ON, title: str = "Shelters stand"
) -> int:
    """A milestone of the first demand; returns its id."""
    with work(actor or made.author.actor) as ctx:
        entered = MilestoneInput({"en": title}, due_on)
        return add_milestone(ctx, after_case(ctx, made.case.id), made.demand_ids[0], entered).id


def move(work: Work, actor: Actor, milestone_id: int, progress: int, due_on: date = DUE_ON, note: str = "") -> None:
    """An officer reports progress."""
    with work(actor) as ctx:
        move_milestone(ctx, milestone_id, ProgressInput(progress, due_on, note, "en"))


def stale(work: Work, milestone_id: int) -> dict[Stale, date]:
    """Why it is flagged today."""
    with work() as ctx:
        return stale_of(milestone_by_id(ctx, milestone_id), ctx.today)


@pytest.mark.parametrize("outcome", [Outcome.ADOPTED, Outcome.PARTLY_ADOPTED])
def test_what_was_adopted_carries_milestones(make: Make, work: Work, outcome: Outcome) -> None:
    made = make.answered(outcome)
    step(work, made)
    with work() as ctx:
        assert [one.title for one in after_case(ctx, made.case.id).milestones] == [{"en": "Shelters stand"}]


@pytest.mark.parametrize("outcome", [Outcome.UNDER_STUDY, Outcome.NOT_ADOPTED])
def test_what_was_not_adopted_carries_none(make: Make, work: Work, outcome: Outcome) -> None:
    with pytest.raises(Conflict):
        step(work, make.answered(outcome))


def test_a_milestone_belongs_to_a_demand_of_the_case_and_has_a_day_to_come_and_a_title(make: Make, work: Work) -> None:
    made, other = make.answered(Outcome.ADOPTED), make.answered(Outcome.ADOPTED)
    with work(made.author.actor) as ctx, pytest.raises(NotFound):
        add_milestone(ctx, after_case(ctx, made.case.id), other.demand_ids[0], MilestoneInput({"en": "x"}, DUE_ON))
    with pytest.raises(Invalid):
        step(work, made, due_on=date(2026, 11, 4))
    with pytest.raises(Invalid):
        step(work, made, title="\u200b")
    with pytest.raises(Invalid):
        step(work, made, title="x" * 200)


def test_it_is_late_only_from_the_day_after(make: Make, work: Work, clock: FixedClock) -> None:
    milestone_id = step(work, make.answered(Outcome.ADOPTED))
    clock.travel_to(LAST_SECOND)
    assert stale(work, milestone_id) == {}
    clock.advance(timedelta(seconds=1))
    assert stale(work, milestone_id) == {Stale.LATE: date(2027, 1, 1)}


def test_it_is_quiet_after_ninety_days_without_news_and_news_makes_it_heard(
    make: Make, work: Work, clock: FixedClock
) -> None:
    made, far = make.answered(Outcome.ADOPTED), date(2027, 12, 31)
    milestone_id = step(work, made, due_on=far)
    clock.advance(timedelta(days=90))
    assert stale(work, milestone_id) == {}
    clock.advance(timedelta(days=1))
    assert stale(work, milestone_id) == {Stale.QUIET: date(2027, 2, 3)}
    move(work, made.author.actor, milestone_id, 30, far)
    assert stale(work, milestone_id) == {}


def test_what_is_done_is_never_stale(make: Make, work: Work, clock: FixedClock) -> None:
    made = make.answered(Outcome.ADOPTED)
    milestone_id = step(work, made)
    move(work, made.author.actor, milestone_id, 100)
    clock.advance(timedelta(days=400))
    assert stale(work, milestone_id) == {}


def test_another_day_needs_a_reason_and_both_days_are_recorded(make: Make, work: Work) -> None:
    made = make.answered(Outcome.ADOPTED)
    milestone_id, later = step(work, made), date(2027, 3, 1)
    with pytest.raises(Invalid):
        move(work, made.author.actor, milestone_id, 10, later)
    with pytest.raises(Invalid):
        move(work, made.author.actor, milestone_id, 10, date(2026, 11, 1), "We were quick.")
    with pytest.raises(Invalid):
        move(work, made.author.actor, milestone_id, 101)
    move(work, made.author.actor, milestone_id, 10, later, "The builder is late.")
    with work() as ctx:
        milestone = milestone_by_id(ctx, milestone_id)
        assert (milestone.due_on, milestone.progress) == (later, 10)
        assert [(one.due_on, one.note) for one in milestone.news] == [(DUE_ON, ""), (later, "The builder is late.")]
        row = ctx.session.scalars(sa.select(FactRow).where(FactRow.kind == "milestone.moved")).one()
        assert (row.public, row.data["due_before"], row.data["due_on"]) == (True, "2026-12-31", "2027-03-01")


def test_only_officers_of_the_lead_add_and_move_milestones(make: Make, work: Work) -> None:
    made = make.answered(Outcome.ADOPTED)
    milestone_id = step(work, made)
    for actor, refusal in (
        (make.person().actor, Forbidden),
        (make.officer(make.agency(), Role.APPROVER).actor, Forbidden),
        (ANONYMOUS, SignInNeeded),
    ):
        with pytest.raises(refusal):
            step(work, made, actor)
        with pytest.raises(refusal):
            move(work, actor, milestone_id, 10)
    step(work, made, made.approver.actor)


# ---- reminders ------------------------------------------------------------------------------------------------


def reminders(work: Work) -> list[tuple[str, str]]:
    """Whom letters went to about what, oldest first."""
    with work() as ctx:
        found = ctx.session.execute(sa.select(Letter.recipient, Letter.subject).order_by(Letter.id))
        return [tuple(row) for row in found if "ilestone" in row.subject]


def test_the_officers_are_reminded_once_for_each_reason(
    make: Make, work: Work, clock: FixedClock, run_job: Run
) -> None:
    made = make.answered(Outcome.ADOPTED)
    step(work, made)
    clock.travel_to(LAST_SECOND)
    run_job("follow-up")
    assert reminders(work) == []
    clock.advance(timedelta(seconds=1))
    for _ in range(3):
        run_job("follow-up")
    assert [one for one, _ in reminders(work)] == [made.author.email, made.approver.email]
    clock.advance(timedelta(days=60))
    run_job("follow-up")
    run_job("follow-up")
    assert len(reminders(work)) == 4
    with work() as ctx:
        assert milestones_to_remind_of(ctx) == []
        assert {row.why for row in ctx.session.scalars(sa.select(MilestoneReminder))} == set(Stale)


def test_a_new_day_that_passes_as_well_is_reminded_of_again(
    make: Make, work: Work, clock: FixedClock, run_job: Run
) -> None:
    made = make.answered(Outcome.ADOPTED)
    milestone_id = step(work, made)
    clock.travel_to(LAST_SECOND + timedelta(seconds=1))
    run_job("follow-up")
    move(work, made.author.actor, milestone_id, 50, date(2027, 1, 20), "Frost.")
    clock.advance(timedelta(days=21))
    run_job("follow-up")
    assert len(reminders(work)) == 4


def test_a_day_of_standstill_loses_no_reminder(make: Make, work: Work, clock: FixedClock, run_job: Run) -> None:
    step(work, make.answered(Outcome.ADOPTED))
    clock.travel_to(LAST_SECOND + timedelta(days=30))
    run_job("follow-up")
    assert len(reminders(work)) == 2
    with work() as ctx:
        row = ctx.session.scalars(sa.select(FactRow).where(FactRow.kind == "milestone.stale")).one()
        assert row.data["since"] == "2027-01-01"


def test_what_was_done_meanwhile_is_not_reminded_of(make: Make, work: Work, clock: FixedClock) -> None:
    made = make.answered(Outcome.ADOPTED)
    milestone_id = step(work, made)
    clock.travel_to(LAST_SECOND + timedelta(days=1))
    with work() as ctx:
        assert milestones_to_remind_of(ctx) == [milestone_id]
    move(work, made.author.actor, milestone_id, 100)
    with work() as ctx:
        assert remind(ctx, milestone_id) == 0
        assert ctx.session.scalars(sa.select(Milestone.progress)).one() == 100
