"""The sample city: its texts fit together on any day, and its simulated people are who they were meant to be."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.core.answers import Outcome
from app.core.calendar import taiwan_office_calendar
from app.core.deadline import due_after
from app.core.permissions import Role
from app.core.policy import Policy
from app.core.terms import Promise
from app.issues.rules import IssueState
from app.sample.city import Issue, SampleCity
from app.sample.content import CONTENT, load_sample_city
from app.sample.simulate import marks, minutes, planted
from app.sample.tables import BadContent
from deliberation import OpinionMap, consensus, divisive, tally
from deliberation.simulate import Planted

TODAY = date(2026, 11, 23)
RULES = Policy()
REPLY = RULES.terms(Promise.SUMMARY).period
TAIWAN = taiwan_office_calendar(range(2025, 2031))
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def city() -> SampleCity:
    return load_sample_city(TODAY)


def issue(city: SampleCity, slug: str) -> Issue:
    return next(each for each in city.issues if each.slug == slug)


def answered(asked: Issue) -> Planted:
    assert asked.simulation
    return planted(asked.statements, asked.simulation)


def texts_within(value: Any) -> Iterator[dict[str, str]]:
    """Every text in several languages, however deep."""
    if isinstance(value, dict):
        if all(isinstance(text, str) for text in value.values()):
            yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from texts_within(part)
    elif is_dataclass(value):
        for each in fields(value):
            yield from texts_within(getattr(value, each.name))


def test_six_agencies_under_one_root_each_lead_an_issue_and_can_publish(city: SampleCity) -> None:
    root, *agencies = city.agencies
    assert root.parent is None
    assert len(agencies) == 6
    assert {agency.parent for agency in agencies} == {root.slug}
    assert {each.lead for each in city.issues} == {agency.slug for agency in agencies}
    assert all(city.approver_of(agency.slug).agency == agency.slug for agency in agencies)


def test_every_state_and_every_outcome_is_there(city: SampleCity) -> None:
    assert Counter(each.state for each in city.issues) == {
        IssueState.OPEN: 3,
        IssueState.CLOSED: 2,
        IssueState.ANSWERED: 2,
        IssueState.WITHDRAWN: 1,
        IssueState.DRAFT: 1,
    }
    published = [each.reply for each in city.issues if each.reply and each.reply.published_on]
    assert {point.outcome for reply in published for point in reply.points} == set(Outcome)


def test_about_two_thousand_simulated_people_and_one_issue_with_too_few(city: SampleCity) -> None:
    counts = {each.slug: each.simulation.participants for each in city.issues if each.simulation}
    assert 1900 <= sum(counts.values()) <= 2100
    assert counts["garbage-truck-hours"] < RULES.deliberation.min_people_for_map
    assert "模擬" in city.city.simulated_label["zh-Hant-TW"]


def test_people_speak_four_languages_and_nobody_can_be_written_to(city: SampleCity) -> None:
    citizens = [person for person in city.people if person.role is Role.CITIZEN]
    assert len(citizens) == 6
    assert {person.lang for person in citizens} == {"zh-Hant-TW", "en", "vi", "id"}
    comments = [comment for each in city.issues for comment in each.comments]
    assert {comment.lang for comment in comments} == {"zh-Hant-TW", "en", "vi", "id"}
    addresses = [person.email for person in city.people] + [agency.email for agency in city.agencies]
    assert all(address.endswith("@qingchuan.example") for address in addresses)


def test_chinese_is_chinese_and_english_is_english(city: SampleCity) -> None:
    texts = list(texts_within((city.city, city.agencies, city.issues)))
    assert len(texts) > 100
    for text in texts:
        assert HAN.search(text["zh-Hant-TW"]), text
        assert not HAN.search(text["en"]), text


def test_chinese_punctuation_is_full_width(city: SampleCity) -> None:
    chinese = [text["zh-Hant-TW"] for text in texts_within((city.city, city.agencies, city.issues))]
    for each in city.issues:
        chinese += [statement.text for statement in each.statements if HAN.search(statement.text)]
        chinese += [comment.text for comment in each.comments if HAN.search(comment.text)]
    for text in chinese:
        assert not re.search(r"[\u4e00-\u9fff][,;:?!]|[,;?!][\u4e00-\u9fff]", text), text


def test_statements_are_not_said_twice(city: SampleCity) -> None:
    for each in city.issues:
        assert len({statement.text for statement in each.statements}) == len(each.statements)


def test_the_reply_on_parks_counts_its_own_points_rightly(city: SampleCity) -> None:
    reply = issue(city, "park-shade-water").reply
    assert reply
    assert Counter(point.outcome for point in reply.points) == {
        Outcome.ADOPTED: 3,
        Outcome.PARTLY_ADOPTED: 1,
        Outcome.NOT_ADOPTED: 1,
    }
    assert "五項訴求，採納三項、部分採納一項、不採納一項" in reply.summary["zh-Hant-TW"]


@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_clocks_run_are_late_or_were_kept_on_any_day_of_the_year(year: int) -> None:
    for number in range(0, 365, 3):
        today = date(year, 1, 1) + timedelta(days=number)
        city = load_sample_city(today)
        due = {each.slug: due_after(each.closes_on, REPLY.amount, REPLY.unit, TAIWAN).on for each in city.issues}
        answered = {
            each.slug: each.reply.published_on for each in city.issues if each.reply and each.reply.published_on
        }
        assert due["community-care-sites"] > today
        assert due["night-market-noise"] < today
        assert answered["park-shade-water"] <= due["park-shade-water"]
        assert answered["school-streets"] > due["school-streets"]


def test_what_was_said_lies_in_the_past_and_within_its_issue(city: SampleCity) -> None:
    for each in city.issues:
        for comment in each.comments:
            for written_at in (comment.written_at, *(reply.written_at for reply in comment.replies)):
                assert each.opens_at < written_at
                assert written_at.date() < TODAY
                assert written_at.utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize(
    ("file", "before", "after", "named"),
    [
        ("city.toml", 'timezone = "Asia/Taipei"', "", "city.toml: timezone: is missing"),
        ("city.toml", 'en = "Qingchuan City"', 'en = ""', "city.toml: name.en: must not be empty"),
        ("agencies.toml", 'parent = "city"', 'parent = "town"', "agencies.toml: agencies[2].parent: 'town'"),
        ("people.toml", 'lang = "vi"', 'lang = "xx"', "people.toml: people[17].lang: 'xx'"),
        ("people.toml", 'slug = "chen-chih-ming"', 'slug = "lin-yi-chun"', "used twice"),
        ("issues/night-buses.toml", "pass = 0.06", "pas = 0.06", "night-buses.toml: statements[1].pass: is missing"),
        ("issues/night-buses.toml", "[0.80, 0.95, 0.66]", "[0.80, 0.95]", "night-buses.toml: statements[1].lean"),
        ("issues/night-buses.toml", "[0.80, 0.95, 0.66]", "[0.80, 0.95, 2]", "night-buses.toml: statements[1].lean"),
        ("issues/night-buses.toml", "share = 0.43", "share = 0.44", "night-buses.toml: simulation.camps: the shares"),
        ("issues/night-buses.toml", "opens = -19", "opens = 3", "night-buses.toml: comments[1].day"),
        ("issues/night-buses.toml", 'at = "07:52"', 'at = "25:00"', "night-buses.toml: comments[1].at"),
        ("issues/night-buses.toml", "[0.1, 0.9, -0.1]", "[0.1, 0.9]", "night-buses.toml: comments[1].marked_by"),
        ("issues/night-buses.toml", "marked_by = 118", "marked_by = 1121", "night-buses.toml: comments[1].marked_by"),
        ("issues/night-buses.toml", 'state = "open"', 'state = "closed"', "night-buses.toml: state"),
        ("issues/night-buses.toml", 'promise = "involve"', 'promise = "try"', "night-buses.toml: promise: must be one"),
        (
            "issues/night-buses.toml",
            'promise = "involve"',
            'promise = "involve"\nfee = 1',
            "fee: this key is not known",
        ),
        ("issues/night-buses.toml", 'chang-shu-fen = "+', 'chang-shu-fen = "', "night-buses.toml: votes.chang-shu-fen"),
        ("issues/night-buses.toml", "participants = 1120", "participants = true", "simulation.participants: has the"),
        ("issues/night-buses.toml", 'lead = "transport"', 'lead = "transport', "night-buses.toml: (file)"),
        ("issues/school-streets.toml", "due = 88\n", "", "school-streets.toml: reply.points[1].due: is missing"),
    ],
)
def test_a_damaged_file_is_refused_with_its_name_and_key(
    tmp_path: Path, file: str, before: str, after: str, named: str
) -> None:
    folder = shutil.copytree(CONTENT, tmp_path / "content")
    written = (folder / file).read_text()
    assert before in written
    (folder / file).write_text(written.replace(before, after, 1))
    with pytest.raises(BadContent, match=re.escape(named)):
        load_sample_city(TODAY, folder)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadContent, match=r"city\.toml"):
        load_sample_city(TODAY, tmp_path)


def test_the_same_seed_gives_the_same_votes_and_another_seed_others(city: SampleCity) -> None:
    buses = issue(city, "night-buses")
    assert buses.simulation
    other = replace(buses, simulation=replace(buses.simulation, seed=1))
    assert answered(buses).values.tobytes() == answered(buses).values.tobytes()
    assert answered(buses).values.tobytes() != answered(other).values.tobytes()


def test_everybody_answers_something_once_and_in_time(city: SampleCity) -> None:
    for each in city.issues:
        if each.simulation:
            votes, plan = answered(each), each.simulation
            assert set(votes.participants.tolist()) == set(range(plan.participants))
            assert len(votes.votes) == len(votes), "nobody answers a statement twice"
            assert set(votes.values.tolist()) == {1, 0, -1}
            moments = minutes(votes, each.voting_minutes, plan.seed)
            assert len(moments) == len(votes)
            assert moments == sorted(moments)
            assert 0 <= moments[0] < moments[-1] < each.voting_minutes


def test_half_of_the_people_come_early(city: SampleCity) -> None:
    buses = issue(city, "night-buses")
    moments = np.array(minutes(answered(buses), buses.voting_minutes, seed=0)) / buses.voting_minutes
    assert 0.3 < (moments < 0.125).mean() < 0.45
    assert 0.1 < (moments > 0.75).mean() < 0.2


def test_activity_has_a_long_tail(city: SampleCity) -> None:
    buses = issue(city, "night-buses")
    answers = np.bincount(np.bincount(answered(buses).participants))
    assert answers[len(buses.statements)] > 300
    assert answers[1:4].sum() > 150
    assert answers[8:16].sum() > 100


def test_camps_have_their_shares(city: SampleCity) -> None:
    buses = issue(city, "night-buses")
    assert buses.simulation
    sizes = np.bincount(answered(buses).groups) / buses.simulation.participants
    shares = [camp.share for camp in buses.simulation.camps]
    assert np.allclose(sizes, shares, atol=1 / buses.simulation.participants)


@pytest.mark.parametrize("slug", ["night-buses", "night-market-noise", "services-in-your-language"])
def test_each_camp_answers_as_it_leans_and_passes_as_often_as_it_should(city: SampleCity, slug: str) -> None:
    asked = issue(city, slug)
    votes = answered(asked)
    camps = votes.groups[votes.participants]
    for row, statement in enumerate(asked.statements):
        for camp, leaning in enumerate(statement.leanings):
            said = votes.values[(votes.statements == row) & (camps == camp)]
            # One in ten stands halfway to another camp, so extremes are a little milder than planted.
            assert said[said != 0].mean() == pytest.approx(leaning, abs=0.15 + 3 / np.sqrt(len(said)))
            assert (said == 0).mean() == pytest.approx(statement.passing, abs=1.5 / np.sqrt(len(said)))


def test_the_camps_mark_each_comment_as_they_were_meant_to(city: SampleCity) -> None:
    marked = 0
    for asked in city.issues:
        for number, comment in enumerate(asked.comments):
            if comment.marking is None or comment.marking.people < 40:
                continue
            camps = answered(asked).groups
            marked_by = marks(camps, comment.marking, number)
            assert marked_by == marks(camps, comment.marking, number)
            people, values = np.array(marked_by).T
            assert len(set(people)) == comment.marking.people
            for camp, mean in enumerate(comment.marking.convincing):
                assert values[camps[people] == camp].mean() == pytest.approx(mean, abs=0.55)
            marked += 1
    assert marked > 10


@pytest.mark.parametrize(
    ("slug", "n_groups"),
    [
        ("night-buses", 3),
        ("services-in-your-language", 3),
        ("night-market-noise", 2),
        ("community-care-sites", 2),
        ("school-streets", 2),
        ("park-shade-water", 1),
        ("senior-card-points", 1),
    ],
)
def test_each_map_finds_the_camps_that_are_clear_and_what_all_share(city: SampleCity, slug: str, n_groups: int) -> None:
    votes = answered(issue(city, slug))
    drawn = OpinionMap(random_state=0).fit(votes.votes)
    assert drawn.n_groups_ == n_groups
    counted = tally(votes.votes, drawn.groups_, n_groups)
    assert len(consensus(counted)) >= 2
    placed = drawn.groups_ >= 0
    if n_groups > 1:
        assert len(divisive(counted)) >= 5
        table = np.zeros((n_groups, n_groups), dtype=int)
        np.add.at(table, (drawn.groups_[placed], votes.groups[placed]), 1)
        assert set(table.argmax(axis=1)) == set(range(n_groups))
        assert table.max(axis=1).sum() > 0.85 * table.sum()
