"""What the map page says beside the picture: how sure it is, what changed, who holds what, and one's own place."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from app.core.clock import FixedClock
from app.core.permissions import ANONYMOUS
from app.opinions.jobs import draw_maps
from app.opinions.models import MapSnapshot, Statement
from app.opinions.queries import Ballot, ballot
from app.opinions.rules import Vote
from app.topics.models import Topic
from tests.support.builders import MadeIssue, MadePerson, Make
from tests.support.opinions import Work, crowd, vote
from tests.support.pages import Browser

CAMPS = [(20, "+++++-----+"), (18, "-----++++++")]


@pytest.fixture
def issue(make: Make) -> MadeIssue:
    return make.issue(statements=11)


@pytest.fixture
def mei(make: Make) -> MadePerson:
    return make.person("Mei")


@pytest.fixture
def drawn(work: Work, issue: MadeIssue) -> str:
    """A map of two groups; its address."""
    crowd(work, issue, CAMPS)
    draw_maps(work)
    return f"/en/issues/{issue.slug}/map"


def read(page: str) -> str:
    """The words of a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.split("<main", 1)[1])).replace(" .", ".")


def maps_of(work: Work, issue: MadeIssue) -> list[int]:
    with work() as ctx:
        kept = sa.select(MapSnapshot.id).where(MapSnapshot.topic_id == issue.topic_id).order_by(MapSnapshot.id)
        return list(ctx.session.scalars(kept))


def a_day_later(work: Work, issue: MadeIssue, clock: FixedClock, camps: list[tuple[int, str]]) -> None:
    clock.advance(timedelta(days=1))
    crowd(work, issue, camps, "later")
    draw_maps(work)


def test_the_page_says_how_many_hidden_answers_the_map_foretold(browser: Browser, drawn: str) -> None:
    page = read(browser.open(drawn))
    found = re.search(r"the map foretold (\d+); from popularity alone it would have been (\d+)\.", page)
    assert found
    assert int(found[1]) > 90 > int(found[2])
    assert "knows little" not in page
    assert "38 people took part · 418 votes" in page
    assert "Half of them answered 11 statements or more." in page


def test_a_map_that_foretells_no_better_than_popularity_admits_it(browser: Browser, work: Work, make: Make) -> None:
    alike = make.issue(statements=6)
    crowd(work, alike, [(36, "++++++"), (1, "+++++-")])
    draw_maps(work)
    assert "the map knows little yet about who thinks alike" in read(browser.open(f"/en/issues/{alike.slug}/map"))


def test_the_first_map_says_that_it_is_the_first(browser: Browser, drawn: str) -> None:
    page = browser.open(drawn)
    assert "This is the first map." in page
    assert "Maps through time" not in page


def test_what_changed_is_told_against_the_map_a_day_older(
    browser: Browser, drawn: str, work: Work, issue: MadeIssue, clock: FixedClock
) -> None:
    a_day_later(work, issue, clock, [(25, "+++++-----+"), (14, "-----+++++-")])
    crowd(work, issue, [(1, "+++++------")], "last")
    draw_maps(work)
    page = read(browser.open(drawn))
    assert "40 more people · 440 more votes" in page, "not only the one since the map just before"
    assert re.search(r"Group A grew from 53% to 5\d%\.", page)
    assert "No longer shared: Statement number 10" in page or "No longer shared: statement 10" in page


def test_that_nothing_much_changed_is_said_in_words(
    browser: Browser, drawn: str, work: Work, issue: MadeIssue, clock: FixedClock
) -> None:
    a_day_later(work, issue, clock, CAMPS)
    assert "38 more people · 418 more votes What the map shows is much the same." in read(browser.open(drawn))


def test_an_earlier_map_says_so_and_leads_to_the_newest(
    browser: Browser, drawn: str, work: Work, issue: MadeIssue, clock: FixedClock
) -> None:
    a_day_later(work, issue, clock, [(30, "+++++------")])
    first, last = maps_of(work, issue)
    now = browser.open(drawn)
    assert "An earlier map" not in now
    assert f"map?at={first}" in now
    old = browser.open(f"{drawn}?at={first}")
    assert "An earlier map" in old
    assert "38 people took part" in old
    assert f'<a rel="next" href="{drawn}">' in old
    assert "An earlier map" not in browser.open(f"{drawn}?at={last}")


