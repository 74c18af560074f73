"""Further duties are read where they matter: on the proposal, in the data, by the officers, among the rules."""

from __future__ import annotations

import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from app.cases.models import Case
from app.core.permissions import Role
from app.endorsements.models import Gathering
from tests.support.builders import Make
from tests.support.pages import Browser
from tests.support.proposals import MadeProposal, Work, collecting, endorsed


def tiered(work: Work, make: Make) -> MadeProposal:
    made = collecting(work, make, threshold=1)
    with work() as ctx:
        tiers = [{"at": 10_000, "duty": "hearing"}, {"at": 2, "duty": "meeting"}]
        ctx.session.execute(sa.update(Gathering).where(Gathering.topic_id == made.topic_id).values(tiers=tiers))
    return made


def test_the_page_says_what_more_is_owed_and_from_when_on(browser: Browser, work: Work, make: Make) -> None:
    made = tiered(work, make)
    page = browser.open(f"/en/proposals/{made.slug}")
    assert "At 2 endorsements there is a meeting with the proposer." in page
    assert "At 10,000 endorsements there is a public hearing." in page
    endorsed(work, made, [make.person().actor for _ in range(2)])
    page = browser.open(f"/en/proposals/{made.slug}")
    assert page.count("2 endorsements are reached: a meeting with the proposer is owed.") == 2, "and what happened"


def test_the_data_says_the_same(client: FlaskClient, work: Work, make: Make) -> None:
    made = tiered(work, make)
    endorsed(work, made, [make.person().actor for _ in range(2)])
    tiers = client.get(f"/api/v1/proposals/{made.id}").json["tiers"]  # type: ignore[index]
    assert [(one["at"], one["duty"], one["reached_at"] is not None) for one in tiers] == [
        (2, "meeting", True),
        (10_000, "hearing", False),
    ]


def test_the_officers_read_it_on_the_case(app: APIFlask, work: Work, make: Make) -> None:
    made = tiered(work, make)
    endorsed(work, made, [make.person().actor for _ in range(2)])
    with work() as ctx:
        case_id = ctx.session.scalars(sa.select(Case.id)).one()
    officer = Browser(app).sign_in(make.officer(made.agency_id, Role.APPROVER))
    page = officer.open(f"/en/desk/cases/{case_id}/handling")
    assert "Owed besides the reply" in page
    assert "a meeting with the proposer is owed." in page


def test_the_rules_say_it_in_words(browser: Browser, make: Make) -> None:
    make.policy(endorsement={"threshold": 200, "tiers": [{"duty": "hearing", "times": 2}]})
    assert "At 400 endorsements there is a public hearing." in browser.open("/en/rules/policy")
