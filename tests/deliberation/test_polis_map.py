"""Polis' method as an estimator: repeatable, steady from one refresh to the next, at home in any size."""

import csv
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.metrics import adjusted_rand_score, log_loss, roc_auc_score

from deliberation import Votes
from deliberation.polis import PolisMap, groups
from tests.deliberation.conversations import answered, camps, everyone_says
from tests.deliberation.test_polis_axes import dense_positions, mirrored_alike

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "polis"
real = pytest.mark.skipif(not DATA.is_dir(), reason=f"no Polis open data in {DATA}")


def read(name: str, share: float = 1.0) -> Votes:
    """The first `share` of a conversation's votes in the order of time."""
    with (DATA / name / "votes.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["timestamp"]))
    rows = rows[: int(len(rows) * share)]
    columns = ([int(row[key]) for row in rows] for key in ("voter-id", "comment-id", "vote"))
    return Votes.from_triplets(*columns)


def chosen(votes: Votes, kept: np.ndarray) -> Votes:
    people, statements = np.array(votes.participants), np.array(votes.statements)
    return Votes.from_triplets(people[votes.rows[kept]], statements[votes.columns[kept]], votes.values[kept])


def shuffled(votes: Votes, seed: int) -> Votes:
    return chosen(votes, np.random.RandomState(seed).permutation(len(votes)))


def opposed(n_pro: int, n_anti: int, people: int = 40) -> Votes:
    """Half of the people agree with the first statements and reject the others, half the other way about."""
    n = n_pro + n_anti
    values = np.where(np.arange(n) < n_pro, 1, -1)
    said = np.concatenate([values if p % 2 else -values for p in range(people)])
    return Votes.from_triplets(np.repeat(np.arange(people), n), np.tile(np.arange(n), people), said)


@pytest.mark.parametrize("k", [2, 3])
def test_planted_camps_are_the_groups(k: int) -> None:
    votes, camp = camps(k, seed=3)
    drawn = PolisMap().fit(votes)
    assert drawn.n_groups_ == k
    assert adjusted_rand_score(camp, drawn.groups_) > 0.9


def test_votes_in_another_order_give_the_same_map_to_the_last_bit() -> None:
    early, late = camps(3, seed=0)[0], camps(3, seed=0, n=300)[0]
    one = PolisMap().fit(late, previous=PolisMap().fit(early))
    other = PolisMap().fit(shuffled(late, 1), previous=PolisMap().fit(shuffled(early, 2)))
    for name in ("positions_", "groups_", "extremity_", "priorities_", "group_aware_consensus_", "in_conversation_"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes()
    assert (one.representative_, one.consensus_) == (other.representative_, other.consensus_)
    assert one.next_statement(late.statements) == other.next_statement(late.statements[::-1])


def person(values: list[int], who: int = 1) -> Votes:
    return Votes.from_triplets([who] * len(values), range(len(values)), values)


NOTHING_TO_DIVIDE = {
    "no votes": Votes.from_triplets([], [], []),
    "one person": person([1, -1] * 10),
    "one statement": Votes.from_triplets(range(40), [0] * 40, [1, -1] * 20),
    "two people": Votes.from_triplets([1] * 9 + [2] * 9, [*range(9)] * 2, [1] * 9 + [-1] * 9),
    "all pass": everyone_says([0] * 10, 30),
    "all agree": everyone_says([1] * 10, 30),
    "all agree, many": everyone_says([1, -1, 0] * 30, 600),
}


@pytest.mark.parametrize("name", NOTHING_TO_DIVIDE)
@pytest.mark.parametrize("n_groups", [None, 1, 3])
def test_there_are_no_groups_where_there_is_nothing_to_divide(name: str, n_groups: int | None) -> None:
    votes = NOTHING_TO_DIVIDE[name]
    usual = PolisMap().fit(camps(2, seed=0)[0])
    for previous in (None, usual, PolisMap(n_groups).fit(votes)):
        drawn = PolisMap(n_groups).fit(votes, previous=previous)
        assert (drawn.n_groups_, drawn.representative_, set(drawn.groups_.tolist()) - {-1}) == (0, (), set())
        assert drawn.positions_.shape == (votes.n_participants, 2)
        assert np.isfinite(drawn.positions_).all()
        assert np.isfinite(drawn.priorities_).all()
        assert drawn.next_statement([]) is None
    # Nothing of it stands in the way of what comes after.
    assert PolisMap().fit(camps(2, seed=0)[0], previous=drawn).n_groups_ == 2


def test_without_groups_what_everybody_agrees_on_is_still_said() -> None:
    drawn = PolisMap().fit(NOTHING_TO_DIVIDE["all agree"])
    assert [one.side for one in drawn.consensus_] == [1] * 5
    assert drawn.predict_agree([0], [0]).tolist() == [0.995]
    assert drawn.group_aware_consensus_ == pytest.approx(np.full(10, 31 / 32))


def test_the_number_of_groups_can_be_given() -> None:
    votes, _ = camps(2, seed=0)
    assert [PolisMap(k).fit(votes).n_groups_ for k in (1, 2, 5, 7)] == [1, 2, 5, 7]
    assert PolisMap(3).fit(opposed(5, 5)).n_groups_ == 2


def test_settings_below_one_are_refused() -> None:
    with pytest.raises(ValueError, match="n_groups is at least 1, not 0"):
        PolisMap(0).fit(person([1]))
    with pytest.raises(ValueError, match="rank is at least 1, not 0"):
        PolisMap(rank=0).fit(person([1]))


def test_it_is_an_estimator() -> None:
    drawn = PolisMap(n_groups=3, random_state=5, rank=4).fit(camps(2, seed=0)[0])
    assert clone(drawn).get_params() == {"n_groups": 3, "random_state": 5, "rank": 4}


def test_who_was_counted_stays_counted_when_statements_are_added() -> None:
    # Three statements ask three votes; with ten, the twenty people who stopped would need seven.
    early = Votes.from_triplets(np.repeat(np.arange(20), 3), np.tile(np.arange(3), 20), np.tile([1, -1, 0, 1], 15))
    newcomers = np.repeat(np.arange(20, 40), 10)
    late = Votes.from_triplets(
        [*np.repeat(np.arange(20), 3), *newcomers],
        [*np.tile(np.arange(3), 20), *np.tile(np.arange(10), 20)],
        [*np.tile([1, -1, 0, 1], 15), *np.tile([1, -1, 0, 1], 50)],
    )
    assert PolisMap().fit(late, previous=PolisMap().fit(early)).in_conversation_.all()
    assert PolisMap().fit(late).in_conversation_.tolist() == [False] * 20 + [True] * 20


def test_the_picture_is_not_mirrored_by_new_statements() -> None:
    before, after = opposed(5, 4), opposed(5, 8)
    first = PolisMap().fit(before)
    cold, warm = PolisMap().fit(after), PolisMap().fit(after, previous=first)
    assert (np.sign(cold.positions_[:, 0]) == -np.sign(first.positions_[:, 0])).all()
    assert (np.sign(warm.positions_[:, 0]) == np.sign(first.positions_[:, 0])).all()


def test_ids_live_on_though_another_group_becomes_the_largest() -> None:
    chances = np.where(np.arange(20) < 10, 0.95, 0.05)
    rng = np.random.RandomState(0)
    side = np.arange(200) < 60
    votes = answered(np.where(side[:, None], chances, 1 - chances), rng, votes_each=12)
    everyone = PolisMap().fit(votes)
    # Most of the larger camp has not come yet.
    early = chosen(votes, np.flatnonzero(votes.rows < 90))
    first = PolisMap().fit(early)
    then = PolisMap().fit(votes, previous=first)
    assert (first.groups_[:60] == 0).mean() > 0.95
    assert (everyone.groups_[:60] == 1).mean() > 0.95
    assert (then.groups_[:60] == 0).mean() > 0.95


def test_base_clusters_live_on_though_newcomers_stand_before_their_people() -> None:
    votes, _ = camps(3, seed=0)
    numbered = Votes.from_triplets(votes.rows + 100, votes.columns, votes.values)
    first = PolisMap().fit(chosen(numbered, np.flatnonzero(votes.rows >= 20)))
    then, cold = PolisMap().fit(numbered, previous=first), PolisMap().fit(numbered)

    def base(drawn: PolisMap) -> np.ndarray:
        return drawn._grouping.base.ids[drawn._grouping.base.labels][-220:]

    assert (base(then) == base(first)).mean() > 0.8
    assert (base(cold) == base(first)).mean() < 0.5


def test_the_number_of_groups_changes_at_the_fourth_fit_that_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    votes, _ = camps(2, seed=0)
    drawn, shown = PolisMap().fit(votes), []
    monkeypatch.setattr(groups, "silhouette", lambda places, labels: float(labels.max() == 3))
    for _ in range(5):
        drawn = PolisMap().fit(votes, previous=drawn)
        shown.append(drawn.n_groups_)
    assert shown == [2, 2, 2, 4, 4]
    assert PolisMap().fit(votes).n_groups_ == 4


def test_a_given_number_of_groups_leaves_the_shown_one_for_later() -> None:
    votes, _ = camps(3, seed=0)
    first = PolisMap().fit(votes)
    forced = PolisMap(n_groups=2).fit(votes, previous=first)
    assert (first.n_groups_, forced.n_groups_, PolisMap().fit(votes, previous=forced).n_groups_) == (3, 2, 3)


def test_priorities_count_people_in_the_conversation_and_majorities_everybody() -> None:
    votes, _ = camps(2, seed=0)
    people, asked, said = (column.tolist() for column in (votes.rows, votes.columns, votes.values))
    extra = Votes.from_triplets([*people, *range(1000, 2000)], [*asked, *[0] * 1000], [*said, *[1] * 1000])
    before, after = PolisMap().fit(votes), PolisMap().fit(extra)
    assert not after.in_conversation_[240:].any()
    # Only the extremity of statement 0 differs: its number of answers is the same.
    lone = (after.priorities_[0] / before.priorities_[0]) ** 0.5
    assert lone == pytest.approx((after.extremity_[0] + 1) / (before.extremity_[0] + 1))
    assert after.consensus_[0].statement == 0
    assert after.consensus_[0].total > 1000


def test_a_chance_is_the_statements_mean_and_the_persons_place_along_its_axes() -> None:
    votes, _ = camps(2, seed=0)
    drawn = PolisMap().fit(votes)
    mean = votes.values[votes.columns == 5].mean()
    # A statement's place is sqrt(S) (1 - mean) along its axes.
    along = drawn.statement_positions_[5] / (np.sqrt(60) * (1 - mean))
    expected = np.clip((mean + drawn.positions_[:9] @ along + 1) / 2, 0.005, 0.995)
    assert drawn.predict_agree(range(9), [5] * 9) == pytest.approx(expected)


def test_more_axes_change_the_chances_and_nothing_else() -> None:
    votes, _ = camps(5, seed=0)
    two, eight = PolisMap().fit(votes), PolisMap(rank=8).fit(votes)
    assert eight.positions_ == pytest.approx(two.positions_, abs=1e-9)
    assert (eight.groups_ == two.groups_).all()
    pairs = votes.rows, votes.columns
    agreed = votes.values > 0
    assert roc_auc_score(agreed, eight.predict_agree(*pairs)) > roc_auc_score(agreed, two.predict_agree(*pairs)) + 0.02
    assert PolisMap(rank=1).fit(votes).positions_[:, 1].any()


def test_unscaled_places_are_nearer_by_the_root_of_the_share_answered() -> None:
    # Everybody answers 30 of 60 statements.
    votes, _ = camps(2, seed=0)
    drawn = PolisMap().fit(votes)
    mean = votes.values[votes.columns == 5].mean()
    scaled, unscaled = (drawn.predict_agree(range(240), [5] * 240, scaled=scaled) * 2 - 1 - mean for scaled in (1, 0))
    free = np.abs(scaled + mean) < 0.98
    assert free.sum() > 50
    assert scaled[free] == pytest.approx(np.sqrt(2) * unscaled[free])


def test_what_the_map_has_not_seen_is_named() -> None:
    drawn = PolisMap().fit(camps(2, seed=0)[0])
    with pytest.raises(ValueError, match="row 1: the map has not seen participant 'mei'"):
        drawn.predict_agree([0, "mei"], [0, 0])
    with pytest.raises(ValueError, match="row 0: the map has not seen statement 99"):
        drawn.predict_agree([0], [99])
    with pytest.raises(ValueError, match="unequal lengths: 1 participants, 2 statements"):
        drawn.predict_agree([0], [0, 1])


def test_memory_grows_with_the_votes_not_with_the_matrix() -> None:
    rng = np.random.RandomState(0)
    n, m, each = 20_000, 400, 8
    people, asked = np.repeat(np.arange(n), each), rng.randint(0, m, n * each)
    votes = Votes.from_triplets(people, asked, np.where((people % 2 == asked % 2) == (rng.rand(n * each) < 0.9), 1, -1))
    tracemalloc.start()
    drawn = PolisMap().fit(votes)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert drawn.n_groups_ == 2
    assert peak < n * m * 8 / 4


@real
@pytest.mark.parametrize("name", ["vtaiwan.uberx", "scoop-hivemind.freshwater"])
def test_real_positions_are_those_of_the_filled_in_matrix(name: str) -> None:
    votes = read(name)
    drawn = PolisMap().fit(votes)
    dense = dense_positions(votes)
    assert drawn.positions_ == pytest.approx(mirrored_alike(drawn.positions_, dense), abs=1e-8)


@real
@pytest.mark.parametrize(
    ("name", "inside", "k"),
    [("15-per-hour-seattle", 138, 2), ("scoop-hivemind.freshwater", 100, 2), ("scoop-hivemind.taxes", 293, 2)],
)
def test_real_conversations_have_the_people_and_groups_an_independent_program_finds(
    name: str, inside: int, k: int
) -> None:
    # red-dwarf 0.4.0 on the same votes.
    drawn = PolisMap().fit(read(name))
    assert (drawn.in_conversation_.sum(), drawn.n_groups_) == (inside, k)


@real
def test_a_real_conversation_stays_put_while_votes_come_in() -> None:
    shares = [0.4, 0.55, 0.7, 0.85, 1.0]
    drawn, changed = None, []
    for share in shares:
        now = PolisMap().fit(read("scoop-hivemind.biodiversity", share), previous=drawn)
        if drawn is not None:
            group = dict(zip(drawn.participants_, drawn.groups_.tolist(), strict=True))
            pairs = [(group.get(one, -1), g) for one, g in zip(now.participants_, now.groups_.tolist(), strict=True)]
            both = [(a, b) for a, b in pairs if a >= 0]
            assert all(b >= 0 for _, b in both)
            changed.append(np.mean([a != b for a, b in both]))
        drawn = now
    assert np.mean(changed) < 0.05


@real
def test_real_hidden_votes_are_predicted_better_than_by_the_statements_means() -> None:
    votes = read("vtaiwan.uberx")
    hidden = np.random.RandomState(0).permutation(np.flatnonzero(votes.values))[: len(votes) // 20]
    rest = chosen(votes, np.setdiff1d(np.arange(len(votes)), hidden))
    people, statements = np.array(votes.participants)[votes.rows], np.array(votes.statements)[votes.columns]
    hidden = hidden[np.isin(people[hidden], rest.participants) & np.isin(statements[hidden], rest.statements)]
    agreed = votes.values[hidden] > 0
    predicted = PolisMap().fit(rest).predict_agree(people[hidden], statements[hidden])
    means = np.bincount(rest.columns, rest.values) / rest.per_statement()
    popular = np.clip((means[np.searchsorted(rest.statements, statements[hidden])] + 1) / 2, 0.005, 0.995)
    assert log_loss(agreed, predicted) < log_loss(agreed, popular) - 0.05
    assert roc_auc_score(agreed, predicted) > roc_auc_score(agreed, popular) + 0.05