def test_the_choice_of_maps_is_a_form_that_needs_no_script(
    browser: Browser, drawn: str, work: Work, issue: MadeIssue, clock: FixedClock
) -> None:
    a_day_later(work, issue, clock, CAMPS)
    browser.open(drawn)
    form = browser.form("at")
    assert (form.method, form.action, form.values["at"]) == ("get", drawn, "")
    assert "An earlier map" in browser.open(f"{form.action}?at={maps_of(work, issue)[0]}")


@pytest.mark.parametrize("number", ["999999", "99999999999999999999", "9" * 5000, "-1", "x", "1.5", "１"])
def test_a_map_that_is_not_kept_is_not_found(browser: Browser, drawn: str, number: str) -> None:
    browser.open(f"{drawn}?at={number}", status=404)


def test_the_map_of_another_topic_is_not_found(browser: Browser, drawn: str, work: Work, make: Make) -> None:
    other = make.issue(statements=11)
    crowd(work, other, CAMPS)
    draw_maps(work)
    browser.open(f"{drawn}?at={maps_of(work, other)[0]}", status=404)


def test_an_earlier_map_may_be_kept_by_visitors(
    app: APIFlask, drawn: str, work: Work, issue: MadeIssue, clock: FixedClock
) -> None:
    a_day_later(work, issue, clock, CAMPS)
    answer = app.test_client().get(f"{drawn}?at={maps_of(work, issue)[0]}")
    assert answer.headers["Cache-Control"].startswith("public")
    assert "Set-Cookie" not in answer.headers


def test_nobody_is_placed_on_an_earlier_map_whose_memory_is_gone(
    browser: Browser, drawn: str, work: Work, issue: MadeIssue, mei: MadePerson, clock: FixedClock
) -> None:
    for value in (Vote.AGREE, Vote.DISAGREE):
        vote(work, issue, mei, value=value)
        a_day_later(work, issue, clock, [])
    browser.sign_in(mei)
    first, *_, last = maps_of(work, issue)
    with work() as ctx:
        kept = dict(ctx.session.execute(sa.select(MapSnapshot.id, MapSnapshot.memory)).all())
    assert kept[first] is None
    assert kept[last] is not None
    assert '<g class="you">' in browser.open(f"{drawn}?at={last}")
    page = browser.open(f"{drawn}?at={first}")
    assert '<g class="you">' not in page
    assert "Where you stand" not in page


def test_a_voter_reads_which_votes_place_them_and_nobody_else_does(
    app: APIFlask, browser: Browser, drawn: str, work: Work, issue: MadeIssue, mei: MadePerson, make: Make
) -> None:
    for number in range(9):
        vote(work, issue, mei, number, Vote.AGREE if number < 5 else Vote.DISAGREE)
    draw_maps(work)
    browser.sign_in(mei)
    for page in ("map", "opinion"):
        words = read(browser.open(drawn.replace("map", page)))
        assert "Closest to Group A." in words
        assert words.count("towards Group A") == 3
        assert words.count("You agree with “") + words.count("You disagree with “") == 3
    for other in (Browser(app), Browser(app).sign_in(make.person("Ren"))):
        assert "What places you there" not in other.open(drawn)


def test_a_newcomer_with_one_vote_is_placed_softly(
    browser: Browser, drawn: str, work: Work, issue: MadeIssue, mei: MadePerson
) -> None:
    vote(work, issue, mei)
    words = read(browser.sign_in(mei).open(drawn))
    assert "Closest to Group A; a few more answers will tell." in words
    assert "You agree with “statement 0” → towards Group A" in words or "You agree with “Statement number 0”" in words


