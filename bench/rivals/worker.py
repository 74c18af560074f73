"""red-dwarf's side, run by the interpreter of its own environment. Needs nothing of ours but `weighing`.

python -m bench.rivals.worker label IN.npz OUT.npz   # the groups of many conversations
python -m bench.rivals.worker weigh IN.npz           # time and memory of one, as JSON
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from reddwarf.implementations.polis import run_pipeline

from bench.rivals.weighing import weigh

VoteRow = dict[str, Any]
Ints = NDArray[np.int64]


def label(source: Path, target: Path) -> None:
    """Groups of every conversation in `source`; a conversation it refuses gets none, and the reason."""
    given = np.load(source)
    found: dict[str, Any] = {}
    for n in range(int(given["jobs"])):
        people, statements, values = (given[f"{column}_{n}"] for column in ("people", "statements", "values"))
        labels = np.full(int(given[f"n_people_{n}"]), -1, dtype=np.int64)
        refusal = ""
        try:
            ids, groups = _groups(_rows(people, statements, values), int(given[f"n_groups_{n}"]) or None)
            labels[ids] = groups
        except Exception as problem:  # whatever it stumbles over counts as its answer
            refusal = f"{type(problem).__name__}: {problem}"[:200]
        found |= {f"labels_{n}": labels, f"refusal_{n}": refusal}
    np.savez(target, **found)


def time_and_memory(source: Path) -> None:
    """One cold run. The rows it reads are made before the clock starts, and are not counted as its memory."""
    given = np.load(source)
    rows = _rows(given["people"], given["statements"], given["values"])
    _groups(_practice(), None)
    groups, weighed = weigh(lambda: _groups(rows, None)[1])
    print(json.dumps({**asdict(weighed), "groups": int(groups.max()) + 1}))


def _groups(rows: list[VoteRow], n_groups: int | None) -> tuple[Ints, Ints]:
    done = run_pipeline(votes=rows, force_group_count=n_groups, random_state=0)
    placed = done.participants_df["cluster_id"].dropna()
    return placed.index.to_numpy(dtype=np.int64), placed.to_numpy(dtype=np.int64)


def _rows(people: Ints, statements: Ints, values: Ints) -> list[VoteRow]:
    columns = zip(people.tolist(), statements.tolist(), values.tolist(), strict=True)
    return [{"participant_id": p, "statement_id": s, "vote": v} for p, s, v in columns]


def _practice() -> list[VoteRow]:
    """A small conversation that loads what is loaded on first use."""
    rng = np.random.RandomState(0)
    people, statements = np.divmod(np.arange(400), 10)
    return _rows(people, statements, rng.choice([-1, 1], 400))


def main() -> None:
    """Do what the command line says."""
    command, *paths = sys.argv[1:]
    {"label": label, "weigh": time_and_memory}[command](*map(Path, paths))


if __name__ == "__main__":
    main()
