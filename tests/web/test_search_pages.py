"""The search as people and programs meet it: page, feed, API, suggestions while writing, and the entrance."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from app.core.context import Context
from app.core.permissions import Role
from app.opinions import actions as opinions
from app.sample.loading import load_city
from app.search.asking import Suggestion, suggestions
from app.search.building import rebuild
from app.topics.models import Topic
from tests.support.builders import MadeIssue, Make
from tests.support.opinions import Work
from tests.support.pages import Browser
from tests.support.proposals import collecting

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = ('"', "'", "\\", "title:", "*", "a AND", "(" * 400, "%", "!&|", "車" * 10_000, "<b>x</b>", "\ud7ff")
CONCERNS = (
    ("晚上沒有公車可以回家", "night-buses"),
    ("夜市太吵睡不著", "night-market-noise"),
    ("晚上十點以後沒有公車可以回家", "night-buses"),
    ("末班車太早，夜班的人都要搭計程車", "night-buses"),
    ("There is no bus home after ten at night", "night-buses"),
    ("垃圾車來的時候我還沒下班", "garbage-truck-hours"),
    ("The garbage truck comes before I get home from work", "garbage-truck-hours"),
    ("夜市的喇叭吵到睡不著", "night-market-noise"),
    ("The night market is too loud for us to sleep", "night-market-noise"),
    ("敬老卡點數可以搭計程車嗎", "senior-card-points"),
    ("My mother wants to pay the swimming pool with her Senior Card points", "senior-card-points"),
    ("放學時間校門口都是接送的車，很危險", "school-streets"),
    ("Cars in front of the school when children leave", "school-streets"),
    ("長照據點太遠，爸爸走不到", "community-care-sites"),
    ("路燈壞了三個月沒人修", "works"),
    ("The street light in front of my house is broken", "works"),
    ("人行道的磚翹起來，輪椅過不去", "works"),
    ("公園的大樹要倒了", "works"),
    ("戶政櫃檯中午沒有人", "civil"),
    ("Where do I register my new address? The household registration office is closed at noon", "civil"),
    ("工廠晚上排放臭味，空氣很差", "environment"),
    ("河川的水變黑了", "environment"),
    ("小孩要打預防接種排不到", "health"),
    ("托育費用太貴", "social"),
    ("停車格太少，機車沒地方停", "transport"),
    ("紅綠燈的號誌秒數太短，老人走不完", "transport"),
    ("我的健保卡不能用", "https://www.nhi.gov.tw/"),
    ("護照過期了怎麼辦", "https://www.boca.gov.tw/"),
    ("所得稅退稅還沒下來", "https://www.etax.nat.gov.tw/"),
    ("昨天整條街停電", "https://www.taipower.com.tw/"),
    ("My residence permit expires next month", "https://www.immigration.gov.tw/"),
    ("接到詐騙電話被騙了錢", "https://165.npa.gov.tw/"),
)
"""What somebody writes, and where it should lead: a topic, an agency, or somebody else's address."""


def seed(work: Work, make: Make, issue: MadeIssue, text: str) -> int:
    """A statement of an officer."""
    with work(make.officer(issue.agency_id).actor) as ctx:
        return opinions.seed_statement(ctx, ctx.get(Topic, issue.topic_id), text, "zh-Hant-TW").id


def address(path: str, **values: str) -> str:
    return f"{path}?{urlencode(values)}"


def test_the_page_shows_where_the_words_stand(browser: Browser, work: Work, make: Make) -> None:
    seed(work, make, make.issue(), "夜間公車太少")
    page = browser.open(address("/en/search", q="公車"))
    assert "夜間<mark>公車</mark>太少" in page


def test_what_people_wrote_is_never_markup(browser: Browser, work: Work, make: Make) -> None:
    seed(work, make, make.issue(), "<script>alert(1)</script> 公車 <b>")
    page = browser.open(address("/en/search", q="公車 script <script>alert(2)</script>"))
    assert "<script>alert" not in page
    assert "&lt;<mark>script</mark>&gt;" in page


def test_page_feed_and_api_find_the_same_by_the_same_filters(
    browser: Browser, client: FlaskClient, work: Work, make: Make
) -> None:
    issue, closed = make.issue(), make.issue()
    seed(work, make, issue, "巷口路燈壞了")
    seed(work, make, closed, "巷口路燈太暗")
    with work() as ctx:
        ctx.get(Topic, closed.topic_id).closed_at = ctx.now
    for state, text in (("open", "巷口路燈壞了"), ("closed", "巷口路燈太暗")):
        values = {"q": "路燈", "state": state, "kind": "statements"}
        page = browser.open(address("/en/search", **values))
        feed = ElementTree.fromstring(browser.open(address("/en/search.atom", **values)))
        data = client.get(address("/api/v1/search", **values)).json["items"]
        assert re.findall(r"<h2><a[^>]*>(.*?)</a>", page) == [text.replace("路燈", "<mark>路燈</mark>")]
        assert [one.findtext(f"{ATOM}title") for one in feed.iter(f"{ATOM}entry")] == [f"Statement · {text}"]
        assert [one["title"]["text"] for one in data] == [text]
        (hit,) = data[0]["title"]["hits"]
        assert text[slice(*hit)] == "路燈"


def test_every_page_of_results_has_others(client: FlaskClient, work: Work, make: Make) -> None:
    issue = make.issue()
    for number in range(5):
        seed(work, make, issue, f"第 {number} 盞路燈壞了")
    seen: list[str] = []
    at: str | None = address("/api/v1/search", q="路燈", per_page="2")
    while at:
        answer = client.get(at).json
        seen += [one["title"]["text"] for one in answer["items"]]
        at = answer["next"]
    assert sorted(seen) == [f"第 {number} 盞路燈壞了" for number in range(5)]


