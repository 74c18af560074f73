"""No agency has to look at the platform to learn that it was given a part, offered a case, or answered."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
import sqlalchemy as sa

from app.core.context import Context
from app.core.permissions import Role
from app.notices.models import Letter
from app.replies.assigning import add_agency
from app.replies.queries import case_by_id
from app.replies.records import CaseTransfer
from app.replies.transfers import accept_transfer, decline_transfer, offer_transfer
from app.topics.rules import Part
from tests.support.builders import MadeCase, MadePerson, Make

Work = Callable[..., AbstractContextManager[Context]]


def written(work: Work) -> list[tuple[str, str]]:
    """Recipients and subjects of the letters since the case was opened."""
    with work() as ctx:
        rows = ctx.session.scalars(sa.select(Letter).where(Letter.recipient != "").order_by(Letter.id))
        return [(one.recipient, one.subject) for one in rows if not one.subject.startswith("Reply due")]


@pytest.fixture
def made(make: Make) -> MadeCase:
    return make.case(agency_id=make.agency())


@pytest.fixture
def lead(make: Make, made: MadeCase) -> MadePerson:
    return make.officer(made.agency_id, Role.APPROVER)


def offer(work: Work, lead: MadePerson, made: MadeCase, to: int) -> int:
    with work(lead.actor) as ctx:
        return offer_transfer(ctx, case_by_id(ctx, made.id), made.agency_id, to, "Theirs by law.").id


def test_an_agency_that_is_given_a_part_is_written_to_and_no_other(
    make: Make, work: Work, made: MadeCase, lead: MadePerson
) -> None:
    helper = make.agency()
    author = make.officer(helper)
    before = written(work)
    with work(lead.actor) as ctx:
        add_agency(ctx, case_by_id(ctx, made.id), helper, Part.CO, "Benches are theirs.")
    assert written(work)[len(before) :] == [(author.email, "Your agency takes part in a reply: Night buses")]


@pytest.mark.parametrize("accepts", [True, False])
def test_an_offer_and_its_answer_are_letters(
    make: Make, work: Work, made: MadeCase, lead: MadePerson, accepts: bool
) -> None:
    other = make.officer(make.agency(), Role.APPROVER)
    to = next(iter(other.actor.agencies))
    before = written(work)
    offered = offer(work, lead, made, to)
    with work(other.actor) as ctx:
        case, transfer = case_by_id(ctx, made.id), ctx.get(CaseTransfer, offered)
        accept_transfer(ctx, case, transfer) if accepts else decline_transfer(ctx, case, transfer, "Not ours.")
    answer = "Another agency has taken your case" if accepts else "Your agency keeps its case"
    assert written(work)[len(before) :] == [
        (other.email, "A case is offered to your agency: Night buses"),
        (lead.email, f"{answer}: Night buses"),
    ]
    with work() as ctx:
        letter = ctx.session.scalars(sa.select(Letter).where(Letter.recipient == other.email)).one()
        assert f"/en/desk/offers/{offered}\n" in letter.text
        assert "Theirs by law" not in letter.text


def test_an_agency_without_officers_is_written_to_at_its_address(
    make: Make, work: Work, made: MadeCase, lead: MadePerson
) -> None:
    before = written(work)
    offer(work, lead, made, make.agency())
    (recipient, subject), *more = written(work)[len(before) :]
    assert recipient.startswith("agency")
    assert subject == "有案件請貴機關接辦：Night buses"
    assert more == []
