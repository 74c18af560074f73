"""`python -m deliberation map`: reads tables of votes, draws the map, and says in one line what is wrong."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from deliberation import OpinionMap, Votes
from deliberation.__main__ import main
from deliberation.votes_file import BadVotes, read_votes

Rows = list[tuple[int, int, int]]


@pytest.fixture
def rows() -> Rows:
    """Two simulated camps of 40 and 30 people who mostly hold to their side, on ten statements."""
    rng = random.Random(4)
    return [
        (person, one, (1 if (person < 140) == (one < 5) else -1) * rng.choice([1] * 9 + [-1]))
        for person in range(100, 170)
        for one in range(10)
    ]


def _write(path: Path, heading: str, rows: object) -> Path:
    lines = [",".join(map(str, row)) for row in rows]  # type: ignore[attr-defined]
    path.write_text("\r\n".join([heading, *lines]) + "\r\n", encoding="utf-8")
    return path


def test_the_command_says_what_the_map_says(tmp_path: Path, rows: Rows, capsys: pytest.CaptureFixture[str]) -> None:
    path = _write(tmp_path / "votes.csv", "participant,statement,vote", rows)
    assert main(["map", str(path)]) == 0
    words = capsys.readouterr().out
    assert "70 participants, 700 votes" in words
    assert "distinct groups" in words
    assert "group 1: 40 people" in words
    assert main(["map", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [group["size"] for group in found["groups"]] == [40, 30]
    assert {one["statement"] for one in found["dividing"]} == set(range(10))
    assert found["groups"][0]["typical"][0]["side"] in {1, -1}


def test_the_memory_it_writes_is_that_of_the_map_and_begins_the_next(tmp_path: Path, rows: Rows) -> None:
    table, first, second = (tmp_path / name for name in ("votes.csv", "first.json", "second.json"))
    _write(table, "participant,statement,vote", rows[:500])
    assert main(["map", str(table), "--memory", str(first)]) == 0
    before = OpinionMap(random_state=0).fit(Votes.from_triplets(*zip(*rows[:500], strict=True)))
    assert json.loads(first.read_text()) == before.memory_.to_json()
    _write(table, "participant,statement,vote", rows)
    assert main(["map", str(table), "--previous", str(first), "--memory", str(second)]) == 0
    after = OpinionMap(random_state=0).fit(Votes.from_triplets(*zip(*rows, strict=True)), before)
    assert json.loads(second.read_text()) == after.memory_.to_json()


def test_an_export_of_polis_is_read_and_the_latest_vote_counts(tmp_path: Path) -> None:
    heading = "timestamp,datetime,comment-id,voter-id,vote"
    path = _write(tmp_path / "votes.csv", heading, [(300, "x", 1, 7, -1), (100, "x", 1, 7, 1), (200, "x", 2, 7, 0)])
    votes = read_votes(path)
    assert (votes.participants, votes.statements, votes.values.tolist()) == ((7,), (1, 2), [-1, 0])


def test_an_empty_table_is_a_map_of_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", str(_write(tmp_path / "votes.csv", "participant,statement,vote", []))]) == 0
    assert "too little has been said" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "row 1 must name the columns"),
        ("a,b,c\n1,2,1\n", "row 1 must name the columns"),
        ("participant,statement,vote\n1,2,1\n1,3,2\n", "row 3: a vote is -1, 0 or 1, not '2'"),
        ("participant,statement,vote\n1,2,\n", "row 2: a vote is -1, 0 or 1, not ''"),
        ("participant,statement,vote\nMei,2,1\n", "row 2: participant is a whole number, not 'Mei'"),
        ("participant,statement,vote\n1,2\n", "row 2 has 2 cells, not 3"),
        (f"participant,statement,vote\n{2**63},2,1\n", "row 2: participant is too large"),
        ("timestamp,voter-id,comment-id,vote\nsoon,1,2,1\n", "row 2: timestamp is a whole number, not 'soon'"),
    ],
)
def test_a_table_that_cannot_be_taken_is_refused_in_one_line_that_names_the_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, reason: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadVotes):
        read_votes(path)
    assert main(["map", str(path)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert reason in said.err
    assert said.err.count("\n") == 1


def test_a_file_that_is_not_there_or_no_text_or_no_memory_is_named(
    tmp_path: Path, rows: Rows, capsys: pytest.CaptureFixture[str]
) -> None:
    good = _write(tmp_path / "votes.csv", "participant,statement,vote", rows)
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\xff\xfe\x00")
    assert main(["map", str(tmp_path / "nowhere.csv")]) == 1
    assert main(["map", str(picture)]) == 1
    assert main(["map", str(good), "--previous", str(good)]) == 1
    said = capsys.readouterr().err.splitlines()
    assert ["nowhere.csv" in said[0], "picture.png" in said[1], "not the memory of a map" in said[2]] == [True] * 3
