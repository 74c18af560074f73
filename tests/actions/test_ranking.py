"""Ranking comments: by whom, when, from which marks, and that two workers or a late mark spoil nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import numpy as np
import pytest

from app.comments.actions import delete
from app.comments.marking import mark
from app.comments.models import Comment, RankState
from app.comments.queries import thread
from app.comments.rules import ENOUGH_MARKS, KNOWN_VIEW, Mark, Order
from app.core.clock import FixedClock
from app.core.errors import Forbidden
from app.opinions import bridging
from app.opinions.bridging import FEWEST_PEOPLE, LEASE, Person, rank_comments, scores, viewpoints
from app.opinions.jobs import draw_maps
from app.opinions.rules import Vote
from app.topics.models import Topic
from tests.support.builders import MadeIssue, MadePerson, Make
from tests.support.discussions import crowd_marks, say
from tests.support.opinions import Work, crowd, vote

CAMPS = [(40, "+++++-----"), (40, "-----+++++")]
"""Two sides nobody could mistake for one."""


class Talk:
    """An issue on which two sides have voted, and comments on it."""

    def __init__(self, work: Work, make: Make) -> None:
        self.work, self.make = work, make
        self.issue: MadeIssue = make.issue(statements=10)
        self.author: MadePerson = make.person("Mei")

    def say(self, text: str) -> int:
        return say(self.work, self.issue, self.author, text)

    def marks(self, comment: int, left: tuple[int, int] = (0, 0), right: tuple[int, int] = (0, 0)) -> None:
        """So many of each side who find it convincing, and so many who do not."""
        marks: dict[str, int] = {}
        for camp, (yes, no) in enumerate((left, right)):
            marks |= {f"{camp}:{n}": 1 if n < yes else -1 for n in range(yes + no)}
        crowd_marks(self.work, comment, marks)

    def row(self, comment: int) -> tuple[float | None, int | None]:
        with self.work() as ctx:
            found = ctx.get(Comment, comment)
            return found.bridging, found.place

    def order(self) -> list[int]:
        with self.work() as ctx:
            return [one.id for one in thread(ctx, self.issue.topic_id, order=Order.BRIDGING).items]

    def state(self) -> RankState:
        with self.work() as ctx:
            return ctx.get(RankState, self.issue.topic_id)

    def topic(self) -> Topic:
        with self.work() as ctx:
            return ctx.get(Topic, self.issue.topic_id)


@pytest.fixture
def talk(work: Work, make: Make) -> Talk:
    made = Talk(work, make)
    crowd(work, made.issue, CAMPS)
    draw_maps(work)
    return made


def test_what_convinces_both_sides_stands_above_what_more_people_of_one_side_like(talk: Talk) -> None:
    partisan, both = talk.say("Ours"), talk.say("Everybody's")
    talk.marks(partisan, left=(40, 0), right=(3, 17))
    talk.marks(both, left=(17, 3), right=(17, 3))
    assert rank_comments(talk.work) == 1
    assert talk.order() == [both, partisan]
    (low, place), (other_low, other_place) = talk.row(both), talk.row(partisan)
    assert low is not None
    assert other_low is not None
    assert low > 0.4 > other_low
    assert (place, other_place) == (0, 1)
    assert talk.topic().ranked_count == 2


def test_a_ranking_is_made_once_and_again_after_the_next_mark(talk: Talk, make: Make) -> None:
    comment = talk.say("Words")
    talk.marks(comment, left=(9, 0), right=(9, 0))
    assert [rank_comments(talk.work) for _ in range(2)] == [1, 0]
    before = talk.row(comment)
    with talk.work(make.person().actor) as ctx:
        mark(ctx, ctx.get(Topic, talk.issue.topic_id), comment, Mark.UNCONVINCING)
    assert rank_comments(talk.work) == 1
    # Somebody whose view is not known is counted for the readers, but not in the score.
    assert talk.row(comment) == before
    assert talk.state().ranked_seq == talk.topic().mark_seq


def test_a_comment_with_few_marks_has_no_score_and_still_its_turn(talk: Talk) -> None:
    marked = [talk.say(f"Words {n}") for n in range(4)]
    few = talk.say("New")
    for comment in marked:
        talk.marks(comment, left=(8, 2), right=(8, 2))
    talk.marks(few, left=(ENOUGH_MARKS - 1, 0))
    rank_comments(talk.work)
    assert talk.row(few) == (None, 2)
    assert len(talk.order()) == 5
    assert talk.topic().ranked_count == 4


def test_what_was_written_since_stands_first_until_it_has_its_place(talk: Talk) -> None:
    old = talk.say("Old")
    talk.marks(old, left=(9, 0), right=(9, 0))
    rank_comments(talk.work)
    new = talk.say("New")
    assert talk.order() == [new, old]
    assert rank_comments(talk.work) == 1
    assert talk.order() == [old, new]


def test_a_deleted_or_hidden_comment_goes_last_and_loses_its_score(talk: Talk) -> None:
    good, hidden, other = talk.say("Good"), talk.say("Rude"), talk.say("Other")
    for comment in (good, hidden):
        talk.marks(comment, left=(9, 0), right=(9, 0))
    rank_comments(talk.work)
    with talk.work(talk.author.actor) as ctx:
        delete(ctx, ctx.get(Topic, talk.issue.topic_id), good)
    with talk.work() as ctx:
        ctx.get(Comment, hidden).hidden_at = ctx.now
    rank_comments(talk.work)
    assert talk.order()[0] == other
    assert talk.row(good)[0] is talk.row(hidden)[0] is None
    assert talk.topic().ranked_count == 0


def test_a_reply_has_a_score_and_no_place(talk: Talk, make: Make) -> None:
    top = talk.say("Words")
    reply = say(talk.work, talk.issue, make.person(), "A better argument", top)
    talk.marks(reply, left=(9, 0), right=(9, 0))
    rank_comments(talk.work)
    low, place = talk.row(reply)
    assert low is not None
    assert (place, talk.row(top)) == (None, (None, 0))
    assert talk.order() == [top]


def test_lots_are_drawn_again_on_another_day_while_the_topic_is_open(talk: Talk, clock: FixedClock) -> None:
    talk.marks(talk.say("Marked"), left=(9, 0), right=(9, 0))
    for n in range(12):
        talk.say(f"New {n}")
    rank_comments(talk.work)
    first = talk.order()
    clock.advance(timedelta(days=1))
    assert [rank_comments(talk.work) for _ in range(2)] == [1, 0]
    assert talk.order() != first
    with talk.work() as ctx:
        ctx.get(Topic, talk.issue.topic_id).closed_at = ctx.now
    clock.advance(timedelta(days=1))
    assert rank_comments(talk.work) == 0


def test_where_too_few_have_voted_nothing_is_said_about_views(work: Work, make: Make) -> None:
    talk = Talk(work, make)
    crowd(work, talk.issue, [(FEWEST_PEOPLE - 1, "+++++-----"), (30, "+" * (KNOWN_VIEW - 1))])
    draw_maps(work)
    comment = talk.say("Words")
    talk.marks(comment, left=(10, 0))
    rank_comments(work)
    assert talk.row(comment) == (None, 0)
    assert talk.topic().ranked_count == 0


def test_marks_count_only_of_people_whose_view_is_known(talk: Talk) -> None:
    crowd(talk.work, talk.issue, [(30, "+" * (KNOWN_VIEW - 1))], name="hasty")
    comment, flooded = talk.say("Words"), talk.say("Flooded")
    for one in (comment, flooded):
        talk.marks(one, left=(6, 4), right=(6, 4))
    crowd_marks(talk.work, flooded, {f"hasty0:{n}": 1 for n in range(30)} | {f"nobody:{n}": 1 for n in range(50)})
    rank_comments(talk.work)
    # Draws are made item by item, so equal evidence gives equal scores.
    assert talk.row(comment)[0] == talk.row(flooded)[0]


def test_a_person_here_is_known_by_their_votes(talk: Talk, make: Make) -> None:
    with talk.work() as ctx:
        people, stands = viewpoints(ctx, talk.issue.topic_id)
    assert (len(people), stands.shape) == (80, (80, 2))
    assert set(people) == {f"{camp}:{n}" for camp in (0, 1) for n in range(40)}
    left = np.array([str(one).startswith("0") for one in people])
    assert stands[left, 0].max() < stands[~left, 0].min() or stands[left, 0].min() > stands[~left, 0].max()


def test_a_view_is_read_from_the_newest_map_and_from_votes_cast_since(talk: Talk, make: Make) -> None:
    mei = make.person()
    for statement in range(10):
        vote(talk.work, talk.issue, mei, statement, Vote.AGREE if statement < 5 else Vote.DISAGREE)
    with talk.work() as ctx:
        people, stands = viewpoints(ctx, talk.issue.topic_id)
    like_mei = next(row for row, one in enumerate(people) if str(one).startswith("0:"))
    assert stands[people.index(mei.id)] == pytest.approx(stands[like_mei])


def test_where_people_have_voted_comments_are_ranked_after_the_first_map(work: Work, make: Make) -> None:
    talk = Talk(work, make)
    crowd(work, talk.issue, CAMPS)
    comment = talk.say("Words")
    talk.marks(comment, left=(9, 0), right=(9, 0))
    with work() as ctx:
        assert viewpoints(ctx, talk.issue.topic_id)[0] == []
    assert rank_comments(work) == 0
    draw_maps(work)
    assert rank_comments(work) == 1
    assert talk.row(comment)[0] is not None


def test_people_here_and_simulated_ones_are_never_taken_for_one_another() -> None:
    people: list[Person] = [*range(1, 21), *(str(n) for n in range(1, 21))]
    stands = np.array([[-1.0, 0.0]] * 20 + [[1.0, 0.0]] * 20)
    by_people = [(n, 7, 1) for n in range(1, 21)]
    both: Iterable[tuple[Person, int, int]] = [*by_people, *((str(n), 7, 1) for n in range(1, 21))]
    assert scores(list(both), people, stands)[7] > scores(by_people, people, stands)[7]


def test_only_the_system_ranks(talk: Talk) -> None:
    with pytest.raises(Forbidden):
        rank_comments(lambda: talk.work(talk.author.actor))


def test_without_comments_there_is_nothing_to_rank(talk: Talk) -> None:
    assert rank_comments(talk.work) == 0


# ---- two at once ----


def test_a_mark_that_comes_while_the_ranking_is_made_makes_it_out_of_date_again(
    talk: Talk, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment, reader = talk.say("Words"), make.person()
    talk.marks(comment, left=(9, 0), right=(9, 0))

    def meanwhile(*args: object) -> dict[object, float]:
        with talk.work(reader.actor) as ctx:
            mark(ctx, ctx.get(Topic, talk.issue.topic_id), comment, Mark.UNCONVINCING)
        return scores(*args)  # type: ignore[arg-type, return-value]

    monkeypatch.setattr(bridging, "scores", meanwhile)
    assert rank_comments(talk.work) == 1
    assert talk.state().ranked_seq < talk.topic().mark_seq
    monkeypatch.undo()
    assert [rank_comments(talk.work) for _ in range(2)] == [1, 0]


def test_while_one_worker_ranks_another_lets_it_and_takes_over_only_when_it_has_died(
    talk: Talk, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk.marks(talk.say("Words"), left=(9, 0), right=(9, 0))
    others: list[int] = []

    def beside(*args: object) -> dict[object, float]:
        monkeypatch.setattr(bridging, "scores", scores)
        others.append(rank_comments(talk.work))
        clock.advance(LEASE)
        others.append(rank_comments(talk.work))
        return scores(*args)  # type: ignore[arg-type, return-value]

    monkeypatch.setattr(bridging, "scores", beside)
    assert rank_comments(talk.work) == 0
    assert others == [0, 1]
    assert talk.state().leased_until is None
