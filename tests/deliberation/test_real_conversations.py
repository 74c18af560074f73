"""On real votes that were hidden from it, the map knows people better than Polis' two components do."""

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit
from sklearn.metrics import log_loss, roc_auc_score

from deliberation import OpinionMap, Votes
from deliberation.polis import polis_axes

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "polis"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no Polis open data in {DATA}")


def read(name: str) -> Votes:
    with (DATA / name / "votes.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["timestamp"]))
    return Votes.from_triplets(
        [int(row["voter-id"]) for row in rows],
        [int(row["comment-id"]) for row in rows],
        [int(row["vote"]) for row in rows],
    )


def split(votes: Votes) -> tuple[Votes, np.ndarray]:
    """The votes without a tenth of the opinions, and the indices of that tenth; nobody loses everything."""
    hidden = np.random.RandomState(0).permutation(np.flatnonzero(votes.values))[: np.count_nonzero(votes.values) // 10]
    kept = np.setdiff1d(np.arange(len(votes)), hidden)
    hidden = hidden[np.isin(votes.rows[hidden], votes.rows[kept]) & np.isin(votes.columns[hidden], votes.columns[kept])]
    rest = np.setdiff1d(np.arange(len(votes)), hidden)
    return Votes.from_triplets(votes.rows[rest], votes.columns[rest], votes.values[rest]), hidden


@pytest.mark.parametrize("name", ["vtaiwan.uberx", "scoop-hivemind.biodiversity", "canadian-electoral-reform"])
def test_hidden_votes_are_predicted_better_than_by_polis(name: str) -> None:
    votes = read(name)
    rest, hidden = split(votes)
    agreed = votes.values[hidden] > 0
    rows, columns = votes.rows[hidden], votes.columns[hidden]
    ours = OpinionMap().fit(rest).predict_agree(rows, columns)

    # Every row and column kept a vote, so the rest's codes are the codes of all votes.
    polis = polis_axes(rest, rank=2)
    scale = np.sqrt(rest.n_statements / rest.per_participant())[:, None]
    score = polis.means[columns] + np.einsum("nr,nr->n", (polis.scores * scale)[rows], polis.axes.T[columns])
    theirs = np.clip((score + 1) / 2, 0.005, 0.995)

    assert roc_auc_score(agreed, ours) > roc_auc_score(agreed, theirs)
    assert log_loss(agreed, ours) < log_loss(agreed, theirs) - 0.01
    # Calibrated: of votes given a chance, about that share agreed.
    tenths = np.minimum((ours * 10).astype(int), 9)
    error = sum(abs(agreed[tenths == t].mean() - ours[tenths == t].mean()) * (tenths == t).mean() for t in set(tenths))
    assert error < 0.04


def test_polis_components_are_those_of_the_filled_in_matrix() -> None:
    votes = read("brexit-consensus")
    polis = polis_axes(votes, rank=2)
    filled = np.tile(polis.means, (votes.n_participants, 1))
    filled[votes.rows, votes.columns] = votes.values
    dense = np.linalg.svd(filled - filled.mean(axis=0), full_matrices=False)[2][:2]
    assert np.abs(np.einsum("rs,rs->r", dense, polis.axes)) == pytest.approx([1.0, 1.0])


def test_chances_lie_between_never_and_always() -> None:
    votes = read("15-per-hour-seattle")
    chances = (
        OpinionMap()
        .fit(votes)
        .predict_agree([votes.participants[r] for r in votes.rows], [votes.statements[c] for c in votes.columns])
    )
    assert expit(-12) < chances.min() < 0.1
    assert 0.9 < chances.max() < expit(12)
