"""What may be published: no cell of few people, and between two maps nothing that few people have changed."""

from __future__ import annotations

import random

import numpy as np
import pytest

import deliberation as d
from app.opinions.telling import published_numbers, told
from deliberation.publication import (
    Published,
    Row,
    exposed,
    gives_away,
    next_row,
    suppressed,
)

NAIVE = dict[str, Row]


def test_one_person_who_votes_between_two_maps_is_given_away_by_publishing_both() -> None:
    before = Published({"s": Row((20, 18, 0), ((20, 0, 0), (0, 18, 0)))})
    after = Published({"s": Row((21, 18, 0), ((21, 0, 0), (0, 18, 0)))})
    found = gives_away(before, after)
    assert {(one.statement, one.people) for one in found} == {("s", 1)}
    assert ((0,), (0,)) in {(one.before, one.after) for one in found}


def test_a_row_is_told_anew_once_five_people_have_moved_each_part_that_moved() -> None:
    last = Row((20, 18, 0), ((20, 0, 0), (0, 18, 0)))
    four = Row((24, 18, 0), ((24, 0, 0), (0, 18, 0)))
    five = Row((25, 18, 0), ((25, 0, 0), (0, 18, 0)))
    assert next_row(four, last) == last
    assert next_row(five, last) == five


def test_five_who_change_sides_with_one_who_joins_give_the_one_away_in_the_sum() -> None:
    last = Row((20, 18, 0), ((20, 0, 0), (0, 18, 0)))
    assert exposed(last, Row((21, 18, 0), ((15, 0, 0), (6, 18, 0))))
    assert not exposed(last, Row((20, 18, 0), ((15, 0, 0), (5, 18, 0))))


def test_changed_minds_count_as_people_though_the_total_stands_still() -> None:
    assert exposed(Row((20, 18, 0), ()), Row((19, 19, 0), ()))
    assert not exposed(Row((20, 18, 0), ()), Row((15, 23, 0), ()))


def test_a_group_that_appears_gives_nobody_away_who_joined_with_it() -> None:
    two = Row((30, 10, 0), ((20, 0, 0), (10, 10, 0)))
    split = Row((31, 10, 0), ((20, 0, 0), (6, 0, 0), (5, 10, 0)))
    assert exposed(two, split), "the second and third together are the former second and one more"
    assert next_row(split, two) == Row((30, 10, 0), (None, None, None))
    assert not exposed(two, Row((30, 10, 0), ((20, 0, 0), (5, 0, 0), (5, 10, 0))))


def test_groups_once_told_of_are_not_forgotten_while_they_are_left_out() -> None:
    two = Row((30, 10, 0), ((20, 0, 0), (10, 10, 0)))
    left_out = Row((30, 10, 0), (None, None, None))
    now = Row((30, 10, 0), ((19, 0, 0), (6, 0, 0), (5, 10, 0)))
    assert not exposed(left_out, now)
    assert next_row(now, left_out, two) == left_out


def test_few_people_outside_all_groups_cannot_be_worked_out() -> None:
    assert suppressed((21, 18, 0), [(20, 0, 0), (0, 18, 0)]) == Row((20, 18, 0), ((20, 0, 0), (0, 18, 0)))
    assert suppressed((25, 18, 0), [(20, 0, 0), (0, 18, 0)]).everyone == (25, 18, 0)


@pytest.mark.parametrize("seed", range(6))
def test_no_conversation_followed_vote_by_vote_gives_anybody_away_and_published_as_it_is_it_would(seed: int) -> None:
    rng = random.Random(seed)
    content: dict[str, object] = {}
    known: dict[str, Row] = {}
    naive: Published | None = None
    careless = steps = 0
    for votes, groups, k in _history(rng):
        counted = d.tally(votes, groups, k)
        before, content = published_numbers(content), told(counted, content)
        after = published_numbers(content)
        assert gives_away(before, after) == []
        # The observer also remembers the last row that told of groups.
        assert [one for one, row in known.items() if one in after.rows and exposed(row, after.rows[one])] == []
        known |= {one: row for one, row in after.rows.items() if any(row.groups)}
        rows = {str(one): _as_it_is(counted, i) for i, one in enumerate(counted.statements)}
        careless += bool(naive and gives_away(naive, Published(rows)))
        naive = Published(rows)
        steps += 1
    assert careless > steps / 2
    assert len({tuple(row.everyone) for row in known.values() if row.everyone}) > 1, "something is told at last"


def _as_it_is(counted: d.Tally, index: int) -> Row:
    everyone, *groups = (tuple(one) for one in [counted.everyone[index].tolist(), *counted.groups[index].tolist()])
    return Row(everyone, tuple(groups))


def _history(rng: random.Random) -> list[tuple[d.Votes, np.ndarray, int]]:
    """A conversation of 60 simulated people vote by vote: minds change, people change groups, groups split and join."""
    cast: dict[tuple[int, int], int] = {}
    camp: dict[int, int] = {}
    k, found = 2, []
    for step in range(240):
        person, statement = rng.randrange(60), rng.randrange(4)
        cast[person, statement] = rng.choice([1, 1, -1, 0])
        camp.setdefault(person, rng.choice([-1, 0, 1, 1]))
        if step % 40 == 39:
            k = 2 + rng.randrange(3)
            camp = {one: rng.randrange(k) if own >= k or rng.random() < 0.3 else own for one, own in camp.items()}
        if step % 7 == 0:
            camp[person] = rng.randrange(k)
        people, asked = zip(*cast, strict=True)
        votes = d.Votes.from_triplets(people, asked, list(cast.values()))
        found.append((votes, np.array([camp[one] for one in votes.participants]), k))
    return found
