"""Does the map know people? A tenth of the opinions is hidden and predicted, beside Polis' components, 2, 4 and 8."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bench.rivals.conversations import Ballots, Hidden, hide
from bench.rivals.findings import PAIRED, Bar, Findings, Table, paired
from bench.rivals.options import Options, say
from bench.rivals.scores import Floats, scores
from deliberation import OpinionMap
from deliberation.polis import polis_axes

HIDDEN_SHARE = 0.1
SEEDS = (0, 1)
LARGE = 100
SYSTEMS = ("ours", "PCA 2", "PCA 4", "PCA 8", "statement mean")
SCORES = ("within", "auc", "log-loss", "Brier", "calibration")
TITLES = {
    "within": "AUC within statements (higher is better)",
    "auc": "AUC (higher is better)",
    "log-loss": "log-loss (lower is better)",
    "Brier": "Brier score (lower is better)",
    "calibration": "calibration error (lower is better)",
}
# score, rival, at least (or at most) so much more than the rival on average
BARS = (
    ("within", "PCA 2", "at least", 0.025),
    ("within", "PCA 4", "at least", 0.010),
    ("within", "PCA 8", "at least", 0.010),
    ("auc", "PCA 2", "at least", 0.018),
    ("log-loss", "PCA 2", "at most", -0.028),
    ("log-loss", "PCA 4", "at most", -0.015),
    ("log-loss", "PCA 8", "at most", -0.015),
    ("calibration", "PCA 2", "at most", 0.0),
)


def measure(options: Options) -> Findings:
    """Every conversation, two draws of hidden votes averaged."""
    names, people, rows = [], [], []
    for one in options.conversations:
        say(one.name)
        ballots = one.ballots.latest()
        runs = [scored_systems(*hide(ballots, HIDDEN_SHARE, seed)) for seed in SEEDS]
        names.append(one.name)
        people.append(ballots.n_people)
        rows.append(np.mean(runs, axis=0))
    scored, sizes = np.array(rows), np.array(people)
    by_score = [
        Table(
            f"{TITLES[score]}, {HIDDEN_SHARE:.0%} of opinions hidden, {len(SEEDS)} draws",
            ("", "people", *SYSTEMS),
            [(name, n, *scored[c, :, s].tolist()) for c, (name, n) in enumerate(zip(names, people, strict=True))],
        )
        for s, score in enumerate(SCORES)
    ]
    large = scored[sizes >= LARGE]
    found = Findings([*by_score, compared(large, f"mean over {len(large)} conversations of {LARGE} people or more")])
    found.bars += [bar(large, *one, f"{LARGE} people or more") for one in BARS]
    return found


def scored_systems(rest: Ballots, hidden: Hidden) -> Floats:
    """Scores of every system, shape (systems, scores)."""
    votes = rest.votes()
    fitted = OpinionMap(random_state=0).fit(votes)
    systems: list[Callable[[], Floats]] = [
        lambda: fitted.predict_agree(hidden.people, hidden.statements),
        lambda: polis_chances(rest, hidden, 2, scaled=True),
        lambda: polis_chances(rest, hidden, 4, scaled=False),
        lambda: polis_chances(rest, hidden, 8, scaled=False),
        lambda: agreement(rest)[hidden.statements],
    ]
    found = [scores(hidden.statements, hidden.agreed, predicted()) for predicted in systems]
    return np.array([[one[score] for score in SCORES] for one in found])


def polis_chances(rest: Ballots, hidden: Hidden, rank: int, *, scaled: bool) -> Floats:
    """What Polis' components would fill in, read as a chance: -1 never, 1 always.

    `scaled` as in Polis' picture: stretched by the root of statements over votes. Everybody and every statement must
    have a vote.
    """
    votes = rest.votes()
    polis = polis_axes(votes, rank)
    each = np.sqrt(votes.n_statements / votes.per_participant())[:, None] if scaled else 1.0
    shared = np.einsum("nr,nr->n", (polis.scores * each)[hidden.people], polis.axes.T[hidden.statements])
    chances: Floats = (polis.means[hidden.statements] + shared + 1) / 2
    return chances


def agreement(ballots: Ballots) -> Floats:
    """Smoothed share of agreement among the opinions on each statement, shape (n_statements,)."""
    agrees = np.bincount(ballots.statements, ballots.values > 0, ballots.n_statements)
    opinions = np.bincount(ballots.statements, ballots.values != 0, ballots.n_statements)
    share: Floats = (agrees + 1) / (opinions + 2)
    return share


def compared(scored: Floats, title: str) -> Table:
    """Ours beside every rival, in every score, over conversations: `scored` (n, systems, scores)."""
    rows = []
    for s, score in enumerate(SCORES):
        for r, rival in enumerate(SYSTEMS[1:], 1):
            higher = score in ("within", "auc")
            rows.append(paired(f"{score}, {rival}", scored[:, 0, s], scored[:, r, s], higher_wins=higher))
    return Table(title, PAIRED, rows)


def bar(scored: Floats, score: str, rival: str, sense: str, least: float, where: str) -> Bar:
    """Whether the mean difference to a rival in one score is what it is to be."""
    s, r = SCORES.index(score), SYSTEMS.index(rival)
    gaps = scored[:, 0, s] - scored[:, r, s]
    return Bar(f"{score} less {rival}'s, {where}", float(np.nanmean(gaps)) if len(gaps) else np.nan, sense, least)
