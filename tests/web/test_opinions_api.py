"""Statements, votes and the map over the API: reading for everybody, voting with a token only."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.actions import create_token
from app.issues.rules import IssueState
from app.opinions.actions import hide_statement
from app.opinions.rules import Vote
from app.topics.models import Topic
from tests.support.builders import MadeIssue, MadePerson, Make
from tests.support.opinions import Work, counted, crowd, recounted, statements_sent, vote
from tests.support.pages import Browser

CAMPS = [(20, "+++++-----+"), (18, "-----++++++")]
Call = Callable[..., TestResponse]


@pytest.fixture
def issue(make: Make) -> MadeIssue:
    return make.issue(statements=11)


@pytest.fixture
def call(client: FlaskClient, work: Work, issue: MadeIssue) -> Call:
    """Send a request below the address of the issue, as a person with a token or as nobody."""

    tokens: dict[int, str] = {}

    def send(method: str, where: str, body: object = None, by: MadePerson | None = None) -> TestResponse:
        headers = {}
        if by is not None:
            if by.id not in tokens:
                with work(by.actor) as ctx:
                    tokens[by.id] = create_token(ctx, "test").secret
            headers = {"Authorization": f"Bearer {tokens[by.id]}"}
        return client.open(f"/api/v1/issues/{issue.slug}/{where}", method=method, json=body, headers=headers)

    return send


def _problem(answer: TestResponse, status: int) -> None:
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["status"] == status


def test_statements_come_in_pages_with_their_counts(call: Call, work: Work, issue: MadeIssue) -> None:
    crowd(work, issue, [(2, "+"), (3, "-"), (1, "0")])
    first = call("GET", "statements?per_page=10").get_json()
    assert len(first["items"]) == 10
    assert first["items"][0] == {
        "id": issue.statement_ids[0],
        "text": "Statement number 0.",
        "lang": "en",
        "origin": "seed",
        "written_at": "2026-11-04T04:00:00Z",
        "votes": {"agrees": 2, "disagrees": 3, "passes": 1},
    }
    following = call("GET", first["next"].split(f"/{issue.slug}/")[1]).get_json()
    assert (len(following["items"]), following["next"]) == (1, None)


def test_a_hidden_statement_is_not_listed(call: Call, make: Make, work: Work, issue: MadeIssue) -> None:
    with work(make.person(moderator=True).actor) as ctx:
        hide_statement(ctx, ctx.get(Topic, issue.topic_id), issue.statement_ids[0])
    listed = [one["id"] for one in call("GET", "statements").get_json()["items"]]
    assert listed == issue.statement_ids[1:]


def test_a_vote_is_put_and_putting_it_again_changes_nothing(
    call: Call, make: Make, work: Work, issue: MadeIssue
) -> None:
    mei, statement = make.person("Mei"), issue.statement_ids[0]
    where = f"statements/{statement}/vote"
    assert call("GET", where, by=mei).get_json() == {"statement": statement, "value": None}
    for value in (1, 1, -1, -1, 0):
        answer = call("PUT", where, {"value": value}, by=mei)
        assert (answer.status_code, answer.get_json()) == (200, {"statement": statement, "value": value})
    assert call("GET", where, by=mei).get_json()["value"] == 0
    with work() as ctx:
        assert counted(ctx, issue.topic_id) == recounted(ctx, issue.topic_id)
        assert counted(ctx, issue.topic_id)["votes"] == 1


def test_the_next_statement_comes_with_the_reasons_until_none_is_left(
    call: Call, make: Make, work: Work, issue: MadeIssue, run_job: Callable[[str], None]
) -> None:
    crowd(work, issue, CAMPS)
    run_job("draw-maps")
    mei = make.person("Mei")
    asked = []
    for _ in issue.statement_ids:
        found = call("GET", "statements/next", by=mei).get_json()
        assert found == call("GET", "statements/next", by=mei).get_json(), "until it is answered it is the same"
        assert found["about_person"] > 0
        assert found["about_statement"] > 0
        assert 0 < found["chance"] <= 1
        asked.append(found["statement"]["id"])
        call("PUT", f"statements/{asked[-1]}/vote", {"value": 1}, by=mei)
    assert sorted(asked) == issue.statement_ids
    nothing = {"statement": None, "about_person": 0.0, "about_statement": 0.0, "chance": 0.0}
    assert call("GET", "statements/next", by=mei).get_json() == nothing
    _problem(call("GET", "statements/next"), 401)
    with work() as ctx:
        ctx.get(Topic, issue.topic_id).closed_at = ctx.now
    _problem(call("GET", "statements/next", by=mei), 409)


def test_who_may_not_vote_is_told_why_and_a_session_cookie_is_nobody(
    app: APIFlask, call: Call, client: FlaskClient, make: Make, work: Work, issue: MadeIssue
) -> None:
    where, body = f"statements/{issue.statement_ids[0]}/vote", {"value": 1}
    _problem(call("PUT", where, body), 401)
    _problem(call("PUT", where, body, by=make.person(confirmed=False)), 403)
    wrong = client.put(
        f"/api/v1/issues/{issue.slug}/{where}", json=body, headers={"Authorization": "Bearer not-a-token"}
    )
    _problem(wrong, 401)
    browser = Browser(app).sign_in(make.person())
    _problem(browser.http.put(f"/api/v1/issues/{issue.slug}/{where}", json=body), 401)
    _problem(browser.http.post(f"/api/v1/issues/{issue.slug}/statements", json={"text": "Hello there"}), 401)
    with work() as ctx:
        assert counted(ctx, issue.topic_id)["votes"] == 0


def test_what_is_not_there_is_not_found(call: Call, client: FlaskClient, make: Make, issue: MadeIssue) -> None:
    mei, elsewhere = make.person(), make.issue(statements=1)
    draft = make.issue(state=IssueState.DRAFT)
    for statement in (0, elsewhere.statement_ids[0], 2**31 - 1):
        _problem(call("PUT", f"statements/{statement}/vote", {"value": 1}, by=mei), 404)
    _problem(client.get("/api/v1/issues/nothing-here/statements"), 404)
    _problem(client.get(f"/api/v1/issues/{draft.slug}/statements"), 404)
    _problem(call("GET", "map"), 404)


def test_a_closed_issue_takes_no_vote_and_no_statement(call: Call, make: Make, work: Work, issue: MadeIssue) -> None:
    mei = make.person()
    with work() as ctx:
        ctx.get(Topic, issue.topic_id).closed_at = ctx.now
    _problem(call("PUT", f"statements/{issue.statement_ids[0]}/vote", {"value": 1}, by=mei), 409)
    _problem(call("POST", "statements", {"text": "More buses."}, by=mei), 409)
    assert call("GET", "statements").status_code == 200


@pytest.mark.parametrize("body", [{"value": 2}, {"value": "x"}, {"value": None}, {}, {"value": 1, "for": "me"}, []])
def test_a_body_that_is_no_vote_is_refused(call: Call, make: Make, issue: MadeIssue, body: object) -> None:
    _problem(call("PUT", f"statements/{issue.statement_ids[0]}/vote", body, by=make.person()), 422)


def test_a_statement_is_added_by_its_author_who_agrees_with_it(call: Call, make: Make, issue: MadeIssue) -> None:
    mei = make.person()
    answer = call("POST", "statements", {"text": "More buses at night.", "lang": "en"}, by=mei)
    assert answer.status_code == 201
    added = answer.get_json()
    assert (added["text"], added["origin"]) == ("More buses at night.", "citizen")
    assert added["votes"] == {"agrees": 1, "disagrees": 0, "passes": 0}
    _problem(call("POST", "statements", {"text": "more  buses at night", "lang": "en"}, by=make.person()), 409)
    short = call("POST", "statements", {"text": "Bus!", "lang": "en"}, by=mei)
    _problem(short, 422)
    assert list(short.get_json()["fields"]) == ["text"]


def test_the_map_has_groups_with_sizes_and_what_they_say_with_counts(
    call: Call, work: Work, issue: MadeIssue, run_job: Callable[[str], None]
) -> None:
    crowd(work, issue, CAMPS)
    run_job("draw-maps")
    found = call("GET", "map").get_json()
    assert (found["state"], found["distinct"], found["participants"], found["votes"]) == ("groups", True, 38, 418)
    assert [(group["group"], group["size"]) for group in found["groups"]] == [(1, 20), (2, 18)]
    typical = next(one for one in found["groups"][0]["representative"] if one["id"] == issue.statement_ids[0])
    assert (typical["side"], typical["inside"], typical["outside"]) == (1, 1.0, 0.0)
    assert typical["everyone"] == {"agrees": 20, "disagrees": 18, "passes": 0}
    assert typical["groups"] == [
        {"group": 1, "agrees": 20, "disagrees": 0, "passes": 0},
        {"group": 2, "agrees": 0, "disagrees": 18, "passes": 0},
    ]
    assert [(one["id"], one["side"]) for one in found["consensus"]] == [(issue.statement_ids[10], 1)]
    assert {one["id"] for one in found["divisive"]} == set(issue.statement_ids[:10]), "all of them, not the first few"


def test_the_map_of_too_few_says_so_and_nothing_else(
    call: Call, work: Work, issue: MadeIssue, run_job: Callable[[str], None]
) -> None:
    crowd(work, issue, [(3, "+-")])
    run_job("draw-maps")
    found = call("GET", "map").get_json()
    assert (found["state"], found["distinct"], found["participants"]) == ("too_few", False, 3)
    assert found["groups"] == found["consensus"] == found["divisive"] == found["unsure"] == []


def test_the_map_shows_nobodys_place(
    call: Call, make: Make, work: Work, issue: MadeIssue, run_job: Callable[[str], None]
) -> None:
    crowd(work, issue, CAMPS)
    mei = make.person()
    for statement in range(10):
        vote(work, issue, mei, statement, Vote.AGREE)
    run_job("draw-maps")
    for_mei, for_all = call("GET", "map", by=mei).get_json(), call("GET", "map").get_json()
    assert for_mei == for_all
    assert not {"x", "y", "doubt", "participant", "you"} & _keys(for_all)


def _keys(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*(_keys(each) for each in value.values()))
    return set().union(*(_keys(each) for each in value)) if isinstance(value, list) else set()


def test_lists_and_map_take_few_statements_and_no_aggregate(
    call: Call, work: Work, issue: MadeIssue, run_job: Callable[[str], None]
) -> None:
    crowd(work, issue, CAMPS)
    run_job("draw-maps")
    for where in ("statements", "map"):
        with statements_sent() as sent:
            assert call("GET", where).status_code == 200
        assert len(sent) <= 8, sent
        assert not [one for one in sent if "count(" in one.lower() or "sum(" in one.lower()]
