"""In real conversations hardly anybody is named, planted copies are, and so are people who came again and again."""

import csv
from pathlib import Path

import numpy as np
import pytest

from deliberation import Votes, find_coordinated

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "polis"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no Polis open data in {DATA}")


def read(name: str) -> Votes:
    with (DATA / name / "votes.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["timestamp"]))
    return Votes.from_triplets(*([int(row[name]) for row in rows] for name in ("voter-id", "comment-id", "vote")))


@pytest.mark.parametrize("name", ["15-per-hour-seattle", "brexit-consensus", "scoop-hivemind.freshwater"])
def test_in_a_conversation_without_copies_nobody_is_named(name: str) -> None:
    assert find_coordinated(read(name)) == ()


def test_people_whose_votes_follow_directly_upon_each_other_are_named_from_the_votes_alone() -> None:
    # Participant 117 began a minute after 116 had ended; find_coordinated is not told the times.
    found = {group.members: group for group in find_coordinated(read("scoop-hivemind.taxes"))}
    assert found[116, 117].agreement > 0.85
    assert found[116, 117].expected < 0.6
    assert sum(map(len, found)) < 0.015 * 334


def test_copies_of_a_real_voter_are_named_and_nobody_else() -> None:
    votes = read("brexit-consensus")
    copied = int(np.flatnonzero(votes.per_participant() == 46)[0])
    own, last = votes.rows == copied, max(votes.participants)
    more = Votes.from_triplets(
        [votes.participants[i] for i in votes.rows] + list(np.repeat(last + 1 + np.arange(20), own.sum()).tolist()),
        np.concatenate([votes.columns, np.tile(votes.columns[own], 20)]),
        np.concatenate([votes.values, np.tile(votes.values[own], 20)]),
    )
    (group,) = find_coordinated(more)
    assert set(group.members) == {votes.participants[copied], *range(last + 1, last + 21)}
