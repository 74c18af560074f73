"""Would a few votes less have made another map? A tenth of the votes is dropped, five times, and groups compared.

End to end, the number of groups is each system's own choice: no distinct groups both times is the same answer (1), and
no groups once and two the other time shares nothing (0).
"""

from __future__ import annotations

import numpy as np
from sklearn.metrics import adjusted_rand_score

from bench.rivals.conversations import Ballots
from bench.rivals.findings import PAIRED, Bar, Findings, Table, paired
from bench.rivals.groups import our_groups
from bench.rivals.options import Options, say
from bench.rivals.red_dwarf import Job, ask
from bench.rivals.scores import Ints

DROPPED_SHARE = 0.1
DRAWS = 5
FIXED = 2


def measure(options: Options) -> Findings:
    """Every conversation, end to end and with two groups asked for."""
    versions = [(one.name, _versions(one.ballots.latest())) for one in options.conversations]
    jobs = [Job(ballots, k) for _, several in versions for k in (None, FIXED) for ballots in several]
    say("red-dwarf")
    theirs = iter(ask(jobs))
    rows = []
    for name, several in versions:
        say(name)
        row: list[float | int] = []
        for k in (None, FIXED):
            ours = [our_groups(ballots, k) for ballots in several]
            rivals = [next(theirs).labels for _ in several]
            row += [_likeness(ours), _likeness(rivals)]
            if k is None:
                row += [_count(ours[0]), _count(rivals[0]), _changes(ours), _changes(rivals)]
        rows.append((name, *row))
    figures = np.array([row[1:] for row in rows], dtype=float)
    own = paired("end to end", figures[:, 0], figures[:, 1], higher_wins=True)
    fixed = paired(f"{FIXED} groups", figures[:, 6], figures[:, 7], higher_wins=True)
    choices = "k: ours", "red-dwarf", "k changed: ours", "red-dwarf"
    columns = ("", "ours", "red-dwarf", *choices, f"{FIXED} groups: ours", "red-dwarf")
    gap = float(np.nanmean(figures[:, 0] - figures[:, 1]))
    return Findings(
        [
            Table(f"ARI to the full map, {DROPPED_SHARE:.0%} of votes dropped, {DRAWS} draws", columns, rows),
            Table(f"mean over {len(rows)} conversations", PAIRED, [own, fixed]),
        ],
        [Bar("ARI less red-dwarf's, end to end", gap, "at least", 0.0)],
    )


def _versions(ballots: Ballots) -> list[Ballots]:
    """All votes, then each draw."""
    draws = [np.random.RandomState(seed).rand(len(ballots)) >= DROPPED_SHARE for seed in range(DRAWS)]
    return [ballots, *(ballots.taken(kept) for kept in draws)]


def _likeness(labels: list[Ints]) -> float:
    """Mean ARI of the draws to the full map, over people with a group in both."""
    full, *draws = labels
    return float(np.mean([alike(full, draw) for draw in draws]))


def _changes(labels: list[Ints]) -> float:
    full, *draws = map(_count, labels)
    return float(np.mean([draw != full for draw in draws]))


def _count(labels: Ints) -> int:
    return len(np.unique(labels[labels >= 0]))


def alike(before: Ints, after: Ints) -> float:
    """ARI (Hubert and Arabie 1985) over people with a group in both; 0 if there are none."""
    both = (before >= 0) & (after >= 0)
    return float(adjusted_rand_score(before[both], after[both])) if both.any() else 0.0
