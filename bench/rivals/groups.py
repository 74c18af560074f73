"""Do groups say anything about people? Hidden votes are predicted from the group alone.

The number of groups is red-dwarf's. A person's chance of agreeing is the smoothed share of their group; whoever has no
group gets everybody's share.
"""

from __future__ import annotations

import numpy as np

from bench.rivals.conversations import Ballots, Hidden, hide, spread_out
from bench.rivals.findings import PAIRED, Bar, Findings, Table, paired
from bench.rivals.options import Options, say
from bench.rivals.quality import HIDDEN_SHARE, SEEDS, agreement
from bench.rivals.red_dwarf import Answer, Job, ask
from bench.rivals.scores import Floats, Ints, within_auc
from deliberation import OpinionMap

# Whom red-dwarf puts into groups.
ENOUGH_VOTES = 7
# Weight of everybody's share in a group's, in votes.
PRIOR_VOTES = 2.0


def measure(options: Options) -> Findings:
    """Every conversation, two draws of hidden votes averaged."""
    splits = [[hide(one.ballots.latest(), HIDDEN_SHARE, seed) for seed in SEEDS] for one in options.conversations]
    say("red-dwarf")
    answers = iter(ask([Job(rest) for several in splits for rest, _ in several]))
    table = []
    for one, several in zip(options.conversations, splits, strict=True):
        say(one.name)
        compared = [_compared(rest, hidden, next(answers)) for rest, hidden in several]
        table.append((one.name, *np.mean(compared, axis=0).tolist()))
    within = np.array([row[2:4] for row in table], dtype=float).reshape(-1, 2)
    mean = paired("within", within[:, 0], within[:, 1], higher_wins=True)
    gap = float(np.nanmean(within[:, 0] - within[:, 1])) if len(within) else np.nan
    # A conversation red-dwarf gives up on has no figures and is left out of the mean.
    columns = ("", "groups", "ours", "red-dwarf", "smallest group: ours", "red-dwarf")
    return Findings(
        [
            Table("AUC within statements from the group alone, red-dwarf's number of groups", columns, table),
            Table(f"mean over {len(within)} conversations", PAIRED, [mean]),
        ],
        [Bar("within less red-dwarf's, same number of groups", gap, "at least", -0.010)],
    )


def _compared(rest: Ballots, hidden: Hidden, theirs: Answer) -> tuple[float, ...]:
    if not theirs.n_groups:
        return (np.nan,) * 5
    ours = our_groups(rest, theirs.n_groups)
    auc = [_within(rest, hidden, labels) for labels in (ours, theirs.labels)]
    return theirs.n_groups, *auc, _least(ours), _least(theirs.labels)


def our_groups(ballots: Ballots, n_groups: int | None) -> Ints:
    """Our group of each person (n_people,), -1 for none."""
    fitted = OpinionMap(n_groups=n_groups, random_state=0).fit(ballots.votes())
    return spread_out(ballots.n_people, fitted.participants_, fitted.groups_, -1)


def group_chances(ballots: Ballots, labels: Ints, people: Ints, statements: Ints) -> Floats:
    """The share of each person's group that agrees with the statement beside them, drawn to everybody's share."""
    everybody = agreement(ballots)
    shape = int(labels.max(initial=-1)) + 2, ballots.n_statements
    agrees, opinions = np.zeros(shape), np.zeros(shape)
    # The last row is for whoever has no group; it stays empty and gives everybody's share.
    inside = labels[ballots.people] >= 0
    cells = labels[ballots.people[inside]], ballots.statements[inside]
    np.add.at(agrees, cells, ballots.values[inside] > 0)
    np.add.at(opinions, cells, ballots.values[inside] != 0)
    shares = (agrees + PRIOR_VOTES * everybody) / (opinions + PRIOR_VOTES)
    chances: Floats = shares[labels[people], statements]
    return chances


def _within(rest: Ballots, hidden: Hidden, labels: Ints) -> float:
    counted = (rest.votes_each() >= min(ENOUGH_VOTES, rest.n_statements))[hidden.people]
    people, statements = hidden.people[counted], hidden.statements[counted]
    return within_auc(statements, hidden.agreed[counted], group_chances(rest, labels, people, statements))


def _least(labels: Ints) -> float:
    """The smallest group's share of all who are in one."""
    counts = np.bincount(labels[labels >= 0])
    return float(counts.min() / counts.sum()) if counts.sum() else np.nan
