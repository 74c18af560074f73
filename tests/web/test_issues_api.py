"""Issues as open data: what everybody gets, and what stays with the agencies."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from app.accounts.actions import create_token
from app.agencies.models import Agency
from app.core.context import Context
from app.core.permissions import Role
from app.issues.actions import revise
from app.issues.api import IssueList, IssueOut, IssueVersionList
from app.issues.attaching import attach
from app.issues.queries import issue_by_slug
from app.issues.rules import IssueState, IssueTexts
from app.topics.models import TopicAgency
from app.topics.rules import Part
from tests.support.builders import MadeIssue, MadePerson, Make
from tests.support.pages import Browser

Work = Callable[..., AbstractContextManager[Context]]
API = "/api/v1/issues"


def bearer(work: Work, person: MadePerson) -> dict[str, str]:
    """The header of a personal token."""
    with work(person.actor) as ctx:
        return {"Authorization": f"Bearer {create_token(ctx, 'test').secret}"}


@pytest.fixture
def approver(make: Make) -> MadePerson:
    return make.officer(make.agency("Transport"), Role.APPROVER)


@pytest.fixture
def issue(make: Make, approver: MadePerson, work: Work) -> MadeIssue:
    """An open issue of two agencies."""
    (agency_id,) = approver.actor.agencies
    made = make.issue(agency_id=agency_id, statements=2)
    co = make.agency("Police")
    with work() as ctx:
        ctx.session.add(TopicAgency(topic_id=made.topic_id, agency_id=co, part=Part.CO))
    return made


def test_an_issue_is_told_in_full(
    client: FlaskClient, issue: MadeIssue, approver: MadePerson, work: Work, tmp_path: Path
) -> None:
    with work(approver.actor) as ctx:
        attach(ctx, issue_by_slug(ctx, issue.slug), b"a,b\n1,2", "figures.csv", tmp_path)
    answer = client.get(f"{API}/{issue.slug}")
    assert answer.status_code == 200
    told = answer.json
    IssueOut.model_validate(told)
    assert told["state"] == "open"
    assert told["title"] == {"en": "Night buses"}
    assert told["background"] == {"en": "Buses stop at **11 p.m.**"}
    assert (told["still_open"], told["decided"]) == ({"en": "The timetable."}, {"en": "The budget."})
    assert (told["promise"], told["area"]) == ("consult", {})
    assert [(one["name"]["en"], one["part"]) for one in told["agencies"]] == [("Transport", "lead"), ("Police", "co")]
    assert (told["opened_at"], told["closes_on"], told["closed_at"]) == ("2026-11-04T03:00:00Z", "2026-11-14", None)
    assert told["counts"] == {"participants": 0, "votes": 0, "statements": 2, "comments": 0}
    (file,) = told["attachments"]
    assert (file["name"], file["media_type"], file["size"]) == ("figures.csv", "text/csv", 7)


def test_the_addresses_of_an_issue_lead_somewhere(client: FlaskClient, issue: MadeIssue) -> None:
    links = client.get(f"{API}/{issue.slug}").json["links"]
    answers = {name: client.get(urlsplit(href).path).status_code for name, href in links.items()}
    # Before anybody has voted there is no map, and before the issue closes there is no case.
    assert answers == dict.fromkeys(links, 200) | {"map": 404, "case": 404}


@pytest.mark.parametrize("state", [state for state in IssueState if state is not IssueState.DRAFT])
def test_issues_are_listed_by_state(client: FlaskClient, make: Make, state: IssueState) -> None:
    slugs = {one: make.issue(state=one).slug for one in IssueState}
    answer = client.get(f"{API}?state={state.value}").json
    IssueList.model_validate(answer)
    assert [one["slug"] for one in answer["items"]] == [slugs[state]]
    everything = {one["slug"] for one in client.get(API).json["items"]}
    assert everything == set(slugs.values()) - {slugs[IssueState.DRAFT]}


def test_a_list_comes_in_pages_that_keep_what_was_asked(client: FlaskClient, make: Make, work: Work) -> None:
    agency_id = make.agency()
    with work() as ctx:
        agency = ctx.get(Agency, agency_id).slug
    for n in range(3):
        make.issue(agency_id=agency_id, title=f"Bus {n}")
    make.issue(title="Bus of others")
    make.issue(agency_id=agency_id, title="Trees")
    address, seen = f"{API}?agency={agency}&q=bus&state=open&per_page=2", []
    while address:
        page = client.get(address).json
        seen += [one["title"]["en"] for one in page["items"]]
        address = page["next"] and page["next"].removeprefix("http://localhost")
    # The summary every issue is made with speaks of buses, too.
    assert sorted(seen) == ["Bus 0", "Bus 1", "Bus 2", "Trees"]


@pytest.mark.parametrize("query", ["state=draft", "state=x", "page=0", "per_page=1000", f"q={'x' * 201}"])
def test_a_question_that_cannot_be_answered_is_a_problem(client: FlaskClient, query: str) -> None:
    answer = client.get(f"{API}?{query}")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")


def test_drafts_are_for_their_agencies(client: FlaskClient, make: Make, approver: MadePerson, work: Work) -> None:
    (agency_id,) = approver.actor.agencies
    draft = make.issue(agency_id=agency_id, state=IssueState.DRAFT)
    officer = bearer(work, make.officer(agency_id))
    stranger = bearer(work, make.officer(make.agency(), Role.APPROVER))
    citizen = bearer(work, make.person())
    assert client.get(f"{API}/{draft.slug}", headers=officer).json["state"] == "draft"
    for headers in (stranger, citizen, {}):
        for address in (f"{API}/{draft.slug}", f"{API}/{draft.slug}/versions"):
            answer = client.get(address, headers=headers)
            assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert client.get(API, headers=officer).json["items"] == []
    assert client.get(f"{API}/{draft.slug}/versions", headers=officer).status_code == 404


def test_the_cookie_of_a_page_opens_no_draft(browser: Browser, make: Make, approver: MadePerson) -> None:
    (agency_id,) = approver.actor.agencies
    draft = make.issue(agency_id=agency_id, state=IssueState.DRAFT)
    browser.sign_in(approver).open(f"/en/issues/{draft.slug}")
    assert browser.http.get(f"{API}/{draft.slug}").status_code == 404


def test_every_version_is_told_whole(client: FlaskClient, issue: MadeIssue, approver: MadePerson, work: Work) -> None:
    texts = IssueTexts("en", "Buses at night", "When?", still_open="The timetable.")
    with work(approver.actor) as ctx:
        revise(ctx, issue_by_slug(ctx, issue.slug), texts, revision=1, note="Shorter")
    answer = client.get(f"{API}/{issue.slug}/versions").json
    IssueVersionList.model_validate(answer)
    first, second = answer["items"]
    assert (first["number"], first["title"], first["decided"]) == (1, {"en": "Night buses"}, {"en": "The budget."})
    assert (second["number"], second["title"], second["decided"]) == (2, {"en": "Buses at night"}, {})
    assert (first["note"], second["note"]) == ("", "Shorter")
    assert first["saved_at"] == "2026-11-04T03:00:00Z"
    page = client.get(f"{API}/{issue.slug}/versions?per_page=1").json
    assert page["next"].endswith(f"{API}/{issue.slug}/versions?page=2&per_page=1")
