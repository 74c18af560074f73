"""One person, one voice, from the first page to the count: numbers, links clicked twice, and whose name is shown."""

from __future__ import annotations

import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from app.accounts.models import ApiToken, Person
from app.accounts.queries import token_digest
from app.core.persons import AgeBand, Standing
from app.core.policy import Policy
from app.endorsements.queries import drift
from app.identities.actions import declare
from app.identities.models import TextMessage
from app.notices.models import Letter
from app.policies.actions import publish_policy
from app.policies.rules import PublicationInput
from tests.support.builders import MadePerson, Make
from tests.support.pages import Browser
from tests.support.proposals import Work, collecting, endorsed, gathering

NUMBER = "0912 345 678"
NAME = "Lin Xiao-mei"


def asking(work: Work, **endorse: object) -> None:
    """Rules that ask for something of whoever endorses."""
    words = {"en": "Office", "zh-Hant-TW": "機關"}
    with work() as ctx:
        policy = Policy.from_json({"eligibility": {"endorse": endorse}})
        publish_policy(ctx, PublicationInput(policy, ctx.today, words, words))


def confirm_number(work: Work, browser: Browser, status: int = 200) -> str:
    """Confirm the number through the pages; the answer."""
    browser.open("/en/account/phone")
    browser.send("number", number=NUMBER)
    with work() as ctx:
        text = ctx.session.scalars(sa.select(TextMessage.text).order_by(TextMessage.id.desc())).first()
    assert text is not None
    return browser.send("code", status=status, code=text.partition(" ")[0])


def test_of_three_accounts_with_one_number_one_is_counted_and_a_fourth_is_refused(
    app: APIFlask, work: Work, make: Make
) -> None:
    asking(work, level="phone")
    made, other = collecting(work, make), collecting(work, make)
    people = [make.person() for _ in range(4)]
    visits = [Browser(app).sign_in(person) for person in people]
    assert "Please confirm a mobile number first" in visits[0].open(f"/en/proposals/{made.slug}")
    for visit in visits[:3]:
        assert "Your mobile number is confirmed." in confirm_number(work, visit)
        visit.open(f"/en/proposals/{made.slug}")
        visit.send("/endorse")
    assert "As many accounts as may already hold this number." in confirm_number(work, visits[3], status=422)
    assert "Please confirm a mobile number first" in visits[3].open(f"/en/proposals/{made.slug}")
    assert gathering(work, made.topic_id).endorsed == 1
    visits[1].open(f"/en/proposals/{other.slug}")
    visits[1].send("/endorse")
    assert gathering(work, other.topic_id).endorsed == 1, "one voice for each proposal"
    with work() as ctx:
        assert drift(ctx) == 0


def test_whoever_lacks_something_by_the_rules_endorses_nothing_by_the_api(
    work: Work, make: Make, client: FlaskClient
) -> None:
    asking(work, level="email", min_age=18)
    made, person = collecting(work, make), make.person()
    headers = token_of(work, person)
    answer = client.post(f"/api/v1/proposals/{made.id}/endorsements", headers=headers)
    assert (answer.status_code, answer.json["code"]) == (403, "not-eligible")
    with work(person.actor) as ctx:
        declare(ctx, Standing.NATIONAL, AgeBand.ADULT)
    assert client.post(f"/api/v1/proposals/{made.id}/endorsements", headers=headers).status_code == 201


def test_whoever_has_not_said_where_they_belong_is_told_so_before_writing(
    work: Work, make: Make, browser: Browser
) -> None:
    person = make.person(standing=None)
    browser.sign_in(person).open("/en/proposals/new")
    assert "whether you are a citizen" in browser.text
    assert "whether you are a citizen" in browser.send("title", status=403, title="Night buses until two", lang="en")
    with work(person.actor) as ctx:
        declare(ctx, Standing.RESIDENT, None)
    browser.open("/en/proposals/new")
    assert "whether you are a citizen" not in browser.text
    browser.send("title", title="Night buses until two", lang="en")


def test_a_confirm_link_clicked_twice_makes_one_person_who_endorses_once(work: Work, make: Make, app: APIFlask) -> None:
    made = collecting(work, make)
    visit = Browser(app)
    visit.open("/en/sign-up")
    visit.send("password", name="Lin", email="lin@example.org", password="night buses until two", lang="en")
    with work() as ctx:
        text = ctx.session.scalars(sa.select(Letter.text).where(Letter.recipient == "lin@example.org")).one()
    link = next(word for word in text.split() if "/confirm/" in word).partition("http://localhost")[2]
    for _ in range(2):
        visit.open(link)
        if "Confirm your address" in visit.text:
            visit.send("/confirm/")
    visit.open("/en/sign-in")
    visit.send("password", email="lin@example.org", password="night buses until two")
    visit.open("/en/account/identity")
    visit.send("/account/identity", standing="national", age_band="")
    for _ in range(2):
        visit.open(f"/en/proposals/{made.slug}")
        if "You endorse this proposal" not in visit.text:
            visit.send("/endorse")
    assert gathering(work, made.topic_id).endorsed == 1
    with work() as ctx:
        assert ctx.session.scalar(sa.select(sa.func.count()).where(Person.email_key == "lin@example.org")) == 1


def test_the_name_of_a_minor_who_proposes_reaches_nobody(
    work: Work, make: Make, browser: Browser, client: FlaskClient
) -> None:
    author = make.person(NAME)
    made = collecting(work, make, 1, author)
    endorsed(work, made, [make.person().actor], wants_news=True)
    places = [
        f"/en/proposals/{made.slug}", "/en/proposals", f"/en/proposals/{made.slug}/versions",
        f"/en/proposals/{made.slug}/discussion", f"/en/proposals/{made.slug}/reply", "/en/feeds/proposals.atom",
        f"/en/feeds/proposals/{made.slug}.atom", "/en/board", "/en/board.csv", "/api/v1/proposals",
        f"/api/v1/proposals/{made.id}", f"/api/v1/proposals/{made.id}/versions", f"/api/v1/proposals/{made.slug}/case",
        f"/api/v1/proposals/{made.slug}/comments", "/en/proposals.csv", "/en/search?q=Night+buses",
        "/en/search.atom?q=Night+buses", "/en/search/similar?text=Night+buses", "/api/v1/search?q=Night+buses",
    ]  # fmt: skip

    def shown() -> set[str]:
        answers = {place: client.get(place, follow_redirects=True) for place in places}
        assert {answer.status_code for answer in answers.values()} == {200}
        return {place for place, answer in answers.items() if NAME in answer.get_data(as_text=True)}

    assert "Night buses" in client.get("/api/v1/search?q=Night+buses").get_data(as_text=True), "control"
    assert shown() == {places[0]}, "control: the page of the proposal says who proposes"
    with work(author.actor) as ctx:
        declare(ctx, Standing.NATIONAL, AgeBand.YOUTH)
    assert shown() == set()
    assert "somebody under 18" in browser.open(places[0])
    with work() as ctx:
        letters = " ".join(ctx.session.scalars(sa.select(Letter.text).where(Letter.recipient != author.email)))
    assert letters
    assert NAME not in letters


def token_of(work: Work, person: MadePerson) -> dict[str, str]:
    """The header of a request in this person's name."""
    with work() as ctx:
        ctx.session.add(
            ApiToken(person_id=person.id, name="test", digest=token_digest(person.email), created_at=ctx.now)
        )
    return {"Authorization": f"Bearer {person.email}"}
