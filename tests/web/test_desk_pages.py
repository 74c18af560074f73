"""The desk and the pages of a case on it; and that an internal note is found nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from app.cases.assigning import add_agency
from app.cases.models import CaseTransfer
from app.cases.notes import write_note
from app.cases.officers import assign
from app.cases.queries import case_by_id
from app.core.answers import Outcome
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.permissions import Role
from app.notices.models import Letter
from app.replies.drafting import submit_reply
from app.replies.publishing import publish_reply, send_back
from app.replies.queries import reply_of
from app.replies.rules import DraftInput
from app.topics.rules import Part
from tests.support.builders import MadeCase, MadePerson, Make, complete
from tests.support.pages import Browser

Work = Callable[..., AbstractContextManager[Context]]
SECRET = "Xylophone behind the curtain"


@pytest.fixture
def desk(app: APIFlask) -> Callable[[MadePerson], Browser]:
    """A browser in which somebody is signed in."""
    return lambda person: Browser(app).sign_in(person)


def test_an_agency_is_added_contributes_and_the_public_page_tells_of_it(
    make: Make, desk: Callable[[MadePerson], Browser], browser: Browser, client: FlaskClient
) -> None:
    made, works = make.case(), make.agency("Works Department")
    approver, helper = make.officer(made.agency_id, Role.APPROVER), make.officer(works)
    leading = desk(approver)
    leading.open(f"/en/desk/cases/{made.id}/agencies")
    page = leading.send("agencies/add", **{"add-agency": works, "add-part": "lead", "add-reason": "It <b>builds</b>."})
    assert "The agency was added." in page
    assert "Part is missing" in page
    public = browser.open(f"/en/issues/{made.slug}/reply")
    assert "Works Department was added as a joint lead." in public
    assert "It &lt;b&gt;builds&lt;/b&gt;." in public
    assert "Works Department (joint lead)" in public
    helping = desk(helper)
    page = helping.open("/en/desk")
    assert "It is your turn" in page
    assert f'href="/en/desk/cases/{made.id}/agencies"' in page, "to where the part is written"
    helping.open(f"/en/desk/cases/{made.id}/agencies")
    page = helping.send(f"agencies/{works}/part", **{f"part{works}-text": "The stops by **May**."})
    assert "The part of your agency is in." in page
    assert "The part of Works Department is in." in browser.open(f"/en/issues/{made.slug}/reply")
    found = client.get(f"/api/v1/issues/{made.slug}/case").get_json()["agencies"]
    told = [(one["part"], one["state"], one["added_because"]) for one in found]
    assert told == [("lead", "required", ""), ("lead", "contributed", "It <b>builds</b>.")]
    assert "stops by" not in client.get(f"/api/v1/issues/{made.slug}/case").get_data(as_text=True)


def test_a_missing_part_is_named_when_the_reply_is_submitted(make: Make, desk: Callable[[MadePerson], Browser]) -> None:
    works = make.agency("Works Department")
    made = make.case(co_agency_id=works)
    officer = desk(make.officer(made.agency_id))
    officer.open(f"/en/desk/cases/{made.id}")
    form = officer.form("summary").values | {"summary": "All of it."}
    officer.page = officer.http.post(f"/en/desk/cases/{made.id}/submit", data=form, follow_redirects=True)
    assert officer.page.status_code == 422
    assert "The part of these agencies is missing: Works Department." in officer.text


def test_who_cannot_publish_yet_is_led_back_to_the_case(
    make: Make, work: Work, desk: Callable[[MadePerson], Browser]
) -> None:
    made, works = make.case(common=1), make.agency("Works Department")
    author, approver = make.officer(made.agency_id), make.officer(made.agency_id, Role.APPROVER)
    with work(author.actor) as ctx:
        case = case_by_id(ctx, made.id)
        submit_reply(ctx, case, DraftInput("Soon.", "en", "1999", {one.id: complete() for one in case.demands}))
    with work(approver.actor) as ctx:
        add_agency(ctx, case_by_id(ctx, made.id), works, Part.CO, "It builds.")
    deciding = desk(approver)
    deciding.open(f"/en/desk/cases/{made.id}")
    page = deciding.send("publish", 409)
    assert "The part of these agencies is missing: Works Department." in page
    assert f'href="/en/desk/cases/{made.id}"' in page


def test_everybody_reads_whose_part_is_missing_until_it_is_in(make: Make, browser: Browser) -> None:
    works = make.agency("Works Department")
    made = make.case(co_agency_id=works)
    words = "The part of these agencies is missing: Works Department."
    assert words in browser.open(f"/en/issues/{made.slug}/reply")
    make.contribution(made.id, works)
    assert words not in browser.open(f"/en/issues/{made.slug}/reply")


def test_what_is_wrong_stands_in_the_form_that_was_sent(make: Make, desk: Callable[[MadePerson], Browser]) -> None:
    made, other = make.case(), make.agency()
    leading = desk(make.officer(made.agency_id, Role.APPROVER))
    leading.open(f"/en/desk/cases/{made.id}/agencies")
    page = leading.send("agencies/add", 422, **{"add-agency": other, "add-reason": " "})
    assert "Please give the reason. Everybody can read it." in page
    assert page.count("Please look at this again") == 1


def test_a_case_is_offered_and_taken_and_the_timeline_says_so(
    make: Make, desk: Callable[[MadePerson], Browser], browser: Browser
) -> None:
    made, other = make.case(), make.agency("Works Department")
    leading, taking = desk(make.officer(made.agency_id, Role.APPROVER)), desk(make.officer(other, Role.APPROVER))
    leading.open(f"/en/desk/cases/{made.id}/agencies")
    page = leading.send(f"cases/{made.id}/offer", **{"offer-agency": other, "offer-reason": "The road is theirs."})
    assert "Offered to Works Department" in page
    address = taking.open("/en/desk").partition('href="/en/desk/offers/')[2].partition('"')[0]
    taking.open(f"/en/desk/cases/{made.id}/notes", 403)
    assert "offers this case to Works Department" in taking.open(f"/en/desk/offers/{address}")
    assert "Your agency leads this case now." in taking.send("accept")
    public = browser.open(f"/en/issues/{made.slug}/reply")
    assert "Works Department took the case over from" in public
    assert "The road is theirs." in public
    leading.open(f"/en/desk/cases/{made.id}/agencies", 403)


def test_a_declined_offer_says_why(
    make: Make, desk: Callable[[MadePerson], Browser], browser: Browser, client: FlaskClient, work: Work
) -> None:
    made, other = make.case(), make.agency("Works Department")
    leading, asked = desk(make.officer(made.agency_id, Role.APPROVER)), desk(make.officer(other, Role.APPROVER))
    leading.open(f"/en/desk/cases/{made.id}/agencies")
    leading.send(f"cases/{made.id}/offer", **{"offer-agency": other, "offer-reason": "The road is theirs."})
    with work() as ctx:
        offer_id = ctx.session.scalars(sa.select(CaseTransfer.id)).one()
    asked.open(f"/en/desk/offers/{offer_id}")
    asked.send("decline", 422, reason="")
    assert "The offer was declined." in asked.send("decline", reason="<i>Yours.</i>")
    asked.open(f"/en/desk/offers/{offer_id}", 404)
    assert "&lt;i&gt;Yours.&lt;/i&gt;" in browser.open(f"/en/issues/{made.slug}/reply")
    (told,) = client.get(f"/api/v1/issues/{made.slug}/case").get_json()["transfers"]
    assert (told["outcome"], told["declined_because"], told["reason"]) == (
        "declined",
        "<i>Yours.</i>",
        "The road is theirs.",
    )


def test_an_officer_takes_a_case_hands_it_over_and_says_when_they_are_away(
    make: Make, desk: Callable[[MadePerson], Browser], clock: FixedClock
) -> None:
    made = make.case()
    one, two = make.officer(made.agency_id), make.officer(made.agency_id)
    mine = desk(one)
    mine.open(f"/en/desk/cases/{made.id}/agencies")
    assert "The officer in charge was saved." in mine.send(f"agencies/{made.agency_id}/officer")
    assert "It is your turn" in mine.open("/en/desk?show=mine")
    mine.open("/en/desk/absences")
    name = f"away{made.agency_id}"
    entered = {f"{name}-person_id": one.id, f"{name}-deputy_id": two.id, f"{name}-from_on": "2026-11-04"}
    assert "The absence was entered." in mine.send(f"{name}-person_id", **entered)
    assert f"{two.name} for {one.name}" in desk(two).open("/en/desk/absences")
    assert "It is your turn" in desk(two).open("/en/desk?show=waiting")
    mine.open("/en/desk/handover")
    assert "1 case was handed over." in mine.send("from_id", to=two.id, note="Read the file.")
    assert "Read the file." in desk(two).open(f"/en/desk/cases/{made.id}/notes")


def test_an_approver_without_own_cases_is_shown_first_what_waits_for_them(
    make: Make, work: Work, desk: Callable[[MadePerson], Browser]
) -> None:
    made = make.case(common=1)
    author, approver = make.officer(made.agency_id), make.officer(made.agency_id, Role.APPROVER)
    with work(author.actor) as ctx:
        case = case_by_id(ctx, made.id)
        assign(ctx, case, made.agency_id, author.id)
        answers = {one.id: complete() for one in case.demands}
        submit_reply(ctx, case, DraftInput("Soon.", "en", "1999", answers))
    assert "Waits for you" in desk(approver).open("/en/desk")


def test_the_contact_person_sees_all_and_the_workload(
    make: Make, desk: Callable[[MadePerson], Browser], clock: FixedClock
) -> None:
    made = make.case()
    contact, author = make.officer(made.agency_id), make.officer(made.agency_id)
    admin = desk(make.person(administrator=True))
    admin.open("/en/admin/agencies/agency-1")
    assert "The contact person was named." in admin.send(f"officers/{contact.id}/contact")
    clock.advance(timedelta(days=30))
    page = desk(contact).open("/en/desk")
    assert "Workload" in page
    assert "open for 30 days" in page
    assert "Workload" not in desk(author).open("/en/desk")


def test_an_empty_desk_and_a_page_that_is_not_there_are_told_calmly(
    make: Make, desk: Callable[[MadePerson], Browser]
) -> None:
    officer = desk(make.officer(make.agency()))
    assert "Nothing is owed." in officer.open("/en/desk")
    for query in ("show=mine", "show=late", "show=nonsense", "page=99", "page=-1"):
        assert "Desk" in officer.open(f"/en/desk?{query}")


# ---- an internal note is found nowhere ------------------------------------------------------------------------


@pytest.fixture
def noted(make: Make, work: Work) -> MadeCase:
    """A case with internal notes and a contribution, sent back once and then published: every letter was written."""
    helper = make.agency()
    made = make.case(common=1, co_agency_id=helper)
    make.contribution(made.id, helper, f"{SECRET} from us")
    author, approver = make.officer(made.agency_id), make.officer(made.agency_id, Role.APPROVER)

    def submit() -> int:
        with work(author.actor) as ctx:
            case = case_by_id(ctx, made.id)
            answers = {one.id: complete(Outcome.ADOPTED, "From March.") for one in case.demands}
            reply = reply_of(ctx, case)
            revision = reply.revision if reply else 0
            return submit_reply(ctx, case, DraftInput("Soon.", "en", "1999", answers, revision=revision)).revision

    with work(author.actor) as ctx:
        write_note(ctx, case_by_id(ctx, made.id), SECRET)
        assign(ctx, case_by_id(ctx, made.id), made.agency_id, author.id, note=f"{SECRET} again")
    revision = submit()
    with work(approver.actor) as ctx:
        send_back(ctx, case_by_id(ctx, made.id), revision, "Too short.")
    revision = submit()
    with work(approver.actor) as ctx:
        publish_reply(ctx, case_by_id(ctx, made.id), revision)
    return made


def public_addresses(app: APIFlask, made: MadeCase) -> Iterator[str]:
    """Every address that can be read without signing in, pages and operations alike."""
    values = {"kind": "issues", "slug": made.slug, "case_id": made.id, "filename": "face.css", "snapshot_id": 1}
    values |= {"comment_id": 1, "statement_id": made.statement_ids[0], "attachment_id": 1, "token": "x"}
    values |= {"number": 1, "version": 0, "year": 2026}
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.arguments <= set(values):
            built = rule.build({name: values[name] for name in rule.arguments}, append_unknown=False)
            assert built is not None
            yield built[1]
    for agency in ("agency-1", "agency-2"):
        yield from (f"/agencies/{agency}", f"/api/v1/agencies/{agency}", f"/feeds/agencies/{agency}.atom")
    for shown in ("all", "late", "due", "answered"):
        yield from (f"/{file}?state={shown}" for file in ("board", "board.csv", "board.ics", "api/v1/board"))


def test_no_page_operation_schema_or_letter_holds_a_note(
    app: APIFlask, make: Make, work: Work, noted: MadeCase
) -> None:
    addresses = list(public_addresses(app, noted))
    readers = [Browser(app), Browser(app).sign_in(make.person()), Browser(app).sign_in(make.officer(make.agency()))]
    read = 0
    for reader in readers:
        for address in addresses:
            answer = reader.http.get(address, follow_redirects=True, buffered=True)
            assert "Xylophone" not in answer.get_data(as_text=True), address
            read += answer.status_code == 200
    assert read > 60
    assert "case_notes" not in readers[0].http.get("/api/v1/openapi.json").get_data(as_text=True)
    with work() as ctx:
        letters = ctx.session.scalars(sa.select(Letter)).all()
        assert len(letters) > 3
        assert not [letter.id for letter in letters if "Xylophone" in f"{letter.subject} {letter.text}"]


def test_the_search_for_notes_would_find_one(
    app: APIFlask, desk: Callable[[MadePerson], Browser], make: Make, noted: MadeCase
) -> None:
    assert SECRET in desk(make.officer(noted.agency_id)).open(f"/en/desk/cases/{noted.id}/notes")
