"""Pages and operations of proposals: from the first word to the established case, as people go through them."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from apiflask import APIFlask
from flask.testing import FlaskClient

from app.accounts.models import ApiToken
from app.accounts.queries import token_digest
from app.agencies.models import Agency
from app.cases.queries import case_of_topic
from app.core.clock import FixedClock
from app.core.permissions import Role
from app.endorsements.actions import end_gathering
from app.proposals.queries import proposal_by_id
from app.proposals.reviewing import reject, take
from app.proposals.rules import Code, Rejection
from tests.conftest import NOON
from tests.support.builders import MadePerson, Make
from tests.support.pages import Browser
from tests.support.proposals import MadeProposal, Work, collecting, drafted, endorsed, established, submitted


def token_of(work: Work, person: MadePerson) -> dict[str, str]:
    with work() as ctx:
        digest = token_digest(person.email)
        ctx.session.add(ApiToken(person_id=person.id, name="test", digest=digest, created_at=ctx.now))
    return {"Authorization": f"Bearer {person.email}"}


def removed(work: Work, make: Make, made: MadeProposal) -> None:
    with work(make.person(moderator=True).actor) as ctx:
        why = Rejection(Code.INSULTING, "It insults a clerk.", "en")
        reject(ctx, take(ctx, proposal_by_id(ctx, made.id)), why)


def test_from_the_first_word_to_the_established_case(app: APIFlask, work: Work, make: Make) -> None:
    make.policy(endorsement={"threshold": 20})
    agency_id = make.agency("Transport")
    with work() as ctx:
        slug = ctx.get(Agency, agency_id).slug
    author, reviewer = Browser(app).sign_in(make.person("Ann")), Browser(app).sign_in(make.person(moderator=True))
    author.open("/en/proposals/new")
    author.send("title", title="Night buses until two", lang="en")
    author.send("demands-0", **{"demands-0": "Run until two.", "demands-1": "Light the stops."})
    author.send("reason", reason="People walk home.", benefit="They get home safely.")
    author.send("area", area="Whole city")
    assert "Read it all again" in author.text
    number = author.address.split("/")[-2]
    author.send("/submit")
    assert "This proposal waits for its review." in author.text
    reviewer.open("/en/review")
    assert "Night buses until two" in reviewer.text
    reviewer.open(f"/en/review/{number}")
    reviewer.send("/take")
    assert "You have it in hand" in reviewer.text
    reviewer.send("/admit", **{"admit-lead": slug})
    assert "It is admitted." in reviewer.text
    people = [make.person() for _ in range(20)]
    endorsed(work, _made(work, int(number)), [person.actor for person in people[:19]])
    last = Browser(app).sign_in(people[19])
    assert "of 20 needed" in last.open(f"/en/proposals/{number}")
    last.send("/endorse")
    assert "Your endorsement is counted." in last.text
    assert "Established" in last.text
    assert "Established on" in last.text, "how the date of the reply was counted"
    assert "Run until two." in last.open(f"/en/proposals/{number}/reply")


def _made(work: Work, number: int) -> MadeProposal:
    with work() as ctx:
        proposal = proposal_by_id(ctx, number)
        return MadeProposal(number, proposal.topic_id, proposal.topic.slug, None, 0)  # type: ignore[arg-type]


def test_whoever_endorses_can_take_it_back_or_speak_against(app: APIFlask, work: Work, make: Make) -> None:
    made, reader = collecting(work, make), Browser(app).sign_in(make.person())
    reader.open(f"/en/proposals/{made.slug}")
    reader.send("/endorse", wants_news="y", area="TW-TPE")
    assert "You endorse this proposal." in reader.text
    reader.send("/take-back")
    assert "It was taken back." in reader.text
    reader.send("/oppose")
    assert "You speak against this proposal." in reader.text


def test_a_visitor_is_led_to_sign_in_and_keeps_no_cookie(work: Work, make: Make, client: FlaskClient) -> None:
    made = collecting(work, make)
    answer = client.get(f"/en/proposals/{made.slug}")
    assert "Sign in to endorse" in answer.get_data(as_text=True)
    assert "Set-Cookie" not in answer.headers
    assert "public" in answer.headers["Cache-Control"]


def test_a_hidden_proposal_says_so_and_shows_none_of_its_words(
    browser: Browser, work: Work, make: Make, client: FlaskClient
) -> None:
    made = submitted(work, make, title="A bad clerk")
    removed(work, make, made)
    page = browser.open(f"/en/proposals/{made.slug}", 410)
    assert "It insults, threatens or despises people." in page
    assert "A bad clerk" not in page
    answer = client.get(f"/api/v1/proposals/{made.id}")
    assert answer.status_code == 410
    assert "A bad clerk" not in client.get("/api/v1/proposals").get_data(as_text=True)


def test_a_draft_is_nobodys_business(app: APIFlask, browser: Browser, work: Work, make: Make) -> None:
    made = drafted(work, make)
    for path in ("", "/versions", "/discussion", "/reply"):
        browser.open(f"/en/proposals/{made.slug}{path}", 404)
    Browser(app).sign_in(make.person()).open(f"/en/proposals/{made.slug}/write", 404)
    assert "Read it all again" in Browser(app).sign_in(made.author).open(f"/en/proposals/{made.slug}")


def test_saving_over_a_newer_draft_is_told_and_loses_nothing(app: APIFlask, work: Work, make: Make) -> None:
    made = drafted(work, make)
    one, two = Browser(app).sign_in(made.author), Browser(app).sign_in(made.author)
    for window in (one, two):
        window.open(f"/en/proposals/{made.slug}/write/why")
    one.send("reason", reason="First.")
    two.send("reason", 422, reason="Second.")
    assert "saved elsewhere" in two.text
    assert "Second." in two.text


def test_an_administrator_stops_endorsing_and_everybody_reads_why(app: APIFlask, work: Work, make: Make) -> None:
    made, administrator = collecting(work, make), Browser(app).sign_in(make.person(administrator=True))
    administrator.open("/en/admin/halts")
    administrator.send("endorse-reason", **{"endorse-reason": "We look into an attack.", "endorse-lang": "en"})
    reader = Browser(app).sign_in(make.person())
    assert "We look into an attack." in reader.open(f"/en/proposals/{made.slug}")
    assert f"/proposals/{made.slug}/endorse" not in reader.text
    administrator.send("endorse/lift")
    assert f"/proposals/{made.slug}/endorse" in reader.open(f"/en/proposals/{made.slug}")


def test_officers_publish_their_plan_and_note_the_talk(app: APIFlask, work: Work, make: Make) -> None:
    made = established(work, make)
    officer = Browser(app).sign_in(make.officer(made.agency_id, Role.APPROVER))
    officer.open(f"/en/proposals/{made.slug}")
    assert "Plan and first talk" in officer.text
    with work() as ctx:
        case = case_of_topic(ctx, made.topic_id)
        assert case is not None
    officer.open(f"/en/desk/cases/{case.id}/handling")
    officer.send("plan-text", **{"plan-text": "We count **passengers**.", "plan-lang": "en"})
    officer.send("contact-day")
    page = officer.open(f"/en/proposals/{made.slug}")
    assert "We count <strong>passengers</strong>." in page
    assert "done on" in page


# ---- over the API ----


def test_an_endorsement_is_201_and_again_200_with_the_same_body(work: Work, make: Make, client: FlaskClient) -> None:
    made = collecting(work, make)
    headers = token_of(work, make.person())
    first = client.post(f"/api/v1/proposals/{made.id}/endorsements", headers=headers)
    again = client.post(f"/api/v1/proposals/{made.id}/endorsements", headers=headers)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert client.get(f"/api/v1/proposals/{made.id}").json["endorsements"] == 1


def test_what_the_api_tells_of_a_proposal(work: Work, make: Make, client: FlaskClient) -> None:
    made = collecting(work, make, threshold=1)
    before = client.get(f"/api/v1/proposals/{made.id}").json
    assert (before["phase"], before["established_at"], before["threshold"]["people"]) == ("collecting", None, 1)
    endorsed(work, made, [make.person("Secret Supporter").actor], area="TW-TPE")
    after = client.get(f"/api/v1/proposals/{made.id}")
    assert (after.json["phase"], after.json["endorsements"]) == ("established", 1)
    assert after.json["established_at"] == "2026-11-04T04:00:00Z"
    assert after.json["breadth"] == {"days": {}, "areas": {}}, "nothing is told of so few people"
    assert "Secret Supporter" not in after.get_data(as_text=True)
    case = client.get(after.json["links"]["case"]).json
    assert [one["text"] for one in case["demands"]] == ["Run the night buses until two.", "Light the stops."]


def test_dissent_and_taking_back_over_the_api(work: Work, make: Make, client: FlaskClient) -> None:
    made, headers = collecting(work, make), token_of(work, make.person())
    assert client.post(f"/api/v1/proposals/{made.id}/dissent", headers=headers).json["side"] == "against"
    assert client.post(f"/api/v1/proposals/{made.id}/endorsements", headers=headers).status_code == 201
    assert client.get(f"/api/v1/proposals/{made.id}").json["opposed"] == 0
    assert client.delete(f"/api/v1/proposals/{made.id}/endorsements", headers=headers).json == {"taken_back": True}
    assert client.get(f"/api/v1/proposals/{made.id}").json["endorsements"] == 0


def test_the_list_is_filtered_alike_on_the_page_in_the_api_and_in_the_table(
    browser: Browser, work: Work, make: Make, client: FlaskClient
) -> None:
    collecting(work, make, title="=Open buses")
    established(work, make, title="Night trams")
    assert "Night trams" not in browser.open("/en/proposals?phase=collecting")
    found = client.get("/api/v1/proposals?phase=collecting").json["items"]
    assert [one["title"]["en"] for one in found] == ["=Open buses"]
    table = client.get("/proposals.csv?phase=collecting").get_data(as_text=True).lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [(row["title"], row["phase"], row["endorsed"]) for row in rows] == [("'=Open buses", "collecting", "0")]


def test_taking_down_offers_only_what_still_counts(app: APIFlask, work: Work, make: Make, clock: FixedClock) -> None:
    made, reviewer = collecting(work, make), make.person(moderator=True)
    visit = Browser(app).sign_in(reviewer)
    competence, insult = 'value="not-ours"', 'value="insulting"'
    page = visit.open(f"/en/review/{made.slug}")
    assert competence in page
    assert insult in page
    clock.travel_to(NOON + timedelta(days=8))
    page = Browser(app).sign_in(reviewer).open(f"/en/review/{made.slug}")
    assert competence not in page
    assert insult in page


def test_a_proposal_that_lapsed_owes_nobody_a_reply(app: APIFlask, work: Work, make: Make, clock: FixedClock) -> None:
    made, done = collecting(work, make), established(work, make)
    with work() as ctx:
        end_gathering(ctx, made.topic_id)
    page = Browser(app).open(f"/en/proposals/{made.slug}")
    assert "Not enough endorsements" in page
    assert "Owes the reply" not in page
    assert "Owes the reply" in Browser(app).open(f"/en/proposals/{done.slug}"), "control"