def test_who_answers_like_either_group_stands_between_them(
    browser: Browser, drawn: str, work: Work, issue: MadeIssue, mei: MadePerson
) -> None:
    for number in range(10):
        vote(work, issue, mei, number)
    assert re.search(r"Between Group [AB] and Group [AB]\.", read(browser.sign_in(mei).open(drawn)))


def test_who_only_passed_is_told_that_an_opinion_will_place_them(
    browser: Browser, drawn: str, work: Work, issue: MadeIssue, mei: MadePerson
) -> None:
    vote(work, issue, mei, value=Vote.PASS)
    words = read(browser.sign_in(mei).open(drawn))
    assert "So far you have only passed." in words
    assert "What places you there" not in words


def test_before_there_are_groups_ones_direction_is_told_by_another_statement(
    browser: Browser, work: Work, make: Make, mei: MadePerson
) -> None:
    early = make.issue(statements=6)
    crowd(work, early, [(30, "++++++"), (4, "-++++-"), (3, "++-+++"), (3, "-+++--")])
    draw_maps(work)
    vote(work, early, mei)
    words = read(browser.sign_in(mei).open(f"/en/issues/{early.slug}/map"))
    assert re.search(r"You agree with “Statement number 0” → towards people who (agree|disagree) with “", words)


def test_groups_are_described_by_what_they_hold_on_the_page_and_over_the_api(
    app: APIFlask, browser: Browser, drawn: str, work: Work, issue: MadeIssue
) -> None:
    with work() as ctx:
        ctx.session.execute(sa.update(Statement).values(text=Statement.text.concat(" " + "long " * 40)))
    page = read(browser.open(drawn))
    assert re.search(r"Group A 53% · 20 people for “[^”]{10,46}…”, (for|against) “[^”]{10,46}…”", page)
    [one, other] = app.test_client().get(f"/api/v1/issues/{issue.slug}/map").json["groups"]
    assert "…" in one["description"]
    assert one["description"] != other["description"]


def test_a_hidden_statement_describes_nobody_and_is_no_news(
    browser: Browser, drawn: str, work: Work, issue: MadeIssue, clock: FixedClock
) -> None:
    a_day_later(work, issue, clock, [(30, "+++++------")])
    with work() as ctx:
        ctx.session.execute(sa.update(Statement).values(hidden_at=ctx.now))
    page = read(browser.open(drawn))
    assert "tatement number" not in page
    assert "Group A" in page


def test_what_the_map_foretold_is_in_the_api(app: APIFlask, drawn: str, issue: MadeIssue) -> None:
    told = app.test_client().get(f"/api/v1/issues/{issue.slug}/map").json
    assert told["median_votes"] == 11
    assert told["foretold"]["hidden"] > 0
    assert 0 <= told["foretold"]["by_popularity"] < told["foretold"]["right"] <= 1


def test_the_data_is_linked_once_voting_has_ended(
    app: APIFlask, browser: Browser, drawn: str, work: Work, issue: MadeIssue
) -> None:
    open_ = browser.open(drawn)
    assert f"/maps/{maps_of(work, issue)[0]}" in open_
    assert "votes.csv" not in open_
    assert "All votes are published, under pseudonyms, once voting has ended." in open_
    with work() as ctx:
        ctx.get(Topic, issue.topic_id).closed_at = ctx.now
    closed = browser.open(drawn)
    for name in ("votes.csv", "map/memory", "maps/"):
        [address] = set(re.findall(rf'href="(/[^"]*{name}[^"]*)"', closed))
        assert app.test_client().get(address).status_code == 200, address


def test_a_ballot_holds_ones_own_votes_and_a_visitors_none(work: Work, issue: MadeIssue, mei: MadePerson) -> None:
    crowd(work, issue, CAMPS)
    vote(work, issue, mei, 1, Vote.DISAGREE)
    with work(mei.actor) as ctx:
        own = ballot(ctx, issue.topic_id)
    with work(ANONYMOUS) as ctx:
        of_visitor = ballot(ctx, issue.topic_id)
    assert own.votes == {issue.statement_ids[1]: -1}
    assert of_visitor == Ballot(own.texts, {})
