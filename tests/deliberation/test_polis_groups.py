"""Who is in the conversation, how Polis gathers people, and what it carries from one refresh to the next."""

import numpy as np
import pytest
from sklearn.metrics import silhouette_score

from deliberation import Votes
from deliberation.polis import groups
from deliberation.polis.groups import Grouping, Smoother, gather, in_conversation, named_by_size, named_like
from deliberation.polis.k_means import Clusters, k_means, silhouette


def giving(counts: list[int], n_statements: int) -> Votes:
    """Person i passes on the first counts[i] statements; person -1 has answered all."""
    people = [i for i, count in enumerate(counts) for _ in range(count)] + [-1] * n_statements
    asked = [s for count in counts for s in range(count)] + list(range(n_statements))
    return Votes.from_triplets(people, asked, [0] * len(people))


def inside(votes: Votes, *stayed: int) -> set[object]:
    before = np.array([one in stayed for one in votes.participants])
    return {votes.participants[i] for i in np.flatnonzero(in_conversation(votes, before))}


def fresh(n: int) -> np.ndarray:
    return np.full(n, -1)


def test_seven_votes_put_a_person_in_the_conversation_passes_included() -> None:
    votes = giving([7] * 15 + [6, 5], n_statements=20)
    assert inside(votes) == {-1, *range(15)}


def test_with_fewer_statements_than_seven_all_of_them_do() -> None:
    votes = giving([3] * 15 + [2], n_statements=3)
    assert inside(votes) == {-1, *range(15)}


def test_who_was_in_stays_in() -> None:
    votes = giving([7] * 15 + [6, 5], n_statements=20)
    assert inside(votes, 16) == {-1, *range(15), 16}


def test_fewer_than_fifteen_are_filled_up_with_the_most_active() -> None:
    votes = giving([1] * 10 + [6, 2, 2] + [7] * 11, n_statements=20)
    # Twelve have enough; of the others the most active come first, and of equals the first.
    assert inside(votes) == {-1, *range(13, 24), 10, 11, 12}
    assert inside(giving([1] * 20, n_statements=20)) == {-1, *range(14)}


def test_centres_are_weighted_means() -> None:
    found = k_means(np.array([[0.0, 0], [1, 0], [9, 0]]), 2, steps=20, weights=np.array([3.0, 1, 1]))
    assert found.centres.tolist() == [[0.25, 0], [9, 0]]


def test_the_first_different_places_are_the_start() -> None:
    places = np.array([[0.0, 0], [0, 0], [4, 0], [5, 0], [4, 0]])
    assert k_means(places, 3, steps=0).centres.tolist() == [[0, 0], [4, 0], [5, 0]]


def test_the_number_of_steps_is_one_more_than_the_limit() -> None:
    # From 0 and 1: {0}, {1, 2, 12} with means 0 and 5; then {0, 1, 2}, {12} with means 1 and 12.
    places = np.array([[0.0, 0], [1, 0], [2, 0], [12, 0]])
    assert k_means(places, 2, steps=0).centres.tolist() == [[0, 0], [5, 0]]
    assert k_means(places, 2, steps=1).centres.tolist() == [[1, 0], [12, 0]]


def test_centres_that_hardly_move_have_settled() -> None:
    # The third place draws the right centre to 9.995, less than 0.01. Another step would give it the fourth, too,
    # which then lies past the middle.
    places = np.array([[0.0, 0], [10, 0], [5.001, 0], [4.999, 0]])
    found = k_means(places, 2, steps=20, weights=np.array([1000, 1000, 1, 0.001]))
    assert found.labels.tolist() == [0, 1, 1, 0]


def test_clusters_start_where_their_members_of_last_time_stand_now() -> None:
    places = np.array([[0.0, 0], [4, 0], [6, 0], [10, 0]])
    last = Clusters(np.array([3, 8]), np.full((2, 2), 99.0), np.array([1, 1, 0, 0]))
    found = k_means(places, 2, steps=20, last=last)
    assert found.ids.tolist() == [3, 8]
    assert found.centres.tolist() == [[8, 0], [2, 0]]


def test_of_clusters_on_one_spot_the_heavier_lives_and_a_new_one_starts_farthest_off() -> None:
    places = np.array([[0.0, 0], [0, 0], [0, 0], [3, 0], [7, 0]])
    last = Clusters(np.array([0, 5]), np.zeros((2, 2)), np.array([0, 1, 1, -1, -1]))
    found = k_means(places, 2, steps=0, last=last)
    assert found.ids.tolist() == [5, 6]
    assert found.labels.tolist() == [0, 0, 0, 0, 1]


def test_a_cluster_that_loses_its_members_is_dropped_with_its_id() -> None:
    # The middle cluster's two members stand at the ends now, so its centre at 5 is nobody's nearest.
    places = np.array([[0.0, 0], [0, 0], [0, 0], [10, 0], [10, 0], [10, 0]])
    last = Clusters(np.array([0, 1, 2]), np.zeros((3, 2)), np.array([0, 0, 1, 1, 2, 2]))
    found = k_means(places, 3, steps=20, last=last)
    assert found.ids.tolist() == [0, 2]
    assert found.labels.tolist() == [0, 0, 0, 1, 1, 1]


