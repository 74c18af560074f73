"""What is left of a proposal when it is answered: two that ask for the opposite, and supporters nobody remembers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.cases.models import Case
from app.cases.queries import case_by_id, case_of_topic
from app.core.clock import FixedClock
from app.core.permissions import Role
from app.endorsements.endorsing import endorse
from app.endorsements.models import Endorsement, Gathering
from app.endorsements.queries import drift
from app.proposals.queries import phase, proposal_by_id
from app.proposals.repeating import similar_to
from app.proposals.rules import Phase
from app.replies.drafting import submit_reply
from app.replies.publishing import publish_reply
from app.replies.queries import reply_of
from app.replies.rules import DraftInput
from tests.support.builders import Make, complete
from tests.support.pages import Browser
from tests.support.proposals import MadeProposal, Work, collecting, endorsed, established, gathering, submitted

RunJob = Callable[[str], None]


def answer(work: Work, make: Make, made: MadeProposal, summary: str) -> None:
    """Its agency publishes a reply with this summary."""
    with work(make.officer(made.agency_id).actor) as ctx:
        case = case_of_topic(ctx, made.topic_id)
        assert case is not None
        answers = {demand.id: complete() for demand in case.demands}
        revision = submit_reply(ctx, case, DraftInput(summary, "en", "1999", answers)).revision
    with work(make.officer(made.agency_id, Role.APPROVER).actor) as ctx:
        publish_reply(ctx, case_by_id(ctx, case.id), revision)


def test_two_that_ask_for_the_opposite_are_both_established_and_their_replies_link_each_other(
    work: Work, make: Make, browser: Browser
) -> None:
    more = established(work, make, title="Buses until two", demands=("Run the buses until two.",))
    less = established(work, make, title="No buses after ten", demands=("Run no buses after ten.",))
    with work() as ctx:
        assert ctx.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 2
    for made, other in ((more, less), (less, more)):
        answer(work, make, made, f"We weighed it against [the opposite](/en/proposals/{other.slug}).")
    for made, other in ((more, less), (less, more)):
        with work() as ctx:
            assert phase(proposal_by_id(ctx, made.id)) is Phase.ANSWERED
            case = case_of_topic(ctx, made.topic_id)
            assert case is not None
            reply = reply_of(ctx, case)
            assert reply is not None
        page = browser.open(f"/en/proposals/{made.slug}/reply")
        assert f'href="/en/proposals/{other.slug}"' in page


@pytest.fixture
def forgotten(work: Work, make: Make, clock: FixedClock, run_job: RunJob) -> MadeProposal:
    """A proposal of six supporters in Taipei, answered and forgotten by whom it was endorsed."""
    made = collecting(work, make, 6)
    endorsed(work, made, [make.person().actor for _ in range(6)], area="TW-TPE")
    run_job("count-support")
    answer(work, make, made, "From March.")
    clock.advance(timedelta(days=29))
    run_job("forget-endorsers")
    return made


def test_28_days_after_the_reply_nobody_knows_who_endorsed_but_how_many_and_from_where(
    work: Work, forgotten: MadeProposal, run_job: RunJob, browser: Browser
) -> None:
    run_job("count-support")
    with work() as ctx:
        assert set(ctx.session.scalars(sa.select(Endorsement.person_id))) == {None}
        assert drift(ctx) == 0
    page = browser.open(f"/en/proposals/{forgotten.slug}")
    assert '<b class="num">6</b>' in page
    assert "<dt>Taipei" in page


def test_whoever_was_forgotten_is_still_counted_once(
    work: Work, make: Make, clock: FixedClock, run_job: RunJob
) -> None:
    made, person, other = collecting(work, make, 1), make.person(), make.person()
    endorsed(work, made, [person.actor])
    answer(work, make, made, "From March.")
    clock.advance(timedelta(days=29))
    run_job("forget-endorsers")
    with work() as ctx:  # as if it could be endorsed once more
        again = sa.update(Gathering).values(ended_at=None, closes_at=ctx.now + timedelta(days=1))
        ctx.session.execute(again.where(Gathering.topic_id == made.topic_id))
    with work(person.actor) as ctx:
        assert not endorse(ctx, made.topic_id).is_new
    with work(other.actor) as ctx:
        assert endorse(ctx, made.topic_id).is_new, "control"
    assert gathering(work, made.topic_id).endorsed == 2


def test_the_same_matter_stays_barred_when_supporters_are_forgotten(
    work: Work, make: Make, forgotten: MadeProposal
) -> None:
    again = submitted(work, make)
    with work(make.person(moderator=True).actor) as ctx:
        found = similar_to(ctx, proposal_by_id(ctx, again.id))
        assert [(one.proposal_id, one.barred_until) for _, one in found] == [(forgotten.id, date(2027, 5, 4))]
