"""Maps that were, the votes behind them, and one's own place, over the API: what is published, when, and to whom."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.actions import create_token
from app.core.clock import FixedClock
from app.opinions.actions import hide_statement
from app.opinions.jobs import KEEP_EVERY
from app.opinions.models import Participant
from app.opinions.rules import Vote
from app.opinions.streaming import read_votes
from app.topics.models import Topic
from deliberation import Votes
from deliberation.__main__ import main
from tests.support.builders import MadeIssue, MadePerson, Make
from tests.support.opinions import Work, crowd, statements_sent, vote

CAMPS = [(20, "+++++-----"), (18, "-----+++++")]
Call = Callable[..., TestResponse]
CLOSED_ONLY = ["votes.csv", "map/memory"]


@pytest.fixture
def issue(make: Make) -> MadeIssue:
    return make.issue(statements=10)


@pytest.fixture
def call(client: FlaskClient, work: Work, issue: MadeIssue) -> Call:
    """Read below the address of the issue, as a person with a token or as nobody."""

    def send(where: str, by: MadePerson | None = None) -> TestResponse:
        headers = {}
        if by is not None:
            with work(by.actor) as ctx:
                headers = {"Authorization": f"Bearer {create_token(ctx, 'test').secret}"}
        return client.get(f"/api/v1/issues/{issue.slug}/{where}", headers=headers)

    return send


def _close(work: Work, issue: MadeIssue) -> None:
    with work() as ctx:
        ctx.get(Topic, issue.topic_id).closed_at = ctx.now


def _table(answer: TestResponse) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))


@pytest.mark.parametrize("where", CLOSED_ONLY)
def test_single_votes_are_published_once_voting_has_ended_and_before_to_who_runs_the_topic(
    call: Call, make: Make, work: Work, issue: MadeIssue, run_job: Callable[[str], None], where: str
) -> None:
    crowd(work, issue, CAMPS)
    run_job("draw-maps")
    officer, administrator = make.officer(issue.agency_id), make.person(administrator=True)
    for trusted in (officer, administrator):
        assert call(where, by=trusted).status_code == 200
    for other in (None, make.person(), make.person(moderator=True), make.officer(make.agency())):
        answer = call(where, by=other)
        assert answer.status_code == 409
        assert "截止後" in answer.get_json()["title"], "it says when"
    _close(work, issue)
    assert call(where).status_code == 200


def test_votes_are_published_from_the_moment_after_the_last_day(
    call: Call, work: Work, issue: MadeIssue, clock: FixedClock
) -> None:
    crowd(work, issue, CAMPS)
    with work() as ctx:
        closes_at = ctx.get(Topic, issue.topic_id).closes_at
    assert closes_at is not None
    clock.travel_to(closes_at - timedelta(seconds=1))
    assert call("votes.csv").status_code == 409
    clock.travel_to(closes_at)
    assert len(_table(call("votes.csv"))) == 380


def test_the_table_of_votes_holds_pseudonyms_statements_and_votes_sorted_and_nothing_else(
    call: Call, make: Make, work: Work, issue: MadeIssue
) -> None:
    people = [make.person() for _ in range(4)]
    for n, person in enumerate(people):
        for one in (3, 0, 2):
            vote(work, issue, person, one, Vote((n + one) % 3 - 1))
    with work(make.person(moderator=True).actor) as ctx:
        hide_statement(ctx, ctx.get(Topic, issue.topic_id), issue.statement_ids[2])
    crowd(work, make.issue(statements=1), [(3, "+")])
    _close(work, issue)
    rows = _table(call("votes.csv"))
    assert list(rows[0]) == ["participant", "statement", "vote"]
    found = [tuple(int(row[name]) for name in ("participant", "statement", "vote")) for row in rows]
    with work() as ctx:
        query = sa.select(Participant.person_id, Participant.alias).where(Participant.topic_id == issue.topic_id)
        alias = dict(ctx.session.execute(query).all())
    assert found == sorted(
        (alias[person.id], issue.statement_ids[one], (n + one) % 3 - 1)
        for n, person in enumerate(people)
        for one in (0, 3)
    )


def test_the_published_votes_are_those_the_map_was_drawn_of(call: Call, work: Work, issue: MadeIssue) -> None:
    crowd(work, issue, CAMPS)
    _close(work, issue)
    rows = _table(call("votes.csv"))
    columns = ([int(row[name]) for row in rows] for name in ("participant", "statement", "vote"))
    published = Votes.from_triplets(*columns)
    with work() as ctx:
        drawn_of = read_votes(ctx.session, issue.topic_id)
    assert (published.participants, published.statements) == (drawn_of.participants, drawn_of.statements)
    for name in ("starts", "columns", "values"):
        assert getattr(published, name).tolist() == getattr(drawn_of, name).tolist()


def test_an_issue_nobody_voted_on_has_an_empty_table_and_no_map(call: Call, work: Work, issue: MadeIssue) -> None:
    _close(work, issue)
    assert _table(call("votes.csv")) == []
    assert call("maps").get_json() == {"items": [], "next": None}
    for where in ("map/memory", "maps/1", "maps/1/memory", "maps/99999999999"):
        assert call(where).status_code == 404


def test_the_maps_that_are_kept_are_listed_newest_first_and_can_be_read(
    call: Call, make: Make, work: Work, issue: MadeIssue, run_job: Callable[[str], None], clock: FixedClock
) -> None:
    crowd(work, issue, [(9, "+++++-----")], name="first")
    run_job("draw-maps")
    clock.advance(KEEP_EVERY)
    crowd(work, issue, CAMPS)
    run_job("draw-maps")
    first = call("maps?per_page=1").get_json()
    second = call(first["next"].split(f"/{issue.slug}/")[1]).get_json()
    newest, oldest = first["items"][0], second["items"][0]
    assert second["next"] is None
    assert [newest["state"], oldest["state"]] == ["groups", "too_few"]
    assert [newest["participants"], oldest["participants"]] == [47, 9]
    assert call(f"maps/{newest['id']}").get_json() == call("map").get_json()
    then = call(f"maps/{oldest['id']}").get_json()
    assert (then["id"], then["made_at"], then["participants"]) == (oldest["id"], "2026-11-04T04:00:00Z", 9)
    elsewhere = make.issue(statements=1)
    crowd(work, elsewhere, [(1, "+")])
    run_job("draw-maps")
    assert call(f"maps/{newest['id'] + 1}").status_code == 404, "a map of another issue"


def test_ones_own_place_is_told_at_once_after_the_first_vote_and_hangs_on_ones_votes(
    call: Call, make: Make, work: Work, issue: MadeIssue, run_job: Callable[[str], None]
) -> None:
    mei, jun = make.person(), make.person()
    assert call("map/me", by=mei).status_code == 404
    assert call("map/me").status_code == 401
    crowd(work, issue, CAMPS)
    run_job("draw-maps")
    assert call("map/me", by=mei).get_json()["position"] is None
    told: list[dict[str, Any]] = []
    for one in range(10):
        vote(work, issue, mei, one, Vote.AGREE if one < 5 else Vote.DISAGREE)
        told.append(call("map/me", by=mei).get_json())
    assert [found["group"] for found in told] == [None] * 6 + [1] * 4
    assert len({tuple(found["position"]) for found in told}) == 10
    assert told[-1]["uncertainty"] < told[0]["uncertainty"]
    assert sum(told[-1]["membership"]) == pytest.approx(1)
    assert {pull["statement"] for pull in told[-1]["pulls"]} == set(issue.statement_ids)
    assert sum(pull["x"] for pull in told[-1]["pulls"]) == pytest.approx(told[-1]["position"][0], abs=1e-3)
    assert call("map/me", by=jun).get_json()["position"] is None


def test_reading_maps_takes_few_statements_and_no_aggregate(
    call: Call, make: Make, work: Work, issue: MadeIssue, run_job: Callable[[str], None]
) -> None:
    crowd(work, issue, CAMPS)
    mei = make.person()
    vote(work, issue, mei)
    run_job("draw-maps")
    for where in ("maps", "maps/1", "map/me"):
        call(where, by=mei)
        with statements_sent() as sent:
            assert call(where, by=mei).status_code in {200, 404}
        assert not [one for one in sent if "count(" in one.lower() or "sum(" in one.lower()]
        # Making the token takes some of them.
        assert len(sent) <= 14, sent


def test_who_has_the_votes_draws_the_same_map_to_the_last_bit_the_first_and_a_later_one(
    call: Call, work: Work, issue: MadeIssue, run_job: Callable[[str], None], tmp_path: Path
) -> None:
    first, before, after = (tmp_path / name for name in ("first.json", "before.json", "after.json"))
    crowd(work, issue, [(20, "+++++----0"), (18, "-----++++0"), (6, "+-+-+-+-+-")])
    _close(work, issue)
    run_job("draw-maps")
    _draw(call, tmp_path, ["--memory", str(first)])
    assert json.loads(first.read_text()) == call("map/memory").get_json()
    crowd(work, issue, [(9, "--+-+-+-+-"), (30, "+++0+---- ")], name="later")
    run_job("draw-maps")
    newest, former = (one["id"] for one in call("maps").get_json()["items"])
    before.write_text(call(f"maps/{former}/memory").get_data(as_text=True))
    _draw(call, tmp_path, ["--previous", str(before), "--memory", str(after)])
    assert json.loads(after.read_text()) == call(f"maps/{newest}/memory").get_json() == call("map/memory").get_json()
    _draw(call, tmp_path, ["--memory", str(first)])
    assert json.loads(first.read_text()) != json.loads(after.read_text()), "without the map before it is another one"


def _draw(call: Call, folder: Path, words: list[str]) -> None:
    (folder / "votes.csv").write_bytes(call("votes.csv").get_data())
    assert main(["map", str(folder / "votes.csv"), *words]) == 0
