"""The case of an issue over the API."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime

from flask.testing import FlaskClient

from app.cases.queries import case_by_id
from app.core.answers import Outcome
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.permissions import Role
from app.replies.drafting import save_draft, submit_reply
from app.replies.publishing import publish_reply
from app.replies.rules import Answer, DraftInput
from tests.support.builders import MadeCase, Make, complete

Work = Callable[..., AbstractContextManager[Context]]
DRAFT = DraftInput(summary="The last bus **waits**.", lang="en", contact="Mrs Lin", new_demand="A bench at every stop")
LATER = datetime(2026, 11, 27, 4, 0, tzinfo=UTC)


def answer(make: Make, work: Work, made: MadeCase) -> None:
    """Draft with a demand of the officer's own, submit and publish."""
    with work(make.officer(made.agency_id).actor) as ctx:
        case = case_by_id(ctx, made.id)
        save_draft(ctx, case, DRAFT)
        answers = {demand.id: complete(Outcome.PARTLY_ADOPTED, "From *March*.") for demand in case.demands}
        revision = submit_reply(ctx, case, replace(DRAFT, new_demand="", answers=answers, revision=1)).revision
    with work(make.officer(made.agency_id, Role.APPROVER).actor) as ctx:
        publish_reply(ctx, case_by_id(ctx, made.id), revision)


def test_before_an_issue_closes_there_is_no_case(make: Make, client: FlaskClient) -> None:
    response = client.get(f"/api/v1/issues/{make.issue().slug}/case")
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")
    assert client.get("/api/v1/issues/nowhere/case").status_code == 404


def test_a_running_case_tells_its_clock_and_how_the_date_came_about(make: Make, client: FlaskClient) -> None:
    made = make.case(common=2)
    found = client.get(f"/api/v1/issues/{made.slug}/case").json
    clock = found["clock"]
    assert (clock["started_on"], clock["due_on"], clock["amount"], clock["unit"]) == (
        "2026-11-04",
        "2026-11-24",
        14,
        "working_day",
    )
    assert (clock["promise"], clock["status"], clock["working_days_left"]) == ("summary", "running", 14)
    assert [day["date"][-2:] for day in clock["skipped"]] == ["07", "08", "14", "15", "21", "22"]
    assert clock["skipped"][0]["name"] == {"zh-Hant-TW": "週末", "en": "Weekend"}
    assert clock["calendar_version"].startswith("holidays ")
    assert clock["stopped_on"] is found["reply"] is found["answered_at"] is None
    assert [part["part"] for part in found["agencies"]] == ["lead"]
    assert [(one["statement"], one["outcome"]) for one in found["demands"]] == [(s, None) for s in made.statement_ids]


def test_a_late_case_says_by_how_many_working_days(make: Make, client: FlaskClient, clock: FixedClock) -> None:
    made = make.case()
    clock.travel_to(LATER)
    found = client.get(f"/api/v1/issues/{made.slug}/case").json["clock"]
    assert (found["status"], found["working_days_left"], found["working_days_late"]) == ("late", 0, 3)


def test_a_draft_stays_with_its_officers(make: Make, work: Work, client: FlaskClient) -> None:
    made = make.case(common=1)
    with work(make.officer(made.agency_id).actor) as ctx:
        case = case_by_id(ctx, made.id)
        answers = {case.demands[0].id: Answer(Outcome.NOT_ADOPTED, "A secret reason.")}
        save_draft(ctx, case, replace(DRAFT, answers=answers))
    response = client.get(f"/api/v1/issues/{made.slug}/case")
    assert response.json["reply"] is None
    assert [one["outcome"] for one in response.json["demands"]] == [None]
    for secret in ("waits", "secret", "bench"):
        assert secret not in response.get_data(as_text=True)


def test_a_published_reply_is_there_for_everybody(
    make: Make, work: Work, client: FlaskClient, clock: FixedClock
) -> None:
    made = make.case(common=1)
    clock.travel_to(LATER)
    answer(make, work, made)
    found = client.get(f"/api/v1/issues/{made.slug}/case").json
    assert (found["clock"]["status"], found["clock"]["stopped_on"]) == ("kept_late", "2026-11-27")
    assert found["reply"] == {
        "summary": "The last bus **waits**.",
        "summary_html": "<p>The last bus <strong>waits</strong>.</p>",
        "lang": "en",
        "contact": "Mrs Lin",
        "published_at": "2026-11-27T04:00:00Z",
        "late": True,
        "version": 1,
        "corrected_at": None,
    }
    assert found["answered_at"] == found["reply"]["published_at"]
    assert [(one["source"], one["outcome"], one["answer"]) for one in found["demands"]] == [
        ("map", "partly_adopted", "From *March*."),
        ("officer", "partly_adopted", "From *March*."),
    ]


def test_the_document_describes_what_is_sent(client: FlaskClient) -> None:
    operations = client.get("/api/v1/openapi.json").json["paths"]
    assert "get" in operations["/api/v1/{kind}/{slug}/case"]
