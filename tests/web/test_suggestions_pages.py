"""Pages and operations of a draft that is written together."""

from __future__ import annotations

import re

from apiflask import APIFlask
from flask.testing import FlaskClient

from app.accounts.models import ApiToken, Person
from app.accounts.queries import token_digest
from app.agencies.models import Agency
from app.proposals.drafting import submit
from app.proposals.models import Suggestion
from app.proposals.passages import Part
from app.proposals.queries import proposal_by_id
from app.proposals.reviewing import admit, take
from app.proposals.suggesting import SuggestionInput, accept, open_draft, suggest
from tests.support.builders import MadePerson, Make
from tests.support.pages import Browser
from tests.support.proposals import MadeProposal, Work, drafted, submitted


def token(work: Work, person: MadePerson) -> dict[str, str]:
    with work() as ctx:
        digest = token_digest(person.email)
        ctx.session.add(ApiToken(person_id=person.id, name="test", digest=digest, created_at=ctx.now))
    return {"Authorization": f"Bearer {person.email}"}


def opened(work: Work, made: MadeProposal) -> str:
    with work(made.author.actor) as ctx:
        return open_draft(ctx, proposal_by_id(ctx, made.id))


def test_a_change_goes_from_the_link_to_the_text(app: APIFlask, work: Work, make: Make) -> None:
    made, friend = drafted(work, make), Browser(app).sign_in(make.person("Fan"))
    author = Browser(app).sign_in(made.author)
    assert "only you see it" in author.open(f"/en/proposals/{made.slug}/together")
    author.send("/together/open")
    key = re.search(r"/drafts/([\w-]+)", author.text)[1]  # type: ignore[index]
    page = friend.open(f"/en/drafts/{key}")
    assert '<meta name="robots" content="noindex">' in page
    friend.open(f"/en/drafts/{key}/demands?at=2")
    friend.send("text", text="Light every stop.", why="Some stay dark.")
    assert "The author reads it and decides" in friend.text
    assert "1 suggestion waits" in author.open(f"/en/proposals/{made.slug}/write")
    author.open(f"/en/proposals/{made.slug}/together")
    number = re.search(rf"/proposals/{made.slug}/together/(\d+)", author.text)[1]  # type: ignore[index]
    author.open(f"/en/proposals/{made.slug}/together/{number}")
    author.send("accept", press=("press", "accept"))
    assert "It is taken" in author.text
    assert "Light every stop." in author.open(f"/en/proposals/{made.slug}/write")
    assert "Taken" in friend.open("/en/account/suggestions")


def test_a_suggestion_for_a_text_that_moved_is_told_in_plain_words_and_loses_nothing(
    app: APIFlask, work: Work, make: Make
) -> None:
    made, friend = drafted(work, make), Browser(app).sign_in(make.person())
    key = opened(work, made)
    friend.open(f"/en/drafts/{key}/demands?at=2")
    author = Browser(app).sign_in(made.author)
    author.open(f"/en/proposals/{made.slug}/write/demands")
    author.send("demands-0", **{"demands-1": "No light."})
    friend.send("text", 422, text="Light every stop.", why="Some stay dark.")
    assert "This passage was changed meanwhile" in friend.text
    assert "Light every stop." in friend.text
    assert "Some stay dark." in friend.text


def test_taking_what_does_not_fit_any_more_is_told_in_plain_words(app: APIFlask, work: Work, make: Make) -> None:
    made, friend = drafted(work, make), make.person()
    key = opened(work, made)
    with work(friend.actor) as ctx:
        one = suggest(ctx, key, SuggestionInput(Part.DEMANDS, "Light the stops.", "Light every stop.")).id
    author = Browser(app).sign_in(made.author)
    author.open(f"/en/proposals/{made.slug}/write/demands")
    author.send("demands-0", **{"demands-1": "No light."})
    author.open(f"/en/proposals/{made.slug}/together/{one}")
    author.send("accept", 422, press=("press", "accept"))
    assert "Nothing is lost" in author.text
    author.send("accept", press=("press", "decline"), reason="See above.")
    assert "Your text stays as it is." in author.text


