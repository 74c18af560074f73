"""Cloned voters in real conversations: are the planted ones found, who else is named, and what do they do to the map?

    python -m bench.clones                                # Polis exports in var/polis
    python -m bench.clones FOLDER... --red-dwarf PYTHON   # other exports; red-dwarf's groups beside ours

A tenth as many copies as there are people is added: of one voter or of three, exact, or with a share of slips of which
half are votes left out and half votes drawn anew. The copied voters have at least 20 votes, most of what they could
answer aside. "Knowable" are the copies that a model could name which was told whom to leave out.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import time
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.spatial import procrustes
from sklearn.metrics import adjusted_rand_score

from deliberation import Coordinated, OpinionMap, Votes, find_coordinated, without
from deliberation.evidence import adjusted
from deliberation.independence import chances_by_statement, chances_by_view
from deliberation.likeness import every_pair

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "var" / "polis"
LEVEL = 0.01
FEWEST_VOTES = 20
# Two sessions are one after the other if the second starts within an hour of the end of the first.
HOUR = 3_600_000
KINDS = (("exact", 1, 0.0), ("5 % slips", 1, 0.05), ("10 % slips", 1, 0.1), ("exact, of three", 3, 0.0))

Labels = dict[Hashable, int]


@dataclass(frozen=True)
class Conversation:
    """Real votes, and when each person cast the first and the last of theirs, in milliseconds."""

    name: str
    votes: Votes
    sessions: dict[Hashable, tuple[int, int]]


@dataclass(frozen=True)
class AsIs:
    """What the untouched votes give: the named, our map with two groups, red-dwarf's groups."""

    votes: Votes
    named: set[Hashable]
    drawn: OpinionMap
    red_dwarf: Labels

    @classmethod
    def of(cls, votes: Votes, python: str | None) -> AsIs:
        """Measure once what every planting is compared with."""
        drawn = OpinionMap(n_groups=2).fit(votes)
        return cls(votes, names(votes), drawn, red_dwarf(votes, python) if python else {})


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser("bench.clones", None, __doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, help="Polis exports")
    parser.add_argument("--red-dwarf", metavar="PYTHON", help="a Python that has red-dwarf")
    parser.add_argument("--seeds", type=int, default=3, help="times each kind of copies is planted (%(default)s)")
    given = parser.parse_args()
    folders = given.folders or (sorted(DATA.iterdir()) if DATA.is_dir() else [])
    conversations = [read(folder) for folder in folders if (folder / "votes.csv").is_file()]
    if not conversations:
        parser.error(f"no votes.csv in {', '.join(map(str, folders)) or DATA}")
    untouched(conversations)
    planted(conversations, given.seeds, given.red_dwarf)


