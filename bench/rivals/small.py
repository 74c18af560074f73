"""Does the map know people where there are few of them? Some people of each conversation, beside Polis' components."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bench.rivals.conversations import Ballots, hide
from bench.rivals.findings import Findings
from bench.rivals.options import Options, say
from bench.rivals.quality import HIDDEN_SHARE, bar, compared, scored_systems

SIZES = (20, 30, 45)
DRAWS = 3
# Whoever gave fewer votes would often be left with none.
LEAST_VOTES = 5
BARS = (("within", "PCA 2", "at least", 0.0), ("log-loss", "PCA 2", "at most", 0.0))


def measure(options: Options) -> Findings:
    """Every conversation with so many people of it, drawn by lot."""
    found = Findings()
    for size in SIZES:
        rows = []
        for one in options.conversations:
            say(f"{one.name}, {size} people")
            for seed in range(DRAWS):
                rest, hidden = hide(some_people(one.ballots.latest(), size, seed), HIDDEN_SHARE, seed)
                if 0 < hidden.agreed.sum() < len(hidden.agreed):
                    rows.append(scored_systems(rest, hidden))
        scored = np.array(rows)
        found.tables.append(compared(scored, f"{size} people, {len(scored)} draws from {len(options.conversations)}"))
        found.bars += [bar(scored, *least, f"{size} people") for least in BARS]
    return found


def some_people(ballots: Ballots, size: int, seed: int) -> Ballots:
    """The votes of `size` people by lot, those with few votes apart; people and statements are numbered anew."""
    able = np.flatnonzero(ballots.votes_each() >= LEAST_VOTES)
    drawn = np.random.RandomState(seed).choice(able, min(size, len(able)), replace=False)
    kept = ballots.taken(np.isin(ballots.people, drawn))
    people, rows = np.unique(kept.people, return_inverse=True)
    statements, columns = np.unique(kept.statements, return_inverse=True)
    return replace(kept, people=rows, statements=columns, n_people=len(people), n_statements=len(statements))
