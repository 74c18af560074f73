"""What is found among invented endorsers, and above all who is left alone."""

from __future__ import annotations

import random
from collections.abc import Hashable
from dataclasses import replace

import pytest

from moderation.coordination import Act, Bounds, Kind, Sign, find_coordination, hourly_counts, hourly_trends
from tests.support.cheats import STYLES, attack
from tests.support.petitioners import BEGIN, DAY, HOUR, Crowd, crowd, someone
from tests.support.rings import ring
from tests.support.townspeople import Town

SEED = 205


@pytest.fixture(scope="module")
def honest() -> Crowd:
    """Eight thousand people: a campus, classes, offices, chat groups."""
    return crowd(SEED, 8_000)


def plain(people: int = 2_000) -> list[Act]:
    """People who share nothing, over twenty days."""
    rng = random.Random(1)
    return [
        Act(n, rng.uniform(0, 20 * DAY), f"n{n}", f"a{n}", rng.choice(["a.example", "b.example"]), None, None,
            rng.uniform(0, 900 * DAY), frozenset())
        for n in range(people)
    ]  # fmt: skip


def test_among_honest_people_hardly_anybody_is_named(honest: Crowd) -> None:
    named = find_coordination(honest.acts).people
    for group, people in honest.groups.items():
        assert len(named.intersection(people)) <= 0.005 * len(people), group


@pytest.mark.parametrize("style", sorted(set(STYLES) - {"burst"}))  # a burst is found only if it is sharp: see below
def test_each_style_is_found_and_nearly_nobody_else(style: str) -> None:
    made = crowd(SEED, 8_000)
    false = attack(made, style, 100)
    named = find_coordination([*made.acts, *false.values()]).people
    assert len(named & set(false)) >= 80
    assert len(named - set(false)) <= 10


def test_a_class_in_one_lesson_is_left_alone_even_if_all_registered_in_it() -> None:
    lesson = [Act(f"c{n}", 5 * DAY + 60 * n, "school", "school1", "school.example", f"s{1130100 + n}", None, 300.0,
                  frozenset()) for n in range(35)]  # fmt: skip
    assert find_coordination([*plain(), *lesson]).people == frozenset()


def test_the_same_people_from_one_network_over_two_days_are_found() -> None:
    false = [Act(f"c{n}", 5 * DAY + 5_000 * n, "school", f"school{n}", "b.example", None, None, 300.0, frozenset())
             for n in range(35)]  # fmt: skip
    found = find_coordination([*plain(), *false])
    assert found.people == {act.person for act in false}
    assert found.findings[0].kind is Kind.NETWORK
    assert Sign.NEW in {sign.sign for sign in found.findings[0].evidence}


def test_a_broadcast_is_left_alone_and_the_same_many_within_minutes_are_not() -> None:
    rng = random.Random(2)
    called = [Act(f"t{n}", 5 * DAY + rng.expovariate(1 / 1_500), f"t{n}", f"t{n}", "a.example", age=300.0)
              for n in range(150)]  # fmt: skip
    assert find_coordination([*plain(), *called]).people == frozenset()
    at_once = [replace(act, at=5 * DAY + 2.0 * n) for n, act in enumerate(called)]
    found = find_coordination([*plain(), *at_once])
    assert {finding.kind for finding in found.findings} == {Kind.BURST}
    assert len(found.people & {act.person for act in called}) >= 140


def test_copies_are_found_whatever_else_differs() -> None:
    rng = random.Random(3)
    people = [replace(act, others=frozenset(rng.sample(range(100), rng.randint(0, 15)))) for act in plain()]
    copied = frozenset(range(0, 60, 5))
    false = set(range(0, 2_000, 100))
    found = find_coordination(replace(act, others=copied) if n in false else act for n, act in enumerate(people))
    assert found.people == false
    assert found.findings[0].kind is Kind.PATTERN


def test_a_camp_of_one_opinion_is_no_group_of_copies() -> None:
    rng = random.Random(4)
    camps = [
        frozenset((item, 1 if rng.random() < (0.9 if item % 2 == n % 2 else 0.2) else -1) for item in range(30))
        for n in range(2_000)
    ]
    acts = [replace(act, others=camps[n]) for n, act in enumerate(plain())]
    assert find_coordination(acts).people == frozenset()


def test_what_is_unknown_is_no_evidence() -> None:
    assert find_coordination([]).people == frozenset()
    bare = [Act(n, 60.0 * n) for n in range(500)]
    assert find_coordination(bare).findings == ()


