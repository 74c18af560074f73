"""Voting and the map in a browser without scripts: who sees what, where one goes on, and what may be cached."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from app.issues.rules import IssueState
from app.opinions.jobs import draw_maps
from app.opinions.models import Statement, VoteRow
from app.topics.models import Topic
from tests.support.builders import MadeIssue, MadePerson, Make
from tests.support.opinions import Work, crowd, statements_sent, vote
from tests.support.pages import Browser

CAMPS = [(20, "+++++-----+"), (18, "-----++++++")]


@pytest.fixture
def issue(make: Make) -> MadeIssue:
    return make.issue(statements=11)


@pytest.fixture
def mei(make: Make) -> MadePerson:
    return make.person("Mei")


@pytest.fixture
def opinion(issue: MadeIssue) -> str:
    return f"/en/issues/{issue.slug}/opinion"


@pytest.fixture
def drawn(work: Work, issue: MadeIssue) -> str:
    """A map of two groups; its address."""
    crowd(work, issue, CAMPS)
    draw_maps(work)
    return f"/en/issues/{issue.slug}/map"


def _asked(page: str) -> str:
    found = re.search(r'<blockquote id="statement"[^>]*>(.*?)</blockquote>', page)
    assert found, "no statement is asked"
    return found[1]


def test_one_votes_statement_by_statement_and_goes_on_where_one_left_off(
    app: APIFlask, browser: Browser, make: Make, mei: MadePerson
) -> None:
    short = make.issue(statements=3)
    address = f"/en/issues/{short.slug}/opinion"
    browser.sign_in(mei)
    asked = [_asked(browser.open(address))]
    asked.append(_asked(browser.send("statement", press=("value", "1"))))
    assert "Statement 2 of 3" in browser.text
    elsewhere = Browser(app).sign_in(mei)
    assert _asked(elsewhere.open(address)) == asked[1]
    asked.append(_asked(elsewhere.send("statement", press=("value", "0"))))
    assert sorted(asked) == [f"Statement number {n}." for n in range(3)]
    assert "You have answered everything. Thank you." in elsewhere.send("statement", press=("value", "-1"))


def test_the_three_answers_are_buttons_of_one_form_with_their_keys(
    browser: Browser, opinion: str, mei: MadePerson
) -> None:
    page = browser.sign_in(mei).open(opinion)
    buttons = re.findall(r'<button class="vote \w+" name="value" value="(-?\d)" aria-keyshortcuts="(\w)">', page)
    assert buttons == [("1", "A"), ("0", "S"), ("-1", "D")]
    assert page.count('<form class="votes"') == 1


def test_an_answer_is_changed_on_the_page_of_ones_answers(
    browser: Browser, opinion: str, work: Work, issue: MadeIssue, mei: MadePerson
) -> None:
    vote(work, issue, mei, 0)
    vote(work, issue, mei, 1)
    page = browser.sign_in(mei).open(f"{opinion}/mine")
    assert page.count('aria-pressed="true"') == 2
    assert "aria-keyshortcuts" not in page, "one key cannot press the buttons of several statements"
    browser.send("back", press=("value", "-1"))
    assert browser.address == f"{opinion}/mine"
    with work() as ctx:
        query = sa.select(VoteRow.value).where(VoteRow.statement_id == issue.statement_ids[0])
        assert ctx.session.scalars(query).all() == [-1]


def test_a_visitor_reads_the_statement_and_is_invited_to_sign_in(browser: Browser, opinion: str) -> None:
    page = browser.open(opinion)
    assert _asked(page) in {f"Statement number {n}." for n in range(11)}
    assert "11 statements to answer" in page
    assert "Sign in to vote" in page
    assert "<form" not in page.split("<main", 1)[1].split("</main>")[0]


def test_the_unconfirmed_are_asked_to_confirm_and_cannot_vote(browser: Browser, opinion: str, make: Make) -> None:
    page = browser.sign_in(make.person(confirmed=False)).open(opinion)
    assert "Please confirm your e-mail address before you vote." in page
    assert '<form class="votes"' not in page
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    answer = browser.http.post(opinion, data={"csrf_token": token[1], "statement": "1", "value": "1"})
    assert answer.status_code == 403


def test_a_vote_without_the_token_of_the_form_or_without_an_answer_is_refused(
    browser: Browser, opinion: str, work: Work, issue: MadeIssue, mei: MadePerson
) -> None:
    browser.sign_in(mei).open(opinion)
    statement = str(issue.statement_ids[0])
    assert browser.http.post(opinion, data={"statement": statement, "value": "1"}).status_code == 400
    assert "Please choose agree, pass or disagree." in browser.send("statement", status=422)
    browser.open(opinion)
    browser.send("statement", status=422, press=("value", "7"))
    browser.open(opinion)
    browser.send("statement", status=404, press=("value", "1"), statement="999999999999999999999")
    with work() as ctx:
        assert ctx.session.scalars(sa.select(VoteRow)).all() == []


@pytest.mark.parametrize("state", [IssueState.CLOSED, IssueState.WITHDRAWN])
def test_on_a_closed_topic_the_pages_can_be_read_and_nothing_be_changed(
    browser: Browser, make: Make, work: Work, mei: MadePerson, state: IssueState
) -> None:
    issue = make.issue(statements=2)
    vote(work, issue, mei)
    with work() as ctx:
        ctx.get(Topic, issue.topic_id).closed_at = ctx.now
    address = f"/en/issues/{issue.slug}/opinion"
    page = browser.sign_in(mei).open(address)
    assert "Voting has ended." in page
    assert '<form class="votes"' not in page + browser.open(f"{address}/mine")
    browser.open(f"{address}/new", status=409)


def test_a_topic_without_statements_asks_for_the_first_one(browser: Browser, make: Make, mei: MadePerson) -> None:
    silent = make.issue()
    address = f"/en/issues/{silent.slug}/opinion"
    assert "Nobody has said anything yet." in browser.open(address)
    assert "Say it in your own words" in browser.sign_in(mei).open(address)


def test_one_says_it_in_ones_own_words_and_has_agreed_with_it(
    browser: Browser, opinion: str, work: Work, issue: MadeIssue, mei: MadePerson
) -> None:
    browser.sign_in(mei).open(f"{opinion}/new")
    page = browser.send("text", status=422, text="Bus!")
    assert "Please write between 5 and 280 characters." in page
    browser.send("text", text='More <b>"buses"</b> at night.', lang="en")
    assert browser.address == opinion
    page = browser.open(f"{opinion}/mine")
    assert "More &lt;b&gt;&#34;buses&#34;&lt;/b&gt; at night." in page
    browser.open(f"{opinion}/new")
    assert "Somebody has already said exactly this." in browser.send(
        "text", status=422, text='more <b>"buses"</b> at night', lang="en"
    )


def test_an_officer_seeds_a_draft_that_nobody_else_sees(
    app: APIFlask, browser: Browser, make: Make, work: Work, mei: MadePerson
) -> None:
    draft = make.issue(state=IssueState.DRAFT)
    address = f"/en/issues/{draft.slug}/opinion"
    browser.sign_in(make.officer(draft.agency_id))
    assert "Voting has not begun." in browser.open(address)
    browser.open(f"{address}/new")
    assert "More buses at night." in browser.send("text", text="More buses at night.", lang="en")
    with work() as ctx:
        assert ctx.session.scalars(sa.select(Statement.agrees).where(Statement.topic_id == draft.topic_id)).all() == [0]
    for outsider in (Browser(app), Browser(app).sign_in(mei), Browser(app).sign_in(make.officer(make.agency()))):
        outsider.open(address, status=404)


def test_a_moderator_hides_a_statement_and_others_have_no_button_for_it(
    app: APIFlask, browser: Browser, opinion: str, make: Make, mei: MadePerson, issue: MadeIssue
) -> None:
    assert "Hide this statement" not in Browser(app).sign_in(mei).open(opinion)
    asked = _asked(browser.sign_in(make.person(moderator=True)).open(opinion))
    page = browser.send("/hide", press=None)
    assert "The statement is hidden." in page
    assert _asked(page) != asked


@pytest.mark.parametrize("page", ["opinion", "map"])
def test_what_visitors_see_is_the_same_for_all_and_may_be_kept(
    app: APIFlask, issue: MadeIssue, drawn: str, page: str
) -> None:
    address = f"/en/issues/{issue.slug}/{page}"
    first = app.test_client().get(address)
    assert first.headers["Cache-Control"].startswith("public")
    assert "Set-Cookie" not in first.headers
    again = app.test_client().get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_what_a_signed_in_person_sees_is_kept_by_nobody(browser: Browser, drawn: str, mei: MadePerson) -> None:
    browser.sign_in(mei).open(drawn)
    assert browser.page is not None
    assert browser.page.headers["Cache-Control"] == "no-store"


def test_a_voter_sees_the_ring_at_once_and_that_the_map_is_being_drawn_again(
    browser: Browser, opinion: str, drawn: str, work: Work, issue: MadeIssue, mei: MadePerson
) -> None:
    browser.sign_in(mei)
    assert "data-again" not in browser.open(opinion)
    rings = set()
    for answer in (1, 1, 1, 1, 1, -1, -1, -1, -1, -1):
        browser.open(opinion)
        browser.send("statement", press=("value", str(answer)))
        rings |= set(re.findall(r'<g class="you"><circle [^>]*>', browser.text))
    assert len(rings) == 10, "each answer moves it"
    assert "Closest to Group" in browser.text
    assert "It is being drawn again with the newest answers." in browser.text
    assert "data-again" in browser.text
    draw_maps(work)
    page = browser.open(opinion)
    assert "data-again" not in page
    assert '<g class="you">' in page
    assert "Closest to Group" in page
    assert '<g class="you">' in browser.open(drawn)


def test_after_one_answer_nobody_is_put_into_a_group(
    browser: Browser, opinion: str, drawn: str, work: Work, issue: MadeIssue, mei: MadePerson
) -> None:
    vote(work, issue, mei)
    draw_maps(work)
    page = browser.sign_in(mei).open(opinion)
    assert re.search(r"Closest to Group [AB]; a few more answers will tell\.", page)


def test_below_the_minimum_the_voter_is_told_how_many_are_needed(
    browser: Browser, opinion: str, work: Work, issue: MadeIssue, mei: MadePerson
) -> None:
    vote(work, issue, mei)
    draw_maps(work)
    browser.sign_in(mei)
    assert "The map appears from 30 people on; so far there are 1." in browser.open(opinion)
    assert "1 person has voted. The map appears from 30 people on." in browser.open(opinion.replace("opinion", "map"))


def test_the_map_says_the_same_in_words_and_tables_as_in_the_picture(browser: Browser, drawn: str) -> None:
    page = browser.open(drawn)
    assert "The votes give evidence of 2 groups" in page
    assert page.count("Read it as a table") == 2
    assert "agree: 100% (84–100)<br>disagree: 0% (0–16)" in page, "20 of 20, and none of 20, with Wilson's bounds"
    assert "38 people took part" in page
    assert "5 more are in the table below." in page


def test_a_spread_is_not_called_groups(browser: Browser, work: Work, make: Make) -> None:
    spread = make.issue(statements=8)
    ladder = [(6, "+" * n + "-" * (8 - n)) for n in range(9)]
    crowd(work, spread, ladder)
    draw_maps(work)
    page = browser.open(f"/en/issues/{spread.slug}/map")
    assert "There are no distinct groups here" in page
    assert "Side A" in page
    assert "Group A" not in page


def test_texts_in_another_language_than_the_page_say_so(browser: Browser, drawn: str, work: Work) -> None:
    with work() as ctx:
        ctx.session.execute(sa.update(Statement).values(lang="zh-Hant-TW", text=Statement.key + "：公車"))
    page = browser.open(drawn)
    assert page.count('lang="zh-Hant-TW">statement') == page.count("：公車")
    assert 'lang="zh-Hant-TW">statement' not in browser.open(drawn.removeprefix("/en"))


def test_imported_and_simulated_figures_say_where_they_come_from(
    browser: Browser, drawn: str, work: Work, issue: MadeIssue
) -> None:
    assert "CC BY 4.0" not in browser.open(drawn)
    with work() as ctx:
        topic = ctx.get(Topic, issue.topic_id)
        topic.imported_from = "https://pol.is/abc"
        topic.notice = {"en": "These participants are simulated."}
    page = browser.open(drawn)
    assert '<a href="https://pol.is/abc" rel="external">pol.is/abc</a>' in page
    assert "The Computational Democracy Project" in page
    assert "CC BY 4.0" in page
    assert "These participants are simulated." in page
    with work() as ctx:
        ctx.get(Topic, issue.topic_id).imported_from = "javascript:alert(1)"
    assert "javascript:" not in browser.open(drawn)


@pytest.mark.parametrize(
    ("who", "page", "most"),
    [
        ("visitor", "opinion", 8),
        ("visitor", "map", 8),
        ("voter", "opinion", 8),
        ("voter", "opinion/mine", 8),
        ("voter", "map", 8),
    ],
)
def test_pages_take_few_statements_and_no_aggregate(
    browser: Browser, drawn: str, work: Work, issue: MadeIssue, mei: MadePerson, who: str, page: str, most: int
) -> None:
    if who == "voter":
        vote(work, issue, mei)
        draw_maps(work)
        browser.sign_in(mei)
    # A process reads the settings and the memory of a map once.
    browser.open(f"/en/issues/{issue.slug}/{page}")
    with statements_sent() as sent:
        browser.open(f"/en/issues/{issue.slug}/{page}")
    assert len(sent) <= most, sent
    assert not [one for one in sent if "count(" in one.lower() or "sum(" in one.lower()]


def test_the_method_is_explained(browser: Browser, run_job: Callable[[str], None]) -> None:
    assert "How the map is made" in browser.open("/en/how-the-map-is-made")
