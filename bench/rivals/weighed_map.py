"""Our side of time and memory, in a process of its own.

python -m bench.rivals.weighed_map IN.npz [passes]   # one cold fit, as JSON; with sparse passes and placing
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict

import numpy as np

from bench.rivals.weighing import weigh
from deliberation import OpinionMap, Votes

AXES = 2
PASSES = 5
PLACINGS = 200


def main() -> None:
    """Measure and print."""
    with np.load(sys.argv[1]) as given:
        people, statements, values = given["people"], given["statements"], given["values"]
    _practice()

    def drawn() -> tuple[Votes, OpinionMap]:
        votes = Votes.from_triplets(people, statements, values)
        return votes, OpinionMap(random_state=0).fit(votes)

    (votes, fitted), weighed = weigh(drawn)
    found = {**asdict(weighed), "groups": int(fitted.n_groups_)}
    if "passes" in sys.argv[2:]:
        found |= {"pass": one_pass(votes), "place": one_placing(votes, fitted)}
    print(json.dumps(found))


def one_pass(votes: Votes) -> float:
    """Seconds of going through all votes twice: a sparse matrix times two columns, and its transpose times two."""
    matrix = votes.matrix(votes.values.astype(np.float64))
    right, left = np.ones((votes.n_statements, AXES)), np.ones((votes.n_participants, AXES))
    return _median(lambda _: (matrix @ right, matrix.T @ left), PASSES)


def one_placing(votes: Votes, fitted: OpinionMap) -> float:
    """Seconds of placing one person anew, people drawn by lot."""
    rows = np.random.RandomState(0).randint(votes.n_participants, size=PLACINGS)
    ends = np.searchsorted(votes.rows, [rows, rows + 1])
    own = [([votes.statements[c] for c in votes.columns[a:z]], votes.values[a:z].tolist()) for a, z in ends.T]
    return _median(lambda n: fitted.place(*own[n]), PLACINGS)


def _median(work: Callable[[int], object], times: int) -> float:
    taken = []
    for n in range(times):
        began = time.process_time()
        work(n)
        taken.append(time.process_time() - began)
    return float(np.median(taken))


def _practice() -> None:
    """A small conversation that loads what is loaded on first use."""
    people, statements = np.divmod(np.arange(400), 10)
    OpinionMap().fit(Votes.from_triplets(people, statements, np.random.RandomState(0).choice([-1, 1], 400)))


if __name__ == "__main__":
    main()
