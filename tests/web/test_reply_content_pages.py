"""The pages of what a reply says: the form, hints, holding answers, corrections; and the same over the API."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from app.cases.queries import case_by_id
from app.core.answers import Outcome
from app.core.context import Context
from app.core.permissions import Role
from app.notices.queries import newest_letters
from app.replies.correcting import publish_correction, submit_correction
from app.replies.drafting import save_draft, submit_reply
from app.replies.holding import publish_holding, write_holding
from app.replies.publishing import publish_reply
from app.replies.rules import DraftInput
from tests.support.builders import MadeCase, MadePerson, Make, complete
from tests.support.pages import Browser

Work = Callable[..., AbstractContextManager[Context]]
LONG = (
    "From March the last buses leave half an hour after midnight on three lines, which pass the hospital, the main "
    "station and the university. We will publish how many people ride them after six months, and decide then."
)


@pytest.fixture
def desk(app: APIFlask) -> Callable[[MadePerson], Browser]:
    """A browser in which somebody is signed in."""
    return lambda person: Browser(app).sign_in(person)


def publish(make: Make, work: Work, made: MadeCase, text: str = "From March.") -> tuple[MadePerson, MadePerson]:
    """A published reply; its author and its approver."""
    author, approver = make.officer(made.agency_id), make.officer(made.agency_id, Role.APPROVER)
    with work(author.actor) as ctx:
        case = case_by_id(ctx, made.id)
        answers = {one.id: complete(Outcome.NOT_COMPETENT, text) for one in case.demands}
        revision = submit_reply(ctx, case, DraftInput("The last bus waits.", "en", "1999", answers)).revision
    with work(approver.actor) as ctx:
        publish_reply(ctx, case_by_id(ctx, made.id), revision)
    return author, approver


def submit(browser: Browser, made: MadeCase, **values: str) -> str:
    """Press "submit" in the form of the reply."""
    data = browser.form("summary").values | values
    address = f"/en/desk/cases/{made.id}/submit"
    browser.page = browser.http.post(address, data=data, follow_redirects=True)
    return browser.text


def test_every_gap_is_named_beside_its_field_and_at_the_top(
    make: Make, work: Work, desk: Callable[[MadePerson], Browser]
) -> None:
    made = make.case(common=1)
    with work() as ctx:
        one = case_by_id(ctx, made.id).demands[0].id
    officer = desk(make.officer(made.agency_id))
    officer.open(f"/en/desk/cases/{made.id}")
    page = submit(officer, made, contact="", **{f"step_{one}": "Order the buses."})
    for field, words in {
        f"outcome_{one}-0": "Demand 1: please choose an outcome.",
        f"answer_{one}": "Demand 1: please give the reason.",
        f"basis_{one}": "Demand 1: please name the law or the data it rests on.",
        f"step_on_{one}": "Demand 1: please give the day of the next step.",
        "contact": "Please say who answers questions, here or at every demand.",
    }.items():
        assert f'<a href="#{field}">{words}</a>' in page
        assert page.count(words) == 2
    assert "Order the buses." in page


def test_the_form_says_how_far_it_is_and_unfolds_what_comes_next(
    make: Make, work: Work, desk: Callable[[MadePerson], Browser]
) -> None:
    made = make.case(common=3)
    author = make.officer(made.agency_id)
    with work(author.actor) as ctx:
        case = case_by_id(ctx, made.id)
        first, second, _ = case.demands
        save_draft(ctx, case, DraftInput("Yes.", "en", "1999", {first.id: complete()}))
    page = desk(author).open(f"/en/desk/cases/{made.id}")
    assert "1 of 3 demands answered completely" in page
    assert page.count('<details class="demand-form"') == 3
    assert f'id="demand-{second.id}" open' in page
    assert page.count(" open>") == 1
    assert f"by {author.name}." in page


def test_two_officers_keep_what_each_wrote_at_a_demand_of_the_own(
    make: Make, work: Work, desk: Callable[[MadePerson], Browser]
) -> None:
    made = make.case(common=2)
    with work() as ctx:
        first, second = (one.id for one in case_by_id(ctx, made.id).demands)
    one, two = desk(make.officer(made.agency_id)), desk(make.officer(made.agency_id))
    one.open(f"/en/desk/cases/{made.id}")
    two.open(f"/en/desk/cases/{made.id}")
    one.send("summary", **{f"answer_{first}": "The words of one."})
    page = two.send("summary", status=422, **{f"answer_{second}": "The words of two."})
    assert "There is a newer version" in page
    two.send("summary")
    with work() as ctx:
        assert [one.answer for one in case_by_id(ctx, made.id).demands] == ["The words of one.", "The words of two."]


def test_a_repeated_reply_is_shown_to_author_and_approver_and_stops_neither(
    make: Make, work: Work, desk: Callable[[MadePerson], Browser]
) -> None:
    earlier, made = make.case(common=1, title="Trains"), make.case(common=1)
    publish(make, work, earlier, LONG)
    author, approver = make.officer(made.agency_id), make.officer(made.agency_id, Role.APPROVER)
    with work(author.actor) as ctx:
        case = case_by_id(ctx, made.id)
        answers = {case.demands[0].id: complete(text=f"{LONG} <b>")}
        save_draft(ctx, case, DraftInput("Yes.", "en", "1999", answers))
    writing, deciding = desk(author), desk(approver)
    page = writing.open(f"/en/desk/cases/{made.id}")
    assert "Demand 1 largely repeats an earlier reply" in page
    assert f'href="/en/issues/{earlier.slug}/reply"' in page
    assert "<mark>From March the last buses" in page
    assert "now waits for an approver" in submit(writing, made)
    page = deciding.open(f"/en/desk/cases/{made.id}")
    assert "Demand 1 largely repeats an earlier reply" in page
    assert "Publish the reply" in page


def test_hints_for_plain_language_stand_under_the_saved_form(
    make: Make, work: Work, desk: Callable[[MadePerson], Browser]
) -> None:
    made = make.case(common=1)
    author = desk(make.officer(made.agency_id))
    assert "Could be plainer" not in author.open(f"/en/desk/cases/{made.id}")
    page = author.send("summary", summary=f"{'word ' * 29}<i>end.", lang="en")
    assert "This sentence has 30 words. Could it be two?" in page
    assert "&lt;i&gt;end</q>" in page
    page = author.send("summary", summary="字" * 92 + "。爰", lang="zh-Hant-TW")
    assert "This sentence has 92 characters." in page
    assert "Word of the office; instead: 因此" in page


def test_a_holding_answer_from_the_desk_to_everybody(
    make: Make, desk: Callable[[MadePerson], Browser], browser: Browser, client: FlaskClient
) -> None:
    made = make.case(common=1)
    author, approver = desk(make.officer(made.agency_id)), desk(make.officer(made.agency_id, Role.APPROVER))
    author.open(f"/en/desk/cases/{made.id}/holding")
    assert "Please write what is being done" in author.send("text", status=422, text=" ")
    page = author.send("text", text="We are **counting** <script>.")
    assert "now waits for an approver" in page
    assert "Publish the holding answer" not in page
    assert "counting" not in browser.open(f"/en/issues/{made.slug}/reply")
    approver.open(f"/en/desk/cases/{made.id}/holding")
    approver.send("reason", reason="By whom?")
    assert "By whom?" in author.open(f"/en/desk/cases/{made.id}/holding")
    author.send("text", text="The traffic section is **counting**.")
    approver.open(f"/en/desk/cases/{made.id}/holding")
    approver.send("publish", press=("revision", approver.form("publish").buttons[0][1]))
    page = browser.open(f"/en/issues/{made.slug}/reply")
    assert "is <strong>counting</strong>" in page
    assert "A holding answer is no reply: the clock goes on." in page
    assert "A holding answer was published. The reply is still owed." in page
    assert "14 working days left" in page
    found = client.get(f"/api/v1/issues/{made.slug}/case").json
    assert [one["number"] for one in found["holding_answers"]] == [1]
    assert found["reply"] is found["clock"]["stopped_on"] is None


def test_a_correction_from_the_desk_to_everybody(
    make: Make, work: Work, desk: Callable[[MadePerson], Browser], browser: Browser, client: FlaskClient
) -> None:
    made = make.case(common=1)
    writer, decider = publish(make, work, made)
    author, approver = desk(writer), desk(decider)
    here = f"/en/issues/{made.slug}/reply"
    assert "Nothing was corrected." in browser.open(f"{here}/versions")
    author.open(f"/en/desk/cases/{made.id}/correction")
    assert "Please say what was wrong" in author.send("summary", status=422, summary="The last bus leaves.")
    author.send("summary", reason="It does not <i>wait</i>.", summary="The last bus leaves.")
    assert "The last bus waits." in browser.open(here)
    data = author.form("summary").values
    author.http.post(f"/en/desk/cases/{made.id}/correction/submit", data=data)
    page = approver.open(f"/en/desk/cases/{made.id}/correction")
    assert "[removed] </span> waits</del>" in page
    approver.send("publish", press=("revision", approver.form("publish").buttons[0][1]))
    page = browser.open(here)
    assert "<p>The last bus leaves.</p>" in page
    assert "Corrected on " in page
    assert "It does not &lt;i&gt;wait&lt;/i&gt;." in page
    assert "The reply was corrected (version 2)." in page
    assert "[added] </span> leaves</ins>" in browser.open(f"{here}/versions")
    assert "The last bus waits." in browser.open(f"{here}/versions/1")
    assert "This version was corrected later" in browser.text
    browser.open(f"{here}/versions/3", status=404)
    found = client.get(f"/api/v1/issues/{made.slug}/case").json
    assert (found["reply"]["version"], found["clock"]["status"]) == (2, "kept")
    items = client.get(f"/api/v1/issues/{made.slug}/case/versions").json["items"]
    assert [(one["number"], one["summary"]) for one in items] == [
        (1, "The last bus waits."),
        (2, "The last bus leaves."),
    ]
    assert items[1]["reason"] == "It does not <i>wait</i>."
    assert items[0]["answers"][0]["basis"] == "Article 4 of the bus by-law"


def test_a_correction_under_way_is_nobody_elses_business(
    make: Make, work: Work, browser: Browser, client: FlaskClient
) -> None:
    made = make.case(common=1)
    author, _ = publish(make, work, made)
    with work(author.actor) as ctx:
        submit_correction(ctx, case_by_id(ctx, made.id), DraftInput("A secret summary.", "en", "1999"), "A secret why.")
    for address in ("", "/versions"):
        assert "secret" not in browser.open(f"/en/issues/{made.slug}/reply{address}")
    browser.open(f"/en/issues/{made.slug}/reply/versions/2", status=404)
    for address in ("case", "case/versions"):
        assert "secret" not in client.get(f"/api/v1/issues/{made.slug}/{address}").get_data(as_text=True)


def test_what_an_answer_rests_on_and_what_comes_next_is_public(
    make: Make, work: Work, browser: Browser, client: FlaskClient
) -> None:
    made = make.case(common=1)
    assert client.get(f"/api/v1/issues/{made.slug}/case").json["demands"][0]["basis"] is None
    publish(make, work, made)
    page = browser.open(f"/en/issues/{made.slug}/reply")
    for words in ("Not ours to decide", "<p>Article 4 of the bus by-law</p>", "There is no next step"):
        assert words in page
    demand = client.get(f"/api/v1/issues/{made.slug}/case").json["demands"][0]
    assert (demand["outcome"], demand["no_next_step"], demand["next_step_on"]) == ("not_competent", True, None)


def test_officers_are_written_to_about_holding_answers_and_corrections(make: Make, work: Work) -> None:
    made = make.case(common=1)
    author, approver = make.officer(made.agency_id), make.officer(made.agency_id, Role.APPROVER)
    with work(author.actor) as ctx:
        revision = write_holding(ctx, case_by_id(ctx, made.id), "We are counting.", "en").revision
    with work(approver.actor) as ctx:
        publish_holding(ctx, case_by_id(ctx, made.id), revision)
    writer, decider = publish(make, work, made)
    with work(writer.actor) as ctx:
        entered = DraftInput("Corrected.", "en", "1999")
        revision = submit_correction(ctx, case_by_id(ctx, made.id), entered, "A mistake.").revision
    with work(decider.actor) as ctx:
        publish_correction(ctx, case_by_id(ctx, made.id), revision)
    with work() as ctx:
        subjects = {letter.subject for letter in newest_letters(ctx, 50)}
    assert "A holding answer waits for your approval: Night buses" in subjects
    assert "A correction waits for your approval: Night buses" in subjects
