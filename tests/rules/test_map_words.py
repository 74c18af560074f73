"""The words of a map: excerpts of statements, how sure it is, and the votes that place somebody."""

from __future__ import annotations

import doctest
from datetime import UTC, datetime, timedelta

import pytest

from app.opinions import excerpts
from app.opinions.excerpts import excerpt
from app.opinions.history import MOST_STOPS, Stop, offered
from app.opinions.reasons import Reason, reasons
from app.opinions.sureness import Knows, Sureness, measured, sureness_of
from deliberation import MapMemory, OpinionMap, Votes


def drawn(camps: list[tuple[int, str]]) -> OpinionMap:
    rows = [
        (f"{camp}:{person}", number + 1, {"+": 1, "-": -1, "0": 0}[sign])
        for camp, (people, answers) in enumerate(camps)
        for person in range(people)
        for number, sign in enumerate(answers)
    ]
    people, statements, values = zip(*rows, strict=True)
    return OpinionMap(random_state=0).fit(Votes.from_triplets(people, statements, values))


def why(
    memory: MapMemory, votes: dict[int, int], *, parts: bool = True, nameable: range = range(1, 11)
) -> list[Reason]:
    groups = memory.grouping.groups if memory.grouping and parts else None
    return list(reasons(memory, memory.place(votes.keys(), votes.values()), votes, groups, nameable))


@pytest.fixture(scope="module")
def memory() -> MapMemory:
    return drawn([(20, "+++++-----"), (18, "-----+++++")]).memory_


def test_the_examples_of_excerpts_hold() -> None:
    assert doctest.testmod(excerpts).failed == 0


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("word " * 40, "word word word word word word word word word…"),
        ("x" * 100, "x" * 44 + "…"),
        ("公車" * 40, "公車" * 11 + "……"),
        ("Line one.\nLine two.", "Line one. Line two"),
        ("……", "……"),
        ("", ""),
    ],
)
def test_an_excerpt_fits_on_its_line_and_tears_no_word(text: str, shown: str) -> None:
    assert excerpt(text) == shown


def test_a_sign_is_not_torn_from_the_letter_it_stands_on() -> None:
    family = "👨\u200d👩\u200d👧"
    assert excerpt("字" * 20 + family + "字" * 20, 43) == "字" * 20 + "……"


def test_a_map_knows_more_only_where_the_margin_of_error_lies_above_popularity() -> None:
    assert Sureness(1000, 0.84, 0.76, 12).knows is Knows.MORE
    assert Sureness(40, 0.84, 0.76, 12).knows is Knows.LITTLE
    assert Sureness(1000, 0.76, 0.76, 12).knows is Knows.LITTLE
    assert Sureness(0, 0.0, 0.0, 1).knows is Knows.UNTRIED


def test_what_a_map_foretold_goes_into_its_content_in_hundredths() -> None:
    fitted = drawn([(20, "+++++-----"), (18, "-----+++++")])
    rows = [(person, 1, 1) for person in range(3)] + [(0, 2, 1)]
    votes = Votes.from_triplets(*zip(*rows, strict=True))
    content = measured(votes, fitted.memory_)
    foretold = fitted.memory_.learnt.foretold
    assert content["hidden"] == foretold.hidden > 0
    assert content["right"] == round(foretold.right / foretold.hidden, 2)
    assert content["each"] == 1
    assert sureness_of({"sureness": content}) == Sureness(**content)
    assert sureness_of({}) is None


def test_the_votes_that_pull_most_are_named_with_the_group_they_draw_to(memory: MapMemory) -> None:
    camp = {one: 1 if one <= 5 else -1 for one in range(1, 10)}
    found = why(memory, camp)
    home = memory.place(camp.keys(), camp.values()).group
    assert home is not None
    assert len(found) == 3
    assert {one.group for one in found} == {home + 1}
    other = why(memory, {one: -value for one, value in camp.items()})
    assert {one.group for one in other} == {2 - home}


def test_one_vote_before_any_group_is_told_by_another_statement(memory: MapMemory) -> None:
    [alone] = why(memory, {1: 1}, parts=False)
    assert (alone.statement, alone.value, alone.group) == (1, 1, 0)
    assert (alone.like in range(2, 6)) == (alone.likely > 0), "towards its own camp's answers"
    [against] = why(memory, {1: -1}, parts=False)
    assert (against.like in range(2, 6)) == (against.likely < 0)


def test_a_hidden_statement_is_no_reason_and_tells_no_direction(memory: MapMemory) -> None:
    assert why(memory, {1: 1}, nameable=range(2, 11)) == []
    [alone] = why(memory, {1: 1}, parts=False, nameable=range(1, 2))
    assert (alone.like, alone.likely) == (0, 0)


def test_who_only_passed_is_drawn_nowhere(memory: MapMemory) -> None:
    assert why(memory, {1: 0, 2: 0}) == []


def test_of_many_maps_the_last_of_each_local_day_is_offered() -> None:
    begun = datetime(2026, 11, 1, 0, 0, tzinfo=UTC)
    stops = [Stop(hour, begun + timedelta(hours=hour)) for hour in range(96)]
    ids = [one.id for one in offered(stops, stops[40], "Asia/Taipei")]
    assert ids == [0, 15, 39, 40, 63, 87, 95], "midnight in Taipei is 16:00 UTC"
    few = stops[:MOST_STOPS]
    assert offered(few, few[0], "Asia/Taipei") == tuple(few)
