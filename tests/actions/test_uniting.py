"""Two proposals become one, near misses are looked at, supporters are written to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.cases.models import Case
from app.core.clock import FixedClock
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.permissions import Role
from app.endorsements.endorsing import oppose
from app.endorsements.models import Endorsement, Gathering
from app.endorsements.queries import drift
from app.endorsements.rules import Channel, Side
from app.notices.models import Letter
from app.proposals.merging import accept_merge, decline_merge, offer_merge
from app.proposals.near_misses import leave, near_misses, take_up
from app.proposals.queries import phase, proposal_by_id
from app.proposals.rules import Phase
from app.proposals.telling import write_as_agency, write_as_author
from tests.conftest import NOON
from tests.support.builders import Make
from tests.support.proposals import MadeProposal, Work, collecting, endorsed, established, gathering, share_telephone

RunJob = Callable[[str], None]


def offered(work: Work, source: MadeProposal, target: MadeProposal) -> int:
    with work(source.author.actor) as ctx:
        return offer_merge(ctx, proposal_by_id(ctx, source.id), target.id, "Let us be one.").id


def crowd(work: Work, made: MadeProposal, voices: range) -> None:
    """So many voices endorse, as rows whose names were deleted."""
    with work() as ctx:
        day = ctx.today
        rows = [
            {"topic_id": made.topic_id, "voice": f"v{n}", "side": Side.FOR, "given_at": NOON, "given_on": day}
            | {"area": "", "channel": Channel.WEB, "evidence": "", "wants_news": False}
            for n in voices
        ]
        ctx.session.execute(sa.insert(Endorsement), rows)
        counted = {"endorsed": Gathering.endorsed + len(voices), "moves": Gathering.moves + len(voices)}
        ctx.session.execute(sa.update(Gathering).where(Gathering.topic_id == made.topic_id).values(counted))


def test_3000_and_2400_with_600_in_common_are_4800_and_not_established(work: Work, make: Make) -> None:
    one, two = collecting(work, make, threshold=5000), collecting(work, make, threshold=5000)
    crowd(work, one, range(3000))
    crowd(work, two, range(2400, 4800))
    offer = offered(work, one, two)
    with work(two.author.actor) as ctx:
        accept_merge(ctx, offer)
    with work() as ctx:
        assert drift(ctx) == 0
        source, target = proposal_by_id(ctx, one.id), proposal_by_id(ctx, two.id)
        assert (phase(source), source.merged_into_id, phase(target)) == (Phase.MERGED, two.id, Phase.COLLECTING)
    assert gathering(work, two.topic_id).endorsed == 4800


def test_a_merge_that_reaches_the_threshold_establishes_once(work: Work, make: Make) -> None:
    one, two = collecting(work, make, threshold=3), collecting(work, make, threshold=3)
    both = make.person().actor
    endorsed(work, one, [make.person().actor, both])
    endorsed(work, two, [make.person().actor, both])
    offer = offered(work, one, two)
    with work(two.author.actor) as ctx:
        accept_merge(ctx, offer)
    with work() as ctx:
        assert phase(proposal_by_id(ctx, two.id)) is Phase.ESTABLISHED
        assert ctx.session.scalar(sa.select(sa.func.count(Case.id))) == 1
    with pytest.raises(Conflict):
        endorsed(work, one, [make.person().actor])


def test_whoever_spoke_against_the_one_has_not_spoken_against_the_other(work: Work, make: Make) -> None:
    one, two, reader = collecting(work, make), collecting(work, make), make.person()
    with work(reader.actor) as ctx:
        oppose(ctx, one.topic_id)
    offer = offered(work, one, two)
    with work(two.author.actor) as ctx:
        accept_merge(ctx, offer)
    found = gathering(work, two.topic_id)
    assert (found.endorsed, found.opposed) == (0, 0)


def test_two_accounts_of_one_telephone_are_one_supporter_after_a_merge(work: Work, make: Make) -> None:
    one, two = collecting(work, make), collecting(work, make)
    here, there = make.person(), make.person()
    share_telephone(work, "one", [here.id, there.id])
    endorsed(work, one, [here.actor])
    endorsed(work, two, [there.actor])
    offer = offered(work, one, two)
    with work(two.author.actor) as ctx:
        accept_merge(ctx, offer)
        assert drift(ctx) == 0
    assert gathering(work, two.topic_id).endorsed == 1


def test_a_merge_needs_both_authors(work: Work, make: Make) -> None:
    one, two = collecting(work, make), collecting(work, make)
    with pytest.raises(Forbidden):
        offered(work, MadeProposal(one.id, one.topic_id, one.slug, make.person(), 0), two)
    offer = offered(work, one, two)
    for person in (one.author, make.person(), make.person(moderator=True)):
        with pytest.raises(Forbidden), work(person.actor) as ctx:
            accept_merge(ctx, offer)
    with work(two.author.actor) as ctx:
        decline_merge(ctx, offer)
    with pytest.raises(Conflict), work(two.author.actor) as ctx:
        accept_merge(ctx, offer)
    assert gathering(work, one.topic_id).ended_at is None
    with pytest.raises(Invalid):
        offered(work, one, one)


# ---- near its threshold ----


def lapsed(work: Work, make: Make, clock: FixedClock, run_job: RunJob, people: int) -> MadeProposal:
    made = collecting(work, make, threshold=20)
    endorsed(work, made, [make.person().actor for _ in range(people)])
    clock.travel_to(gathering(work, made.topic_id).closes_at + timedelta(hours=1))
    run_job("look-after-gatherings")
    return made


def test_what_came_near_its_threshold_waits_for_the_officers(
    work: Work, make: Make, clock: FixedClock, run_job: RunJob
) -> None:
    made = lapsed(work, make, clock, run_job, 2)
    approver, elsewhere = make.officer(made.agency_id, Role.APPROVER), make.officer(make.agency(), Role.APPROVER)
    with work(approver.actor) as ctx:
        assert [one.id for one in near_misses(ctx)] == [made.id]
    with work(elsewhere.actor) as ctx:
        assert near_misses(ctx) == []
    with pytest.raises(Forbidden), work(elsewhere.actor) as ctx:
        take_up(ctx, proposal_by_id(ctx, made.id), "Ours.")
    with work(approver.actor) as ctx:
        take_up(ctx, proposal_by_id(ctx, made.id), "Few people, but a real danger.")
    with work() as ctx:
        assert phase(proposal_by_id(ctx, made.id)) is Phase.ESTABLISHED
        assert ctx.session.scalar(sa.select(sa.func.count(Case.id))) == 1
    with pytest.raises(Conflict), work(approver.actor) as ctx:
        leave(ctx, proposal_by_id(ctx, made.id), "No.")


def test_what_did_not_come_near_is_not_taken_up(work: Work, make: Make, clock: FixedClock, run_job: RunJob) -> None:
    made = lapsed(work, make, clock, run_job, 1)
    approver = make.officer(made.agency_id, Role.APPROVER)
    with work(approver.actor) as ctx:
        assert near_misses(ctx) == []
    with pytest.raises(Conflict), work(approver.actor) as ctx:
        take_up(ctx, proposal_by_id(ctx, made.id), "All the same.")


# ---- writing to supporters ----


def letters_of(work: Work, name: str) -> list[str]:
    with work() as ctx:
        query = sa.select(Letter.recipient).where(Letter.text.contains(name)).order_by(Letter.id)
        return list(ctx.session.scalars(query))


def test_only_whoever_asked_for_news_is_written_to_and_once(work: Work, make: Make, run_job: RunJob) -> None:
    made, reader = collecting(work, make, threshold=9), make.person()
    endorsed(work, made, [reader.actor], wants_news=True)
    endorsed(work, made, [make.person().actor])
    with work(made.author.actor) as ctx:
        write_as_author(ctx, proposal_by_id(ctx, made.id), "We meet on Friday.", "en")
    run_job("write-to-supporters")
    run_job("write-to-supporters")
    assert letters_of(work, "We meet on Friday.") == [reader.email]


def test_the_proposer_writes_at_most_every_three_days(work: Work, make: Make, clock: FixedClock) -> None:
    made = collecting(work, make, threshold=9)
    with work(made.author.actor) as ctx:
        write_as_author(ctx, proposal_by_id(ctx, made.id), "One.", "en")
    clock.travel_to(NOON + timedelta(days=3) - timedelta(seconds=1))
    with pytest.raises(Conflict), work(made.author.actor) as ctx:
        write_as_author(ctx, proposal_by_id(ctx, made.id), "Two.", "en")
    clock.advance(timedelta(seconds=1))
    with work(made.author.actor) as ctx:
        write_as_author(ctx, proposal_by_id(ctx, made.id), "Two.", "en")


def test_an_agency_that_answers_writes_and_no_other(work: Work, make: Make) -> None:
    made = established(work, make)
    for person in (make.officer(make.agency(), Role.APPROVER), make.officer(made.agency_id), make.person()):
        with pytest.raises(Forbidden), work(person.actor) as ctx:
            write_as_agency(ctx, proposal_by_id(ctx, made.id), "Hello.", "en")
    with work(make.officer(made.agency_id, Role.APPROVER).actor) as ctx:
        assert write_as_agency(ctx, proposal_by_id(ctx, made.id), "Hello.", "en").agency_id == made.agency_id


def test_supporters_are_told_when_it_is_established(work: Work, make: Make, run_job: RunJob) -> None:
    made, reader = collecting(work, make, threshold=1), make.person()
    endorsed(work, made, [reader.actor], wants_news=True)
    run_job("write-to-supporters")
    assert letters_of(work, "is established. The agencies now owe") == [reader.email]
