"""Signatures on paper and at a helper's desk: what is kept of them, and that nobody counts twice by them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app.core.errors import Conflict, Forbidden, Invalid
from app.core.keys import Keys
from app.endorsements import assisting
from app.endorsements.actions import end_gathering
from app.endorsements.assisting import Signature, enter_for
from app.endorsements.endorsing import endorse, take_back
from app.endorsements.models import Endorsement
from app.endorsements.queries import drift
from app.endorsements.rules import Channel
from tests.support.builders import MadePerson, Make
from tests.support.proposals import MadeProposal, Work, collecting, endorsed, gathering, share_telephone

NUMBER = "0912 345 678"
Enter = Callable[..., bool]


@pytest.fixture
def helper(make: Make) -> MadePerson:
    return make.person(moderator=True)


@pytest.fixture
def made(work: Work, make: Make) -> MadeProposal:
    return collecting(work, make, threshold=100)


@pytest.fixture
def enter(work: Work, helper: MadePerson, made: MadeProposal) -> Enter:
    """Enter a signature from paper; whether it counted."""

    def entered(email: str = "", number: str = "", evidence: str = "batch 3, sheet 12") -> bool:
        with work(helper.actor) as ctx:
            return enter_for(ctx, made.topic_id, Signature(Channel.PAPER, evidence, email, number)).is_new

    return entered


def counted(work: Work, made: MadeProposal) -> int:
    with work() as ctx:
        assert drift(ctx) == 0
        rows = ctx.session.scalar(sa.select(sa.func.count()).select_from(Endorsement))
    assert gathering(work, made.topic_id).endorsed == rows
    return rows or 0


def phone_key(app_key: str, number: str = "+886912345678") -> str:
    return Keys(app_key).digest("phone", number)


def test_a_paper_batch_with_somebody_who_endorsed_online_counts_them_once(
    work: Work, make: Make, made: MadeProposal, enter: Enter
) -> None:
    person = make.person()
    endorsed(work, made, [person.actor])
    batch = [person.email, person.email.replace("@", "+paper@"), "chen@example.org", "Chen@Example.org"]
    assert [enter(email) for email in batch] == [False, False, True, False]
    assert counted(work, made) == 2


def test_whoever_signed_on_paper_first_is_not_counted_again_online(
    work: Work, make: Make, made: MadeProposal, enter: Enter
) -> None:
    person = make.person()
    assert enter(person.email)
    with work(person.actor) as ctx:
        assert not endorse(ctx, made.topic_id).is_new
    assert counted(work, made) == 1
    with work(person.actor) as ctx:
        assert take_back(ctx, made.topic_id), "it is theirs, whoever entered it"
    assert counted(work, made) == 0


@pytest.mark.parametrize("paper_first", [True, False])
def test_a_number_on_paper_and_the_same_number_online_are_one_voice(
    work: Work, make: Make, made: MadeProposal, enter: Enter, built_app: object, paper_first: bool
) -> None:
    person = make.person()
    share_telephone(work, phone_key(built_app.config["CONFIG"].identity_key), [person.id])  # type: ignore[attr-defined]
    if paper_first:
        assert enter(number=NUMBER)
        with work(person.actor) as ctx:
            assert not endorse(ctx, made.topic_id).is_new
    else:
        endorsed(work, made, [person.actor])
        assert not enter(number="+886 912-345-678")
    assert counted(work, made) == 1


def test_control_where_paper_has_a_voice_of_its_own_the_same_person_counts_twice(
    work: Work, make: Make, made: MadeProposal, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assisting, "_voices", lambda _ctx, signed: (f"paper {signed.email}", frozenset()))
    monkeypatch.setattr(assisting, "person_by_email", lambda *_: None)
    person = make.person()
    endorsed(work, made, [person.actor])
    assert enter(person.email)
    assert counted(work, made) == 2


def test_a_row_says_how_it_came_who_entered_it_where_the_sheet_is_and_what_was_agreed_to(
    work: Work, made: MadeProposal, helper: MadePerson
) -> None:
    signed = Signature(Channel.ASSISTED, "library, 4 November", "lin@example.org", area="TW-TPE", wants_news=True)
    with work(helper.actor) as ctx:
        enter_for(ctx, made.topic_id, signed)
    with work() as ctx:
        row = ctx.session.scalars(sa.select(Endorsement)).one()
        assert (row.channel, row.entered_by_id, row.evidence) == (Channel.ASSISTED, helper.id, "library, 4 November")
        assert (row.wants_news, row.area, row.person_id) == (True, "TW-TPE", None)
        assert "lin@" not in row.voice


def test_only_a_reviewer_enters_and_only_with_evidence_and_somebody_who_signed(
    work: Work, make: Make, made: MadeProposal, enter: Enter
) -> None:
    signed = Signature(Channel.PAPER, "batch 3", "lin@example.org")
    with work(make.person().actor) as ctx, pytest.raises(Forbidden):
        enter_for(ctx, made.topic_id, signed)
    for wrong in ({"email": "lin@example.org", "evidence": " "}, {"email": ""}):
        with pytest.raises(Invalid):
            enter(**wrong)
    with work() as ctx:
        end_gathering(ctx, made.topic_id)
    with pytest.raises(Conflict):
        enter("lin@example.org")