def read(folder: Path) -> Conversation:
    """A Polis export; the last vote of a pair counts."""
    with (folder / "votes.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = sorted((int(row["timestamp"]), int(row["voter-id"]), row) for row in csv.DictReader(file))
    sessions: dict[Hashable, tuple[int, int]] = {}
    for moment, voter, _ in rows:
        sessions[voter] = sessions.get(voter, (moment, moment))[0], moment
    columns = ([int(row[name]) for *_, row in rows] for name in ("voter-id", "comment-id", "vote"))
    return Conversation(folder.name, Votes.from_triplets(*columns), sessions)


def untouched(conversations: list[Conversation]) -> None:
    """Whom we name in the votes as they are, and whether these people voted one after the other."""
    print("Named in the untouched votes. 'In turn': groups in which somebody starts within an hour of another's end;")
    print("'by lot': the same of as large groups of people with as many votes, drawn by lot.\n")
    print(f"{'':32} people  named  share  groups  in turn  by lot      s")
    for one in conversations:
        began = time.perf_counter()
        groups = find_coordinated(one.votes, LEVEL)
        took = time.perf_counter() - began
        count = sum(len(group.members) for group in groups)
        turns = sum(in_turn(one, group.members) for group in groups)
        share = count / one.votes.n_participants
        lot = by_lot(one, groups)
        n = one.votes.n_participants
        print(f"{one.name[:32]:32} {n:6} {count:6} {share:6.1%} {len(groups):7} {turns:8} {lot:7.1f} {took:6.1f}")
        for group in groups:
            print(f"    {described(group)}")


def described(group: Coordinated) -> str:
    """A group on one line."""
    return (
        f"{len(group.members)} people {group.members[:8]}: equal {group.agreement:.0%} of {group.shared:.0f} answers, "
        f"expected {group.expected:.0%}; same statements {group.overlap:.0%}, by lot {group.expected_overlap:.0%}; "
        f"q {group.q_value:.1g}"
    )


def in_turn(one: Conversation, members: tuple[Hashable, ...]) -> bool:
    """Whether a member's votes start after another's end, within an hour."""
    starts, ends = np.array([one.sessions[member] for member in members]).T
    wait = starts[:, None] - ends[None, :]
    return bool(((wait >= 0) & (wait <= HOUR)).any())


def by_lot(one: Conversation, groups: tuple[Coordinated, ...], draws: int = 200) -> float:
    """How many groups of as many people, with at least as many votes as the group's statements, vote in turn."""
    rng, each = np.random.RandomState(0), one.votes.per_participant()
    turns = 0
    for group in groups:
        active = np.flatnonzero(each >= group.shared)
        for _ in range(draws):
            lot = rng.choice(active, len(group.members), replace=len(active) < len(group.members))
            turns += in_turn(one, tuple(one.votes.participants[i] for i in set(lot.tolist())))
    return turns / draws


def planted(conversations: list[Conversation], seeds: int, python: str | None) -> None:
    """Copies found, others named, and the originals' map with the copies and without the named."""
    print("\nWith a tenth of copies (means over draws). 'others': named beyond copies, copied, and those named anyway.")
    print("ARI and shift: the originals' two groups and places beside the untouched map's; then without the named.\n")
    head = "votes  found  knowable  of these  others |   ARI  without  shift  without"
    print(f"{'':26} {'':16} {head}" + ("  red-dwarf" if python else ""))
    totals: dict[str, list[list[float]]] = {kind: [] for kind, *_ in KINDS}
    for one in conversations:
        asis = AsIs.of(one.votes, python)
        for kind, sources, slips in KINDS:
            rows = [row for seed in range(seeds) for row in measured(asis, sources, slips, seed, python)]
            totals[kind] += rows
            show(one.name, kind, rows)
    for kind, rows in totals.items():
        show("all", kind, rows)


def show(name: str, kind: str, rows: list[list[float]]) -> None:
    """One line of means."""
    v, found, knowable, found_knowable, others, *effects = np.nanmean(np.array(rows), axis=0).tolist()
    of_these = found_knowable / knowable if knowable else float("nan")
    line = f"{v:5.0f} {found:6.1%} {knowable:9.1%} {of_these:9.1%} {others:7.2%} |"
    rest = "".join(f"{effect:{width}.3f}" for effect, width in zip(effects, (6, 9, 7, 9, 11), strict=False))
    print(f"{name[:26]:26} {kind:16} {line}{rest}", flush=True)


def measured(asis: AsIs, sources: int, slips: float, seed: int, python: str | None) -> list[list[float]]:
    """One planting as one row; none where too few people have voted enough."""
    votes = asis.votes
    rng = np.random.RandomState(seed)
    able = np.flatnonzero(votes.per_participant() >= FEWEST_VOTES)
    if len(able) < sources:
        return []
    copied = rng.choice(able, sources, replace=False)
    more, copies = with_copies(votes, copied, slips, rng)
    named = names(more)
    known = knowable(more, copies)
    others = named - copies - asis.named - {votes.participants[i] for i in copied}
    row = [
        float(votes.per_participant()[copied].mean()),
        len(named & copies) / len(copies),
        len(known) / len(copies),
        len(named & known) / len(copies),
        len(others) / votes.n_participants,
    ]
    after, rest = (OpinionMap(n_groups=2).fit(one) for one in (more, without(more, named)))
    row += [alike(labels(asis.drawn), labels(after)), alike(labels(asis.drawn), labels(rest))]
    row += [shift(asis.drawn, after), shift(asis.drawn, rest)]
    if python:
        row.append(alike(asis.red_dwarf, red_dwarf(more, python)))
    return [row]


def with_copies(votes: Votes, copied: np.ndarray, slips: float, rng: np.random.RandomState) -> tuple[Votes, set[int]]:
    """The votes with copies of the people at `copied`, and the copies' ids."""
    ids = max(votes.participants) + 1 + np.arange(max(2, votes.n_participants // 10))
    people, statements = np.array(votes.participants)[votes.rows], np.array(votes.statements)[votes.columns]
    columns = [(people, statements, votes.values)]
    for number, copy in enumerate(ids):
        own = votes.rows == copied[number % len(copied)]
        fate = rng.rand(own.sum())
        said = np.where(fate < slips / 2, rng.choice([-1, 0, 1], len(fate)), votes.values[own])
        kept = (fate < slips / 2) | (fate >= slips)
        columns.append((np.full(kept.sum(), copy), statements[own][kept], said[kept]))
    return Votes.from_triplets(*map(np.concatenate, zip(*columns, strict=True))), set(ids.tolist())


def knowable(votes: Votes, copies: set[int]) -> set[Hashable]:
    """The copies that the same test names where what people say on their own is learnt from everybody else."""
    entropy = np.bincount(votes.rows, chances_by_statement(votes).entropy(), votes.n_participants)
    people = np.flatnonzero(entropy >= -np.log(LEVEL))
    honest = np.array([one not in copies for one in votes.participants])
    pairs = every_pair(votes, chances_by_view(votes, honest).given(votes), people, -np.log(LEVEL))
    ends, evidence = np.concatenate([pairs.first, pairs.second]), np.exp(np.minimum(np.tile(pairs.evidence, 2), 600))
    q_values = adjusted(np.bincount(ends, evidence, votes.n_participants) / (len(people) - 1), len(people))
    return {votes.participants[i] for i in np.flatnonzero(q_values <= LEVEL)} & copies


def names(votes: Votes) -> set[Hashable]:
    """Everybody named."""
    return {member for group in find_coordinated(votes, LEVEL) for member in group.members}


def labels(drawn: OpinionMap) -> Labels:
    """The group of everybody who is in one."""
    return {one: g for one, g in zip(drawn.participants_, drawn.groups_.tolist(), strict=True) if g >= 0}


def alike(before: Labels, after: Labels) -> float:
    """Adjusted Rand index of two groupings of the people in both."""
    both = sorted(before.keys() & after.keys())
    return float(adjusted_rand_score([before[one] for one in both], [after[one] for one in both]))


def shift(before: OpinionMap, after: OpinionMap) -> float:
    """How far the same people's places differ once turned and scaled onto each other: a share of their spread."""
    old, new = (dict(zip(one.participants_, one.positions_, strict=True)) for one in (before, after))
    both = sorted(old.keys() & new.keys())
    return float(np.sqrt(procrustes([old[one] for one in both], [new[one] for one in both])[2]))


def red_dwarf(votes: Votes, python: str) -> Labels:
    """red-dwarf's two groups."""
    people = (votes.participants[i] for i in votes.rows)
    statements = (votes.statements[j] for j in votes.columns)
    rows = json.dumps(list(zip(people, statements, votes.values.tolist(), strict=True)))
    command = [python, str(ROOT / "bench" / "red_dwarf_groups.py")]
    done = subprocess.run(command, input=rows, capture_output=True, text=True, check=True)
    return {int(person): group for person, group in json.loads(done.stdout.splitlines()[-1]).items()}


if __name__ == "__main__":
    main()
