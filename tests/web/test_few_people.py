"""How broad support is, is told; what few people said of themselves is not, nor can it be worked out."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, combinations

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from tests.support.builders import Make
from tests.support.crowds import citizens
from tests.support.pages import Browser
from tests.support.proposals import MadeProposal, Work, collecting, endorsed

FEWEST = 5
"""By the platform's own rules."""
TAIPEI, KAOHSIUNG, YILAN, NOT_SAID = "TW-TPE", "TW-KHH", "TW-ILA", ""
TABLES = ("/en/proposals.csv", "/api/v1/proposals", "/en/feeds/proposals.atom")
"""What else is published of proposals: without any area."""
NAMES = {TAIPEI: "Taipei", KAOHSIUNG: "Kaohsiung", YILAN: "Yilan"}


Supported = Callable[[dict[str, int]], MadeProposal]


@pytest.fixture
def supported(work: Work, make: Make, run_job: Callable[[str], None]) -> Supported:
    """Make a proposal endorsed by so many people from each area, and count them."""

    def supported_by(lived: dict[str, int]) -> MadeProposal:
        made = collecting(work, make, threshold=1000)
        people = citizens(work, sum(lived.values()))
        for area, number in lived.items():
            endorsed(work, made, [people.pop() for _ in range(number)], area=area)
        run_job("count-support")
        return made

    return supported_by


@pytest.mark.parametrize(
    ("lived", "told"),
    [
        ({TAIPEI: 8, KAOHSIUNG: 6, YILAN: 5}, {TAIPEI: 8, KAOHSIUNG: 6, YILAN: 5}),
        ({TAIPEI: 8, KAOHSIUNG: 6, YILAN: 4}, {TAIPEI: 8}),
        ({TAIPEI: 8, KAOHSIUNG: 6, YILAN: 4, NOT_SAID: 1}, {TAIPEI: 8, KAOHSIUNG: 6}),
        ({TAIPEI: 8, NOT_SAID: 4}, {}),
        ({TAIPEI: 4}, {}),
    ],
    ids=[
        "no small group",
        "a group of four and its complement",
        "four beside one",
        "four who say nothing",
        "only four",
    ],
)
def test_a_group_of_four_is_told_nowhere_and_cannot_be_worked_out_from_the_others(
    app: APIFlask, supported: Supported, client: FlaskClient, lived: dict[str, int], told: dict[str, int]
) -> None:
    made = supported(lived)
    shown = client.get(f"/api/v1/proposals/{made.id}").json
    assert shown["endorsements"] == sum(lived.values())
    assert shown["breadth"]["areas"] == told
    page = Browser(app).open(f"/en/proposals/{made.slug}")
    listed = {name for area, name in NAMES.items() if f"<dt>{name}" in page}
    assert listed == {NAMES[area] for area in told}
    assert not any(area in client.get(place).get_data(as_text=True) for area in NAMES for place in TABLES)


def test_whatever_is_added_and_subtracted_nobody_learns_of_fewer_than_five(
    supported: Supported, client: FlaskClient
) -> None:
    made = supported({TAIPEI: 9, KAOHSIUNG: 7, YILAN: 3})
    shown = client.get(f"/api/v1/proposals/{made.id}").json
    for told in shown["breadth"].values():
        sums = [sum(some) for some in chain.from_iterable(combinations(told.values(), n) for n in range(len(told) + 1))]
        left = [shown["endorsements"] - one for one in sums]
        assert not [one for one in (*sums, *left) if 0 < one < FEWEST]
    assert shown["breadth"]["areas"], "a guard that tells nothing guards nothing"


def test_a_day_on_which_few_endorsed_is_not_told_either(supported: Supported, client: FlaskClient) -> None:
    made = supported({NOT_SAID: 3})
    assert client.get(f"/api/v1/proposals/{made.id}").json["breadth"]["days"] == {}


def test_whoever_endorses_after_the_count_hides_no_group_of_four(
    supported: Supported, work: Work, make: Make, client: FlaskClient
) -> None:
    made = supported({TAIPEI: 8, KAOHSIUNG: 6, YILAN: 4})
    endorsed(work, made, [make.person().actor])
    shown = client.get(f"/api/v1/proposals/{made.id}").json
    assert (shown["endorsements"], shown["breadth"]["areas"]) == (19, {TAIPEI: 8}), "18 was public when it was counted"


def test_where_the_rules_ask_for_larger_groups_smaller_ones_are_not_told(
    supported: Supported, make: Make, client: FlaskClient
) -> None:
    made = supported({TAIPEI: 12, KAOHSIUNG: 11})
    assert set(client.get(f"/api/v1/proposals/{made.id}").json["breadth"]["areas"]) == {TAIPEI, KAOHSIUNG}
    make.policy(data={"k_anonymity": 12})
    assert client.get(f"/api/v1/proposals/{made.id}").json["breadth"]["areas"] == {}
