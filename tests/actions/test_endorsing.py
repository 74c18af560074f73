"""Endorsing: one voice of each person, counters that fit their rows, and the one fact on the threshold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.accounts.models import Person
from app.audit.models import FactRow
from app.cases.models import Case
from app.cases.rules import Source
from app.core.clock import FixedClock
from app.core.errors import Conflict, Forbidden, SignInNeeded
from app.core.permissions import ANONYMOUS
from app.core.policy_parts import Deed
from app.endorsements.endorsing import endorse, oppose, take_back
from app.endorsements.halting import halt, lift
from app.endorsements.models import Endorsement, Gathering, ProgressMark, Tally
from app.endorsements.queries import drift, gathering_of
from app.endorsements.rules import Side, TallyBy
from app.endorsements.voices import voice_of
from app.proposals.queries import phase, proposal_by_id
from app.proposals.rules import Phase
from tests.conftest import NOON
from tests.support.builders import Make
from tests.support.proposals import Work, collecting, endorsed, established, gathering, share_telephone

RunJob = Callable[[str], None]


def facts(work: Work, kind: str) -> list[FactRow]:
    with work() as ctx:
        return list(ctx.session.scalars(sa.select(FactRow).where(FactRow.kind == kind).order_by(FactRow.id)))


def test_an_endorsement_is_counted_once_however_often_it_is_given(work: Work, make: Make) -> None:
    made, person = collecting(work, make), make.person()
    with work(person.actor) as ctx:
        assert endorse(ctx, made.topic_id).is_new
    with work(person.actor) as ctx:
        assert not endorse(ctx, made.topic_id).is_new
    with work() as ctx:
        assert gathering_of(ctx, made.topic_id).endorsed == 1
        assert drift(ctx) == 0


def test_visitors_and_the_unconfirmed_endorse_nothing(work: Work, make: Make) -> None:
    made = collecting(work, make)
    with work(ANONYMOUS) as ctx, pytest.raises(SignInNeeded):
        endorse(ctx, made.topic_id)
    with work(make.person(confirmed=False).actor) as ctx, pytest.raises(Forbidden):
        endorse(ctx, made.topic_id)


def test_three_accounts_of_one_telephone_are_one_voice(work: Work, make: Make) -> None:
    made, accounts = collecting(work, make), [make.person() for _ in range(3)]
    share_telephone(work, "one", [account.id for account in accounts])
    endorsed(work, made, [accounts[0].actor])
    for account in accounts[1:]:
        with work(account.actor) as ctx:
            assert not endorse(ctx, made.topic_id).is_new
    assert gathering(work, made.topic_id).endorsed == 1
    with work(accounts[0].actor) as ctx:
        take_back(ctx, made.topic_id)
    with work(accounts[1].actor) as ctx:
        assert endorse(ctx, made.topic_id).is_new, "the voice is free again"
        assert drift(ctx) == 0


def test_one_mailbox_is_one_voice_whatever_the_account(work: Work, make: Make) -> None:
    made, first, second = collecting(work, make), make.person(), make.person()
    with work() as ctx:  # accounts from before a mailbox was one account
        ctx.get(Person, second.id).email = first.email.replace("@", "+again@")
    endorsed(work, made, [first.actor])
    with work(second.actor) as ctx:
        assert not endorse(ctx, made.topic_id).is_new
    assert gathering(work, made.topic_id).endorsed == 1


def test_the_endorsement_that_reaches_the_threshold_starts_the_agencys_clock(work: Work, make: Make) -> None:
    made = collecting(work, make, threshold=2)
    endorsed(work, made, [make.person().actor])
    assert facts(work, "proposal.established") == []
    endorsed(work, made, [make.person().actor, make.person().actor])
    found = facts(work, "proposal.established")
    assert [row.data["endorsed"] for row in found] == [2]
    assert found[0].actor_id is None, "who gave the last endorsement is nobody's business"
    with work() as ctx:
        case = ctx.session.scalars(sa.select(Case).where(Case.topic_id == made.topic_id)).one()
        assert [(one.text, one.source) for one in case.demands] == [
            ("Run the night buses until two.", Source.PROPOSAL),
            ("Light the stops.", Source.PROPOSAL),
        ]
        assert {clock.promise.value: clock.due_on for clock in case.clocks} == {
            "reply": date(2027, 1, 4),
            "plan": date(2026, 11, 11),
            "contact": date(2026, 11, 18),
        }
        assert [part.agency_id for part in case.agencies] == [made.agency_id]


@pytest.mark.parametrize(
    ("moment", "established_on", "due_on"),
    [
        (datetime(2026, 11, 4, 15, 59, 59, tzinfo=UTC), "2026-11-04", date(2027, 1, 4)),
        (datetime(2026, 11, 4, 16, 0, 0, tzinfo=UTC), "2026-11-05", date(2027, 1, 4)),
    ],
    ids=["23:59:59 in Taipei", "midnight in Taipei"],
)
def test_the_day_it_is_established_is_the_local_one(
    work: Work, make: Make, clock: FixedClock, moment: datetime, established_on: str, due_on: date
) -> None:
    made, person = collecting(work, make, threshold=1), make.person()
    clock.travel_to(moment)
    endorsed(work, made, [person.actor])
    assert facts(work, "proposal.established")[0].data["established_on"] == established_on
    with work() as ctx:
        case = ctx.session.scalars(sa.select(Case)).one()
        assert case.clock.due_on == due_on
        assert case.clock.started_on.isoformat() == established_on


def test_the_threshold_can_be_reached_in_the_last_second_of_the_last_day(
    work: Work, make: Make, clock: FixedClock, run_job: RunJob
) -> None:
    made, person = collecting(work, make, threshold=1), make.person()
    clock.travel_to(gathering(work, made.topic_id).closes_at - timedelta(seconds=1))
    endorsed(work, made, [person.actor])
    clock.advance(timedelta(minutes=5))
    run_job("look-after-gatherings")
    with work() as ctx:
        assert phase(proposal_by_id(ctx, made.id)) is Phase.ESTABLISHED


def test_one_second_later_nothing_is_endorsed_any_more(work: Work, make: Make, clock: FixedClock) -> None:
    made, person = collecting(work, make, threshold=1), make.person()
    clock.travel_to(gathering(work, made.topic_id).closes_at)
    with work(person.actor) as ctx, pytest.raises(Conflict):
        endorse(ctx, made.topic_id)
    assert gathering(work, made.topic_id).endorsed == 0


def test_it_lapses_at_the_end_of_its_window_however_late_the_job_comes(
    work: Work, make: Make, clock: FixedClock, run_job: RunJob
) -> None:
    made = collecting(work, make, threshold=2)
    endorsed(work, made, [make.person().actor])
    end = gathering(work, made.topic_id).closes_at
    clock.travel_to(end + timedelta(days=3))
    run_job("look-after-gatherings")
    run_job("look-after-gatherings")
    assert gathering(work, made.topic_id).ended_at == end
    assert [row.data["closed_on"] for row in facts(work, "proposal.lapsed")] == ["2027-01-04"]
    with work() as ctx:
        proposal = proposal_by_id(ctx, made.id)
        assert phase(proposal) is Phase.LAPSED
        assert proposal.topic.closed_at == end


def test_an_endorsement_can_be_taken_back_and_given_again(work: Work, make: Make) -> None:
    made, person = collecting(work, make), make.person()
    endorsed(work, made, [person.actor], area="TW-TPE")
    with work(person.actor) as ctx:
        assert take_back(ctx, made.topic_id)
    with work(person.actor) as ctx:
        assert not take_back(ctx, made.topic_id)
        assert gathering_of(ctx, made.topic_id).endorsed == 0
        assert drift(ctx) == 0
    endorsed(work, made, [person.actor])
    assert gathering(work, made.topic_id).endorsed == 1


def test_where_the_rules_say_so_it_stays_given(work: Work, make: Make) -> None:
    make.policy(endorsement={"withdraw": False})
    made, person = collecting(work, make), make.person()
    endorsed(work, made, [person.actor])
    with work(person.actor) as ctx, pytest.raises(Conflict):
        take_back(ctx, made.topic_id)


def test_an_endorsement_taken_back_after_the_threshold_takes_nothing_back(work: Work, make: Make) -> None:
    made, person = collecting(work, make, threshold=1), make.person()
    endorsed(work, made, [person.actor])
    with work(person.actor) as ctx:
        take_back(ctx, made.topic_id)
    endorsed(work, made, [make.person().actor])
    assert len(facts(work, "proposal.established")) == 1
    with work() as ctx:
        assert phase(proposal_by_id(ctx, made.id)) is Phase.ESTABLISHED
        assert ctx.session.scalar(sa.select(sa.func.count(Case.id))) == 1


def test_dissent_is_counted_beside_support_and_takes_none_away(work: Work, make: Make) -> None:
    made = collecting(work, make)
    endorsed(work, made, [make.person().actor])
    with work(make.person().actor) as ctx:
        assert oppose(ctx, made.topic_id).is_new
    found = gathering(work, made.topic_id)
    assert (found.endorsed, found.opposed) == (1, 1)


def test_whoever_changes_their_mind_is_counted_on_one_side_only(work: Work, make: Make) -> None:
    made, person = collecting(work, make), make.person()
    with work(person.actor) as ctx:
        oppose(ctx, made.topic_id)
    with work(person.actor) as ctx:
        assert endorse(ctx, made.topic_id).is_new
    with work(person.actor) as ctx:
        found = gathering_of(ctx, made.topic_id)
        assert (found.endorsed, found.opposed, drift(ctx)) == (1, 0, 0)
        assert oppose(ctx, made.topic_id).is_new
    with work() as ctx:
        found = gathering_of(ctx, made.topic_id)
        assert (found.endorsed, found.opposed, drift(ctx)) == (0, 1, 0)


def test_it_is_shown_how_broad_the_support_is(
    work: Work, make: Make, clock: FixedClock, run_job: Callable[[str], None]
) -> None:
    made = collecting(work, make, threshold=9)
    people = [make.person().actor for _ in range(3)]
    endorsed(work, made, people[:1], area="TW-TPE")
    clock.advance(timedelta(days=1))
    endorsed(work, made, people[1:], area="TW-KHH")
    run_job("count-support")
    with work() as ctx:
        tallies = {(one.by, one.key): one.endorsed for one in gathering_of(ctx, made.topic_id).tallies}
    assert tallies == {
        (TallyBy.DAY, "2026-11-04"): 1,
        (TallyBy.DAY, "2026-11-05"): 2,
        (TallyBy.AREA, "TW-TPE"): 1,
        (TallyBy.AREA, "TW-KHH"): 2,
    }


def test_each_mark_is_told_once_whatever_is_taken_back(work: Work, make: Make) -> None:
    made = collecting(work, make, threshold=3)
    people = [make.person() for _ in range(3)]
    endorsed(work, made, [people[0].actor])
    with work(people[0].actor) as ctx:
        take_back(ctx, made.topic_id)
    endorsed(work, made, [person.actor for person in people])
    assert [row.data["percent"] for row in facts(work, "gathering.progress")] == [33, 66, 100]
    with work() as ctx:
        assert ctx.session.scalar(sa.select(sa.func.count()).select_from(ProgressMark)) == 3


def test_threshold_window_and_formula_are_frozen_when_it_opens(work: Work, make: Make) -> None:
    formula = {"share": 0.0005, "residents": 600_000, "residents_on": "2026-01-01", "low": 150, "high": 1000}
    version = make.policy(endorsement={"threshold": 300, "formula": formula, "window": {"amount": 45, "unit": "day"}})
    author = make.person()
    made = collecting(work, make, threshold=300, author=author)
    make.policy(endorsement={"threshold": 350, "formula": formula | {"residents": 700_000}})
    found = gathering(work, made.topic_id)
    assert (found.threshold, found.formula["residents"], found.formula["residents_on"]) == (300, 600_000, "2026-01-01")
    assert (found.closes_on, found.policy_version) == (date(2026, 12, 21), version)


PAUSE = {
    "name": {"en": "Election"},
    "first_day": "2026-11-20",
    "last_day": "2026-11-28",
    "stops": ["propose", "endorse"],
}


def test_an_election_pause_inside_a_window_uses_up_none_of_its_days(
    work: Work, make: Make, clock: FixedClock, run_job: RunJob
) -> None:
    made, person = collecting(work, make), make.person()
    assert gathering(work, made.topic_id).closes_on == date(2027, 1, 4)
    make.policy(pauses=[PAUSE])
    run_job("look-after-gatherings")
    assert gathering(work, made.topic_id).closes_on == date(2027, 1, 13)
    assert facts(work, "gathering.moved")[0].data["old_closes_on"] == "2027-01-04"
    clock.travel_to(datetime(2026, 11, 20, 4, tzinfo=UTC))
    with work(person.actor) as ctx, pytest.raises(Conflict):
        endorse(ctx, made.topic_id)
    clock.travel_to(datetime(2026, 11, 29, 4, tzinfo=UTC))
    endorsed(work, made, [person.actor])


def test_the_reply_clock_runs_through_an_election_pause(work: Work, make: Make, run_job: RunJob) -> None:
    established(work, make)
    make.policy(pauses=[PAUSE])
    run_job("look-after-gatherings")
    with work() as ctx:
        assert ctx.session.scalars(sa.select(Case)).one().clock.due_on == date(2027, 1, 4)


def test_an_administrator_stops_endorsing_everywhere_at_once(work: Work, make: Make) -> None:
    made, person, administrator = collecting(work, make), make.person(), make.person(administrator=True)
    with work(administrator.actor) as ctx:
        halt(ctx, Deed.ENDORSE, {"en": "We look into an attack."})
    with work(administrator.actor) as ctx, pytest.raises(Conflict):
        halt(ctx, Deed.ENDORSE, {"en": "Again."})
    with work(person.actor) as ctx, pytest.raises(Conflict):
        endorse(ctx, made.topic_id)
    with work(administrator.actor) as ctx:
        lift(ctx, Deed.ENDORSE)
    endorsed(work, made, [person.actor])


def test_only_an_administrator_stops_anything(work: Work, make: Make) -> None:
    for person in (make.person(), make.person(moderator=True)):
        with work(person.actor) as ctx, pytest.raises(Forbidden):
            halt(ctx, Deed.ENDORSE, {"en": "No."})


def test_who_endorsed_is_deleted_28_days_after_the_reply(
    work: Work, make: Make, clock: FixedClock, run_job: RunJob
) -> None:
    made, person = collecting(work, make, threshold=1), make.person()
    endorsed(work, made, [person.actor], area="TW-TPE", wants_news=True)
    with work() as ctx:
        case = ctx.session.scalars(sa.select(Case)).one()
        case.answered_at = ctx.now
        gathering_of(ctx, made.topic_id).ended_at = ctx.now
    clock.travel_to(NOON + timedelta(days=28))
    run_job("forget-endorsers")
    with work() as ctx:
        assert ctx.session.scalars(sa.select(Endorsement.person_id)).all() == [person.id]
    clock.travel_to(NOON + timedelta(days=29))
    run_job("forget-endorsers")
    with work() as ctx:
        row = ctx.session.scalars(sa.select(Endorsement)).one()
        assert (row.person_id, row.wants_news, row.area, row.side) == (None, False, "TW-TPE", Side.FOR)
        assert gathering_of(ctx, made.topic_id).endorsed == 1
        assert drift(ctx) == 0
    with work(person.actor) as ctx:
        voice = voice_of(ctx)
        twice = sa.select(sa.func.count()).where(Endorsement.topic_id == made.topic_id, Endorsement.voice == voice)
        assert ctx.session.scalar(twice) == 1, "the guard against counting twice lives on"


@pytest.mark.parametrize(
    "damage",
    [
        sa.update(Gathering).values(endorsed=Gathering.endorsed + 1),
        sa.update(Gathering).values(opposed=1),
        sa.update(Tally).values(endorsed=Tally.endorsed + 1),
        sa.delete(Tally),
        sa.delete(Endorsement),
    ],
    ids=["a counter too high", "dissent of nobody", "a day too full", "a day forgotten", "a row lost"],
)
def test_the_check_finds_whatever_does_not_fit(work: Work, make: Make, run_job: RunJob, damage: sa.UpdateBase) -> None:
    made = collecting(work, make)
    endorsed(work, made, [make.person().actor], area="TW-TPE")
    run_job("count-support")
    with work() as ctx:
        assert drift(ctx) == 0
        ctx.session.execute(damage.execution_options(synchronize_session=False))
        assert drift(ctx) > 0
