"""From the closing of an issue to its answer: cases, drafts, approval, and lateness."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.audit.models import FactRow
from app.cases.actions import open_case
from app.cases.models import Case
from app.cases.queries import answered_cases, case_by_id, case_of_topic, owed_cases
from app.cases.rules import Source
from app.core.answers import Outcome
from app.core.clock import FixedClock
from app.core.clockface import ClockStatus, clock_status
from app.core.context import Context
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded
from app.core.permissions import ANONYMOUS, Actor, Role
from app.desk.queries import my_desk, my_topics
from app.instance.actions import enter_exception
from app.issues.facts import IssueClosed
from app.issues.rules import IssueState
from app.opinions.models import Statement
from app.replies.drafting import save_draft, submit_reply
from app.replies.publishing import publish_reply, send_back, take_back
from app.replies.queries import reply_of
from app.replies.rules import DraftInput, ReplyState
from tests.support.builders import MadeCase, MadePerson, Make, complete

Work = Callable[..., AbstractContextManager[Context]]

NONE = {"times": 0, "most": {"amount": 1, "unit": "working_day"}}
"""No extension."""
CLOSED_ON = date(2026, 11, 4)
DUE_ON = date(2026, 11, 24)
LAST_SECOND = datetime(2026, 11, 24, 15, 59, 59, tzinfo=UTC)
"""Tuesday 24 November, 23:59:59 in Taipei."""
DRAFT = DraftInput(summary="The last bus waits.", lang="en", contact="Mrs Lin, 1999")


def answered(ctx: Context, case: Case, text: str = "From **March**.", outcome: Outcome = Outcome.ADOPTED) -> DraftInput:
    """A complete reply to the case as it stands."""
    reply = reply_of(ctx, case)
    revision = reply.revision if reply else 0
    return replace(DRAFT, revision=revision, answers={one.id: complete(outcome, text) for one in case.demands})


def submit(work: Work, made: MadeCase, author: MadePerson) -> int:
    """Submit a complete reply; returns its revision."""
    with work(author.actor) as ctx:
        case = case_by_id(ctx, made.id)
        return submit_reply(ctx, case, answered(ctx, case)).revision


def facts(work: Work, kind: str) -> list[dict[str, object]]:
    """What was recorded of a kind, oldest first."""
    with work() as ctx:
        query = sa.select(FactRow).where(FactRow.kind == kind).order_by(FactRow.id)
        return [row.data for row in ctx.session.scalars(query)]


# ---- a case opens ---------------------------------------------------------------------------------------------


def test_an_issue_that_closes_opens_a_case_with_its_agencies_and_a_due_date(make: Make, work: Work) -> None:
    issue = make.issue(state=IssueState.CLOSED)
    with work() as ctx:
        ctx.record(IssueClosed(issue.topic_id, CLOSED_ON))
    with work() as ctx:
        case = case_of_topic(ctx, issue.topic_id)
        assert case is not None
        assert case.agency_ids == [issue.agency_id]
        assert (case.clock.started_on, case.clock.due_on, case.clock.stopped_on) == (CLOSED_ON, DUE_ON, None)
        assert len(case.clock.legs[0].counted) == 14
    assert facts(work, "case.opened") == [{"case_id": case.id, "due_on": "2026-11-24"}]


def test_closing_twice_opens_one_case(make: Make, work: Work) -> None:
    case = make.case(common=2)
    with work() as ctx:
        assert open_case(ctx, case.topic_id, date(2026, 12, 1)) is None
    with work() as ctx:
        assert case_by_id(ctx, case.id).clock.due_on == DUE_ON
        assert len(case_by_id(ctx, case.id).demands) == 2
    assert len(facts(work, "case.opened")) == 1


def test_the_lead_comes_first_however_the_topic_lists_its_agencies(make: Make, work: Work) -> None:
    lead, co = make.agency(), make.agency()
    case = make.case(agency_id=lead, co_agency_id=co)
    with work() as ctx:
        assert case_by_id(ctx, case.id).agency_ids == [lead, co]
        assert case_by_id(ctx, case.id).lead.agency_id == lead


def test_what_all_groups_ask_for_or_reject_has_to_be_answered(make: Make, work: Work) -> None:
    issue = make.issue(state=IssueState.CLOSED, statements=3)
    wanted, rejected, hidden = issue.statement_ids
    make.map(issue.topic_id, {wanted: -1})
    make.map(issue.topic_id, {wanted: 1, hidden: 1, rejected: -1})
    with work() as ctx:
        ctx.get(Statement, hidden).hidden_at = ctx.now
        case = open_case(ctx, issue.topic_id, ctx.today)
        assert case is not None
        found = [(demand.position, demand.statement_id, demand.side, demand.source) for demand in case.demands]
    assert found == [(1, wanted, 1, Source.MAP), (2, rejected, -1, Source.MAP)]


@pytest.mark.parametrize("mapped", [False, True])
def test_an_issue_whose_map_shows_nothing_common_opens_a_case_without_demands(
    make: Make, work: Work, mapped: bool
) -> None:
    issue = make.issue(state=IssueState.CLOSED)
    if mapped:
        make.map(issue.topic_id)
    with work() as ctx:
        case = open_case(ctx, issue.topic_id, ctx.today)
        assert case is not None
        assert case.demands == []


def test_only_the_system_opens_cases(make: Make, work: Work) -> None:
    case, administrator = make.case(), make.person(administrator=True)
    with work(administrator.actor) as ctx, pytest.raises(Forbidden):
        open_case(ctx, case.topic_id, CLOSED_ON)


def test_a_promise_does_not_move_when_rules_or_calendar_change(make: Make, work: Work, clock: FixedClock) -> None:
    case, administrator = make.case(), make.person(administrator=True)
    make.policy(consultation={"summary_due": {"amount": 5, "unit": "working_day"}, "extension": NONE})
    with work(administrator.actor) as ctx:
        enter_exception(ctx, date(2026, 11, 6), {"en": "Typhoon"}, works=False)
    later = make.case()
    assert later.due_on == date(2026, 11, 12)
    with work() as ctx:
        assert case_by_id(ctx, case.id).clock.due_on == DUE_ON
        assert case_by_id(ctx, case.id).clock.policy_version == 0
        assert case_by_id(ctx, later.id).clock.policy_version == 1


# ---- the draft ------------------------------------------------------------------------------------------------


def test_officers_of_the_lead_and_of_the_other_agencies_write_the_reply(make: Make, work: Work) -> None:
    co = make.agency()
    made = make.case(co_agency_id=co, common=1)
    for officer, text in ((make.officer(made.agency_id), "First."), (make.officer(co), "Second.")):
        with work(officer.actor) as ctx:
            case = case_by_id(ctx, made.id)
            reply = save_draft(ctx, case, answered(ctx, case, text))
            assert (reply.author_id, reply.state) == (officer.id, ReplyState.DRAFT)
    with work() as ctx:
        demand = case_by_id(ctx, made.id).demands[0]
        assert (demand.answer, demand.outcome) == ("Second.", Outcome.ADOPTED)


@pytest.mark.parametrize("who", ["citizen", "officer elsewhere", "administrator", "visitor"])
def test_nobody_else_writes_it(make: Make, work: Work, who: str) -> None:
    made = make.case()
    actor = {
        "citizen": lambda: make.person().actor,
        "officer elsewhere": lambda: make.officer(make.agency(), Role.APPROVER).actor,
        "administrator": lambda: make.person(administrator=True).actor,
        "visitor": lambda: ANONYMOUS,
    }[who]()
    for act in (save_draft, submit_reply):
        with work(actor) as ctx, pytest.raises(Forbidden) as refused:
            act(ctx, case_by_id(ctx, made.id), DRAFT)
        assert isinstance(refused.value, SignInNeeded) == (who == "visitor")
    with work() as ctx:
        assert reply_of(ctx, case_by_id(ctx, made.id)) is None


def test_texts_are_cleaned_and_made_safe_when_they_are_saved(make: Make, work: Work) -> None:
    made = make.case(common=1)
    officer = make.officer(made.agency_id)
    with work(officer.actor) as ctx:
        case = case_by_id(ctx, made.id)
        nasty = answered(ctx, case, "<script>alert(1)</script> **yes**")
        save_draft(ctx, case, replace(nasty, summary="A\u202eB <b>", contact=" Mrs\n Lin "))
    with work() as ctx:
        case = case_by_id(ctx, made.id)
        reply = reply_of(ctx, case)
        assert reply is not None
        assert (reply.summary, reply.contact) == ("AB <b>", "Mrs Lin")
        assert "&lt;b&gt;" in reply.summary_html
        assert "<strong>yes</strong>" in case.demands[0].answer_html
        assert "<script" not in case.demands[0].answer_html


def test_officers_add_demands_and_remove_only_those(make: Make, work: Work) -> None:
    made = make.case(common=1)
    officer = make.officer(made.agency_id)
    with work(officer.actor) as ctx:
        case = case_by_id(ctx, made.id)
        save_draft(ctx, case, replace(DRAFT, new_demand="  A bench at every stop "))
        assert [(one.text, one.source) for one in case.demands[1:]] == [("A bench at every stop", Source.OFFICER)]
        everything = frozenset(one.id for one in case.demands)
        save_draft(ctx, case, replace(DRAFT, revision=1, removed=everything))
    with work() as ctx:
        assert [one.source for one in case_by_id(ctx, made.id).demands] == [Source.MAP]


def test_a_removed_demand_leaves_room_for_another(make: Make, work: Work) -> None:
    made = make.case()
    officer = make.officer(made.agency_id)
    with work(officer.actor) as ctx:
        case = case_by_id(ctx, made.id)
        for revision, text in enumerate(("One", "Two", "Three")):
            save_draft(ctx, case, replace(DRAFT, revision=revision, new_demand=text))
        second = case.demands[1].id
        save_draft(ctx, case, replace(DRAFT, revision=3, removed=frozenset({second}), new_demand="Four"))
    with work() as ctx:
        assert [one.text for one in case_by_id(ctx, made.id).demands] == ["One", "Three", "Four"]


@pytest.mark.parametrize("field", ["summary", "contact", "new_demand"])
def test_a_text_that_is_too_long_is_named(make: Make, work: Work, field: str) -> None:
    made = make.case()
    officer = make.officer(made.agency_id)
    with work(officer.actor) as ctx, pytest.raises(Invalid) as refused:
        save_draft(ctx, case_by_id(ctx, made.id), replace(DRAFT, **{field: "x" * 6000}))
    assert list(refused.value.fields) == [field]


def test_saving_over_somebody_elses_newer_version_is_refused(make: Make, work: Work) -> None:
    made = make.case()
    first, second = make.officer(made.agency_id), make.officer(made.agency_id)
    for begun_from in (0, 1):
        newer = replace(DRAFT, summary=f"Version {begun_from}", revision=begun_from)
        with work(first.actor) as ctx:
            save_draft(ctx, case_by_id(ctx, made.id), newer)
        with work(second.actor) as ctx, pytest.raises(Conflict):
            save_draft(ctx, case_by_id(ctx, made.id), replace(DRAFT, summary="Mine", revision=begun_from))
    with work() as ctx:
        reply = reply_of(ctx, case_by_id(ctx, made.id))
        assert reply is not None
        assert (reply.summary, reply.author_id) == ("Version 1", first.id)


def test_two_officers_who_began_from_the_same_version_do_not_both_save(make: Make, work: Work) -> None:
    made = make.case()
    officers = [make.officer(made.agency_id) for _ in range(2)]
    seen = {}
    with work(officers[0].actor) as ctx:
        save_draft(ctx, case_by_id(ctx, made.id), DRAFT)
    with work(officers[1].actor) as ctx:
        seen["case"] = case_by_id(ctx, made.id)
        seen["reply"] = reply_of(ctx, seen["case"])
        assert seen["reply"] is not None
    with work(officers[0].actor) as ctx:
        save_draft(ctx, case_by_id(ctx, made.id), replace(DRAFT, summary="Newer", revision=1))
    with work(officers[1].actor) as ctx:
        ctx.session.merge(seen["reply"], load=False)
        case = ctx.session.merge(seen["case"], load=False)
        with pytest.raises(Conflict):
            save_draft(ctx, case, replace(DRAFT, summary="Older", revision=1))


# ---- submitting and approving ---------------------------------------------------------------------------------


def test_a_demand_without_outcome_or_reason_blocks_submitting_and_is_named(make: Make, work: Work) -> None:
    made = make.case(common=3)
    officer = make.officer(made.agency_id)
    with work(officer.actor) as ctx:
        case = case_by_id(ctx, made.id)
        one, two, three = (demand.id for demand in case.demands)
        answers = {one: complete(), two: complete(text=" "), three: replace(complete(), outcome=None)}
        with pytest.raises(Invalid) as refused:
            submit_reply(ctx, case, replace(DRAFT, answers=answers))
    assert refused.value.values == {"numbers": "2, 3"}


def test_a_reply_needs_a_summary(make: Make, work: Work) -> None:
    made = make.case()
    officer = make.officer(made.agency_id)
    with work(officer.actor) as ctx, pytest.raises(Invalid) as refused:
        submit_reply(ctx, case_by_id(ctx, made.id), replace(DRAFT, summary=" \n "))
    assert list(refused.value.fields) == ["summary"]


def test_a_submitted_reply_is_not_written_on(make: Make, work: Work) -> None:
    made = make.case(common=1)
    author = make.officer(made.agency_id)
    revision = submit(work, made, author)
    with work(author.actor) as ctx, pytest.raises(Conflict):
        save_draft(ctx, case_by_id(ctx, made.id), replace(DRAFT, revision=revision))
    assert facts(work, "reply.submitted") == [{"case_id": made.id}]


def test_an_approver_publishes_and_the_clock_stops(make: Make, work: Work) -> None:
    made = make.case(common=1)
    author, approver = make.officer(made.agency_id), make.officer(made.agency_id, Role.APPROVER)
    revision = submit(work, made, author)
    with work(approver.actor) as ctx:
        publish_reply(ctx, case_by_id(ctx, made.id), revision)
    with work() as ctx:
        case = case_by_id(ctx, made.id)
        reply = reply_of(ctx, case)
        assert reply is not None
        assert (reply.state, reply.approver_id) == (ReplyState.PUBLISHED, approver.id)
        assert reply.published_at == case.answered_at == ctx.now
        assert case.clock.stopped_on == ctx.today
    assert facts(work, "reply.published") == [{"case_id": made.id, "late": False}]


def test_the_author_does_not_approve_the_own_reply(make: Make, work: Work) -> None:
    made = make.case()
    author = make.officer(made.agency_id, Role.APPROVER)
    revision = submit(work, made, author)
    with work(author.actor) as ctx, pytest.raises(Forbidden):
        publish_reply(ctx, case_by_id(ctx, made.id), revision)
    with work(author.actor) as ctx, pytest.raises(Forbidden):
        send_back(ctx, case_by_id(ctx, made.id), revision, "I changed my mind.")
    with work() as ctx:
        assert not case_by_id(ctx, made.id).is_answered


@pytest.mark.parametrize("who", ["author", "approver of the other agency", "citizen", "visitor"])
def test_only_an_approver_of_the_lead_agency_decides(make: Make, work: Work, who: str) -> None:
    co = make.agency()
    made = make.case(co_agency_id=co)
    make.contribution(made.id, co)
    revision = submit(work, made, make.officer(co))
    actor: Actor = {
        "author": lambda: make.officer(made.agency_id).actor,
        "approver of the other agency": lambda: make.officer(co, Role.APPROVER).actor,
        "citizen": lambda: make.person().actor,
        "visitor": lambda: ANONYMOUS,
    }[who]()
    with work(actor) as ctx, pytest.raises(Forbidden):
        publish_reply(ctx, case_by_id(ctx, made.id), revision)
    with work(actor) as ctx, pytest.raises(Forbidden):
        send_back(ctx, case_by_id(ctx, made.id), revision, "No.")


def test_a_reply_sent_back_is_a_draft_again_with_the_reason(make: Make, work: Work) -> None:
    made = make.case()
    author, approver = make.officer(made.agency_id), make.officer(made.agency_id, Role.APPROVER)
    revision = submit(work, made, author)
    with work(approver.actor) as ctx, pytest.raises(Invalid):
        send_back(ctx, case_by_id(ctx, made.id), revision, "  ")
    with work(approver.actor) as ctx:
        send_back(ctx, case_by_id(ctx, made.id), revision, "Name the lines.")
    with work(author.actor) as ctx:
        case = case_by_id(ctx, made.id)
        reply = reply_of(ctx, case)
        assert reply is not None
        assert (reply.state, reply.sent_back_because) == (ReplyState.DRAFT, "Name the lines.")
        assert submit_reply(ctx, case, answered(ctx, case)).sent_back_because == ""
    assert facts(work, "reply.sent-back") == [{"case_id": made.id}]


def test_the_author_takes_a_submitted_reply_back(make: Make, work: Work) -> None:
    made = make.case()
    author, colleague = make.officer(made.agency_id), make.officer(made.agency_id)
    revision = submit(work, made, author)
    with work(colleague.actor) as ctx, pytest.raises(Conflict):
        take_back(ctx, case_by_id(ctx, made.id), revision)
    with work(author.actor) as ctx:
        assert take_back(ctx, case_by_id(ctx, made.id), revision).state is ReplyState.DRAFT


def test_an_approver_publishes_only_what_was_read(make: Make, work: Work) -> None:
    made = make.case()
    author, approver = make.officer(made.agency_id), make.officer(made.agency_id, Role.APPROVER)
    read = submit(work, made, author)
    with work(author.actor) as ctx:
        take_back(ctx, case_by_id(ctx, made.id), read)
    newer = submit(work, made, author)
    with work(approver.actor) as ctx, pytest.raises(Conflict):
        publish_reply(ctx, case_by_id(ctx, made.id), read)
    with work(approver.actor) as ctx:
        publish_reply(ctx, case_by_id(ctx, made.id), newer)


def test_a_reply_is_published_once(make: Make, work: Work) -> None:
    made = make.case()
    approver = make.officer(made.agency_id, Role.APPROVER)
    revision = submit(work, made, make.officer(made.agency_id))
    with work(approver.actor) as ctx:
        published = publish_reply(ctx, case_by_id(ctx, made.id), revision).revision
    for again in (revision, published):
        with work(approver.actor) as ctx, pytest.raises(Conflict):
            publish_reply(ctx, case_by_id(ctx, made.id), again)
    assert len(facts(work, "reply.published")) == 1


def test_an_unknown_case_is_not_found(work: Work) -> None:
    with work() as ctx, pytest.raises(NotFound):
        case_by_id(ctx, 404)


# ---- lateness -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        (datetime(2026, 11, 4, 4, 0, tzinfo=UTC), ClockStatus.RUNNING),
        (datetime(2026, 11, 20, 4, 0, tzinfo=UTC), ClockStatus.DUE_SOON),
        (LAST_SECOND, ClockStatus.DUE_TODAY),
        (LAST_SECOND + timedelta(seconds=1), ClockStatus.LATE),
    ],
)
def test_a_reply_is_late_from_the_first_second_of_the_next_local_day(
    make: Make, work: Work, clock: FixedClock, moment: datetime, status: ClockStatus
) -> None:
    made = make.case()
    clock.travel_to(moment)
    with work() as ctx:
        row = case_by_id(ctx, made.id).clock
        assert clock_status(row.due_on, ctx.today, row.stopped_on, ctx.calendar).status is status


@pytest.mark.parametrize(("moment", "late"), [(LAST_SECOND, False), (LAST_SECOND + timedelta(seconds=1), True)])
def test_a_reply_published_on_its_last_day_is_in_time(
    make: Make, work: Work, clock: FixedClock, moment: datetime, late: bool
) -> None:
    made = make.case()
    approver = make.officer(made.agency_id, Role.APPROVER)
    revision = submit(work, made, make.officer(made.agency_id))
    clock.travel_to(moment)
    with work(approver.actor) as ctx:
        publish_reply(ctx, case_by_id(ctx, made.id), revision)
    assert facts(work, "reply.published") == [{"case_id": made.id, "late": late}]


# ---- reading --------------------------------------------------------------------------------------------------


def three_cases(make: Make, work: Work, clock: FixedClock) -> tuple[MadeCase, MadeCase, MadeCase]:
    """An answered, a late and a due case, opened in the order answered, due, late but for the calendar."""
    done, late = make.case(title="Done"), make.case(title="Late")
    revision = submit(work, done, make.officer(done.agency_id))
    with work(make.officer(done.agency_id, Role.APPROVER).actor) as ctx:
        publish_reply(ctx, case_by_id(ctx, done.id), revision)
    clock.advance(timedelta(days=14))
    due = make.case(title="Due")
    clock.advance(timedelta(days=14))
    return late, due, done


def test_the_home_page_shows_the_late_before_the_due_and_the_answered_apart(
    make: Make, work: Work, clock: FixedClock
) -> None:
    late, due, done = three_cases(make, work, clock)
    with work() as ctx:
        assert [case.id for case in owed_cases(ctx)] == [late.id, due.id]
        assert [case.id for case in answered_cases(ctx)] == [done.id]


def test_the_desk_shows_an_officer_the_own_agencies_only(make: Make, work: Work, clock: FixedClock) -> None:
    late, due, _ = three_cases(make, work, clock)
    helper, outsider = make.officer(late.agency_id), make.officer(make.agency())
    submit(work, late, helper)
    draft = make.issue(agency_id=late.agency_id, state=IssueState.DRAFT)
    running = make.issue(agency_id=late.agency_id)
    with work(helper.actor) as ctx:
        assert [line.case_id for line in my_desk(ctx).lines] == [late.id]
        assert [topic.id for topic in my_topics(ctx)] == [draft.topic_id, running.topic_id]
    with work(outsider.actor) as ctx:
        assert (my_desk(ctx).lines, my_topics(ctx)) == ([], [])
    with work(make.officer(due.agency_id).actor) as ctx:
        assert [line.case_id for line in my_desk(ctx).lines] == [due.id]