def test_a_visitor_does_not_learn_whether_a_link_leads_anywhere(work: Work, make: Make, client: FlaskClient) -> None:
    key = opened(work, drafted(work, make))
    answers = [client.get(f"/en/drafts/{one}") for one in (key, "nothing")]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert all("Night buses" not in answer.get_data(as_text=True) for answer in answers)
    assert client.get(f"/api/v1/drafts/{key}").status_code == 401


def test_hostile_text_is_shown_as_text(app: APIFlask, work: Work, make: Make) -> None:
    made, friend = drafted(work, make), make.person("<b>Eve</b>")
    key = opened(work, made)
    with work(friend.actor) as ctx:
        suggest(ctx, key, SuggestionInput(Part.REASON, "", "<script>alert(1)</script>", "<img src=x onerror=y>"))
    page = Browser(app).sign_in(made.author).open(f"/en/proposals/{made.slug}/together")
    assert "&lt;script&gt;" in page
    for wild in ("<script>alert", "<img src=x", "<b>Eve"):
        assert wild not in page


def thanked(work: Work, make: Make, *, minor: bool) -> MadeProposal:
    """A public proposal with a suggestion that was taken, of somebody who agreed to be named."""
    made, friend = drafted(work, make), make.person("Nora Helper")
    key = opened(work, made)
    with work(friend.actor) as ctx:
        one = suggest(ctx, key, SuggestionInput(Part.REASON, "", "So.", by_name=True)).id
    with work(made.author.actor) as ctx:
        proposal = accept(ctx, ctx.get(Suggestion, one))
        submit(ctx, proposal, proposal.revision)
    with work() as ctx:
        ctx.get(Person, friend.id).minor = minor
    with work(make.person(moderator=True).actor) as ctx:
        slug = ctx.get(Agency, made.agency_id).slug
        admit(ctx, take(ctx, proposal_by_id(ctx, made.id)), (slug,))
    return made


def test_whoever_agreed_is_thanked_by_name_on_the_page_and_in_the_data(
    browser: Browser, client: FlaskClient, work: Work, make: Make
) -> None:
    made = thanked(work, make, minor=False)
    assert "Nora Helper" in browser.open(f"/en/proposals/{made.slug}")
    assert client.get(f"/api/v1/proposals/{made.id}").json["thanks"] == ["Nora Helper"]  # type: ignore[index]


def test_a_minor_is_thanked_nowhere_by_name(browser: Browser, client: FlaskClient, work: Work, make: Make) -> None:
    made = thanked(work, make, minor=True)
    assert "Nora Helper" not in browser.open(f"/en/proposals/{made.slug}")
    assert client.get(f"/api/v1/proposals/{made.id}").json["thanks"] == []  # type: ignore[index]


def test_over_the_api_the_same_is_done(client: FlaskClient, work: Work, make: Make) -> None:
    made, friend = drafted(work, make), make.person("Fan")
    key, mine, theirs = opened(work, made), token(work, made.author), token(work, friend)
    draft = client.get(f"/api/v1/drafts/{key}", headers=theirs).json
    assert draft is not None
    change = {"part": "demands", "passage": draft["content"]["demands"][1], "text": "Light every stop."}
    made_one = client.post(f"/api/v1/drafts/{key}/suggestions", headers=theirs, json=change)
    assert made_one.status_code == 201
    where = f"/api/v1/proposals/{made.id}/suggestions"
    assert client.get(where, headers=theirs).status_code == 404
    items = client.get(where, headers=mine).json["items"]  # type: ignore[index]
    assert [(one["by"], one["state"], one["text"]) for one in items] == [("Fan", "open", "Light every stop.")]
    taken = client.post(f"{where}/{items[0]['id']}/accept", headers=mine)
    assert (taken.status_code, taken.json["state"]) == (200, "accepted")  # type: ignore[index]
    again = client.post(f"{where}/{items[0]['id']}/decline", headers=mine, json={"reason": "No."})
    assert again.status_code == 409
    assert again.mimetype == "application/problem+json"


def test_a_handed_in_proposal_shows_its_suggestions_to_its_author_alone(app: APIFlask, work: Work, make: Make) -> None:
    made = submitted(work, make)
    Browser(app).sign_in(made.author).open(f"/en/proposals/{made.slug}/together")
    Browser(app).sign_in(make.person()).open(f"/en/proposals/{made.slug}/together", 404)
