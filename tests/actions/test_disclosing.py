"""Who stands behind a proposal is said by its author or found by a reviewer, and what was said stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.core.clock import FixedClock
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.proposals.disclosing import BackerInput, end_backer, name_backer, standing
from app.proposals.drafting import submit
from app.proposals.models import Backer, Proposal
from app.proposals.queries import proposal_by_id
from app.proposals.rules import BACKERS_MOST, BackerRole
from tests.support.builders import MadePerson, Make
from tests.support.proposals import MadeProposal, Work, collecting, drafted

UNION = BackerInput(" The Bus  Union ", BackerRole.BOTH, "https://bus.example/us")


def named(work: Work, made: MadeProposal, by: MadePerson, entered: BackerInput = UNION) -> int:
    with work(by.actor) as ctx:
        return name_backer(ctx, proposal_by_id(ctx, made.id), entered).id


def ended(work: Work, made: MadeProposal, by: MadePerson, backer_id: int) -> None:
    with work(by.actor) as ctx:
        end_backer(ctx, proposal_by_id(ctx, made.id), backer_id)


def read(work: Work, made: MadeProposal) -> tuple[list[str], list[str]]:
    """The organisations that stand behind it, and all that ever were named."""
    with work(made.author.actor) as ctx:
        proposal = proposal_by_id(ctx, made.id)
        return [one.organisation for one in standing(proposal)], [one.organisation for one in proposal.backers]


def test_the_author_names_an_organisation_while_writing(work: Work, make: Make) -> None:
    made = drafted(work, make)
    named(work, made, made.author)
    assert read(work, made) == (["The Bus Union"], ["The Bus Union"])
    with work(made.author.actor) as ctx:
        assert proposal_by_id(ctx, made.id).backed is True


def test_a_reviewer_names_one_later_and_the_answer_of_the_author_stays_as_it_was(work: Work, make: Make) -> None:
    made = collecting(work, make, backed=False)
    named(work, made, make.person(moderator=True))
    with work(made.author.actor) as ctx:
        proposal = proposal_by_id(ctx, made.id)
        assert [one.by_author for one in proposal.backers] == [False]
        assert proposal.backed is False


def test_nobody_else_says_who_stands_behind_it(work: Work, make: Make) -> None:
    made = collecting(work, make)
    for person in (make.person(), make.officer(made.agency_id)):
        with pytest.raises(Forbidden):
            named(work, made, person)


def test_what_does_not_hold_any_more_gets_an_end_and_stays(work: Work, make: Make, clock: FixedClock) -> None:
    made = collecting(work, make)
    one = named(work, made, made.author)
    ended(work, made, made.author, one)
    assert read(work, made) == ([], ["The Bus Union"])
    with work() as ctx:
        first = ctx.get(Backer, one).ended_at
    clock.advance(timedelta(days=1))
    ended(work, made, made.author, one)
    with work() as ctx:
        assert ctx.get(Backer, one).ended_at == first


def test_the_author_does_not_end_what_a_reviewer_found(work: Work, make: Make) -> None:
    made, reviewer = collecting(work, make), make.person(moderator=True)
    one = named(work, made, reviewer)
    with pytest.raises(Forbidden):
        ended(work, made, made.author, one)
    ended(work, made, reviewer, one)
    assert read(work, made)[0] == []


def test_an_organisation_is_ended_only_at_its_own_proposal(work: Work, make: Make) -> None:
    made, other = drafted(work, make), drafted(work, make)
    one = named(work, made, made.author)
    with pytest.raises(NotFound):
        ended(work, other, other.author, one)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "//bus.example", "/here", "mailto:a@b.example", "https://a@b"])
def test_a_link_that_is_no_address_of_a_page_is_refused(work: Work, make: Make, link: str) -> None:
    made = drafted(work, make)
    with pytest.raises(Invalid):
        named(work, made, made.author, BackerInput("Union", BackerRole.PAYS, link))


def test_without_a_name_or_with_too_many_it_is_refused(work: Work, make: Make) -> None:
    made = drafted(work, make)
    with pytest.raises(Invalid):
        named(work, made, made.author, BackerInput("\u200b ", BackerRole.PAYS))
    for number in range(BACKERS_MOST):
        named(work, made, made.author, BackerInput(f"Union {number}", BackerRole.PAYS))
    with pytest.raises(Conflict):
        named(work, made, made.author)


def test_who_says_yes_hands_in_only_with_a_name(work: Work, make: Make) -> None:
    made = drafted(work, make, backed=True)
    with work(made.author.actor) as ctx, pytest.raises(Invalid) as refused:
        submit(ctx, proposal_by_id(ctx, made.id), 1)
    assert set(refused.value.fields) == {"backed"}
    named(work, made, made.author)
    with work(made.author.actor) as ctx:
        assert isinstance(submit(ctx, proposal_by_id(ctx, made.id), 1), Proposal)
