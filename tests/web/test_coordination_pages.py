"""What the page of the map and the API say of voters who answered alike, and to whom."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.actions import create_token
from app.opinions.models import Participant
from tests.support.builders import MadeIssue, MadePerson, Make
from tests.support.opinions import COPIES, STATEMENTS, Work, ballots, crowd, statements_sent
from tests.support.pages import Browser


@pytest.fixture
def issue(make: Make) -> MadeIssue:
    return make.issue(statements=STATEMENTS)


@pytest.fixture
def looked(work: Work, issue: MadeIssue, run_job: Callable[[str], None]) -> Callable[[int], None]:
    """Draw the map of a conversation with so many copies of one ballot, and look for them."""

    def look(copies: int) -> None:
        crowd(work, issue, ballots(copies=copies))
        run_job("draw-maps")
        run_job("look-for-coordination")

    return look


@pytest.fixture
def get(client: FlaskClient, work: Work, issue: MadeIssue) -> Callable[..., TestResponse]:
    def send(where: str, by: MadePerson | None = None) -> TestResponse:
        headers = {}
        if by is not None:
            with work(by.actor) as ctx:
                headers = {"Authorization": f"Bearer {create_token(ctx, 'test').secret}"}
        return client.get(f"/api/v1/issues/{issue.slug}/{where}", headers=headers)

    return send


def test_the_page_says_how_many_what_it_may_mean_and_what_the_map_is_without_them(
    browser: Browser, issue: MadeIssue, looked: Callable[[int], None]
) -> None:
    looked(COPIES)
    page = browser.open(f"/en/issues/{issue.slug}/map")
    assert "9 people voted so alike that chance and shared opinion do not explain it." in page
    assert "They may have answered together" in page
    assert "This map counts everybody." in page
    assert "48 people took part" in page
    section = page.split('<section id="alike"')[1].split("</section>")[0]
    assert '<th scope="col">Without them</th>' in section
    assert "groups of fewer than 5" not in section
    chinese = browser.open(f"/issues/{issue.slug}/map")
    assert "有 9 人的表態極為相近，無法以巧合或看法相同解釋。" in chinese


def test_of_a_small_group_the_page_gives_no_number_of_people(
    browser: Browser, issue: MadeIssue, looked: Callable[[int], None]
) -> None:
    looked(2)
    page = browser.open(f"/en/issues/{issue.slug}/map")
    assert "In 1 group of fewer than 5 people all voted so alike" in page


def test_where_nobody_is_alike_the_page_is_silent(
    browser: Browser, issue: MadeIssue, looked: Callable[[int], None]
) -> None:
    looked(0)
    assert 'id="alike"' not in browser.open(f"/en/issues/{issue.slug}/map")


def test_the_map_over_the_api_tells_it_from_the_first_look_on(
    get: Callable[..., TestResponse], work: Work, issue: MadeIssue, run_job: Callable[[str], None]
) -> None:
    crowd(work, issue, ballots())
    run_job("draw-maps")
    assert get("map").get_json()["coordinated"] is None
    run_job("look-for-coordination")
    told = get("map").get_json()["coordinated"]
    assert (told["groups"], told["small_groups"], told["people"], told["pairs"]) == (1, 0, 9, 36)
    assert (told["found"][0]["people"], told["found"][0]["agreement"]) == (9, 1)
    assert set(told["without"]) == {"state", "groups", "consensus", "divisive", "lost", "gained"}
    assert "members" not in str(told)


def test_the_evidence_is_for_those_who_judge_it(
    get: Callable[..., TestResponse], work: Work, make: Make, issue: MadeIssue, looked: Callable[[int], None]
) -> None:
    officer, moderator = make.officer(issue.agency_id), make.person(moderator=True)
    assert get("map/coordination", by=officer).status_code == 404
    looked(COPIES)
    with work() as ctx:
        copies = Participant.imported_as.startswith("39:")
        aliases = sorted(ctx.session.scalars(sa.select(Participant.alias).where(copies)))
    for trusted in (officer, moderator, make.person(administrator=True)):
        answer = get("map/coordination", by=trusted)
        assert answer.status_code == 200
        (group,) = answer.get_json()["groups"]
        assert group["members"] == aliases
        assert group["q_value"] < 0.01
        assert len(group["examples"]) == 3
    assert get("map/coordination", by=make.person()).status_code == 403
    assert get("map/coordination", by=make.officer(make.agency())).status_code == 403
    assert get("map/coordination").status_code == 401


def test_the_map_with_a_look_takes_few_statements(
    browser: Browser, issue: MadeIssue, looked: Callable[[int], None]
) -> None:
    looked(COPIES)
    address = f"/en/issues/{issue.slug}/map"
    browser.open(address)
    with statements_sent() as sent:
        browser.open(address)
    assert len(sent) <= 8, sent
