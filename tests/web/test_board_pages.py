"""The board as people read it: sections, lists, filters, figures; and the page about feeds and calendars."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.agencies.models import Agency
from app.core.context import Context
from app.extensions import db
from tests.support.builders import Make
from tests.support.pages import Browser
from tests.support.promises import promised

Work = Callable[..., AbstractContextManager[Context]]
TODAY = date(2026, 11, 4)


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


def slug_of(work: Work, agency_id: int) -> str:
    with work() as ctx:
        return ctx.get(Agency, agency_id).slug


def sections(page: str) -> dict[str, list[str]]:
    """Heading -> titles of the cases below it."""
    found = {}
    for part in page.split('<section class="band"')[1:]:
        heading = re.search(r"<h2[^>]*>([^<]+)", part)
        assert heading is not None
        found[heading[1]] = re.findall(r'<h3><a href="[^"]*">(?:<span[^>]*>)?([^<]+)', part)
    return found


@contextmanager
def statements() -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    asked: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", listen)
    yield asked
    sa.event.remove(db.engine, "before_cursor_execute", listen)


def test_the_board_begins_with_what_became_late_this_week(make: Make, work: Work, browser: Browser) -> None:
    promised(make, work, day(-20), day(-1), title="Noise at night")
    promised(make, work, day(-60), day(-30), title="Old bridge")
    promised(make, work, day(-5), day(5), title="River path")
    promised(make, work, day(-20), day(-5), day(-6), title="Shade in parks")
    shown = sections(browser.open("/en/board"))
    assert shown["Became late this week"] == ["Noise at night"]
    assert shown["Late for longer"] == ["Old bridge"]
    assert shown["Due next"] == ["River path"]
    assert shown["Newly answered"] == ["Shade in parks"]


def test_a_row_says_who_owes_what_since_when_and_how_the_date_was_counted(
    make: Make, work: Work, browser: Browser
) -> None:
    lead, helper = make.agency("Transport"), make.agency("Police")
    made = promised(make, work, day(-20), day(-6), agency_id=lead, co_agency_id=helper)
    page = browser.open("/en/board?state=late")
    assert "Transport (lead), Police" in page
    for what, when in (("Started", "Thu 15 Oct"), ("Due on", "Thu 29 Oct"), ("Late", "6 days")):
        assert f"<dt>{what}</dt><dd>{when}</dd>" in page
    assert "4 working days late" in page
    assert f'href="/en/issues/{made.slug}/reply/date"' in page
    assert f'href="/en/issues/{made.slug}/reply"' in page


def test_where_nothing_became_late_the_board_says_so(make: Make, work: Work, browser: Browser) -> None:
    promised(make, work, day(-5), day(5))
    page = browser.open("/en/board")
    assert "No reply became late in the last seven days." in page
    assert "Late for longer" not in page


def test_an_empty_board_says_so(browser: Browser) -> None:
    assert "Nothing is late." in browser.open("/en/board?state=late")
    assert "There is nothing here yet." in browser.open("/en/board")
    assert "There is nothing here yet." in browser.open("/en/board?state=all")
    assert "No case fits this choice." in browser.open("/en/board?due_from=2026-01-01&due_to=2026-01-02")


def test_the_choice_of_a_reader_stays_in_the_form_the_tabs_and_the_files(
    make: Make, work: Work, browser: Browser
) -> None:
    slug = slug_of(work, promised(make, work, day(-20), day(-6)).agency_id)
    page = browser.open(f"/en/board?state=late&agency={slug}&due_from=2026-10-01&due_to=")
    assert f'<option value="{slug}" selected>' in page
    assert 'name="due_from" type="date" value="2026-10-01"' in page
    assert f'href="/en/board?agency={slug}&amp;due_from=2026-10-01&amp;state=due"' in page.replace(
        f"state=due&amp;agency={slug}&amp;due_from=2026-10-01", f"agency={slug}&amp;due_from=2026-10-01&amp;state=due"
    )
    for file in ("/en/board.csv", "/en/api/v1/board", "/en/board.ics"):
        assert re.search(rf'<a href="{file}\?[^"]*agency={slug}', page)


NONSENSE = ["state=late2", "kind=cats", "due_from=yesterday", "due_to=2026-02-30", "page=0", "page=x", "page=100001"]


@pytest.mark.parametrize("query", NONSENSE)
@pytest.mark.parametrize("file", ["/board", "/board.csv", "/board.ics", "/api/v1/board"])
def test_a_filter_that_makes_no_sense_is_refused_and_never_ignored(browser: Browser, file: str, query: str) -> None:
    browser.open(f"{file}?{query}", status=422)


@pytest.mark.parametrize("file", ["/board", "/board.csv", "/board.ics", "/api/v1/board", "/feeds/agencies/nobody.atom"])
def test_an_agency_that_is_not_there_is_not_found(browser: Browser, file: str) -> None:
    browser.open(f"{file}?agency=nobody", status=404)


def test_a_long_board_has_pages_and_no_more_questions_to_the_database(
    make: Make, work: Work, browser: Browser, run_job: Callable[[str], None]
) -> None:
    agency, helper = make.agency(), make.agency()

    def cases(many: int, first: int = 0) -> None:
        for number in range(first, first + many):
            due, answer = (-20 + number, None) if number % 3 else (-30, day(-number % 20 - 1))
            promised(
                make, work, day(-40), day(due), answer, agency_id=agency, co_agency_id=helper, title=f"Case {number:02}"
            )

    cases(3)
    run_job("count-replies")
    addresses = ["/en/board", "/en/board?state=all", "/en/board.csv", "/en/board.ics", "/api/v1/board"]
    addresses += ["/feeds/overdue.atom", "/feeds/answered.atom", f"/feeds/agencies/{slug_of(work, agency)}.atom"]
    counts = {}
    for address in addresses:
        with statements() as asked:
            browser.open(address)
        counts[address] = len(asked)
    cases(22, first=3)
    for address in addresses:
        with statements() as asked:
            browser.open(address)
        assert len(asked) == counts[address], (address, asked)
        assert not [one for one in asked if re.search(r"\b(count|sum|avg)\(|group by", one, re.IGNORECASE)]
    first, second = browser.open("/en/board?state=all"), browser.open("/en/board?state=all&page=2")
    assert first.count("<article") == 20
    assert second.count("<article") == 5


def test_a_visitor_gets_the_same_page_from_the_cache(make: Make, work: Work, browser: Browser) -> None:
    made = promised(make, work, day(-20), day(-6))
    slug = slug_of(work, made.agency_id)
    addresses = ["/board", "/board.csv", "/board.ics", "/api/v1/board", "/feeds", "/feeds/overdue.atom"]
    addresses += ["/feeds/answered.atom", f"/feeds/agencies/{slug}.atom", f"/feeds/issues/{made.slug}.atom"]
    for address in addresses:
        answer = browser.http.get(address)
        assert answer.headers["Cache-Control"] == "public, max-age=15", address
        assert "Set-Cookie" not in answer.headers
        again = browser.http.get(address, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304, address


# ---- how long replies take ------------------------------------------------------------------------------------


def test_figures_are_told_from_ten_cases_on_by_name_and_never_as_a_ranking(
    make: Make, work: Work, browser: Browser, run_job: Callable[[str], None]
) -> None:
    slow, quick, few = make.agency("Works"), make.agency("Buses"), make.agency("Culture")
    for number in range(10):
        promised(make, work, day(-90), day(-60), day(-40 + number), agency_id=slow)
        promised(make, work, day(-90), day(-60), day(-88 + number), agency_id=quick)
    promised(make, work, day(-90), day(-60), agency_id=few)
    assert "Figures are told once 10 replies were given or fell due." in browser.open("/en/board")
    run_job("count-replies")
    page = browser.open("/en/board")
    table = page.split('id="agencies"')[1]
    names = re.findall(r'<th scope="row"[^>]*>(?:<span[^>]*>)?([^<]+)', table)
    assert names == ["Buses", "Culture", "Works"]
    assert re.search(r"Culture.*?Too few to say", table, re.DOTALL)
    assert re.search(r"Buses.*?6 days.*?<br>.*?100%", table, re.DOTALL)
    assert "By the end of Tue 3 Nov 2026" in page
    assert "20 answered, 1 still waiting" in page
    assert '<svg role="img" aria-label="The share of replies given' in page
    assert "Read it as a table" in page


def test_the_board_of_an_agency_tells_its_own_figures(
    make: Make, work: Work, browser: Browser, run_job: Callable[[str], None]
) -> None:
    quick, other = make.agency("Buses"), make.agency("Works")
    for number in range(10):
        promised(make, work, day(-90), day(-60), day(-88 + number), agency_id=quick)
    promised(make, work, day(-90), day(-60), agency_id=other)
    run_job("count-replies")
    page = browser.open(f"/en/board?agency={slug_of(work, quick)}")
    assert "10 answered, 0 still waiting" in page
    assert "By agency" not in page
    assert "Figures are told once" in browser.open(f"/en/board?agency={slug_of(work, other)}")


# ---- how to follow --------------------------------------------------------------------------------------------


def test_every_page_names_the_feeds_and_leads_to_them(make: Make, work: Work, browser: Browser) -> None:
    made = promised(make, work, day(-5), day(5))
    slug = slug_of(work, made.agency_id)
    for address, own in (
        ("/en/", ""),
        (f"/en/agencies/{slug}", f"/en/feeds/agencies/{slug}.atom"),
        (f"/en/board?agency={slug}", f"/en/feeds/agencies/{slug}.atom"),
        (f"/en/issues/{made.slug}", f"/en/feeds/issues/{made.slug}.atom"),
        (f"/en/issues/{made.slug}/reply", f"/en/feeds/issues/{made.slug}.atom"),
    ):
        page = browser.open(address)
        found = re.findall(r'<link rel="alternate" type="application/atom\+xml" title="[^"]+" href="([^"]+)"', page)
        assert found == ["/en/feeds/overdue.atom", "/en/feeds/answered.atom", *([own] if own else [])]
        assert '<a href="/en/feeds">' in page
        for feed in found:
            browser.open(feed)


def test_the_page_about_feeds_lists_those_of_every_agency(make: Make, work: Work, browser: Browser) -> None:
    slug = slug_of(work, make.agency("Buses"))
    page = browser.open("/en/feeds")
    for address in ("/en/feeds/overdue.atom", "/en/feeds/answered.atom", "/en/board.ics"):
        assert f'<a href="{address}">' in page
    assert f'href="/en/feeds/agencies/{slug}.atom"' in page
    assert f'href="/en/board.ics?agency={slug}"' in page
