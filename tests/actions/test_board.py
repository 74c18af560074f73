"""The board: which cases it lists in which order, the figures of a day."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from app.board.actions import count_replies
from app.board.models import ReplyFigures
from app.board.queries import SHOWN, WEEK_SHOWN, all_waits, answered, front, listed, newest_figures, overdue
from app.board.rules import Shown, Wanted, counted
from app.cases.models import CaseTransfer
from app.cases.queries import case_by_id
from app.cases.transfers import accept_transfer, offer_transfer
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.errors import Forbidden, Invalid, SignInNeeded
from app.core.permissions import ANONYMOUS, Role
from app.schedule import JOBS
from tests.support.builders import MadeCase, Make
from tests.support.promises import promised

Work = Callable[..., AbstractContextManager[Context]]
TODAY = date(2026, 11, 4)


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


@pytest.fixture
def case(make: Make, work: Work) -> Callable[..., MadeCase]:
    """A case by days from today: begun, due, answered."""

    def made(start: int, due: int, answer: int | None = None, **values: object) -> MadeCase:
        on = None if answer is None else day(answer)
        return promised(make, work, day(start), day(due), on, **values)  # type: ignore[arg-type]

    return made


def ids(work: Work, wanted: Wanted, number: int = 1, size: int = 20) -> list[int]:
    with work() as ctx:
        return [one.id for one in listed(ctx, wanted, number, size).items]


# ---- lists ----------------------------------------------------------------------------------------------------


def test_the_board_lists_the_late_first_then_the_due_then_the_newest_answers(
    case: Callable[..., MadeCase], work: Work
) -> None:
    old, new = case(-40, -20, -15).id, case(-40, -20, -1).id
    due, today = case(-5, 5).id, case(-20, 0).id
    late, later = case(-30, -3).id, case(-30, -10).id
    assert ids(work, Wanted()) == [later, late, today, due, new, old]
    assert ids(work, Wanted(Shown.LATE)) == [later, late]
    assert ids(work, Wanted(Shown.DUE)) == [today, due]
    assert ids(work, Wanted(Shown.ANSWERED)) == [new, old]
    assert ids(work, Wanted(), 2, 4) == [new, old]


def test_a_case_is_late_only_from_the_day_after(case: Callable[..., MadeCase], work: Work, clock: FixedClock) -> None:
    made = case(-20, 0)
    assert ids(work, Wanted(Shown.LATE)) == []
    clock.advance(timedelta(days=1))
    assert ids(work, Wanted(Shown.LATE)) == [made.id]


def test_a_period_holds_its_first_and_its_last_day(case: Callable[..., MadeCase], work: Work) -> None:
    made = {due: case(-20, due).id for due in range(-3, 4)}
    assert ids(work, Wanted(due_from=day(-1), due_to=day(2))) == [made[due] for due in (-1, 0, 1, 2)]
    assert ids(work, Wanted(due_from=day(3))) == [made[3]]
    assert ids(work, Wanted(due_from=day(2), due_to=day(1))) == []


def test_an_agency_that_only_takes_part_finds_its_cases_too(
    case: Callable[..., MadeCase], make: Make, work: Work
) -> None:
    helper = make.agency()
    made = case(-5, 5, co_agency_id=helper)
    case(-5, 5)
    assert ids(work, Wanted(agency_id=helper)) == ids(work, Wanted(agency_id=made.agency_id)) == [made.id]


@pytest.mark.parametrize("number", [0, -1, 100_001])
def test_there_is_no_such_page(work: Work, number: int) -> None:
    with work() as ctx, pytest.raises(Invalid):
        listed(ctx, Wanted(), number)


def test_the_front_tells_what_became_late_within_seven_days_from_what_is_late_for_longer(
    case: Callable[..., MadeCase], work: Work
) -> None:
    made = {due: case(-40, due).id for due in (-9, -8, -7, -1, 0, 4)}
    done = case(-40, -20, -2).id
    with work() as ctx:
        found = front(ctx, Wanted())
        assert [one.id for one in found.late_this_week] == [made[-1], made[-7]]
        assert [one.id for one in found.late_longer] == [made[-9], made[-8]]
        assert [one.id for one in found.due] == [made[0], made[4]]
        assert [one.id for one in found.answered] == [done]
        assert found.more == frozenset()


def test_the_front_shows_a_few_of_each_and_says_that_there_are_more(
    case: Callable[..., MadeCase], make: Make, work: Work
) -> None:
    agency, other = make.agency(), make.agency()
    for _ in range(WEEK_SHOWN + 1):
        case(-20, -2, agency_id=agency)
    for _ in range(SHOWN):
        case(-2, 2, agency_id=agency)
    with work() as ctx:
        found = front(ctx, Wanted())
        assert (len(found.late_this_week), len(found.due)) == (WEEK_SHOWN, SHOWN)
        assert found.more == {"late_this_week"}
        assert front(ctx, Wanted(agency_id=other)).more == frozenset()


def test_a_broken_promise_stays_in_the_feed_when_the_reply_comes_after_all(
    case: Callable[..., MadeCase], work: Work
) -> None:
    late, after_all = case(-30, -3).id, case(-30, -5, -1).id
    case(-30, -5, -5)
    case(-30, 0)
    with work() as ctx:
        assert [one.id for one in overdue(ctx)] == [late, after_all]
        assert len(answered(ctx)) == 2


# ---- the figures of a day -------------------------------------------------------------------------------------


def twelve(case: Callable[..., MadeCase], make: Make) -> int:
    """Twelve cases of one agency, begun forty days ago: nine answered, three late; returns the agency."""
    agency = make.agency()
    for number in range(9):
        case(-40, -20, -38 + 3 * number, agency_id=agency)
    for _ in range(3):
        case(-40, -20, agency_id=agency)
    return agency


def test_the_figures_are_those_of_the_cases_themselves(
    case: Callable[..., MadeCase], make: Make, work: Work, run_job: Callable[[str], None]
) -> None:
    agency = twelve(case, make)
    run_job("count-replies")
    with work() as ctx:
        stored = newest_figures(ctx)
        assert stored is not None
        assert stored.day == day(-1)
        assert stored.content == counted(all_waits(ctx), day(-1))
        told = stored.content["all"]
        # Answered after 2, 5, ... 26 days: the sixth of twelve is half of them. When nine of twelve are answered, a
        # quarter waits, with Greenwood's sum 1/3 - 1/12; the range then reaches down to 0.25 ** exp(0.707) = 0.06, one
        # reply earlier to 0.103 only. So nine in ten may be reached on day 26, and nobody knows by when they are.
        assert told["median"][0] == 17
        assert told["ninety"] == [None, 26, None]
        assert told["in_time"] == [7, 12]
        assert stored.content["agencies"] == {str(agency): told}


def test_a_day_is_counted_once_and_its_figures_stay(
    case: Callable[..., MadeCase], make: Make, work: Work, run_job: Callable[[str], None], clock: FixedClock
) -> None:
    twelve(case, make)
    run_job("count-replies")
    with work() as ctx:
        before = [(one.day, one.made_at, one.content) for one in ctx.session.scalars(sa.select(ReplyFigures))]
    clock.advance(timedelta(minutes=1))
    case(-40, -20, -10)
    run_job("count-replies")
    with work() as ctx:
        assert not count_replies(ctx, day(-1))
        after = [(one.day, one.made_at, one.content) for one in ctx.session.scalars(sa.select(ReplyFigures))]
    assert after == before
    clock.advance(timedelta(days=3))
    run_job("count-replies")
    with work() as ctx:
        assert list(ctx.session.scalars(sa.select(ReplyFigures.day).order_by(ReplyFigures.day))) == [day(-1), day(2)]


def test_a_day_that_nobody_counted_is_worked_out_later_as_it_was(
    case: Callable[..., MadeCase], make: Make, work: Work, clock: FixedClock
) -> None:
    twelve(case, make)
    with work() as ctx:
        then = counted(all_waits(ctx), day(-1))
    clock.advance(timedelta(days=30))
    case(1, 20, 25)
    with work() as ctx:
        assert count_replies(ctx, day(-1))
        stored = newest_figures(ctx)
        assert stored is not None
        assert stored.content == then


def test_a_day_that_is_not_over_is_not_counted(work: Work) -> None:
    with work() as ctx:
        assert not count_replies(ctx, TODAY)
        assert newest_figures(ctx) is None


def test_a_case_counts_for_the_agency_that_leads(
    case: Callable[..., MadeCase], make: Make, work: Work, run_job: Callable[[str], None]
) -> None:
    helper = make.agency()
    made = case(-5, 5, co_agency_id=helper)
    with work() as ctx:
        assert [one.agency_ids for one in all_waits(ctx)] == [frozenset({made.agency_id})]


def test_a_case_that_went_over_to_another_agency_counts_for_that_one_alone(
    case: Callable[..., MadeCase], make: Make, work: Work
) -> None:
    made, other = case(-5, 5), make.agency()
    with work(make.officer(made.agency_id, Role.APPROVER).actor) as ctx:
        offer = offer_transfer(ctx, case_by_id(ctx, made.id), made.agency_id, other, "Theirs by law.").id
    with work(make.officer(other, Role.APPROVER).actor) as ctx:
        accept_transfer(ctx, case_by_id(ctx, made.id), ctx.get(CaseTransfer, offer))
    with work() as ctx:
        assert [one.agency_ids for one in all_waits(ctx)] == [frozenset({other})]


def test_only_the_system_counts(make: Make, work: Work) -> None:
    for actor, refusal in ((ANONYMOUS, SignInNeeded), (make.person().actor, Forbidden)):
        with work(actor) as ctx, pytest.raises(refusal):
            count_replies(ctx, day(-1))


@pytest.mark.race
def test_two_workers_at_once_count_a_day_once(
    app: APIFlask, case: Callable[..., MadeCase], make: Make, work: Work
) -> None:
    twelve(case, make)
    ready, wrong = threading.Barrier(4), []

    def worker() -> None:
        with app.app_context():
            ready.wait()
            try:
                JOBS["count-replies"](app.extensions["acting"].work)
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []
    with work() as ctx:
        assert ctx.session.scalar(sa.select(sa.func.count()).select_from(ReplyFigures)) == 1
