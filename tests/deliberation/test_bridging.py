"""The bridging score: what convinces both sides, proved on planted truth; simulated ratings throughout."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit

from deliberation import Bridging, OpinionMap, Votes, bridging_scores

Floats = NDArray[np.float64]
PEOPLE = 400
Row = tuple[int, str, int]


def two_sides(left: float = 0.5, people: int = PEOPLE) -> Floats:
    """Viewpoints (people, 1): the first so many on the left, at about -1, the others at about 1."""
    rng = np.random.RandomState(7)
    sides = np.where(np.arange(people) < left * people, -1.0, 1.0)
    return np.asarray((sides + rng.normal(0, 0.2, people))[:, None])


def scored(rows: Sequence[Row], stands: Floats | None, population: Floats | None = None) -> Bridging:
    """The scores of (rater, item, value) rows; `stands` has a viewpoint for every rater number."""
    votes = Votes.from_triplets(*(list(column) for column in zip(*rows, strict=True))) if rows else votes_of_nobody()
    viewpoints = None if stands is None else stands[[int(str(one)) for one in votes.participants]]
    return bridging_scores(votes, viewpoints, stands if population is None else population)


def votes_of_nobody() -> Votes:
    return Votes.from_triplets([], [], [])


def rated(item: str, raters: Sequence[int], approving: float, seed: int = 0) -> list[Row]:
    """Each rater approves with this chance, or rejects."""
    draws = np.random.RandomState(seed).random_sample(len(raters)) < approving
    return [(rater, item, 1 if yes else -1) for rater, yes in zip(raters, draws, strict=True)]


def of(found: Bridging, item: str) -> int:
    return found.items.index(item)


def share_of(rows: Sequence[Row], item: str) -> float:
    """The plain share of approval."""
    return float(np.mean([value == 1 for _, one, value in rows if one == item]))


LEFT, RIGHT = list(range(200)), list(range(200, 400))


def test_what_both_sides_approve_of_beats_what_one_side_loves() -> None:
    rows = rated("both", LEFT[:60] + RIGHT[:60], 0.8)
    rows += rated("left", LEFT[:60], 0.97, 1) + rated("left", RIGHT[:60], 0.1, 2)
    found = scored(rows, two_sides())
    assert found.low[of(found, "both")] > 0.5 > found.high[of(found, "left")]
    assert found.ratings.tolist() == [120, 120]


@pytest.mark.parametrize("sent", [80, 200])
def test_many_raters_of_one_side_lift_nothing_above_what_bridges(sent: int) -> None:
    """Four fifths of the ratings come from one side, all of them approving of everything."""
    rows = rated("bridging", LEFT[:40], 0.9) + rated("bridging", RIGHT[:10], 0.9, 1)
    rows += rated("partisan", LEFT[:sent], 1.0) + rated("partisan", RIGHT[: sent // 4], 0.1, 2)
    rows += rated("unseen by the other side", LEFT[:sent], 1.0)
    found = scored(rows, two_sides())
    bridges = of(found, "bridging")
    for pushed in ("partisan", "unseen by the other side"):
        assert found.low[of(found, pushed)] < found.low[bridges]
        assert found.score[of(found, pushed)] < found.score[bridges]
    assert found.low[of(found, "unseen by the other side")] < 0.3
    # The control: by plain share of approval the pushed one comes first.
    assert share_of(rows, "unseen by the other side") > share_of(rows, "bridging")


def test_more_approval_from_the_same_side_makes_nothing_more_convincing_to_the_other() -> None:
    stands = two_sides()
    lows = [scored(rated("pushed", LEFT[:n], 1.0), stands).low[0] for n in (10, 50, 200)]
    assert max(lows) < 0.25


def test_the_larger_side_among_all_people_has_no_say_over_the_smaller() -> None:
    stands = two_sides(left=0.8)
    left, right = list(range(320)), list(range(320, 400))
    rows = rated("majority", left, 0.95) + rated("majority", right, 0.15, 1)
    rows += rated("both", left[:60], 0.75, 2) + rated("both", right[:15], 0.8, 3)
    found = scored(rows, stands)
    assert found.low[of(found, "both")] > found.high[of(found, "majority")]


def test_a_side_that_is_rejected_by_its_own_is_no_bridge_either() -> None:
    rows = rated("odd", LEFT[:60], 0.1) + rated("odd", RIGHT[:60], 0.9, 1)
    assert scored(rows, two_sides()).high[0] < 0.4


def test_few_ratings_leave_the_score_wide_open_and_many_narrow_it() -> None:
    stands = two_sides()
    widths, lows = [], []
    for each in (2, 10, 100):
        found = scored(rated("good", LEFT[:each] + RIGHT[:each], 1.0), stands)
        widths.append(found.high[0] - found.low[0])
        lows.append(found.low[0])
    assert widths == sorted(widths, reverse=True)
    assert lows == sorted(lows)
    assert lows[0] < 0.3
    assert lows[2] > 0.8


@pytest.mark.parametrize("each", [(5, 10, 20), (40, 80, 160)], ids=["few ratings", "many ratings"])
def test_the_interval_holds_the_truth_about_ninety_five_times_in_a_hundred(each: tuple[int, ...]) -> None:
    held, truths, scores = [], [], []
    for seed in range(8):
        found, truth = planted(seed, each)
        held.append((found.low <= truth) & (truth <= found.high))
        truths.append(truth)
        scores.append(found.score)
    assert 0.91 <= np.mean(held) <= 0.98
    assert np.corrcoef(np.concatenate(truths), np.concatenate(scores))[0, 1] > (0.65 if each[0] < 10 else 0.9)


def planted(seed: int, each: tuple[int, ...], items: int = 50) -> tuple[Bridging, Floats]:
    """Items of known appeal and slant, rated by people of known view and unknown mood; the scores, and the truth."""
    rng = np.random.RandomState(seed)
    stands = two_sides()
    appeal, slant, mood = rng.normal(0.3, 1, items), rng.normal(0, 1.8, items), rng.normal(0, 0.7, PEOPLE)
    rows: list[Row] = []
    for item in range(items):
        who = rng.choice(PEOPLE, rng.choice(each), replace=False)
        chance = expit(appeal[item] + mood[who] + slant[item] * stands[who, 0])
        said = np.where(rng.random_sample(len(who)) < chance, 1, -1)
        rows += [(int(p), f"{item:03}", int(v)) for p, v in zip(who, said, strict=True)]
    logits = np.sort(appeal + stands * slant, axis=0)[: PEOPLE // 4]
    return scored(rows, stands), np.asarray(expit(logits).mean(axis=0))


@pytest.mark.parametrize("doubt", [0.0, 0.6], ids=["exact viewpoints", "rough viewpoints"])
def test_where_the_model_is_wrong_the_lower_bound_is_still_not_too_high(doubt: float) -> None:
    """Two groups with any rates of approval at all, as no slope along an axis makes them."""
    too_high, held = [], []
    for seed in range(6):
        rng = np.random.RandomState(seed)
        side = rng.randint(0, 2, PEOPLE)
        rates = rng.beta(1.5, 1.2, (2, 50))
        rows: list[Row] = []
        for item in range(50):
            who = rng.choice(PEOPLE, rng.choice((20, 80)), replace=False)
            said = np.where(rng.random_sample(len(who)) < rates[side[who], item], 1, -1)
            rows += [(int(p), f"{item:03}", int(v)) for p, v in zip(who, said, strict=True)]
        found = scored(rows, (2.0 * side - 1 + rng.normal(0, 0.2 + doubt, PEOPLE))[:, None])
        truth = np.sort(rates[side], axis=0)[: PEOPLE // 4].mean(axis=0)
        too_high.append(truth < found.low)
        held.append((found.low <= truth) & (truth <= found.high))
    assert np.mean(too_high) <= 0.03
    assert np.mean(held) >= 0.8


def test_without_viewpoints_the_sides_are_learnt_from_the_ratings() -> None:
    rng = np.random.RandomState(3)
    rows: list[Row] = []
    for person in range(150):
        for item in range(13):
            chance = 0.85 if item == 0 else 0.9 if (person < 75) == (item % 2 == 0) else 0.1
            if rng.random_sample() < 0.8:
                rows.append((person, f"{item:02}", 1 if rng.random_sample() < chance else -1))
    found = scored(rows, None)
    assert found.low[0] > 0.5 > found.high[1:].max()


def test_statements_are_scored_by_the_same_function_from_a_fitted_map() -> None:
    rng = np.random.RandomState(1)
    rows = [
        (p, f"s{s}", 1 if rng.random_sample() < (0.85 if s == 0 else 0.9 if (p < 30) == (s % 2 == 0) else 0.1) else -1)
        for p in range(60)
        for s in range(10)
    ]
    votes = Votes.from_triplets(*(list(column) for column in zip(*rows, strict=True)))
    found = bridging_scores(votes, OpinionMap().fit(votes).positions_)
    assert found.items[int(np.argmax(found.low))] == "s0"
    assert found.low[0] > 0.5 > found.high[1:].max()


def test_the_order_of_the_ratings_and_the_side_called_positive_change_nothing() -> None:
    rows = rated("a", LEFT[:20] + RIGHT[:9], 0.7) + rated("b", RIGHT[:30], 0.6, 1) + [(5, "c", 0)]
    stands = two_sides()
    first, second = scored(rows, stands), scored(rows[::-1], stands)
    for name in ("score", "low", "high"):
        assert np.array_equal(getattr(first, name), getattr(second, name))
    shuffled = bridging_scores(
        Votes.from_triplets(*(list(c) for c in zip(*rows, strict=True))),
        stands[sorted({r for r, _, _ in rows})],
        stands[::-1],
    )
    assert np.array_equal(first.low, shuffled.low)
    assert np.allclose(first.score, scored(rows, -stands).score, atol=0.03)


def test_an_approver_of_everything_counts_for_less_than_a_critical_reader() -> None:
    stands = two_sides()
    others = [f"other {n}" for n in range(12)]
    easy = [(p, item, 1) for p in (*LEFT[:8], *RIGHT[:8]) for item in others]
    strict = [(p, item, -1) for p in (*LEFT[8:16], *RIGHT[8:16]) for item in others]
    rows = easy + strict
    rows += rated("liked by the easy", LEFT[:8] + RIGHT[:8], 1.0) + rated(
        "liked by the strict", LEFT[8:16] + RIGHT[8:16], 1
    )
    found = scored(rows, stands)
    assert found.score[of(found, "liked by the strict")] > found.score[of(found, "liked by the easy")]


def test_whoever_has_no_known_viewpoint_is_left_out() -> None:
    stands = two_sides()
    rows = rated("item", LEFT[:20] + RIGHT[:20], 0.7)
    without = scored(rows, stands)
    unknown = stands.copy()
    unknown[60:120] = np.nan
    flooded = scored(rows + [(p, "item", 1) for p in range(60, 120)], unknown, population=stands)
    assert flooded.low.tolist() == without.low.tolist()
    assert flooded.ratings.tolist() == [40]


def test_with_two_axes_approval_is_asked_of_the_people_farthest_off_on_either() -> None:
    rng = np.random.RandomState(0)
    stands = rng.normal(0, 1, (PEOPLE, 2))
    rows: list[Row] = []
    for item, slant in {"flat": (0.0, 0.0), "first": (2.0, 0.0), "second": (0.0, 2.0)}.items():
        chance = expit(1.2 + stands @ np.array(slant))
        rows += [(p, item, 1 if rng.random_sample() < chance[p] else -1) for p in range(0, PEOPLE, 2)]
    found = scored(rows, stands)
    assert found.low[of(found, "flat")] > max(found.high[of(found, "first")], found.high[of(found, "second")])


# ---- edges ----


def test_no_ratings_give_no_scores() -> None:
    for stands in (None, two_sides()):
        found = scored([], stands)
        assert (found.items, len(found.score), len(found.low), len(found.ratings)) == ((), 0, 0, 0)


@pytest.mark.parametrize("learnt", [True, False], ids=["learnt", "known"])
@pytest.mark.parametrize(
    "rows",
    [
        [(0, "a", 1)],
        [(0, "a", -1), (0, "b", 1)],
        [(p, "a", 1) for p in range(30)],
        [(p, item, 1) for p in range(30) for item in "abc"],
        [(p, item, 0) for p in range(30) for item in "abc"],
        [(0, "a", 1), (1, "b", -1)],
    ],
    ids=["one rating", "one rater", "all agree", "all agree on all", "all undecided", "apart"],
)
def test_little_or_one_sided_evidence_still_gives_a_sound_answer(rows: list[Row], learnt: bool) -> None:
    found = scored(rows, None if learnt else two_sides())
    assert np.isfinite([found.score, found.low, found.high]).all()
    assert (found.low >= 0).all()
    assert (found.low <= found.score).all()
    assert (found.score <= found.high).all()
    assert (found.high <= 1).all()


def test_one_rating_says_next_to_nothing() -> None:
    found = scored([(0, "a", 1)], two_sides())
    assert found.high[0] - found.low[0] > 0.6


def test_undecided_ratings_are_no_approval() -> None:
    found = scored([(p, "a", 0) for p in range(100, 300)], two_sides())
    assert found.ratings.tolist() == [0]
    assert found.high[0] < 0.6


def test_people_who_all_stand_on_one_spot_are_one_side() -> None:
    found = scored(rated("a", LEFT, 0.9), np.zeros((PEOPLE, 1)))
    assert 0.75 < found.low[0] < found.high[0] < 0.95


def test_nobody_of_known_viewpoint_leaves_every_item_unscored_in_effect() -> None:
    votes = Votes.from_triplets([1, 2], ["a", "a"], [1, 1])
    found = bridging_scores(votes, np.full((2, 2), np.nan))
    assert found.ratings.tolist() == [0]
    assert found.low[0] < 0.5 < found.high[0]


@pytest.mark.parametrize(
    ("viewpoints", "population", "rank", "words"),
    [
        (np.zeros((3, 1)), None, 1, r"viewpoints are \(2, d\)"),
        (np.zeros(2), None, 1, r"viewpoints are \(2, d\)"),
        (np.zeros((2, 1)), np.zeros((5, 2)), 1, r"population is \(n_people, 1\)"),
        (np.zeros((2, 1)), np.full((5, 1), np.nan), 1, "finite"),
        (None, None, 0, "rank is at least 1, not 0"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason(
    viewpoints: Floats | None, population: Floats | None, rank: int, words: str
) -> None:
    votes = Votes.from_triplets([1, 2], ["a", "a"], [1, -1])
    with pytest.raises(ValueError, match=words):
        bridging_scores(votes, viewpoints, population, rank=rank)