def test_the_order_in_which_acts_are_given_changes_nothing() -> None:
    made = crowd(SEED, 3_000)
    acts = [*made.acts, *attack(made, "alias", 60).values()]
    mixed = random.Random(5).sample(acts, len(acts))
    assert find_coordination(acts) == find_coordination(mixed)


def test_a_person_who_acts_twice_counts_once() -> None:
    acts = plain(300)
    assert find_coordination([*acts, *(replace(act, at=act.at + 1) for act in acts)]) == find_coordination(acts)


def test_the_graph_says_who_is_tied_by_what() -> None:
    made = crowd(SEED, 3_000)
    false = attack(made, "block", 60)
    found = find_coordination([*made.acts, *false.values()])
    graph = found.graph()
    assert set(graph) == found.people
    ties: set[tuple[Kind, Hashable]] = {tie for person in false for tie in graph.get(person, ())}
    assert {kind for kind, _ in ties} >= {Kind.NETWORK}
    assert sum(map(len, found.clusters())) == len(found.people)


def test_a_stricter_level_names_no_more() -> None:
    made = crowd(SEED, 3_000)
    acts = [*made.acts, *(act for style in ("block", "alias") for act in attack(made, style, 30).values())]
    strict, loose = (find_coordination(acts, Bounds(level=level)).people for level in (0.0001, 0.01))
    assert strict <= loose


def test_trends_hold_an_hour_against_what_is_usual_for_the_key() -> None:
    made = crowd(SEED, 3_000)
    hour = BEGIN + 3 * DAY
    acts = [*made.acts, *(replace(someone(made, hour + n), person=-n, network="lab") for n in range(1, 40))]
    first = hourly_trends(acts)[0]
    assert (first.kind, first.key, first.hour, first.count) == (Kind.NETWORK, "lab", hour, 39)
    assert first.expected < 1


def test_a_popular_domain_in_a_rush_of_everybody_is_no_trend() -> None:
    acts = [Act(n, HOUR * (n % 50), domain=("a.example", "b.example")[n // 50 % 2]) for n in range(5_000)]
    acts += [Act(-n, 7 * HOUR, domain=("a.example", "b.example")[n % 2]) for n in range(1, 1_001)]
    assert all(one.p_value > 0.001 for one in hourly_trends(acts))
    assert sum(hourly_counts(act.at for act in acts).values()) == 6_000


def test_a_town_of_another_kind_is_left_alone_and_its_attackers_are_found() -> None:
    town = Town(206, 8_000)
    false = {person: act for style in ("network", "domain", "phone") for person, act in ring(town, style, 100).items()}
    named = find_coordination([*town.acts, *false.values()]).people
    assert len(named & set(false)) >= 240
    for group in ("campus", "lecture", "class", "office", "letter"):
        assert len(named.intersection(town.groups.get(group, ()))) <= 0.005 * len(town.groups.get(group, ())), group


def test_a_school_day_of_six_classes_with_seat_numbers_is_left_alone() -> None:
    seats = [(lesson, seat) for lesson in range(6) for seat in range(28)]
    day = [Act((lesson, seat), 5 * DAY + lesson * HOUR + 60 * seat, "school", "school1", "school.example",
               f"s{lesson}{seat:02}", None, 300.0, frozenset()) for lesson, seat in seats]  # fmt: skip
    assert find_coordination([*plain(), *day]).people == frozenset()


def test_one_sign_that_a_letter_to_all_explains_is_no_finding() -> None:
    """Everybody of one company on one day: of ordinary age they are left alone, as newcomers from everywhere not."""
    rng = random.Random(6)
    staff = [Act(f"s{n}", 5 * DAY + rng.uniform(0, DAY), f"h{n}", f"h{n}", "firm.example", None, None,
                 rng.uniform(30 * DAY, 900 * DAY), frozenset()) for n in range(60)]  # fmt: skip
    assert find_coordination([*plain(), *staff]).people == frozenset()
    made_for_it = [replace(one, age=300.0) for one in staff]
    assert find_coordination([*plain(), *made_for_it]).people == {one.person for one in staff}


def test_a_class_within_a_false_burst_is_not_named_with_it() -> None:
    false = [Act(f"f{n}", 5 * DAY + 2.0 * n, f"f{n}", f"f{n}", "a.example", age=300.0) for n in range(150)]
    lesson = [Act(f"c{n}", 5 * DAY + 8.0 * n, "school", "school1", "b.example", age=300.0) for n in range(30)]
    named = find_coordination([*plain(), *false, *lesson]).people
    assert named >= {act.person for act in false[5:]}
    assert not named & {act.person for act in lesson}
