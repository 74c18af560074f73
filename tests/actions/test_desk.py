"""The desk: my work by due date, for whom it waits, and what is offered."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.cases.officers import assign
from app.cases.queries import case_by_id
from app.core.clock import FixedClock
from app.core.errors import Forbidden, SignInNeeded
from app.core.permissions import ANONYMOUS, Role
from app.desk.queries import desk_rows, my_desk
from app.desk.rules import Desk, Filter, Waiting
from app.extensions import db
from app.replies.drafting import submit_reply
from tests.support.builders import MadePerson, Make
from tests.support.cases import Work, complete


def desk_of(work: Work, person: MadePerson) -> Desk:
    """What somebody's desk shows."""
    with work(person.actor) as ctx:
        return my_desk(ctx)


def test_the_desk_says_for_whom_each_case_waits(make: Make, work: Work) -> None:
    lead, co = make.agency(), make.agency()
    made = make.case(agency_id=lead, co_agency_id=co)
    author, approver, helper = make.officer(lead), make.officer(lead, Role.APPROVER), make.officer(co)

    def waits(person: MadePerson) -> tuple[Waiting, tuple[int, ...], bool]:
        (line,) = desk_of(work, person).lines
        return line.waiting, line.others, line.is_my_turn

    assert waits(author) == (Waiting.AGENCIES, (co,), False)
    assert waits(helper) == (Waiting.US, (), True)
    make.contribution(made.id, co)
    assert waits(helper) == (Waiting.AGENCIES, (lead,), False)
    assert waits(approver) == (Waiting.US, (), True)
    with work(author.actor) as ctx:
        submit_reply(ctx, case_by_id(ctx, made.id), complete(ctx, case_by_id(ctx, made.id)))
    assert waits(approver) == (Waiting.APPROVER, (), True)
    assert waits(author) == (Waiting.APPROVER, (), False)


def test_the_filters_show_mine_my_turn_late_and_all(make: Make, work: Work, clock: FixedClock) -> None:
    agency_id = make.agency()
    late = make.case(agency_id=agency_id)
    clock.advance(timedelta(days=30))
    mine = make.case(agency_id=agency_id)
    make.case()
    author, approver = make.officer(agency_id), make.officer(agency_id, Role.APPROVER)
    with work(author.actor) as ctx:
        assign(ctx, case_by_id(ctx, mine.id), agency_id, author.id)
    desk = desk_of(work, author)
    shown = {one: [line.case_id for line in desk.shown(one)] for one in Filter}
    assert shown == {
        Filter.MINE: [mine.id],
        Filter.WAITING: [mine.id],
        Filter.LATE: [late.id],
        Filter.AGENCY: [late.id, mine.id],
        Filter.PUBLISHED: [],
    }
    assert [line.days_open for line in desk.lines] == [30, 0]
    assert (desk.first_filter(False), desk.first_filter(True)) == (Filter.MINE, Filter.AGENCY)
    loads = [(load.name, load.open, load.late, load.this_week) for load in desk.workload([agency_id])]
    assert loads == [(approver.name, 1, 1, 0), (author.name, 1, 0, 0)]


def test_the_workload_counts_what_is_due_until_sunday(make: Make, work: Work, clock: FixedClock) -> None:
    made = make.case()
    officer = make.officer(made.agency_id)

    def this_week(day: date) -> int:
        clock.advance(day - clock.now().date())
        return desk_of(work, officer).workload([made.agency_id])[0].this_week

    assert made.due_on == date(2026, 11, 24)
    days = [date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)]
    assert [this_week(day) for day in days] == [0, 1, 1, 0]


def test_two_hundred_cases_cost_as_many_statements_as_two_and_come_in_pages(make: Make, work: Work) -> None:
    agency_id, co = make.agency(), make.agency()
    officer = make.officer(agency_id)

    def statements() -> int:
        count = 0

        def counting(*_: object) -> None:
            nonlocal count
            count += 1

        sa.event.listen(db.engine, "before_cursor_execute", counting)
        try:
            with work(officer.actor) as ctx:
                desk = my_desk(ctx)
                page = desk_rows(ctx, desk.lines)
                assert all(case.topic and case.agencies[0].agency.name for _, case in page.items)
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", counting)
        return count

    for _ in range(2):
        make.case(agency_id=agency_id, co_agency_id=co, common=1)
    few = statements()
    for _ in range(198):
        make.case(agency_id=agency_id, common=1)
    assert statements() == few < 20
    with work(officer.actor) as ctx:
        desk = my_desk(ctx)
        pages = [desk_rows(ctx, desk.lines, number) for number in (1, 10, 11)]
    assert [len(page.items) for page in pages] == [20, 20, 0]
    assert [page.has_next for page in pages] == [True, False, False]


def test_nobody_but_officers_has_a_desk(make: Make, work: Work) -> None:
    make.case()
    for actor in (make.person().actor, make.person(administrator=True).actor, ANONYMOUS):
        with work(actor) as ctx, pytest.raises((Forbidden, SignInNeeded)):
            my_desk(ctx)
    with work(make.officer(make.agency()).actor) as ctx:
        assert my_desk(ctx).lines == []
