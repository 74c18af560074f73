"""Who stands behind a proposal: asked while writing, read by everybody on its page and in the data."""

from __future__ import annotations

from apiflask import APIFlask
from flask.testing import FlaskClient

from app.proposals.disclosing import BackerInput, name_backer
from app.proposals.queries import proposal_by_id
from app.proposals.rules import BackerRole
from tests.support.builders import Make
from tests.support.pages import Browser
from tests.support.proposals import Work, collecting, drafted

ASKED = "Does an organisation stand behind this proposal?"


def test_the_form_asks_and_a_yes_leads_to_the_name(app: APIFlask, work: Work, make: Make) -> None:
    made = drafted(work, make)
    author = Browser(app).sign_in(made.author)
    assert ASKED in author.open(f"/en/proposals/{made.slug}/write/more")
    author.send("area", backed="yes")
    assert "Name an organisation" in author.text
    author.open(f"/en/proposals/{made.slug}/write")
    assert "Please name the organisation that stands behind it." in author.text
    author.open(f"/en/proposals/{made.slug}/behind")
    author.send("organisation", organisation="The Bus Union", role="pays")
    author.open(f"/en/proposals/{made.slug}/write")
    assert "The Bus Union" in author.text
    assert "Please name the organisation" not in author.text


def test_everybody_reads_it_with_its_day_and_who_said_so(
    browser: Browser, client: FlaskClient, app: APIFlask, work: Work, make: Make
) -> None:
    made, reviewer = collecting(work, make), make.person(moderator=True)
    with work(made.author.actor) as ctx:
        name_backer(ctx, proposal_by_id(ctx, made.id), BackerInput("The Bus Union", BackerRole.ORGANISES))
    checking = Browser(app).sign_in(reviewer)
    checking.open(f"/en/proposals/{made.slug}/behind")
    checking.send("organisation", organisation="<b>Lamp Ltd</b>", role="pays", link="https://lamp.example")
    page = browser.open(f"/en/proposals/{made.slug}")
    assert "Said by the proposer on" in page
    assert "Found by a reviewer on" in page
    assert "&lt;b&gt;Lamp Ltd&lt;/b&gt;" in page
    assert 'rel="external nofollow ugc noopener"' in page
    shown = client.get(f"/api/v1/proposals/{made.id}").json["backers"]  # type: ignore[index]
    assert [(one["organisation"], one["by_author"], one["ended_at"]) for one in shown] == [
        ("The Bus Union", True, None),
        ("<b>Lamp Ltd</b>", False, None),
    ]
    assert "The Bus Union; <b>Lamp Ltd</b>" in client.get("/proposals.csv").get_data(as_text=True)


def test_what_ended_is_still_read_with_both_days(browser: Browser, app: APIFlask, work: Work, make: Make) -> None:
    made = collecting(work, make)
    author = Browser(app).sign_in(made.author)
    author.open(f"/en/proposals/{made.slug}/behind")
    author.send("organisation", organisation="The Bus Union", role="both")
    author.send("/end")
    assert "No longer so since" in browser.open(f"/en/proposals/{made.slug}")


def test_a_no_is_read_as_what_the_proposer_says(browser: Browser, work: Work, make: Make) -> None:
    made = collecting(work, make, backed=False)
    assert "The proposer says: no organisation stands behind it." in browser.open(f"/en/proposals/{made.slug}")
