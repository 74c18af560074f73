"""The board for programs: JSON and CSV with the filters of the page, the calendar, and the Atom feeds."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar, Event

from app.agencies.models import Agency
from app.board import tables
from app.board.tables import HEAD, harmless
from app.cases.assigning import add_agency, release_agency
from app.cases.queries import case_by_id
from app.cases.timekeeping import extend_case, pause_case
from app.clocks.actions import extend_clock
from app.clocks.rules import Reason
from app.core.answers import Outcome
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.permissions import Role
from app.issues.rules import IssueState
from app.topics.rules import Part
from tests.support.builders import MadeCase, Make
from tests.support.pages import Browser
from tests.support.promises import promised

Work = Callable[..., AbstractContextManager[Context]]
TODAY = date(2026, 11, 4)
ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
HOSTILE = '=HYPERLINK("http://evil.example","<b>x</b>")\r\nBEGIN:VALARM;,\\ ]]> & \u202eevil\u0007'


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


def slug_of(work: Work, agency_id: int) -> str:
    with work() as ctx:
        return ctx.get(Agency, agency_id).slug


def rename(work: Work, made: MadeCase, title: str) -> None:
    with work() as ctx:
        case_by_id(ctx, made.id).topic.title = {"en": title}


def rows(client: FlaskClient, address: str) -> list[dict[str, str]]:
    """A table, as a spreadsheet reads it."""
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"), newline="")))


def events(client: FlaskClient, address: str = "/en/board.ics") -> list[Event]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    return list(Calendar.from_ical(answer.data).walk("VEVENT"))


def feed(client: FlaskClient, address: str) -> ElementTree.Element:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "application/atom+xml"
    return ElementTree.fromstring(answer.data)


def text(node: ElementTree.Element, name: str) -> str:
    found = node.findall(f"{ATOM}{name}")
    assert len(found) == 1, name
    return found[0].text or ""


@pytest.fixture
def four(make: Make, work: Work) -> dict[str, MadeCase]:
    """A late, a due, an answered and a late answered case; the late ones are of one agency."""
    lead = make.agency()
    return {
        "late": promised(make, work, day(-20), day(-6), agency_id=lead),
        "due": promised(make, work, day(-4), day(5), co_agency_id=lead),
        "kept": promised(make, work, day(-30), day(-10), day(-12)),
        "broken": promised(make, work, day(-40), day(-20), day(-3), agency_id=lead),
    }


# ---- the same filters everywhere ------------------------------------------------------------------------------

CHOICES = {
    "state=late": {"late"},
    "state=due": {"due"},
    "state=answered": {"kept", "broken"},
    "state=all": {"late", "due", "kept", "broken"},
    "state=all&kind=issues": {"late", "due", "kept", "broken"},
    "state=all&agency={agency}": {"late", "due", "broken"},
    "state=answered&agency={agency}": {"broken"},
    "state=all&due_from={week}": {"late", "due"},
    "due_from={week}&due_to={today}": {"late"},
    "state=answered&due_to={week}&agency=&kind=&due_from=": {"kept", "broken"},
    "due_from={today}&due_to={week}": set(),
}


@pytest.mark.parametrize("choice", CHOICES)
def test_page_table_and_api_choose_the_same(
    choice: str, four: dict[str, MadeCase], work: Work, client: FlaskClient
) -> None:
    agency = slug_of(work, four["late"].agency_id)
    query = choice.format(agency=agency, week=day(-7), today=TODAY)
    names = {made.slug: name for name, made in four.items()}
    page = client.get(f"/en/board?{query}").get_data(as_text=True)
    on_page = [names[slug] for slug in re.findall(r'<h3><a href="/en/issues/([^/"]+)/reply"', page)]
    in_table = [names[row["case"]] for row in rows(client, f"/board.csv?{query}")]
    in_api = [names[item["case"]] for item in client.get(f"/api/v1/board?{query}").json["items"]]
    in_calendar = {str(event["uid"]).split("/")[1] for event in events(client, f"/board.ics?{query}")}
    assert on_page == in_table == in_api
    assert set(on_page) == {names[slug] for slug in in_calendar} == CHOICES[choice]


def test_the_api_gives_pages_that_keep_the_filters(make: Make, work: Work, client: FlaskClient) -> None:
    agency = make.agency()
    made = [promised(make, work, day(-20), day(number), agency_id=agency).slug for number in range(5)]
    found: list[str] = []
    address: str | None = "/api/v1/board?state=due&per_page=2&due_to=2026-11-07"
    while address:
        page: dict[str, Any] = client.get(address).json
        found += [item["case"] for item in page["items"]]
        address = page["next"]
    assert found == made[:4]


def test_the_api_tells_dates_words_and_where_the_rest_is(four: dict[str, MadeCase], client: FlaskClient) -> None:
    late, broken = client.get("/en/api/v1/board?state=late").json["items"][0], None
    assert (late["started_on"], late["due_on"], late["answered_on"]) == ("2026-10-15", "2026-10-29", None)
    assert (late["status"], late["status_words"], late["days_late"]) == ("late", "4 working days late", 6)
    broken = client.get("/api/v1/board?state=answered").json["items"][0]
    assert (broken["status"], broken["answered_on"], broken["days_late"]) == ("kept_late", "2026-11-01", 17)
    for href in late["links"].values():
        assert client.get(href).status_code == 200


def test_figures_of_a_day_are_open_data(
    make: Make, work: Work, client: FlaskClient, run_job: Callable[[str], None]
) -> None:
    assert client.get("/api/v1/board/figures").status_code == 404
    agency = make.agency()
    for number in range(10):
        promised(make, work, day(-90), day(-60), day(-88 + number), agency_id=agency)
    run_job("count-replies")
    found = client.get("/api/v1/board/figures").json
    assert (found["day"], found["least"]) == ("2026-11-03", 10)
    assert found["all"]["median"]["days"] == 6
    assert found["all"]["answered_in_time"]["count"] == 10
    assert found["agencies"] == [
        {"slug": slug_of(work, agency), "name": found["agencies"][0]["name"], "times": found["all"]}
    ]
    assert client.get("/api/v1/board/figures?day=2026-11-03").json == found
    assert client.get("/api/v1/board/figures?day=2026-11-02").status_code == 404
    assert client.get("/api/v1/board/figures?day=x").status_code == 422


# ---- the table ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " =", "\u200b=", "＝", "＠", "－", "＋"])
def test_no_cell_is_a_formula(start: str) -> None:
    assert harmless(f"{start}1+1").startswith("'")


def test_a_hostile_title_stays_one_harmless_cell(make: Make, work: Work, client: FlaskClient) -> None:
    rename(work, promised(make, work, day(-20), day(-6)), HOSTILE)
    (row,) = rows(client, "/en/board.csv")
    assert tuple(row) == HEAD
    assert row["title"].startswith("'=HYPERLINK(")
    assert "\n" not in row["title"]
    written = client.get("/en/board.csv").get_data(as_text=True)
    assert all(line.startswith('"') and line.endswith('"') for line in written.removeprefix("\ufeff").splitlines())
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x09\x0b\x0c\x0e-\x1f]", written)


def test_the_table_speaks_the_language_of_its_address(four: dict[str, MadeCase], client: FlaskClient) -> None:
    assert "4 working days late" in {row["status_words"] for row in rows(client, "/en/board.csv")}
    assert "逾期 4 個工作天" in {row["status_words"] for row in rows(client, "/board.csv")}
    assert {row["status"] for row in rows(client, "/board.csv")} == {"late", "due_soon", "kept", "kept_late"}


def test_a_table_that_is_too_long_leads_to_its_rest(
    four: dict[str, MadeCase], client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "ROWS", 3)
    first = client.get("/board.csv?state=all")
    following = re.fullmatch(r'<(.*)>; rel="next"', first.headers["Link"])
    assert following is not None
    cases = [row["case"] for row in rows(client, "/board.csv")] + [row["case"] for row in rows(client, following[1])]
    assert sorted(cases) == sorted(made.slug for made in four.values())
    assert "Link" not in client.get(following[1]).headers


# ---- the calendar ---------------------------------------------------------------------------------------------


def test_a_due_date_is_a_whole_day_that_leaves_people_free(four: dict[str, MadeCase], client: FlaskClient) -> None:
    (event,) = events(client, "/en/board.ics?state=due")
    assert event["dtstart"].dt == day(5)
    assert event["dtend"].dt == day(6)
    assert event["dtstart"].params["VALUE"] == "DATE"
    assert event["transp"] == "TRANSPARENT"
    assert str(event["summary"]) == "Reply due: Night buses"
    assert str(event["url"]) == f"http://localhost/en/issues/{four['due'].slug}/reply"
    assert str(event["uid"]) == f"issues/{four['due'].slug}/reply@localhost"
    assert "(lead)" in str(event["description"])


def test_an_event_whose_date_moves_stays_the_same_event_with_the_next_number(
    four: dict[str, MadeCase], work: Work, client: FlaskClient, clock: FixedClock
) -> None:
    def seen() -> tuple[str, date, int, datetime]:
        (event,) = events(client, "/board.ics?state=due")
        return str(event["uid"]), event["dtstart"].dt, int(event["sequence"]), event["last-modified"].dt

    uid, due_on, sequence, _ = seen()
    assert (due_on, sequence) == (day(5), 0)
    with work() as ctx:
        extend_clock(ctx, case_by_id(ctx, four["due"].id).clock, 5, Reason("The survey takes longer.", "en"))
    moved = seen()
    assert (moved[0], moved[2], moved[3]) == (uid, 1, clock.now())
    assert moved[1] > due_on
    clock.advance(timedelta(hours=3))
    assert seen() == moved


def test_an_answered_case_stays_in_the_calendar_and_says_so(four: dict[str, MadeCase], client: FlaskClient) -> None:
    titles = {event["dtstart"].dt: str(event["summary"]) for event in events(client)}
    assert titles == {
        day(-20): "Answered: Night buses",
        day(-10): "Answered: Night buses",
        day(-6): "Reply due: Night buses",
        day(5): "Reply due: Night buses",
    }


def test_what_fell_due_long_ago_is_no_longer_in_the_calendar(make: Make, work: Work, client: FlaskClient) -> None:
    promised(make, work, day(-200), day(-93))
    kept = promised(make, work, day(-200), day(-92))
    assert [str(event["uid"]).split("/")[1] for event in events(client)] == [kept.slug]


def test_a_hostile_title_opens_no_component_of_the_calendar(make: Make, work: Work, client: FlaskClient) -> None:
    rename(work, promised(make, work, day(-5), day(5)), HOSTILE)
    written = client.get("/en/board.ics").data
    assert written.count(b"\r\nBEGIN:") == 1
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))
    (event,) = events(client)
    assert "BEGIN:VALARM;,\\ ]]> & evil" in str(event["summary"])
    assert {"VALARM"}.isdisjoint(part.name for part in event.walk())


def test_the_calendar_of_an_agency_carries_its_name(four: dict[str, MadeCase], work: Work, client: FlaskClient) -> None:
    calendar = Calendar.from_ical(client.get(f"/en/board.ics?agency={slug_of(work, four['kept'].agency_id)}").data)
    assert str(calendar["x-wr-calname"]).startswith("Replies due · Agency")
    assert calendar["version"] == "2.0"
    assert len(calendar.walk("VEVENT")) == 1


# ---- the feeds ------------------------------------------------------------------------------------------------


def feeds_of(four: dict[str, MadeCase], work: Work) -> list[str]:
    agency = slug_of(work, four["late"].agency_id)
    return ["overdue", "answered", f"agencies/{agency}", f"issues/{four['late'].slug}", f"issues/{four['kept'].slug}"]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_feeds_have_what_rfc_4287_requires(
    prefix: str, four: dict[str, MadeCase], work: Work, client: FlaskClient
) -> None:
    for name in feeds_of(four, work):
        root = feed(client, f"{prefix}/feeds/{name}.atom")
        assert root.tag == f"{ATOM}feed"
        assert root.get(LANG) == ("en" if prefix else "zh-Hant-TW")
        entries = root.findall(f"{ATOM}entry")
        assert entries
        assert text(root.findall(f"{ATOM}author")[0], "name")
        for node in (root, *entries):
            assert text(node, "title")
            assert re.fullmatch(r"tag:localhost,\d{4}(-\d\d-\d\d)?:\S+", text(node, "id"))
            assert datetime.fromisoformat(text(node, "updated")).tzinfo is not None
        ids = [text(node, "id") for node in (root, *entries)]
        assert len(set(ids)) == len(ids)
        times = [text(entry, "updated") for entry in entries]
        assert times == sorted(times, reverse=True)
        assert text(root, "updated") == times[0]
        links = {link.get("rel"): link.get("href", "") for link in root.findall(f"{ATOM}link")}
        assert links["self"] == f"http://localhost{prefix}/feeds/{name}.atom"
        for entry in entries:
            (link,) = entry.findall(f"{ATOM}link")
            parts = urlsplit(link.get("href", ""))
            assert (parts.netloc, link.get("rel")) == ("localhost", "alternate")
            assert re.fullmatch(rf"{prefix}/issues/issue-\d+/reply", parts.path)


def test_what_became_late_is_dated_to_the_moment_after_the_due_day(
    four: dict[str, MadeCase], client: FlaskClient
) -> None:
    entries = feed(client, "/en/feeds/overdue.atom").findall(f"{ATOM}entry")
    assert [text(one, "updated") for one in entries] == ["2026-10-29T16:00:00Z", "2026-10-15T16:00:00Z"]
    assert text(entries[0], "id") == f"tag:localhost,2026-10-15:en/issues/{four['late'].slug}/late/2026-10-29"
    assert text(entries[0], "title") == "Night buses"
    assert text(entries[0], "summary").startswith("The reply was due Thu 29 Oct and had not come.")


def test_an_entry_stays_the_same_when_time_goes_on(
    four: dict[str, MadeCase], client: FlaskClient, clock: FixedClock
) -> None:
    before = [ElementTree.tostring(one) for one in feed(client, "/feeds/overdue.atom").findall(f"{ATOM}entry")]
    clock.advance(timedelta(days=2))
    after = [ElementTree.tostring(one) for one in feed(client, "/feeds/overdue.atom").findall(f"{ATOM}entry")]
    assert after == before


def test_the_feed_of_new_replies_says_which_came_late(four: dict[str, MadeCase], client: FlaskClient) -> None:
    entries = feed(client, "/en/feeds/answered.atom").findall(f"{ATOM}entry")
    assert [text(one, "updated") for one in entries] == ["2026-10-31T16:00:00Z", "2026-10-22T16:00:00Z"]
    assert ["after its due date" in text(one, "summary") for one in entries] == [True, False]


def test_the_feed_of_an_agency_tells_what_began_what_became_late_and_what_was_answered(
    four: dict[str, MadeCase], work: Work, client: FlaskClient
) -> None:
    root = feed(client, f"/en/feeds/agencies/{slug_of(work, four['late'].agency_id)}.atom")
    told = [text(one, "id").split(":en/")[1] for one in root.findall(f"{ATOM}entry")]
    late, due, broken = (four[name].slug for name in ("late", "due", "broken"))
    assert told == [
        f"issues/{broken}/answered",
        f"issues/{due}/opened",
        f"issues/{late}/late/2026-10-29",
        f"issues/{broken}/late/2026-10-15",
        f"issues/{late}/opened",
        f"issues/{broken}/opened",
    ]


def test_the_feed_of_an_issue_tells_its_facts_and_that_it_became_late(
    make: Make, client: FlaskClient, clock: FixedClock
) -> None:
    made = make.case()
    assert len(feed(client, f"/feeds/issues/{made.slug}.atom").findall(f"{ATOM}entry")) == 1
    clock.advance(timedelta(days=30))
    entries = feed(client, f"/en/feeds/issues/{made.slug}.atom").findall(f"{ATOM}entry")
    assert [text(one, "updated") for one in entries] == ["2026-11-24T16:00:00Z", "2026-11-04T04:00:00Z"]
    assert text(entries[1], "title").startswith("A case was opened; the reply is due Tue 24 Nov")


def test_the_feed_of_an_issue_names_the_agencies_of_what_happened(make: Make, work: Work, client: FlaskClient) -> None:
    made, other = make.case(), make.agency("Works Department")
    with work(make.officer(made.agency_id, Role.APPROVER).actor) as ctx:
        case = case_by_id(ctx, made.id)
        add_agency(ctx, case, other, Part.CO, "The road is theirs.")
        pause_case(ctx, case, Reason("We wait for the figures.", "en"))
    entries = feed(client, f"/en/feeds/issues/{made.slug}.atom").findall(f"{ATOM}entry")
    titles = {text(one, "title") for one in entries}
    assert "Works Department was added." in titles
    assert any(title.endswith(" paused the clock.") for title in titles)


def test_the_feed_of_an_issue_tells_who_put_the_date_off_and_who_was_released(
    make: Make, work: Work, client: FlaskClient
) -> None:
    buses, parks = make.agency("Transport Department"), make.agency("Parks Department")
    made = make.case(agency_id=buses, co_agency_id=parks)
    with work(make.officer(buses, Role.APPROVER).actor) as ctx:
        case = case_by_id(ctx, made.id)
        release_agency(ctx, case, parks, "No park is concerned.")
        extend_case(ctx, case, 5, Reason("We still count.", "en", buses))
    told = [text(one, "title") for one in feed(client, f"/en/feeds/issues/{made.slug}.atom").findall(f"{ATOM}entry")]
    assert told == [
        "Transport Department put the date off; due Tue 1 Dec instead of Tue 24 Nov.",
        "Parks Department was released from its part.",
        "A case was opened; the reply is due Tue 24 Nov.",
    ]


def test_the_feed_of_an_issue_does_not_tell_of_the_clock_of_a_study(make: Make, client: FlaskClient) -> None:
    made = make.answered(Outcome.UNDER_STUDY)
    told = [
        text(one, "title") for one in feed(client, f"/en/feeds/issues/{made.case.slug}.atom").findall(f"{ATOM}entry")
    ]
    assert told == [
        "A demand is under study; news is due Tue 4 May 2027.",
        "The reply was published.",
        "A case was opened; the reply is due Tue 24 Nov.",
    ]


def test_the_feed_of_an_issue_does_not_call_a_paused_reply_late(
    make: Make, work: Work, client: FlaskClient, clock: FixedClock
) -> None:
    made = make.case()
    with work(make.officer(made.agency_id).actor) as ctx:
        pause_case(ctx, case_by_id(ctx, made.id), Reason("We wait for the proposer.", "en"))
    clock.advance(timedelta(days=30))
    entries = feed(client, f"/en/feeds/issues/{made.slug}.atom").findall(f"{ATOM}entry")
    assert not [one for one in entries if "had not come" in text(one, "summary")]
    assert "had not come" not in client.get("/en/feeds/overdue.atom").get_data(as_text=True)


def test_an_issue_without_a_case_has_a_feed_and_a_draft_has_none(make: Make, client: FlaskClient) -> None:
    root = feed(client, f"/feeds/issues/{make.issue().slug}.atom")
    assert root.findall(f"{ATOM}entry") == []
    assert text(root, "updated") == "2026-11-03T16:00:00Z"
    assert client.get(f"/feeds/issues/{make.issue(state=IssueState.DRAFT).slug}.atom").status_code == 404


def test_a_hostile_title_is_text_in_a_feed(make: Make, work: Work, client: FlaskClient) -> None:
    rename(work, promised(make, work, day(-20), day(-6)), HOSTILE)
    (entry,) = feed(client, "/en/feeds/overdue.atom").findall(f"{ATOM}entry")
    assert "<b>x</b>" in text(entry, "title")
    assert "]]> & evil" in text(entry, "title")
    assert {node.tag for node in entry} == {
        f"{ATOM}{name}" for name in ("id", "title", "updated", "published", "summary", "link")
    }


def test_a_reader_who_is_signed_in_gets_feeds_that_nobody_keeps(make: Make, browser: Browser) -> None:
    browser.sign_in(make.person())
    assert browser.http.get("/feeds/overdue.atom").headers["Cache-Control"] == "no-store"
