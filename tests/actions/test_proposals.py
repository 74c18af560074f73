"""The life of a proposal: written, reviewed, turned down or admitted, appealed, taken back, filed again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.agencies.models import Agency
from app.cases.models import Case
from app.cases.queries import case_by_id, case_of_topic
from app.clocks.models import ClockRow
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.permissions import Role
from app.core.terms import Promise
from app.endorsements.endorsing import endorse
from app.notices.models import Letter
from app.proposals.actions import appeal, file_again, withdraw
from app.proposals.drafting import discard, draft, save, submit
from app.proposals.handling import note_contact, publish_plan
from app.proposals.queries import phase, proposal_by_id, proposals_page, review_queue
from app.proposals.repeating import similar_to
from app.proposals.reviewing import admit, ask_for_change, hand_over, reject, release, take, take_down
from app.proposals.rules import Code, Phase, ProposalState, Rejection, Verdict
from tests.conftest import NOON
from tests.support.builders import MadeCase, MadePerson, Make
from tests.support.proposals import (
    MadeProposal,
    Work,
    collecting,
    drafted,
    endorsed,
    entered,
    established,
    gathering,
    submitted,
)

UNCLEAR = Rejection(Code.UNCLEAR, "We cannot tell which line is meant.", "en")
RunJob = Callable[[str], None]


@pytest.fixture
def reviewer(make: Make) -> MadePerson:
    return make.person("Rita Reviewer", moderator=True)


def in_hand(ctx: Context, made: MadeProposal) -> object:
    return take(ctx, proposal_by_id(ctx, made.id))


def turned_down(work: Work, made: MadeProposal, reviewer: MadePerson, why: Rejection = UNCLEAR) -> None:
    with work(reviewer.actor) as ctx:
        reject(ctx, take(ctx, proposal_by_id(ctx, made.id)), why)


def review_clock(work: Work, made: MadeProposal) -> ClockRow:
    with work() as ctx:
        query = sa.select(ClockRow).where(ClockRow.promise == Promise.REVIEW, ClockRow.subject_id == made.id)
        return ctx.session.scalars(query).one()


# ---- writing ----


def test_a_draft_is_seen_by_its_author_alone(work: Work, make: Make, reviewer: MadePerson) -> None:
    made = drafted(work, make)
    with work(made.author.actor) as ctx:
        assert proposal_by_id(ctx, made.id).state is ProposalState.DRAFT
    for person in (reviewer, make.person(), make.officer(made.agency_id)):
        with work(person.actor) as ctx, pytest.raises(NotFound):
            proposal_by_id(ctx, made.id)


def test_nobody_writes_in_the_draft_of_another(work: Work, make: Make) -> None:
    made = drafted(work, make)
    with work(made.author.actor) as ctx:
        proposal = proposal_by_id(ctx, made.id)
    with work(make.person().actor) as ctx, pytest.raises(Forbidden):
        save(ctx, proposal, entered(), 1)


def test_whoever_saves_over_a_newer_draft_is_told(work: Work, make: Make) -> None:
    made = drafted(work, make)
    with work(made.author.actor) as ctx:
        save(ctx, proposal_by_id(ctx, made.id), entered("Night buses"), 1)
    with work(made.author.actor) as ctx, pytest.raises(Conflict):
        save(ctx, proposal_by_id(ctx, made.id), entered("Day buses"), 1)


def test_what_is_handed_in_is_frozen_as_version_one(work: Work, make: Make) -> None:
    made = submitted(work, make)
    with work(made.author.actor) as ctx:
        proposal = proposal_by_id(ctx, made.id)
        assert [version.number for version in proposal.versions] == [1]
        assert proposal.versions[0].content["demands"] == ["Run the night buses until two.", "Light the stops."]
        with pytest.raises(Conflict):
            save(ctx, proposal, entered("Other"), proposal.revision)


def test_an_unfinished_draft_is_not_handed_in(work: Work, make: Make) -> None:
    made = drafted(work, make, demands=(), reason="")
    with work(made.author.actor) as ctx, pytest.raises(Invalid) as refused:
        submit(ctx, proposal_by_id(ctx, made.id), 1)
    assert set(refused.value.fields) == {"demands", "reason"}


def test_the_review_is_due_three_working_days_after_it_was_handed_in(work: Work, make: Make) -> None:
    assert review_clock(work, submitted(work, make)).due_on == date(2026, 11, 9)


def test_when_too_many_wait_no_more_are_taken_and_the_draft_is_kept(work: Work, make: Make) -> None:
    make.policy(proposal={"intake_cap": 1})
    submitted(work, make)
    made = drafted(work, make)
    with work(made.author.actor) as ctx, pytest.raises(Conflict):
        submit(ctx, proposal_by_id(ctx, made.id), 1)
    with work(made.author.actor) as ctx:
        assert proposal_by_id(ctx, made.id).state is ProposalState.DRAFT


def test_in_an_election_pause_nothing_is_proposed(work: Work, make: Make) -> None:
    made = drafted(work, make)
    pause = {"name": {"en": "Election"}, "first_day": "2026-11-01", "last_day": "2026-11-28", "stops": ["propose"]}
    make.policy(pauses=[pause])
    with work(made.author.actor) as ctx, pytest.raises(Conflict):
        submit(ctx, proposal_by_id(ctx, made.id), 1)
    with work(made.author.actor) as ctx, pytest.raises(Conflict):
        draft(ctx, entered())


def test_what_is_given_up_before_it_is_public_is_gone(work: Work, make: Make, reviewer: MadePerson) -> None:
    made = submitted(work, make)
    with work(made.author.actor) as ctx:
        discard(ctx, proposal_by_id(ctx, made.id))
    assert review_clock(work, made).stopped_at is not None
    with work(reviewer.actor) as ctx:
        assert review_queue(ctx) == []


# ---- reviewing ----


def test_what_an_appeal_hides_is_gone_from_the_list(work: Work, make: Make, reviewer: MadePerson) -> None:
    made = submitted(work, make)
    turned_down(work, made, reviewer, UNCLEAR)
    with work() as ctx:
        assert [one.id for one in proposals_page(ctx).items] == [made.id], "turned down, it stays to be read"
    with work(made.author.actor) as ctx:
        appeal(ctx, proposal_by_id(ctx, made.id), "Line 9 is named twice.")
    turned_down(work, made, make.person(moderator=True), Rejection(Code.INSULTING, "It insults a clerk.", "en"))
    with work() as ctx:
        assert proposals_page(ctx).items == []


def test_a_proposal_in_hand_is_not_taken_by_another_reviewer(work: Work, make: Make, reviewer: MadePerson) -> None:
    made, other = submitted(work, make), make.person(moderator=True)
    with work(reviewer.actor) as ctx:
        in_hand(ctx, made)
    with work(other.actor) as ctx, pytest.raises(Conflict):
        in_hand(ctx, made)
    with work(other.actor) as ctx, pytest.raises(Conflict):
        reject(ctx, proposal_by_id(ctx, made.id), UNCLEAR)
    with work(other.actor) as ctx:
        assert review_queue(ctx)[0].reviewer is not None
        assert take(ctx, proposal_by_id(ctx, made.id), force=True).reviewer_id == other.id


def test_it_can_be_handed_over_and_put_back(work: Work, make: Make, reviewer: MadePerson) -> None:
    made, other, citizen = submitted(work, make), make.person(moderator=True), make.person()
    with work(reviewer.actor) as ctx:
        in_hand(ctx, made)
        with pytest.raises(Invalid):
            hand_over(ctx, proposal_by_id(ctx, made.id), citizen.id)
        hand_over(ctx, proposal_by_id(ctx, made.id), other.id)
    with work(other.actor) as ctx:
        assert release(ctx, proposal_by_id(ctx, made.id)).reviewer_id is None


def test_reviewing_is_for_reviewers_and_never_of_ones_own(work: Work, make: Make, reviewer: MadePerson) -> None:
    own = submitted(work, make, reviewer)
    with work(reviewer.actor) as ctx, pytest.raises(Forbidden):
        in_hand(ctx, own)
    made = submitted(work, make)
    for person in (made.author, make.officer(made.agency_id)):
        with work(made.author.actor) as ctx:
            proposal = proposal_by_id(ctx, made.id)
        with work(person.actor) as ctx, pytest.raises(Forbidden):
            take(ctx, proposal)


def test_admitted_it_is_public_and_gathers_endorsements(work: Work, make: Make) -> None:
    made = collecting(work, make)
    with work(make.person().actor) as ctx:
        proposal = proposal_by_id(ctx, made.id)
        assert phase(proposal) is Phase.COLLECTING
        assert proposal.competence_until == date(2026, 11, 11)
        assert [one.id for one in proposals_page(ctx, Phase.COLLECTING).items] == [made.id]
    assert review_clock(work, made).stopped_at is not None


def test_turned_down_it_stays_to_be_found_with_the_reason(work: Work, make: Make, reviewer: MadePerson) -> None:
    made = submitted(work, make)
    turned_down(work, made, reviewer)
    with work(make.person().actor) as ctx:
        proposal = proposal_by_id(ctx, made.id)
        assert [one.id for one in proposals_page(ctx, Phase.REJECTED).items] == [made.id]
        assert proposal.decision is not None
        assert (proposal.decision.code, proposal.decision.reason) == (Code.UNCLEAR, UNCLEAR.reason)
        assert proposal.hidden_at is None


def test_the_code_can_hide_the_text_but_not_that_it_was(work: Work, make: Make, reviewer: MadePerson) -> None:
    made = submitted(work, make)
    turned_down(work, made, reviewer, Rejection(Code.INSULTING, "It insults a clerk.", "en"))
    with work(make.person().actor) as ctx:
        assert proposals_page(ctx).items == []
        proposal = proposal_by_id(ctx, made.id)
        assert proposal.hidden_at is not None
        assert not proposal.is_public


def test_a_decision_without_a_reason_is_none(work: Work, make: Make, reviewer: MadePerson) -> None:
    made = submitted(work, make)
    with work(reviewer.actor) as ctx:
        in_hand(ctx, made)
        with pytest.raises(Invalid):
            reject(ctx, proposal_by_id(ctx, made.id), Rejection(Code.UNCLEAR, "  ", "en"))


def test_while_the_author_changes_something_the_clock_of_the_review_stands(
    work: Work, make: Make, reviewer: MadePerson, clock: FixedClock
) -> None:
    made = submitted(work, make)
    with work(reviewer.actor) as ctx:
        in_hand(ctx, made)
        ask_for_change(ctx, proposal_by_id(ctx, made.id), "Which line?", "en")
    clock.advance(timedelta(days=7))
    with work(made.author.actor) as ctx:
        proposal = proposal_by_id(ctx, made.id)
        save(ctx, proposal, entered(reason="Line 9 ends at eleven."), proposal.revision)
        submit(ctx, proposal_by_id(ctx, made.id), proposal.revision)
    with work(reviewer.actor) as ctx:
        proposal = proposal_by_id(ctx, made.id)
        assert [version.number for version in proposal.versions] == [1, 2]
        assert [one.verdict for one in proposal.decisions] == [Verdict.ASKED]
        assert proposal.clock is not None
        assert (proposal.clock.due_on, proposal.clock.is_running) == (date(2026, 11, 13), True)


def test_an_appeal_goes_to_another_reviewer(work: Work, make: Make, reviewer: MadePerson) -> None:
    made, other = submitted(work, make), make.person(moderator=True)
    turned_down(work, made, reviewer)
    with work(made.author.actor) as ctx:
        appeal(ctx, proposal_by_id(ctx, made.id), "Line 9 is named twice.")
    with work(reviewer.actor) as ctx, pytest.raises(Forbidden):
        in_hand(ctx, made)
    with work(other.actor) as ctx:
        slug = ctx.get(Agency, made.agency_id).slug
        admit(ctx, take(ctx, proposal_by_id(ctx, made.id)), (slug,))
        assert phase(proposal_by_id(ctx, made.id)) is Phase.COLLECTING


def test_an_appeal_is_possible_once(work: Work, make: Make, reviewer: MadePerson) -> None:
    made, other = submitted(work, make), make.person(moderator=True)
    turned_down(work, made, reviewer)
    with work(made.author.actor) as ctx:
        appeal(ctx, proposal_by_id(ctx, made.id), "No.")
    turned_down(work, made, other)
    with work(made.author.actor) as ctx, pytest.raises(Conflict):
        appeal(ctx, proposal_by_id(ctx, made.id), "No!")


@pytest.mark.parametrize(("days", "possible"), [(14, True), (15, False)])
def test_an_appeal_comes_within_fourteen_days(
    work: Work, make: Make, reviewer: MadePerson, clock: FixedClock, days: int, possible: bool
) -> None:
    made = submitted(work, make)
    turned_down(work, made, reviewer)
    clock.travel_to(NOON + timedelta(days=days))
    with work(made.author.actor) as ctx:
        if possible:
            appeal(ctx, proposal_by_id(ctx, made.id), "No.")
        else:
            with pytest.raises(Conflict):
                appeal(ctx, proposal_by_id(ctx, made.id), "No.")


@pytest.mark.parametrize(("days", "possible"), [(7, True), (8, False)])
def test_after_seven_days_nobody_says_that_the_agency_is_not_competent(
    work: Work, make: Make, reviewer: MadePerson, clock: FixedClock, days: int, possible: bool
) -> None:
    made = collecting(work, make)
    clock.travel_to(NOON + timedelta(days=days))
    why = Rejection(Code.NATIONAL, "The railway is the ministry's.", "en")
    with work(reviewer.actor) as ctx:
        if possible:
            take_down(ctx, proposal_by_id(ctx, made.id), why)
            assert phase(proposal_by_id(ctx, made.id)) is Phase.REJECTED
        else:
            with pytest.raises(Conflict):
                take_down(ctx, proposal_by_id(ctx, made.id), why)


def test_what_is_established_is_not_taken_down(work: Work, make: Make, reviewer: MadePerson) -> None:
    made = established(work, make)
    with pytest.raises(Conflict), work(reviewer.actor) as ctx:
        take_down(ctx, proposal_by_id(ctx, made.id), Rejection(Code.NATIONAL, "Not ours.", "en"))
    assert gathering(work, made.topic_id).ended_at is None


def test_what_is_taken_down_takes_no_more_endorsements(work: Work, make: Make, reviewer: MadePerson) -> None:
    made, person = collecting(work, make), make.person()
    with work(reviewer.actor) as ctx:
        take_down(ctx, proposal_by_id(ctx, made.id), Rejection(Code.PERSONAL_DATA, "It names a child.", "en"))
    with work(person.actor) as ctx, pytest.raises(Conflict):
        endorse(ctx, made.topic_id)


# ---- the same matter again ----


def answered(work: Work, made: MadeProposal, at: datetime = NOON) -> None:
    with work() as ctx:
        case = case_of_topic(ctx, made.topic_id)
        assert case is not None
        case.answered_at = at


CHINESE = {
    "lang": "zh-Hant-TW",
    "title": "夜間公車延長到凌晨兩點",
    "demands": ("末班車延後到凌晨兩點發車",),
    "reason": "許多在餐廳與醫院上晚班的人，下班後只能走一個小時的路回家。",
    "benefit": "晚班的人可以平安回家。",
}
OTHER_WORDS = CHINESE | {
    "title": "請讓晚班的人有公車可搭",
    "demands": ("夜間公車的末班車延長到凌晨兩點",),
    "reason": "醫院、餐廳的晚班下班後沒有公車，走路回家要一個小時。",
}


def test_the_same_matter_in_other_words_is_suggested_and_the_reviewer_decides(
    work: Work, make: Make, reviewer: MadePerson
) -> None:
    first = established(work, make, **CHINESE)
    answered(work, first)
    again, unlike = submitted(work, make, **OTHER_WORDS), submitted(work, make, title="Trees", reason="Shade in parks.")
    with work(reviewer.actor) as ctx:
        found = similar_to(ctx, proposal_by_id(ctx, again.id))
        assert [(one.proposal_id, one.barred_until) for _, one in found] == [(first.id, date(2027, 5, 4))]
        assert similar_to(ctx, proposal_by_id(ctx, unlike.id)) == []
        why = Rejection(Code.SAME_MATTER, "It was answered on 4 November.", "en", same_as=first.id)
        reject(ctx, take(ctx, proposal_by_id(ctx, again.id)), why)


def test_half_a_year_after_the_reply_the_matter_is_free_again(
    work: Work, make: Make, reviewer: MadePerson, clock: FixedClock
) -> None:
    first, again = established(work, make), submitted(work, make)
    answered(work, first)
    clock.travel_to(datetime(2027, 5, 5, 4, tzinfo=UTC))
    why = Rejection(Code.SAME_MATTER, "Again.", "en", same_as=first.id)
    with work(reviewer.actor) as ctx:
        in_hand(ctx, again)
        with pytest.raises(Invalid):
            reject(ctx, proposal_by_id(ctx, again.id), why)


def test_a_duplicate_names_one_that_is_open(work: Work, make: Make, reviewer: MadePerson) -> None:
    first, again = collecting(work, make), submitted(work, make)
    with work(reviewer.actor) as ctx:
        in_hand(ctx, again)
        with pytest.raises(Invalid):
            reject(ctx, proposal_by_id(ctx, again.id), Rejection(Code.DUPLICATE, "It is there.", "en"))
        reject(ctx, proposal_by_id(ctx, again.id), Rejection(Code.DUPLICATE, "It is there.", "en", same_as=first.id))
        decision = proposal_by_id(ctx, again.id).decision
        assert decision is not None
        assert decision.same_as_id == first.id


# ---- its end ----


def test_its_author_takes_it_back_with_a_reason_as_long_as_it_is_not_established(work: Work, make: Make) -> None:
    made = collecting(work, make)
    with work(make.person().actor) as ctx, pytest.raises(Forbidden):
        withdraw(ctx, proposal_by_id(ctx, made.id), "Mine now.")
    with work(made.author.actor) as ctx, pytest.raises(Invalid):
        withdraw(ctx, proposal_by_id(ctx, made.id), " ")
    with work(made.author.actor) as ctx:
        withdraw(ctx, proposal_by_id(ctx, made.id), "The city does it already.")
        assert phase(proposal_by_id(ctx, made.id)) is Phase.WITHDRAWN
    done = established(work, make)
    with work(done.author.actor) as ctx, pytest.raises(Conflict):
        withdraw(ctx, proposal_by_id(ctx, done.id), "Too late.")


def test_what_lapsed_can_be_filed_again(work: Work, make: Make, clock: FixedClock, run_job: RunJob) -> None:
    made = collecting(work, make)
    with work(made.author.actor) as ctx, pytest.raises(Conflict):
        file_again(ctx, proposal_by_id(ctx, made.id))
    clock.advance(timedelta(days=70))
    run_job("look-after-gatherings")
    with work(made.author.actor) as ctx:
        new = file_again(ctx, proposal_by_id(ctx, made.id))
        assert (new.state, new.retry_of_id, new.demands) == (
            ProposalState.DRAFT,
            made.id,
            ["Run the night buses until two.", "Light the stops."],
        )


def test_a_published_reply_ends_endorsing_and_discussion(work: Work, make: Make) -> None:
    made = established(work, make)
    with work() as ctx:
        case = ctx.session.scalars(sa.select(Case)).one()
        told = MadeCase(case.id, made.topic_id, made.slug, made.agency_id, case.clock.due_on, [])
    make.answered(case=told)
    with work() as ctx:
        proposal = proposal_by_id(ctx, made.id)
        assert phase(proposal) is Phase.ANSWERED
        assert proposal.topic.closed_at is not None
        assert {clock.stop.value for clock in case_by_id(ctx, told.id).clocks if clock.stop} == {"kept", "void"}
    assert gathering(work, made.topic_id).ended_at is not None


# ---- what agencies promise besides ----


def test_the_plan_and_the_talk_stop_their_clocks(work: Work, make: Make) -> None:
    made = established(work, make)
    approver = make.officer(made.agency_id, Role.APPROVER)
    with work(make.officer(make.agency(), Role.APPROVER).actor) as ctx, pytest.raises(Forbidden):
        publish_plan(ctx, case_of_topic(ctx, made.topic_id), "We count passengers.", "en")
    with work(approver.actor) as ctx:
        case = case_of_topic(ctx, made.topic_id)
        assert case is not None
        publish_plan(ctx, case, "We count passengers in November.", "en")
        note_contact(ctx, case, ctx.today)
        with pytest.raises(Conflict):
            publish_plan(ctx, case, "Again.", "en")
    with work() as ctx:
        case = case_of_topic(ctx, made.topic_id)
        assert case is not None
        assert {clock.promise.value: clock.is_running for clock in case.clocks} == {
            "reply": True,
            "plan": False,
            "contact": False,
        }


def test_the_author_is_told_of_each_step(work: Work, make: Make) -> None:
    made = collecting(work, make, threshold=2)
    endorsed(work, made, [make.person().actor, make.person().actor])
    with work() as ctx:
        query = sa.select(Letter.subject).where(Letter.recipient == made.author.email).order_by(Letter.id)
        subjects = [subject.partition(":")[0] for subject in ctx.session.scalars(query)]
    assert subjects == [
        "People can endorse your proposal now",
        "1 person endorses your proposal",
        "Your proposal is established",
    ]
