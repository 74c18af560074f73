"""Pages of issues: what everybody reads, what officers write, and what nobody else sees."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from app.agencies.models import Agency
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.pages import PAGE_SIZE
from app.core.permissions import Role
from app.extensions import db
from app.issues.models import Issue
from app.issues.queries import issue_by_slug
from app.issues.rules import IssueState
from tests.support.builders import MadeIssue, MadePerson, Make
from tests.support.pages import Browser

Work = Callable[..., AbstractContextManager[Context]]
PDF = b"%PDF-1.7\nThe plan."


@pytest.fixture
def agency(make: Make) -> int:
    return make.agency("Transport")


@pytest.fixture
def approver(make: Make, agency: int) -> MadePerson:
    return make.officer(agency, Role.APPROVER)


@pytest.fixture
def author(make: Make, agency: int) -> MadePerson:
    return make.officer(agency)


@pytest.fixture
def writing(app: APIFlask, author: MadePerson) -> Browser:
    """An author of the agency, signed in."""
    return Browser(app).sign_in(author)


@pytest.fixture
def deciding(app: APIFlask, approver: MadePerson) -> Browser:
    """An approver of the agency, signed in."""
    return Browser(app).sign_in(approver)


def write_draft(browser: Browser, status: int = 200, **more: object) -> str:
    """Fill in the form for a new issue; returns its slug."""
    browser.open("/en/desk/issues/new")
    fields: dict[str, object] = {
        "title": "Night buses",
        "summary": "How late?",
        "still_open": "The *timetable*.",
        "decided": "The budget.",
        "background": "# Where we stand",
        "promise": "consult",
        "closes_on": "2026-11-20",
    }
    browser.send("still_open", status, **(fields | more))
    return browser.address.rsplit("/", 1)[-1]


def attach(browser: Browser, slug: str, name: str = "the plan.pdf", data: bytes = PDF, status: int = 200) -> None:
    """Send a file through the form."""
    browser.open(f"/en/desk/issues/{slug}/files")
    browser.send("file", status, file=(BytesIO(data), name))


def press(browser: Browser, action: str, status: int = 200) -> str:
    """Press the button of the form whose address has this in it, on the page that is open."""
    return browser.send(action, status, browser.form(action).buttons[0])


def saved(work: Work, slug: str) -> Issue:
    with work() as ctx:
        return issue_by_slug(ctx, slug)


# ---- writing --------------------------------------------------------------------------------------------------


def test_an_officer_writes_and_an_approver_publishes(writing: Browser, deciding: Browser, browser: Browser) -> None:
    slug = write_draft(writing)
    assert slug == "night-buses"
    assert "This is a draft." in writing.text
    assert "An approver of the leading agency publishes it." in writing.text
    browser.open(f"/en/issues/{slug}", 404)
    deciding.open(f"/en/issues/{slug}")
    assert "Everybody can take part now." in press(deciding, "publish")
    page = browser.open(f"/en/issues/{slug}")
    assert "<em>timetable</em>" in page
    assert "Closes at the end of Fri 20 Nov" in page
    assert "Then the Transport owes a reply within 14 working days, by Thu 10 Dec." in page
    assert "Say what you think" in page
    assert "For officers" not in page


def test_what_is_missing_is_said_beside_its_field(writing: Browser, work: Work) -> None:
    write_draft(writing, 422, title="", promise="")
    assert "Please give the issue a title." in writing.text
    assert "Please choose what you promise." in writing.text
    assert 'aria-invalid="true"' in writing.text
    write_draft(writing, 422, closes_on="2026-11-04")
    assert "The closing date must be tomorrow or later." in writing.text
    with work() as ctx:
        assert ctx.session.scalar(sa.select(sa.func.count(Issue.id))) == 0


def test_a_draft_that_is_not_ready_says_what_it_lacks(writing: Browser, deciding: Browser) -> None:
    slug = write_draft(writing, still_open="", closes_on="")
    deciding.open(f"/en/issues/{slug}")
    press(deciding, "publish", 422)
    assert "Please say what is still open" in deciding.text
    assert "Please say until when people can take part." in deciding.text


def test_an_approver_publishes_what_was_read(writing: Browser, deciding: Browser) -> None:
    slug = write_draft(writing)
    deciding.open(f"/en/issues/{slug}")
    writing.open(f"/en/desk/issues/{slug}/edit")
    writing.send("still_open", summary="Something else")
    press(deciding, "publish", 422)
    assert "Somebody else saved this issue" in deciding.text


def test_a_second_language_asks_for_texts_only(writing: Browser, work: Work) -> None:
    slug = write_draft(writing)
    page = writing.open(f"/en/desk/issues/{slug}/edit?lang=zh-Hant-TW")
    assert 'name="promise"' not in page
    assert 'name="closes_on"' not in page
    assert "How late?" in page
    assert 'lang="zh-Hant-TW"' in page
    writing.send("still_open", title="夜間公車", summary="多晚？")
    assert saved(work, slug).topic.title == {"en": "Night buses", "zh-Hant-TW": "夜間公車"}
    assert saved(work, slug).topic.closes_on is not None
    assert "夜間公車" in writing.open(f"/issues/{slug}")
    writing.open(f"/en/desk/issues/{slug}/edit?lang=tlh", 404)


def test_a_preview_shows_the_text_and_saves_nothing(writing: Browser, work: Work) -> None:
    slug = write_draft(writing)
    writing.open(f"/en/desk/issues/{slug}/edit")
    page = writing.send("still_open", press=("press", "preview"), background="| a |\n|---|\n| <b>1</b> |")
    assert "Nothing is saved yet." in page
    assert "&lt;b&gt;1&lt;/b&gt;</td>" in page
    assert saved(work, slug).background == {"en": "# Where we stand"}


def test_who_saves_over_a_newer_text_sees_both(writing: Browser, deciding: Browser, work: Work) -> None:
    slug = write_draft(writing)
    deciding.open(f"/en/desk/issues/{slug}/edit")
    writing.open(f"/en/desk/issues/{slug}/edit")
    writing.send("still_open", summary="Theirs")
    page = deciding.send("still_open", 422, summary="Mine")
    assert "Saved by somebody else meanwhile" in page
    assert "Theirs" in page
    assert page.count('<p class="given"') == 1
    assert ">Mine</textarea>" in page.replace("\r\n", "").replace("\n", "")
    deciding.send("still_open")
    assert saved(work, slug).topic.summary == {"en": "Mine"}


def test_other_agencies_can_take_part(writing: Browser, make: Make, work: Work) -> None:
    other = make.agency("Police")
    with work() as ctx:
        slug_of_other = ctx.get(Agency, other).slug
    slug = write_draft(writing, co=[slug_of_other])
    assert other in saved(work, slug).topic.agency_ids
    assert "Police" in writing.text
    assert "leads" in writing.text


@pytest.mark.parametrize("page", ["edit", "files", "withdraw"])
def test_who_may_not_write_gets_no_form(app: APIFlask, make: Make, author: MadePerson, agency: int, page: str) -> None:
    open_issue, draft = make.issue(agency_id=agency), make.issue(agency_id=agency, state=IssueState.DRAFT)
    stranger, citizen = make.officer(make.agency(), Role.APPROVER), make.person()
    for person, public, hidden in ((stranger, 403, 404), (citizen, 403, 403), (author, 403, None)):
        visit = Browser(app).sign_in(person)
        visit.open(f"/en/desk/issues/{open_issue.slug}/{page}", public)
        if hidden:
            visit.open(f"/en/desk/issues/{draft.slug}/{page}", hidden)
    assert "Sign in" in Browser(app).open(f"/en/desk/issues/{open_issue.slug}/{page}")


# ---- after publication ----------------------------------------------------------------------------------------


def test_everybody_compares_the_versions(deciding: Browser, browser: Browser, make: Make, agency: int) -> None:
    made = make.issue(agency_id=agency)
    browser.open(f"/en/issues/{made.slug}/versions")
    assert "Nothing was changed." in browser.text
    deciding.open(f"/en/desk/issues/{made.slug}/edit")
    deciding.send("still_open", summary="How should trams run at night?", note="Not only buses", closes_on="2026-11-30")
    assert "Changed 1 time since it was published" in browser.open(f"/en/issues/{made.slug}")
    page = browser.open(f"/en/issues/{made.slug}/versions")
    assert "Not only buses" in page
    assert '<del><span class="vh">[removed] </span> buses</del>' in page
    assert '<ins><span class="vh">[added] </span> trams</ins>' in page
    assert "The closing date was moved from Sat 14 Nov to Mon 30 Nov." in page


def test_a_draft_has_no_versions_to_compare(writing: Browser) -> None:
    slug = write_draft(writing)
    writing.open(f"/en/issues/{slug}/versions", 404)


def test_a_closing_day_does_not_move_earlier(deciding: Browser, make: Make, agency: int) -> None:
    made = make.issue(agency_id=agency)
    deciding.open(f"/en/desk/issues/{made.slug}/edit")
    deciding.send("still_open", 422, closes_on="2026-11-13")
    assert "It can only be moved later." in deciding.text


def test_closing_shows_the_clock_of_the_reply(deciding: Browser, browser: Browser, make: Make, agency: int) -> None:
    made = make.issue(agency_id=agency)
    deciding.open(f"/en/issues/{made.slug}")
    deciding.send("close")
    page = browser.open(f"/en/issues/{made.slug}")
    assert "Reply due Tue 24 Nov" in page
    assert "14 working days left" in page
    assert "Say what you think" not in page


def test_withdrawing_asks_for_a_reason_and_shows_it(
    deciding: Browser, browser: Browser, make: Make, agency: int
) -> None:
    made = make.issue(agency_id=agency)
    deciding.open(f"/en/desk/issues/{made.slug}/withdraw")
    deciding.send("reason", 422, reason=" ")
    deciding.send("reason", reason="The council **decided** <b>it</b>.", lang="en")
    page = browser.open(f"/en/issues/{made.slug}")
    assert "This issue was withdrawn." in page
    assert "The council <strong>decided</strong> &lt;b&gt;it&lt;/b&gt;." in page
    assert "Say what you think" not in page
    assert "Withdrawn" in browser.open("/en/issues?state=withdrawn")


@pytest.mark.parametrize("state", list(IssueState))
def test_every_state_has_its_page_in_both_languages(
    deciding: Browser, make: Make, agency: int, state: IssueState
) -> None:
    made = make.issue(agency_id=agency, state=state)
    words = {"draft": "Draft", "open": "Open", "closed": "Closed", "answered": "Answered", "withdrawn": "Withdrawn"}
    assert f">{words[state]}</span>" in deciding.open(f"/en/issues/{made.slug}")
    deciding.open(f"/issues/{made.slug}")


def test_an_issue_whose_day_has_ended_is_not_called_open(
    browser: Browser, make: Make, agency: int, clock: FixedClock
) -> None:
    made = make.issue(agency_id=agency)
    clock.advance(timedelta(days=11))
    page = browser.open(f"/en/issues/{made.slug}")
    assert ">Closed</span>" in page
    assert "Say what you think" not in page


# ---- files ----------------------------------------------------------------------------------------------------


def test_a_file_is_a_download_and_never_part_of_our_pages(
    deciding: Browser, client: FlaskClient, make: Make, agency: int
) -> None:
    made = make.issue(agency_id=agency)
    attach(deciding, made.slug, "公車 計畫.pdf")
    assert "公車 計畫.pdf" in deciding.text
    page = client.get(f"/en/issues/{made.slug}").get_data(as_text=True)
    assert "公車 計畫.pdf" in page
    href = page.split('<ul class="files">')[1].split('href="')[1].split('"')[0]
    answer = client.get(href, buffered=True)
    assert (answer.status_code, answer.data, answer.mimetype) == (200, PDF, "application/pdf")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; ")
    assert "filename*=UTF-8''%E5%85%AC%E8%BB%8A%20%E8%A8%88%E7%95%AB.pdf" in disposition
    assert "Set-Cookie" not in answer.headers
    again = client.get(href, buffered=True, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_files_of_a_draft_are_for_its_agencies(
    app: APIFlask, writing: Browser, client: FlaskClient, make: Make, work: Work
) -> None:
    slug = write_draft(writing)
    attach(writing, slug)
    (file,) = saved(work, slug).attachments
    address = f"/issues/{slug}/files/{file.id}"
    own = writing.http.get(address, buffered=True)
    assert (own.status_code, own.headers["Cache-Control"]) == (200, "no-store")
    stranger = Browser(app).sign_in(make.officer(make.agency(), Role.APPROVER))
    citizen = Browser(app).sign_in(make.person())
    for other in (client, stranger.http, citizen.http):
        assert other.get(address).status_code == 404


def test_a_file_is_found_only_beside_its_issue(
    deciding: Browser, client: FlaskClient, make: Make, agency: int, work: Work
) -> None:
    made, other = make.issue(agency_id=agency), make.issue(agency_id=agency)
    attach(deciding, made.slug)
    (file,) = saved(work, made.slug).attachments
    assert client.get(f"/issues/{made.slug}/files/{file.id}", buffered=True).status_code == 200
    assert client.get(f"/issues/{other.slug}/files/{file.id}").status_code == 404


def test_a_bad_file_is_refused_in_words_and_a_file_can_be_taken_away(
    deciding: Browser, make: Make, agency: int, work: Work
) -> None:
    made = make.issue(agency_id=agency)
    attach(deciding, made.slug, "page.html", b"<html>", 422)
    assert "The name of the file ends differently than its content." in deciding.text
    attach(deciding, made.slug)
    deciding.send("remove")
    assert "No files yet." in deciding.text
    assert saved(work, made.slug).attachments == []


# ---- the list -------------------------------------------------------------------------------------------------


def test_the_list_is_filtered_searched_and_paged(browser: Browser, make: Make, agency: int) -> None:
    assert "No issue has been published yet." in browser.open("/en/issues")
    for n in range(PAGE_SIZE):
        make.issue(agency_id=agency, title=f"Issue number {n}")
    make.issue(title="Trams", state=IssueState.CLOSED)
    make.issue(agency_id=agency, title="Secret", state=IssueState.DRAFT)
    page = browser.open("/en/issues")
    assert page.count('<article class="card">') == PAGE_SIZE
    assert "page=2" in page
    assert browser.open("/en/issues?page=2").count('<article class="card">') == 1
    assert "Secret" not in browser.open("/en/issues?q=secret")
    assert "Nothing was found." in browser.text
    closed = browser.open("/en/issues?state=closed")
    assert "Trams" in closed
    assert closed.count('<article class="card">') == 1
    assert 'value="trams &lt;b&gt;"' in browser.open("/en/issues?q=trams+<b>")
    browser.open("/en/issues?state=nonsense&page=x")
    browser.open("/en/issues?page=0", 422)
    browser.open("/en/issues?agency=nowhere", 404)


def test_a_card_says_how_the_answer_stands(browser: Browser, make: Make, clock: FixedClock) -> None:
    make.case()
    page = browser.open("/en/issues")
    assert "14 working days left" in page
    clock.advance(timedelta(days=22))
    assert "2 working days late" in browser.open("/en/issues")


@pytest.mark.parametrize("count", [1, 6])
def test_the_list_asks_the_database_as_often_for_many_as_for_one(
    app: APIFlask, client: FlaskClient, make: Make, count: int
) -> None:
    for _ in range(count):
        make.case()
        make.issue()
    ran: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        ran.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert client.get("/en/issues").status_code == 200
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    assert len([statement for statement in ran if statement.startswith("SELECT")]) <= 7


def test_pages_for_everybody_can_be_kept_by_caches(client: FlaskClient, make: Make) -> None:
    made: MadeIssue = make.issue()
    for address in ("/issues", f"/issues/{made.slug}", f"/issues/{made.slug}/versions"):
        answer = client.get(address)
        assert answer.headers["Cache-Control"].startswith("public"), address
        assert "Set-Cookie" not in answer.headers


def test_a_shared_link_says_what_it_is_about(client: FlaskClient, make: Make) -> None:
    page = client.get(f"/en/issues/{make.issue().slug}").get_data(as_text=True)
    assert '<meta property="og:title" content="Night buses">' in page
    assert '<meta property="og:description" content="How should buses run at night?">' in page
    assert '<link rel="canonical" href="http://localhost/en/issues/' in page
