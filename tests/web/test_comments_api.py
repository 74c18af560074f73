"""Discussions over the API: reading for everybody, writing with a token only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from app.accounts.actions import create_token
from app.comments.models import Comment
from app.comments.rules import EDIT_WINDOW, MAX_LENGTH
from app.core.clock import FixedClock
from app.core.context import Context
from app.extensions import db, limiter
from app.topics.models import Topic
from tests.support.builders import MadeIssue, MadePerson, Make
from tests.support.pages import Browser

Work = Callable[..., AbstractContextManager[Context]]


class Caller:
    """A program that speaks for one person, or for nobody."""

    def __init__(self, client: FlaskClient, work: Work, issue: MadeIssue, person: MadePerson | None = None) -> None:
        self.client, self.address = client, f"/api/v1/issues/{issue.slug}/comments"
        self.headers: dict[str, str] = {}
        if person is not None:
            with work(person.actor) as ctx:
                self.headers = {"Authorization": f"Bearer {create_token(ctx, 'test').secret}"}

    def call(self, method: str, where: object = "", json: object = None) -> TestResponse:
        address = f"{self.address}/{where}" if where else self.address
        return self.client.open(address, method=method, json=json, headers=self.headers)

    def write(self, text: str, status: int = 201, **more: Any) -> dict[str, Any]:
        answer = self.call("POST", json={"text": text, "lang": "en"} | more)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return dict(answer.get_json())


@pytest.fixture
def issue(make: Make) -> MadeIssue:
    return make.issue()


@pytest.fixture
def author(client: FlaskClient, work: Work, make: Make, issue: MadeIssue) -> Caller:
    return Caller(client, work, issue, make.person("Mei"))


@pytest.fixture
def officer(client: FlaskClient, work: Work, make: Make, issue: MadeIssue) -> Caller:
    return Caller(client, work, issue, make.officer(issue.agency_id))


@pytest.fixture
def outsider(client: FlaskClient, work: Work, make: Make, issue: MadeIssue) -> Caller:
    return Caller(client, work, issue, make.person("Tom"))


@pytest.fixture
def visitor(client: FlaskClient, work: Work, issue: MadeIssue) -> Caller:
    return Caller(client, work, issue)


def test_a_comment_has_these_fields(author: Caller, clock: FixedClock) -> None:
    written = author.write("**Yes**", stance="for")
    assert written == {
        "id": written["id"],
        "parent": None,
        "state": "shown",
        "author": "Mei",
        "agency": None,
        "stance": "for",
        "lang": "en",
        "text": "**Yes**",
        "html": "<p><strong>Yes</strong></p>",
        "written_at": "2026-11-04T04:00:00Z",
        "edited_at": None,
        "marks": {"convincing": 0, "unconvincing": 0},
        "bridging": None,
        "replies": [],
    }


def test_a_discussion_is_read_in_pages_that_keep_the_question(author: Caller, visitor: Caller) -> None:
    ids = [author.write(f"Argument {n}", stance="for")["id"] for n in range(3)]
    author.write("Another side", stance="against")
    first = visitor.client.get(f"{visitor.address}?per_page=2&stance=for&order=oldest").get_json()
    assert [item["id"] for item in first["items"]] == ids[:2]
    second = visitor.client.get(first["next"]).get_json()
    assert [item["id"] for item in second["items"]] == ids[2:]
    assert second["next"] is None


@pytest.mark.parametrize("question", ["stance=sideways", "order=best", "per_page=0", "page=x"])
def test_a_question_that_makes_no_sense_is_refused(visitor: Caller, question: str) -> None:
    answer = visitor.client.get(f"{visitor.address}?{question}")
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"


def test_replies_come_with_their_comment_and_officers_with_their_agency(
    author: Caller, officer: Caller, visitor: Caller, issue: MadeIssue
) -> None:
    top = author.write("An argument")
    reply = officer.write("An answer", parent=top["id"])
    assert (reply["parent"], reply["agency"]) == (top["id"], "agency-1")
    read = visitor.call("GET").get_json()["items"]
    assert [item["id"] for item in read] == [top["id"]]
    assert [item["id"] for item in read[0]["replies"]] == [reply["id"]]
    author.write("Too deep", 409, parent=reply["id"])
    author.write("Nowhere", 404, parent=999_999)


def test_the_same_words_sent_twice_are_one_comment(author: Caller, work: Work, issue: MadeIssue) -> None:
    assert author.write("Yes!")["id"] == author.write("Yes!")["id"]
    with work() as ctx:
        assert ctx.get(Topic, issue.topic_id).comment_count == 1


@pytest.mark.parametrize(
    "body",
    [
        {"text": ""},
        {"text": " \u200b "},
        {"text": "x" * (MAX_LENGTH + 1)},
        {"text": "x" * 100_000},
        {"text": "Fine", "stance": "sideways"},
        {"text": "Fine", "lang": "xx"},
        {"text": "Fine", "parent": "first"},
        {"text": "Fine", "author": "Somebody else"},
        {},
    ],
)
def test_a_body_that_cannot_be_taken_is_refused_as_a_problem(author: Caller, body: dict[str, object]) -> None:
    answer = author.call("POST", json=body)
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert author.call("GET").get_json()["items"] == []


def test_writing_needs_a_token_and_no_cookie_will_do(
    app: APIFlask, visitor: Caller, author: Caller, make: Make, work: Work, issue: MadeIssue
) -> None:
    mine = author.write("Mine")
    unconfirmed = Caller(visitor.client, work, issue, make.person(confirmed=False))
    with_cookie = Caller(Browser(app).sign_in(make.person()).http, work, issue)
    body = {"text": "Words", "lang": "en"}
    for caller, status in ((visitor, 401), (with_cookie, 401), (unconfirmed, 403)):
        assert caller.call("POST", json=body).status_code == status
        assert caller.call("PUT", mine["id"], body).status_code == status
        assert caller.call("DELETE", mine["id"]).status_code == status


def test_only_its_author_changes_or_deletes_a_comment(author: Caller, officer: Caller, outsider: Caller) -> None:
    mine = author.write("Mine")
    for other in (officer, outsider):
        assert other.call("PUT", mine["id"], {"text": "Yours", "lang": "en"}).status_code == 403
        assert other.call("DELETE", mine["id"]).status_code == 403
    assert author.call("PUT", mine["id"], {"text": "Still mine", "lang": "en"}).get_json()["text"] == "Still mine"
    assert author.call("DELETE", mine["id"]).status_code == 204


def test_what_it_said_before_stays_readable(author: Caller, visitor: Caller, clock: FixedClock) -> None:
    mine = author.write("Before", stance="for")
    clock.advance(EDIT_WINDOW * 2)
    author.call("PUT", mine["id"], {"text": "After", "lang": "en", "stance": "against"})
    read = visitor.call("GET", mine["id"]).get_json()
    assert (read["text"], read["stance"], read["edited_at"]) == ("After", "against", "2026-11-04T04:10:00Z")
    assert read["versions"] == [
        {"text": "Before", "lang": "en", "stance": "for", "replaced_at": "2026-11-04T04:10:00Z"}
    ]


def test_a_deleted_or_hidden_comment_keeps_its_place_without_author_and_words(
    author: Caller, outsider: Caller, visitor: Caller, work: Work, clock: FixedClock
) -> None:
    deleted, hidden = author.write("Regretted")["id"], author.write("Rude")["id"]
    clock.advance(EDIT_WINDOW * 2)
    author.call("PUT", hidden, {"text": "Ruder", "lang": "en"})
    reply = outsider.write("A reply that stays", parent=deleted)["id"]
    assert [author.call("DELETE", deleted).status_code for _ in range(2)] == [204, 204]
    with work() as ctx:
        ctx.get(Comment, hidden).hidden_at = ctx.now
    read = {item["id"]: item for item in visitor.call("GET").get_json()["items"]}
    assert {key: item["state"] for key, item in read.items()} == {deleted: "deleted", hidden: "hidden"}
    for item in read.values():
        assert (item["author"], item["text"], item["html"], item["edited_at"]) == (None, "", "", None)
    assert [item["id"] for item in read[deleted]["replies"]] == [reply]
    assert visitor.call("GET", hidden).get_json()["versions"] == []
    assert author.call("PUT", deleted, {"text": "Back", "lang": "en"}).status_code == 409


def test_a_closed_discussion_is_read_only(author: Caller, work: Work, issue: MadeIssue) -> None:
    mine = author.write("Early enough")
    with work() as ctx:
        ctx.get(Topic, issue.topic_id).closed_at = ctx.now
    author.write("Too late", 409)
    assert author.call("PUT", mine["id"], {"text": "Too late", "lang": "en"}).status_code == 409
    assert len(author.call("GET").get_json()["items"]) == 1


def test_what_is_not_there_is_not_found(visitor: Caller, author: Caller) -> None:
    assert visitor.call("GET", 999_999).status_code == 404
    assert author.call("DELETE", 999_999).status_code == 404
    assert visitor.client.get("/api/v1/issues/none/comments").status_code == 404


# ---- marks ----


def test_a_mark_is_put_read_changed_and_taken_back(author: Caller, outsider: Caller, officer: Caller) -> None:
    top = author.write("An argument")["id"]
    assert outsider.call("GET", f"{top}/mark").get_json() == {"comment": top, "value": None}
    for value, counts in ((1, (1, 0)), (1, (1, 0)), (-1, (0, 1)), (None, (0, 0)), (None, (0, 0)), (1, (1, 0))):
        answer = outsider.call("PUT", f"{top}/mark", {"value": value})
        assert (answer.status_code, answer.get_json()) == (200, {"comment": top, "value": value})
        assert outsider.call("GET", f"{top}/mark").get_json()["value"] == value
        marks = author.call("GET", top).get_json()["marks"]
        assert (marks["convincing"], marks["unconvincing"]) == counts
    for other in (author, officer):
        assert other.call("GET", f"{top}/mark").get_json()["value"] is None


@pytest.mark.parametrize("body", [{}, {"value": 0}, {"value": "1"}, {"value": 2}, {"value": 1, "person": 7}])
def test_a_mark_that_is_none_is_refused_as_a_problem(author: Caller, outsider: Caller, body: dict[str, object]) -> None:
    top = author.write("An argument")["id"]
    answer = outsider.call("PUT", f"{top}/mark", body)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert author.call("GET", top).get_json()["marks"] == {"convincing": 0, "unconvincing": 0}


def test_only_a_confirmed_person_marks_by_token_and_nobody_their_own(
    app: APIFlask, author: Caller, visitor: Caller, make: Make, work: Work, issue: MadeIssue
) -> None:
    top = author.write("Mine")["id"]
    unconfirmed = Caller(visitor.client, work, issue, make.person(confirmed=False))
    with_cookie = Caller(Browser(app).sign_in(make.person()).http, work, issue)
    for caller, status in ((visitor, 401), (with_cookie, 401), (unconfirmed, 403), (author, 403)):
        assert caller.call("PUT", f"{top}/mark", {"value": 1}).status_code == status
    assert [caller.call("GET", f"{top}/mark").status_code for caller in (visitor, with_cookie)] == [401, 401]


def test_what_is_hidden_deleted_closed_or_not_there_takes_no_mark(
    author: Caller, outsider: Caller, work: Work, issue: MadeIssue
) -> None:
    deleted, hidden, late = (author.write(text)["id"] for text in ("One", "Two", "Three"))
    author.call("DELETE", deleted)
    with work() as ctx:
        ctx.get(Comment, hidden).hidden_at = ctx.now
    for gone, status in ((deleted, 409), (hidden, 409), (999_999, 404)):
        assert outsider.call("PUT", f"{gone}/mark", {"value": 1}).status_code == status
    with work() as ctx:
        ctx.get(Topic, issue.topic_id).closed_at = ctx.now
    assert outsider.call("PUT", f"{late}/mark", {"value": 1}).status_code == 409


def test_comments_can_be_read_by_their_rank_and_tell_their_score(author: Caller, visitor: Caller, work: Work) -> None:
    ids = [author.write(f"Argument {n}")["id"] for n in range(3)]
    with work() as ctx:
        for place, one in enumerate((ids[1], ids[0], ids[2])):
            ctx.get(Comment, one).place, ctx.get(Comment, one).bridging = place, 0.8012 - place / 10
    read = visitor.client.get(f"{visitor.address}?order=bridging").get_json()["items"]
    assert [item["id"] for item in read] == [ids[1], ids[0], ids[2]]
    assert [item["bridging"] for item in read] == [0.8, 0.7, 0.6]


def test_nobody_learns_from_the_api_who_marked_what(author: Caller, outsider: Caller, visitor: Caller) -> None:
    top = author.write("An argument")["id"]
    outsider.call("PUT", f"{top}/mark", {"value": -1})
    told = visitor.call("GET", top).get_data(as_text=True) + visitor.call("GET").get_data(as_text=True)
    assert "Tom" not in told
    assert '"mark":' not in told


@pytest.fixture
def limited(app: APIFlask, database_url: str, data_folder: Path, clock: FixedClock) -> Iterator[APIFlask]:
    """The same instance with its limits switched on, nothing counted yet."""
    env = {"MINYI_ENV": "test", "MINYI_DATA": str(data_folder), "DATABASE_URL": database_url, "LIMITS": "on"}
    strict = create_app(env, clock)
    strict.testing = True
    limiter.reset()
    yield strict
    limiter.enabled = False
    with strict.app_context():
        db.session.remove()
        db.engine.dispose()


def test_one_person_writes_five_comments_a_minute_pages_and_api_together(
    limited: APIFlask, make: Make, work: Work, issue: MadeIssue
) -> None:
    hasty = make.person()
    caller, browser = Caller(limited.test_client(), work, issue, hasty), Browser(limited).sign_in(hasty)
    browser.open(f"/en/issues/{issue.slug}/discussion")
    codes = [caller.call("POST", json={"text": f"Words {n}", "lang": "en"}).status_code for n in range(6)]
    assert codes == [201] * 5 + [429]
    browser.send("text", status=429, stance="for", text="On another way")
    Caller(limited.test_client(), work, issue, make.person()).write("Others are not held up")


def test_one_person_marks_sixty_comments_a_minute_pages_and_api_together(
    limited: APIFlask, make: Make, work: Work, issue: MadeIssue, author: Caller
) -> None:
    top, hasty = author.write("An argument")["id"], make.person()
    caller, browser = Caller(limited.test_client(), work, issue, hasty), Browser(limited).sign_in(hasty)
    browser.open(f"/en/issues/{issue.slug}/discussion")
    codes = [caller.call("PUT", f"{top}/mark", {"value": 1 - 2 * (n % 2)}).status_code for n in range(61)]
    assert codes == [200] * 60 + [429]
    browser.send("/mark", status=429, value="1")