def test_the_silhouette_is_rousseeuws_with_loners_at_nought() -> None:
    places = np.random.RandomState(0).standard_normal((40, 2))
    labels = np.arange(40) % 3
    assert silhouette(places, labels) == pytest.approx(silhouette_score(places, labels))
    # By hand: 8/9 and 7/8 for the pair, 0 for the loner.
    assert silhouette(np.array([[0.0, 0], [1, 0], [9, 0]]), np.array([0, 0, 1])) == pytest.approx((8 / 9 + 7 / 8) / 3)


def test_there_are_at_most_a_hundred_base_clusters_and_no_two_for_one_spot() -> None:
    places = np.random.RandomState(0).standard_normal((500, 2))
    assert len(gather(places, fresh(500), None).base.ids) == 100
    assert len(gather(places[:60].repeat(2, axis=0), fresh(120), None).base.ids) == 60


def test_a_base_cluster_weighs_as_many_as_it_holds() -> None:
    places = np.array([[0.0, 0]] * 8 + [[1, 0], [9, 0]])
    assert gather(places, fresh(10), None).by_count[2].centres.tolist() == [[1 / 9, 0], [9, 0]]


def test_as_many_groups_are_tried_as_the_base_clusters_allow() -> None:
    places = np.random.RandomState(0).standard_normal((500, 2))
    assert list(gather(places[:11], fresh(11), None).by_count) == [2]
    assert list(gather(places[:24], fresh(24), None).by_count) == [2, 3, 4]
    assert list(gather(places, fresh(500), None).by_count) == [2, 3, 4, 5]


@pytest.mark.parametrize("k", [2, 3, 4])
def test_the_number_of_groups_has_the_best_silhouette(k: int) -> None:
    rng = np.random.RandomState(0)
    corners = np.array([[0, 0], [20, 0], [0, 20], [20, 20]])[:k]
    places = corners[np.arange(200) % k] + rng.standard_normal((200, 2))
    found = gather(places, fresh(200), None)
    assert found.count == k
    assert len(set(zip(found.labels.tolist(), (np.arange(200) % k).tolist(), strict=True))) == k


def test_of_equal_silhouettes_the_larger_number_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "silhouette", lambda places, labels: 0.5)
    assert gather(np.random.RandomState(0).standard_normal((30, 2)), fresh(30), None).count == 4


def test_base_clusters_begin_from_those_of_last_time() -> None:
    rng = np.random.RandomState(0)
    places = rng.standard_normal((300, 2))
    first = gather(places, fresh(300), None)
    # Ten newcomers before the others, and everybody moves a little.
    moved = np.vstack([rng.standard_normal((10, 2)), places + 0.01 * rng.standard_normal((300, 2))])
    rows = np.concatenate([fresh(10), np.arange(300)])
    second, cold = gather(moved, rows, first), gather(moved, fresh(310), None)

    def same_base(now: Grouping) -> float:
        return float((now.base.ids[now.base.labels[10:]] == first.base.ids[first.base.labels]).mean())

    assert same_base(second) > 0.9
    assert same_base(cold) < 0.5


def test_groups_begin_from_those_of_last_time() -> None:
    # A square can be cut either way, and both cuts are stable.
    places = np.array([[0.0, 0], [1, 0], [0, 1], [1, 1]])
    cut = Clusters(np.arange(2), np.zeros((2, 2)), np.array([0, 0, 1, 1]))
    last = Grouping(Clusters(np.arange(4), places, np.arange(4)), {2: cut}, {2: 0.0}, Smoother(2, 1, 2), 2)
    assert gather(places, np.arange(4), last).labels.tolist() == [0, 0, 1, 1]
    assert gather(places, np.arange(4), None).labels.tolist() == [0, 1, 0, 1]


def shown(*best: int) -> list[int]:
    smoother, seen = None, []
    for one in best:
        smoother = Smoother.after(smoother, one)
        seen.append(smoother.shown)
    return seen


def test_another_number_of_groups_must_be_best_four_times_running() -> None:
    assert shown(2, 3, 3, 3, 3, 3) == [2, 2, 2, 2, 3, 3]
    assert shown(2, 3, 3, 3, 2, 3, 3, 3, 4, 3) == [2] * 10


def test_a_number_that_can_no_longer_be_drawn_is_let_go_at_once() -> None:
    rng = np.random.RandomState(0)
    places = np.array([[0, 0], [20, 0], [0, 20]])[np.arange(60) % 3] + rng.standard_normal((60, 2))
    first = gather(places, fresh(60), None)
    assert first.count == 3
    assert gather(places[:9], np.arange(9), first).count == 2


def test_ids_follow_the_people() -> None:
    before = np.array([0, 0, 0, 1, 1, 2, 2, -1])
    after = np.array([2, 2, 2, 0, 0, 1, 1, 1])
    assert named_like(before, after, 3).tolist() == [0, 0, 0, 1, 1, 2, 2, 2]
    # A fourth group gets the free id; people in no group stay there.
    assert named_like(before, np.array([3, 3, 2, 0, 0, 1, 1, -1]), 4).tolist() == [0, 0, 3, 1, 1, 2, 2, -1]


def test_ids_stay_below_the_number_of_groups() -> None:
    assert named_like(np.array([0, 0, 1, 2, 2, 2]), np.array([1, 1, 1, 0, 0, 0]), 2).tolist() == [0, 0, 0, 1, 1, 1]


def test_without_a_past_the_largest_group_comes_first() -> None:
    assert named_by_size(np.array([0, 2, 2, 1, 1, 1, -1]), 3).tolist() == [2, 1, 1, 0, 0, 0, -1]