@pytest.mark.parametrize("question", HOSTILE, ids=range(len(HOSTILE)))
def test_no_question_ends_on_an_error_page(question: str, browser: Browser, make: Make) -> None:
    make.issue()
    for path in ("/en/search", "/search.atom", "/api/v1/search"):
        browser.open(address(path, q=question))
    browser.open(address("/en/search/similar", text=question))
    browser.open(address("/en/ask", text=question))


@pytest.mark.parametrize(
    "query", ["kind=nothing", "state=x", "since=yesterday", "page=0", "page=21", "until=0001-01-01"]
)
def test_a_filter_that_makes_no_sense_is_refused(query: str, browser: Browser, client: FlaskClient) -> None:
    browser.open(f"/en/search?q=a&{query}", status=422)
    assert client.get(f"/api/v1/search?q=a&{query}").status_code == 422


def test_nul_is_refused_calmly_as_everywhere(browser: Browser, make: Make) -> None:
    make.issue()
    assert "The request could not be understood." in browser.open(address("/en/search", q="a\0b"), status=400)


def test_where_nothing_holds_every_word_the_closest_is_shown(browser: Browser, work: Work, make: Make) -> None:
    seed(work, make, make.issue(), "巷口路燈壞了")
    page = browser.open(address("/en/search", q="路燈 游泳池"))
    assert "Nothing holds all of these words." in page
    assert "<mark>路燈</mark>" in page


def test_a_visitor_gets_no_cookie_from_searching(client: FlaskClient, make: Make) -> None:
    make.issue()
    for path in ("/search?q=a", "/ask?text=buses", "/search/similar?text=buses"):
        answer = client.get(path)
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"].startswith("public")


def test_without_scripts_the_statement_form_shows_similar_ones_and_saves_nothing(
    browser: Browser, work: Work, make: Make
) -> None:
    issue = make.issue()
    seed(work, make, issue, "巷口路燈壞了")
    browser.sign_in(make.person())
    browser.open(f"/en/issues/{issue.slug}/opinion/new")
    page = browser.send("text", text="我家巷口的路燈也壞了", press=("press", "similar"))
    assert "Perhaps it says it already" in page
    assert ">巷口路燈壞了</a>" in page
    assert "我家巷口的路燈也壞了</textarea>" in page
    with work() as ctx:
        assert ctx.get(Topic, issue.topic_id).statement_count == 1


def test_the_preview_of_a_new_issue_shows_similar_ones(browser: Browser, work: Work, make: Make) -> None:
    issue = make.issue()
    seed(work, make, issue, "巷口路燈壞了")
    browser.sign_in(make.officer(issue.agency_id, Role.APPROVER))
    browser.open("/en/desk/issues/new?lang=zh-Hant-TW")
    page = browser.send("title", title="巷口路燈何時修好", press=("press", "preview"))
    assert ">巷口路燈壞了</a>" in page


def test_a_concern_leads_where_it_can_be_taken(browser: Browser, work: Work, make: Make) -> None:
    issue = make.issue()
    seed(work, make, issue, "夜間公車太少")
    page = unescape(browser.open(f"/en/ask?text={quote('晚上沒有夜間公車，護照也過期了')}"))
    assert "People are asked about this now, and speak of “夜間公車”, as you do." in page
    assert "You wrote “護照”. This government does not decide that." in page
    assert 'href="https://www.boca.gov.tw/"' in page
    assert "It is competent for “公車”, which you wrote." in page


def test_a_concern_leads_to_the_proposal_that_asks_for_support(browser: Browser, work: Work, make: Make) -> None:
    made = collecting(work, make)
    page = unescape(browser.open("/en/ask?text=Night+buses+should+run+longer"))
    assert f'<a href="/en/proposals/{made.slug}">' in page
    assert "Endorse this" in page
    assert "Propose it" not in page


def test_where_nothing_open_speaks_of_a_concern_it_can_be_proposed(browser: Browser, work: Work, make: Make) -> None:
    make.issue()
    page = unescape(browser.open(f"/en/ask?text={quote('公車站需要雨棚')}"))
    assert 'href="/en/proposals/new"' in page
    passport = unescape(browser.open(f"/en/ask?text={quote('護照過期了')}"))
    assert 'href="/en/proposals/new"' not in passport[passport.index("<main") :]


def test_who_begins_a_proposal_sees_what_is_like_it(browser: Browser, work: Work, make: Make) -> None:
    made = collecting(work, make)
    browser.sign_in(make.person())
    page = browser.open("/en/proposals/new")
    assert 'data-from="title"' in page
    part = browser.open("/en/search/similar?text=Night+buses")
    assert f'href="/en/proposals/{made.slug}"' in part


def test_thirty_concerns_lead_where_they_belong(work: Work) -> None:
    with work() as ctx:
        load_city(ctx)
    rebuild(work)
    with work() as ctx:
        wrong = [text for text, where in CONCERNS if where not in _led(ctx, text)[:3]]
        again = [_led(ctx, text) for text, _ in CONCERNS] == [_led(ctx, text) for text, _ in CONCERNS]
    assert wrong == []
    assert again


def _led(ctx: Context, concern: str) -> list[str]:
    return [_place(one) for one in suggestions(ctx, concern)]


def _place(one: Suggestion) -> str:
    if one.authority is not None:
        return one.authority.href
    if one.agency is not None:
        return one.agency.slug
    if one.found is None:
        return one.step
    return one.found.document.topic.slug
