"""What became of a case over the API, and judging it with a token."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient

from app.accounts.actions import create_token
from app.core.answers import Outcome
from app.core.clock import FixedClock
from app.followups.milestones import add_milestone
from app.followups.queries import after_case
from app.followups.rules import MilestoneInput, Satisfaction
from tests.support.builders import MadeAnswer, MadePerson, Make
from tests.support.opinions import Work, statements_sent
from tests.support.surveys import ask, say_how, two_camps

Run = Callable[[str], None]


def token(work: Work, person: MadePerson) -> dict[str, str]:
    """The header that shows who asks."""
    with work(person.actor) as ctx:
        return {"Authorization": f"Bearer {create_token(ctx, 'program').secret}"}


def address(made: MadeAnswer, what: str = "followups") -> str:
    """An operation of the case."""
    return f"/api/v1/issues/{made.case.slug}/case/{what}"


def test_before_a_reply_there_is_nothing(make: Make, client: FlaskClient) -> None:
    answer = client.get(f"/api/v1/issues/{make.case().slug}/case/followups")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_studies_and_milestones_are_told_by_the_number_of_their_demand(
    make: Make, work: Work, client: FlaskClient, clock: FixedClock
) -> None:
    made = make.answered(Outcome.ADOPTED, Outcome.UNDER_STUDY)
    with work(made.author.actor) as ctx:
        entered = MilestoneInput({"en": "Shelters stand"}, ctx.today + timedelta(days=9))
        add_milestone(ctx, after_case(ctx, made.case.id), made.demand_ids[0], entered)
    clock.advance(timedelta(days=10))
    found = client.get(address(made)).json
    study, step = found["studies"][0], found["milestones"][0]
    assert (study["demand"], study["due_on"], study["late"], study["outcome"]) == (2, "2027-05-04", False, None)
    assert (step["demand"], step["progress"], step["stale"]) == (1, 0, {"late": "2026-11-14"})
    assert step["log"][0]["due_on"] == "2026-11-13"


def test_feedback_is_put_read_and_deleted_with_a_token_and_counts_come_after_the_week(
    make: Make, work: Work, client: FlaskClient, clock: FixedClock
) -> None:
    made, person = make.answered(), make.person("Lin Mei")
    mine, where = token(work, person), address(made, "feedback")
    assert client.get(where, headers=mine).json == {"verdict": None, "text": "", "lang": None}
    said = {"verdict": "partly", "text": "And <b>Sundays</b>?", "lang": "en"}
    assert client.put(where, json=said, headers=mine).status_code == 200
    assert client.put(where, json=said | {"verdict": "no"}, headers=mine).json["verdict"] == "no"
    told = client.get(address(made)).json["feedback"]
    assert told == {"until": "2026-11-11", "is_open": True, "counts": None, "words": []}
    clock.advance(timedelta(days=8))
    told = client.get(address(made)).json["feedback"]
    assert told["counts"] == {"yes": 0, "partly": 0, "no": 1}
    assert (told["words"][0]["author"], told["words"][0]["html"]) == (
        "Lin Mei",
        "<p>And &lt;b&gt;Sundays&lt;/b&gt;?</p>",
    )
    assert client.put(where, json=said, headers=mine).status_code == 409
    assert client.delete(where, headers=mine).status_code == 204
    assert client.get(address(made)).json["feedback"]["words"] == []


def test_what_makes_no_sense_is_refused(make: Make, work: Work, client: FlaskClient) -> None:
    made, mine = make.answered(), token(work, make.person())
    for wrong in ({"verdict": "maybe"}, {"verdict": "yes", "extra": 1}, {"verdict": "yes", "text": "x" * 501}, {}):
        assert client.put(address(made, "feedback"), json=wrong, headers=mine).status_code == 422
    assert client.put(address(made, "feedback"), json={"verdict": "yes"}).status_code == 401


def test_the_survey_is_answered_once_and_told_by_group_with_intervals(
    make: Make, work: Work, client: FlaskClient, clock: FixedClock, run_job: Run
) -> None:
    made, (here, there) = two_camps(make, work, run_job, 5, 5)
    mine, where = token(work, here[0]), address(made, "survey")
    assert client.post(where, json={"satisfaction": "satisfied"}, headers=mine).status_code == 403
    ask(clock, run_job)
    assert client.post(where, json={"satisfaction": "satisfied"}, headers=mine).json == {"answered": True}
    assert client.post(where, json={"satisfaction": "satisfied"}, headers=mine).status_code == 409
    assert client.get(address(made)).json["survey"]["results"] == []
    say_how(work, made, there[0], Satisfaction.DISSATISFIED)
    for one, other in zip(here[1:], there[1:], strict=True):
        say_how(work, made, one, Satisfaction.SATISFIED)
        say_how(work, made, other, Satisfaction.DISSATISFIED)
    survey = client.get(address(made)).json["survey"]
    assert survey["map"] is not None
    everyone, *groups = survey["results"]
    assert (everyone["group"], everyone["n"]) == (0, 10)
    assert everyone["answers"]["satisfied"] == {"count": 5, "share": 0.5, "low": 0.2366, "high": 0.7634}
    assert [(one["group"], one["n"]) for one in groups] == [(1, 5), (2, 5)]


def test_the_operation_asks_the_database_little(make: Make, client: FlaskClient) -> None:
    made = make.answered(Outcome.ADOPTED, Outcome.UNDER_STUDY)
    client.get(address(made))
    with statements_sent() as sent:
        client.get(address(made))
    assert len(sent) <= 14, "\n".join(sent)
