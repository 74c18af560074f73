"""The life of a clock: reminders, escalations, pauses, extensions, new starts, and a calendar that changes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.audit.models import FactRow
from app.board.queries import listed
from app.board.rules import Shown, Wanted
from app.cases.assigning import add_agency
from app.cases.queries import case_by_id
from app.cases.timekeeping import extend_case, pause_case, resume_case
from app.clocks import noting
from app.clocks.actions import (
    Start,
    extend_clock,
    move_due_dates,
    pause_clock,
    restart_clock,
    resume_clock,
    start_clock,
    stop_clock,
)
from app.clocks.jobs import sweep_clocks
from app.clocks.models import ClockRow, ClockStep
from app.clocks.queries import clock_of, is_late, moves
from app.clocks.rules import Reason, Stop, Subject
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.deadline import Unit
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.permissions import ANONYMOUS, Role
from app.core.policy import Policy
from app.core.terms import Extension, Period, Promise, Terms
from app.instance.actions import enter_exception
from app.notices.models import Letter
from app.topics.rules import Part
from tests.conftest import NOON
from tests.support.builders import MadeCase, MadePerson, Make

Work = Callable[..., AbstractContextManager[Context]]
RunJob = Callable[[str], None]

TERMS = Terms(
    Promise.PLAN,
    Period(14, Unit.WORKING_DAY),
    Extension(1, Period(14, Unit.WORKING_DAY)),
    reminders=(7, 3, 1),
    escalations=(1, 7, 14),
)
DUE_ON = date(2026, 11, 24)
LATE = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
WHY = Reason("We wait for the figures.", "en")


def started(work: Work, terms: Terms = TERMS, subject_id: int = 1, **more: object) -> int:
    """A clock that starts now; its id."""
    with work() as ctx:
        start = Start(Subject.DEMAND, subject_id, terms, ctx.today, policy_version=3, **more)  # type: ignore[arg-type]
        return start_clock(ctx, start).id


def now(work: Work, clock_id: int) -> ClockRow:
    """The clock as it stands."""
    with work() as ctx:
        clock = ctx.get(ClockRow, clock_id)
        assert clock.acts is not None
        assert clock.pauses is not None
        return clock


def do(work: Work, act: Callable[..., object], clock_id: int, *given: object) -> None:
    """Do something to a clock, as the system."""
    with work() as ctx:
        act(ctx, ctx.get(ClockRow, clock_id), *given)


def told(work: Work) -> list[tuple[str, int, str]]:
    """Reminders and escalations, in the order they were noted: kind, days, and the local day they were due."""
    kinds = ["clock.reminded", "clock.escalated"]
    with work() as ctx:
        rows = ctx.session.scalars(sa.select(FactRow).where(FactRow.kind.in_(kinds)).order_by(FactRow.id))
        return [(row.kind[6:], row.data["days"], row.data["was_due_at"][:10]) for row in rows]


def facts(work: Work, kind: str) -> list[FactRow]:
    with work() as ctx:
        return list(ctx.session.scalars(sa.select(FactRow).where(FactRow.kind == kind).order_by(FactRow.id)))


# ---- starting and stopping ---------------------------------------------------------------------------------------


def test_a_clock_keeps_everything_that_led_to_its_date(work: Work) -> None:
    clock = now(work, started(work, area="TW-TPE"))
    assert (clock.started_on, clock.due_on, clock.due_at) == (NOON.date(), DUE_ON, LATE)
    assert (clock.promised, clock.policy_version, clock.area, clock.round) == (TERMS, 3, "TW-TPE", 1)
    assert clock.legs[0].calendar_version.startswith("holidays ")
    assert [fact.data["due_on"] for fact in facts(work, "clock.started")] == ["2026-11-24"]


def test_a_thing_is_promised_once(work: Work, clock: FixedClock) -> None:
    first = started(work)
    clock.advance(DAY)
    assert started(work) == first
    assert now(work, first).due_on == DUE_ON
    assert len(facts(work, "clock.started")) == 1
    assert started(work, subject_id=2) != first
    with work() as ctx:
        found = clock_of(ctx, Subject.DEMAND, 1, Promise.PLAN)
        assert found is not None
        assert found.id == first
        assert clock_of(ctx, Subject.DEMAND, 1, Promise.REPLY) is None


@pytest.mark.parametrize(("moment", "late"), [(LATE - SECOND, False), (LATE, True)])
def test_a_promise_kept_in_the_last_second_is_kept_in_time(
    work: Work, clock: FixedClock, moment: datetime, late: bool
) -> None:
    one = started(work)
    clock.travel_to(moment)
    with work() as ctx:
        assert ctx.session.scalars(sa.select(ClockRow.id).where(is_late(ctx.now))).all() == ([one] if late else [])
    do(work, stop_clock, one)
    assert [fact.data["late"] for fact in facts(work, "clock.stopped")] == [late]
    do(work, stop_clock, one, Stop.VOID)
    assert now(work, one).stop is Stop.KEPT, "it has stopped already"


def test_a_stopped_clock_says_no_more(work: Work, clock: FixedClock, run_job: RunJob) -> None:
    one = started(work)
    do(work, stop_clock, one, Stop.VOID)
    clock.travel_to(LATE + 30 * DAY)
    run_job("sweep-clocks")
    assert told(work) == []
    for act in (pause_clock, resume_clock):
        with pytest.raises(Conflict, match="has stopped"):
            do(work, act, one, WHY)
    with pytest.raises(Conflict, match="has stopped"):
        do(work, extend_clock, one, 3, WHY)


# ---- reminders and escalations -----------------------------------------------------------------------------------

WHOLE_LIFE = [
    ("reminded", 7, "2026-11-16"),
    ("reminded", 3, "2026-11-20"),
    ("reminded", 1, "2026-11-22"),
    ("escalated", 1, "2026-11-24"),
    ("escalated", 7, "2026-11-30"),
    ("escalated", 14, "2026-12-07"),
]
"""Of a clock nobody touches: days in UTC, on the evening of which the local day begins."""


def test_over_a_whole_life_each_step_comes_on_its_day_and_never_before(
    work: Work, clock: FixedClock, run_job: RunJob
) -> None:
    started(work)
    seen: list[tuple[str, int, str]] = []
    midnight = datetime(2026, 11, 4, 16, 0, tzinfo=UTC)
    for n in range(45):
        clock.travel_to(midnight + n * DAY - SECOND)
        run_job("sweep-clocks")
        assert told(work) == seen, "nothing in the last second before a day"
        clock.travel_to(midnight + n * DAY)
        run_job("sweep-clocks")
        run_job("sweep-clocks")
        seen = [step for step in WHOLE_LIFE if step[2] <= f"{midnight + n * DAY:%Y-%m-%d}"]
        assert told(work) == seen
    assert seen == WHOLE_LIFE


def test_after_days_without_a_worker_all_is_caught_up_in_order_and_dated_to_its_day(
    work: Work, clock: FixedClock, run_job: RunJob
) -> None:
    one = started(work)
    clock.travel_to(LATE + 20 * DAY)
    run_job("sweep-clocks")
    assert told(work) == WHOLE_LIFE
    with work() as ctx:
        steps = ctx.session.scalars(sa.select(ClockStep).where(ClockStep.clock_id == one).order_by(ClockStep.id)).all()
        assert {step.noted_at for step in steps} == {LATE + 20 * DAY}
        assert steps[3].was_due_at == LATE
    run_job("sweep-clocks")
    assert told(work) == WHOLE_LIFE


def test_a_clock_with_less_time_than_a_reminder_skips_it(work: Work, clock: FixedClock, run_job: RunJob) -> None:
    started(work, Terms(Promise.PLAN, Period(2, Unit.DAY), None, (7, 3, 1), (1,)))
    clock.travel_to(NOON + 10 * DAY)
    run_job("sweep-clocks")
    assert [(kind, days) for kind, days, _ in told(work)] == [("reminded", 1), ("escalated", 1)]


HOURS = Terms(Promise.SAFETY_REPORT, Period(4, Unit.HOUR), Extension(1, Period(2, Unit.HOUR)), (), (1, 2))
"""Four hours in which offices are open: begun at noon they end at four."""


def report(work: Work) -> int:
    """The clock of a report that comes in now."""
    with work() as ctx:
        return start_clock(ctx, Start(Subject.REPORT, 9, HOURS, ctx.now, 1)).id


def test_a_promise_in_hours_is_late_at_its_moment(work: Work, clock: FixedClock, run_job: RunJob) -> None:
    one, due_at = report(work), NOON + timedelta(hours=4)
    assert (now(work, one).due_at, now(work, one).due_on) == (due_at, NOON.date())
    clock.travel_to(due_at - SECOND)
    run_job("sweep-clocks")
    assert told(work) == []
    clock.travel_to(due_at)
    run_job("sweep-clocks")
    assert told(work) == [("escalated", 1, "2026-11-04")]
    clock.travel_to(due_at + DAY)
    run_job("sweep-clocks")
    assert told(work)[1:] == [("escalated", 2, "2026-11-05")]


def test_hours_are_put_off_from_the_old_moment_and_by_the_time_of_a_pause(work: Work, clock: FixedClock) -> None:
    one = report(work)
    do(work, extend_clock, one, 1, WHY)
    assert now(work, one).due_at == NOON + timedelta(hours=5)
    clock.advance(timedelta(hours=1))
    do(work, pause_clock, one, WHY)
    clock.advance(timedelta(minutes=20))
    do(work, resume_clock, one)
    found = now(work, one)
    assert (found.due_at, len(found.legs)) == (NOON + timedelta(hours=5, minutes=20), 2)


def test_hours_from_a_day_say_nothing(work: Work) -> None:
    with work() as ctx, pytest.raises(TypeError, match="from a moment"):
        start_clock(ctx, Start(Subject.REPORT, 9, HOURS, ctx.today, 1))


def test_a_clock_that_cannot_be_read_keeps_no_other_waiting(
    work: Work, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, fine = started(work, subject_id=1), started(work, subject_id=2)
    with work() as ctx:
        ctx.get(ClockRow, broken).terms = {"promise": "nothing"}
    clock.travel_to(LATE)
    assert sweep_clocks(work) == 4
    with work() as ctx:
        assert set(ctx.session.scalars(sa.select(ClockStep.clock_id))) == {fine}


def test_a_paused_clock_that_cannot_be_read_keeps_no_other_waiting(work: Work, clock: FixedClock) -> None:
    broken, fine, late = (started(work, subject_id=number) for number in (1, 2, 3))
    for one in (broken, fine):
        do(work, pause_clock, one, WHY)
    with work() as ctx:
        ctx.get(ClockRow, broken).terms = {"promise": "nothing"}
    clock.travel_to(LATE + 30 * DAY)
    sweep_clocks(work)
    assert not now(work, fine).is_paused
    with work() as ctx:
        assert late in set(ctx.session.scalars(sa.select(ClockStep.clock_id)))


def test_only_the_system_notes_steps(work: Work, make: Make) -> None:
    one = started(work)
    for actor in (make.officer(make.agency(), Role.APPROVER).actor, make.person(administrator=True).actor):
        with work(actor) as ctx, pytest.raises(Forbidden):
            noting.note_steps(ctx, ctx.get(ClockRow, one))


# ---- pauses ------------------------------------------------------------------------------------------------------


def test_a_paused_clock_stands_still_and_its_days_do_not_count(work: Work, clock: FixedClock, run_job: RunJob) -> None:
    one = started(work)
    clock.travel_to(datetime(2026, 11, 10, 4, 0, tzinfo=UTC))
    do(work, pause_clock, one, WHY)
    clock.travel_to(LATE + 3 * DAY)
    run_job("sweep-clocks")
    assert told(work) == []
    with work() as ctx:
        assert ctx.session.scalars(sa.select(ClockRow).where(is_late(ctx.now))).all() == []
    do(work, resume_clock, one)
    found = now(work, one)
    assert found.due_on == date(2026, 12, 14), "3 of 14 working days had passed; 11 follow Saturday 28 November"
    assert (found.round, found.is_paused, len(found.legs[0].counted)) == (2, False, 14)
    assert (found.pauses[0].from_on, found.pauses[0].until_on) == (date(2026, 11, 10), date(2026, 11, 28))
    assert [(act.kind, act.reason) for act in found.acts] == [("paused", WHY.text), ("resumed", "")]
    assert facts(work, "clock.resumed")[0].data["old_due_on"] == "2026-11-24"


def test_a_pause_repeats_no_reminder(work: Work, clock: FixedClock, run_job: RunJob) -> None:
    one = started(work)
    clock.travel_to(datetime(2026, 11, 18, 4, 0, tzinfo=UTC))
    run_job("sweep-clocks")
    do(work, pause_clock, one, WHY)
    clock.advance(14 * DAY)
    do(work, resume_clock, one)
    clock.travel_to(NOON + 34 * DAY)
    run_job("sweep-clocks")
    assert now(work, one).due_on == date(2026, 12, 8)
    assert [(kind, days) for kind, days, _ in told(work)] == [("reminded", 7), ("reminded", 3), ("reminded", 1)]


def test_a_clock_is_not_paused_twice_nor_without_a_reason_nor_late(work: Work, clock: FixedClock) -> None:
    one = started(work)
    with pytest.raises(Conflict, match="not paused"):
        do(work, resume_clock, one)
    for words in ("  ", "x" * 1001):
        with pytest.raises(Invalid):
            do(work, pause_clock, one, Reason(words, "en"))
    do(work, pause_clock, one, WHY)
    with pytest.raises(Conflict, match="paused already"):
        do(work, pause_clock, one, WHY)
    do(work, resume_clock, one)
    clock.travel_to(LATE)
    with pytest.raises(Conflict, match="has passed"):
        do(work, pause_clock, one, WHY)


def test_what_is_done_while_a_clock_is_paused_is_done_in_time(work: Work, clock: FixedClock) -> None:
    one = started(work)
    do(work, pause_clock, one, WHY)
    clock.travel_to(LATE + 9 * DAY)
    do(work, stop_clock, one)
    assert facts(work, "clock.stopped")[0].data["late"] is False


def test_a_pause_ends_by_itself_after_as_long_as_the_rules_allow(
    work: Work, clock: FixedClock, run_job: RunJob
) -> None:
    one = started(work, replace(TERMS, longest_pause=10))
    clock.travel_to(datetime(2026, 11, 10, 4, 0, tzinfo=UTC))
    do(work, pause_clock, one, WHY)
    clock.travel_to(datetime(2026, 11, 19, 15, 59, tzinfo=UTC))
    run_job("sweep-clocks")
    assert now(work, one).is_paused, "the tenth day is not over"
    clock.travel_to(datetime(2026, 11, 19, 16, 0, tzinfo=UTC))
    run_job("sweep-clocks")
    found = now(work, one)
    assert (found.is_paused, found.pauses[0].until_on) == (False, date(2026, 11, 20))
    assert found.due_on == date(2026, 12, 4), "3 of 14 working days had passed; 11 begin with Friday 20 November"
    clock.travel_to(datetime(2026, 12, 4, 16, 0, tzinfo=UTC))
    run_job("sweep-clocks")
    assert told(work)[-1] == ("escalated", 1, "2026-12-04"), "what was paused becomes late like anything else"


@pytest.mark.parametrize("act", [resume_clock, stop_clock])
def test_no_sweep_that_comes_late_makes_a_pause_longer(
    work: Work, clock: FixedClock, act: Callable[..., object]
) -> None:
    one = started(work, replace(TERMS, longest_pause=10))
    clock.travel_to(datetime(2026, 11, 10, 4, 0, tzinfo=UTC))
    do(work, pause_clock, one, WHY)
    clock.travel_to(datetime(2027, 1, 10, 4, 0, tzinfo=UTC))
    do(work, act, one)
    found = now(work, one)
    assert (found.due_on, found.pauses[0].until_on) == (date(2026, 12, 4), date(2026, 11, 20))


def test_a_promise_in_hours_runs_again_by_itself_with_the_hours_that_were_left(
    work: Work, clock: FixedClock, run_job: RunJob
) -> None:
    terms = Terms(Promise.SAFETY_REPORT, Period(4, Unit.HOUR), longest_pause=7)
    clock.travel_to(datetime(2026, 11, 10, 1, 30, tzinfo=UTC))
    with work() as ctx:
        one = start_clock(ctx, Start(Subject.REPORT, 1, terms, ctx.now, policy_version=3)).id
    clock.travel_to(datetime(2026, 11, 10, 2, 30, tzinfo=UTC))
    do(work, pause_clock, one, WHY)
    clock.travel_to(datetime(2026, 11, 20, 4, 0, tzinfo=UTC))
    run_job("sweep-clocks")
    assert now(work, one).due_at == datetime(2026, 11, 17, 3, 30, tzinfo=UTC), "three hours from 8:30 on Tuesday"


def test_nothing_ends_the_pause_of_a_review_whose_author_has_the_text(
    work: Work, clock: FixedClock, run_job: RunJob
) -> None:
    one = started(work, Policy().terms(Promise.REVIEW))
    do(work, pause_clock, one, WHY)
    clock.advance(200 * DAY)
    run_job("sweep-clocks")
    assert now(work, one).is_paused


def test_a_promise_made_before_pauses_had_an_end_has_one() -> None:
    stored = TERMS.to_json()
    del stored["longest_pause"]
    assert Terms.from_json(stored).longest_pause == 30


# ---- extensions --------------------------------------------------------------------------------------------------


def test_an_extension_moves_the_date_and_reminds_anew(work: Work, clock: FixedClock, run_job: RunJob) -> None:
    one = started(work)
    clock.travel_to(LATE - SECOND)
    run_job("sweep-clocks")
    do(work, extend_clock, one, 14, WHY)
    found = now(work, one)
    assert (found.due_on, found.extended, found.round) == (date(2026, 12, 14), 1, 2)
    assert [leg.on for leg in found.legs] == [DUE_ON, date(2026, 12, 14)]
    clock.travel_to(LATE + 10 * DAY)
    run_job("sweep-clocks")
    assert [step[0] for step in told(work)] == ["reminded"] * 3, "it is not late"
    clock.travel_to(datetime(2026, 12, 14, 16, 0, tzinfo=UTC))
    run_job("sweep-clocks")
    assert [(kind, days) for kind, days, _ in told(work)] == [
        *[("reminded", 7), ("reminded", 3), ("reminded", 1)] * 2,
        ("escalated", 1),
    ]
    with pytest.raises(Conflict, match="has passed"):
        do(work, extend_clock, one, 1, WHY)


def test_an_act_first_does_what_was_due_until_then(work: Work, clock: FixedClock) -> None:
    one = started(work)
    clock.travel_to(LATE - SECOND)
    do(work, extend_clock, one, 14, WHY)
    assert [(kind, days) for kind, days, _ in told(work)] == [("reminded", 7), ("reminded", 3), ("reminded", 1)]


@pytest.mark.parametrize(("amount", "words"), [(0, "x"), (15, "x"), (3, ""), (3, " \n")])
def test_too_much_or_without_a_reason_is_refused_and_changes_nothing(work: Work, amount: int, words: str) -> None:
    one = started(work)
    with pytest.raises(Invalid):
        do(work, extend_clock, one, amount, Reason(words, "en"))
    assert (now(work, one).due_on, now(work, one).extended, now(work, one).acts) == (DUE_ON, 0, [])


def test_a_date_is_put_off_as_often_as_the_terms_say(work: Work) -> None:
    one = started(work)
    do(work, extend_clock, one, 1, WHY)
    with pytest.raises(Conflict, match="as often as"):
        do(work, extend_clock, one, 1, WHY)


def test_a_pause_after_an_extension_moves_both_legs(work: Work, clock: FixedClock) -> None:
    one = started(work)
    do(work, extend_clock, one, 14, WHY)
    do(work, pause_clock, one, WHY)
    clock.advance(2 * DAY)
    do(work, resume_clock, one)
    assert [leg.on for leg in now(work, one).legs] == [date(2026, 11, 25), date(2026, 12, 15)]


# ---- new starts --------------------------------------------------------------------------------------------------


def test_news_of_what_is_under_study_is_due_after_six_months_and_again_after_twelve(
    work: Work, clock: FixedClock, run_job: RunJob
) -> None:
    every_half_year = Terms(Promise.FOLLOW_UP, Period(6, Unit.MONTH), None, (30,), (1,))
    one = started(work, every_half_year)
    assert now(work, one).due_on == date(2027, 5, 4)
    clock.travel_to(datetime(2027, 5, 4, 4, 0, tzinfo=UTC))
    run_job("sweep-clocks")
    do(work, stop_clock, one)
    do(work, restart_clock, one, date(2027, 5, 4), Reason())
    found = now(work, one)
    assert (found.due_on, found.stopped_at, found.stop, found.round) == (date(2027, 11, 4), None, None, 2)
    clock.travel_to(datetime(2027, 11, 4, 16, 0, tzinfo=UTC))
    run_job("sweep-clocks")
    assert [(kind, days) for kind, days, _ in told(work)] == [("reminded", 30)] * 2 + [("escalated", 1)]


# ---- a calendar that changes -------------------------------------------------------------------------------------


@pytest.fixture
def administrator(make: Make) -> MadePerson:
    return make.person(administrator=True)


def typhoon(work: Work, administrator: MadePerson, day: date = date(2026, 11, 12)) -> None:
    with work(administrator.actor) as ctx:
        enter_exception(ctx, day, {"en": "Typhoon"}, works=False)


def test_a_holiday_entered_later_moves_dates_only_by_an_act_that_keeps_old_and_new(
    work: Work, make: Make, administrator: MadePerson
) -> None:
    one, longer, done = started(work), started(work, subject_id=2), started(work, subject_id=3)
    do(work, extend_clock, longer, 14, WHY)
    do(work, stop_clock, done)
    typhoon(work, administrator)
    assert now(work, one).due_on == DUE_ON
    with work(administrator.actor) as ctx:
        shown = [(move.clock.id, move.clock.due_on, move.found.on) for move in moves(ctx)]
        assert shown == [(one, DUE_ON, date(2026, 11, 25)), (longer, date(2026, 12, 14), date(2026, 12, 15))]
        assert move_due_dates(ctx, Reason("Typhoon day", "en"), ctx.calendar.version) == 2
        assert moves(ctx) == []
    found = now(work, one)
    assert (found.due_on, found.due_at, found.round) == (date(2026, 11, 25), LATE + DAY, 2)
    assert [(act.kind, act.old_due_on, act.new_due_on, act.reason) for act in found.acts] == [
        ("moved", DUE_ON, date(2026, 11, 25), "Typhoon day")
    ]
    assert len(facts(work, "clock.moved")) == 2
    assert facts(work, "clock.moved")[0].actor_id == administrator.id


def test_a_calendar_changed_while_somebody_looked_moves_nothing(
    work: Work, make: Make, administrator: MadePerson
) -> None:
    one = started(work)
    with work(administrator.actor) as ctx:
        seen = ctx.calendar.version
    typhoon(work, administrator)
    with work(administrator.actor) as ctx, pytest.raises(Conflict, match="changed meanwhile"):
        move_due_dates(ctx, WHY, seen)
    assert now(work, one).due_on == DUE_ON


def test_a_calendar_makes_nobody_late(work: Work, clock: FixedClock, administrator: MadePerson) -> None:
    started(work)
    with work(administrator.actor) as ctx:
        enter_exception(ctx, date(2026, 11, 21), {"en": "Made up for"}, works=True)
    clock.travel_to(datetime(2026, 11, 22, 4, 0, tzinfo=UTC))
    with work(administrator.actor) as ctx:
        assert [move.found.on for move in moves(ctx)] == [date(2026, 11, 23)]
    clock.travel_to(datetime(2026, 11, 23, 4, 0, tzinfo=UTC))
    with work(administrator.actor) as ctx:
        assert moves(ctx) == []


def test_a_due_day_that_became_a_rest_day_is_late_no_more_once_it_moved(
    work: Work, clock: FixedClock, administrator: MadePerson, run_job: RunJob
) -> None:
    one = started(work)
    clock.travel_to(LATE)
    run_job("sweep-clocks")
    typhoon(work, administrator, DUE_ON)
    with work(administrator.actor) as ctx:
        # Wednesday is today: nobody gets a date that is already here.
        assert moves(ctx) == []
    assert now(work, one).due_on == DUE_ON


def test_only_administrators_move_dates(work: Work, make: Make) -> None:
    for actor in (make.officer(make.agency(), Role.APPROVER).actor, make.person().actor, ANONYMOUS):
        with work(actor) as ctx, pytest.raises(Forbidden):
            move_due_dates(ctx, WHY, ctx.calendar.version)


# ---- the clock of a case -----------------------------------------------------------------------------------------


def test_one_minute_late_an_extension_is_refused_and_the_case_is_publicly_overdue(
    make: Make, work: Work, clock: FixedClock, run_job: RunJob
) -> None:
    case = make.case()
    approver = make.officer(case.agency_id, Role.APPROVER)
    clock.travel_to(LATE + MINUTE)
    with work(approver.actor) as ctx, pytest.raises(Conflict, match="only before it"):
        extend_case(ctx, case_by_id(ctx, case.id), 14, WHY)
    with work() as ctx:
        assert [one.id for one in listed(ctx, Wanted(Shown.LATE)).items] == [case.id]
        assert case_by_id(ctx, case.id).clock.due_on == DUE_ON


def test_a_joint_lead_keeps_the_time_in_its_own_name(make: Make, work: Work) -> None:
    joint = make.agency()
    case = make.case()
    with work(make.officer(case.agency_id, Role.APPROVER).actor) as ctx:
        add_agency(ctx, case_by_id(ctx, case.id), joint, Part.LEAD, "Half of it is theirs.")
    with work(make.officer(joint, Role.APPROVER).actor) as ctx:
        found = case_by_id(ctx, case.id)
        extend_case(ctx, found, 3, WHY)
        pause_case(ctx, found, WHY)
        resume_case(ctx, found)
    with work() as ctx:
        assert [act.agency_id for act in case_by_id(ctx, case.id).clock.acts] == [joint] * 3


def test_in_the_last_minute_it_is_granted_and_the_case_is_due_again(
    make: Make, work: Work, clock: FixedClock, run_job: RunJob
) -> None:
    case = make.case()
    approver = make.officer(case.agency_id, Role.APPROVER)
    clock.travel_to(LATE - MINUTE)
    with work(approver.actor) as ctx:
        extend_case(ctx, case_by_id(ctx, case.id), 14, WHY)
    clock.travel_to(LATE + MINUTE)
    run_job("sweep-clocks")
    with work() as ctx:
        assert [one.id for one in listed(ctx, Wanted(Shown.DUE)).items] == [case.id]
        act = case_by_id(ctx, case.id).clock.acts[0]
        assert (act.actor_id, act.agency_id, act.reason) == (approver.id, case.agency_id, WHY.text)


@pytest.mark.parametrize(
    ("who", "pauses", "extends"),
    [
        ("approver", True, True),
        ("author", True, False),
        ("of another agency that takes part", False, False),
        ("elsewhere", False, False),
        ("citizen", False, False),
        ("administrator", False, False),
    ],
)
def test_officers_of_the_lead_pause_and_its_approvers_extend(
    make: Make, work: Work, who: str, pauses: bool, extends: bool
) -> None:
    co = make.agency()
    case = make.case(co_agency_id=co)
    actor = {
        "approver": lambda: make.officer(case.agency_id, Role.APPROVER),
        "author": lambda: make.officer(case.agency_id),
        "of another agency that takes part": lambda: make.officer(co, Role.APPROVER),
        "elsewhere": lambda: make.officer(make.agency(), Role.APPROVER),
        "citizen": make.person,
        "administrator": lambda: make.person(administrator=True),
    }[who]().actor
    acts: list[tuple[Callable[[Context], object], bool]] = [
        (lambda ctx: extend_case(ctx, case_by_id(ctx, case.id), 1, WHY), extends),
        (lambda ctx: pause_case(ctx, case_by_id(ctx, case.id), WHY), pauses),
        (lambda ctx: resume_case(ctx, case_by_id(ctx, case.id)), pauses),
    ]
    for act, allowed in acts:
        with work(actor) as ctx:
            if allowed:
                act(ctx)
            else:
                with pytest.raises(Forbidden):
                    act(ctx)


# ---- letters -----------------------------------------------------------------------------------------------------


def recipients(work: Work, words: str) -> list[str]:
    """Who got a letter with these words in its subject."""
    with work() as ctx:
        found = ctx.session.scalars(sa.select(Letter).order_by(Letter.id)).all()
        return sorted(letter.recipient for letter in found if words in letter.subject)


@pytest.fixture
def staffed(make: Make) -> tuple[MadeCase, MadePerson, MadePerson, MadePerson]:
    """A case with an author, an approver, and somebody who administers the instance."""
    agency = make.agency()
    author, approver = make.officer(agency), make.officer(agency, Role.APPROVER)
    return make.case(agency_id=agency), author, approver, make.person(administrator=True)


def test_the_officers_are_reminded_then_told_then_their_head_then_the_supervisor(
    work: Work, clock: FixedClock, run_job: RunJob, staffed: tuple[MadeCase, MadePerson, MadePerson, MadePerson]
) -> None:
    _, author, approver, administrator = staffed
    both = sorted([author.email, approver.email])
    clock.travel_to(datetime(2026, 11, 17, 4, 0, tzinfo=UTC))
    run_job("sweep-clocks")
    assert recipients(work, "Due on") == both
    clock.travel_to(LATE)
    run_job("sweep-clocks")
    assert recipients(work, "Late: Night buses") == both
    clock.travel_to(LATE + 6 * DAY)
    run_job("sweep-clocks")
    assert recipients(work, "7 days late") == [approver.email]
    clock.travel_to(LATE + 13 * DAY)
    run_job("sweep-clocks")
    assert recipients(work, "14 days late") == [administrator.email]


def test_reminders_that_come_at_once_make_one_letter_and_late_ones_none(
    work: Work, clock: FixedClock, run_job: RunJob, staffed: tuple[MadeCase, MadePerson, MadePerson, MadePerson]
) -> None:
    clock.travel_to(LATE - SECOND)
    run_job("sweep-clocks")
    assert len(recipients(work, "Due on")) == 2
    with work() as ctx:
        ctx.session.execute(sa.delete(Letter))
        ctx.session.execute(sa.delete(ClockStep))
        ctx.session.execute(sa.update(ClockRow).values(next_at=NOON))
    clock.travel_to(LATE)
    run_job("sweep-clocks")
    assert recipients(work, "Due on") == []
    assert len(recipients(work, "Late")) == 2


def test_a_promise_without_a_case_is_told_to_the_agency_that_keeps_it(
    work: Work, make: Make, clock: FixedClock, run_job: RunJob
) -> None:
    agency = make.agency()
    officer = make.officer(agency)
    started(work, agency_id=agency)
    started(work, subject_id=2)
    clock.travel_to(LATE)
    run_job("sweep-clocks")
    assert recipients(work, "Late: Handling plan") == [officer.email]
