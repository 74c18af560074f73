"""Many marks at the same moment. The unique key counts people; without it the same check fails."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from app.comments import marking
from app.comments.actions import delete
from app.comments.marking import mark
from app.comments.models import Comment, CommentMark
from app.comments.queries import plain_comment
from app.comments.rules import Mark
from app.core.context import Context
from app.core.errors import Conflict
from app.core.permissions import Actor
from app.topics.models import Topic
from tests.conftest import ENGINE
from tests.support.builders import MadeIssue, Make
from tests.support.crowds import citizens, without_unique
from tests.support.discussions import marks_counted, marks_recounted, say
from tests.support.opinions import Work

PATIENCE = 60
"""Seconds after which a thread that waits for its twin gives up."""
Check = Callable[[int, int], None]


@pytest.fixture
def check(app: APIFlask, work: Work, make: Make) -> Check:
    """So many people each mark twice at once, in so many threads; exactly one mark of each is left and counted."""

    def mark_twice(people: int, threads: int) -> None:
        issue = make.issue()
        comment = say(work, issue, make.person(), "Buses at night, please.")
        outcomes = _all_at_once(app, work, issue, comment, citizens(work, people), threads)
        with work() as ctx:
            assert marks_recounted(ctx, issue.topic_id) == (people, 0, people)
            assert marks_counted(ctx, issue.topic_id) == (people, 0, people)
        assert outcomes == {"counted": people, "counted before": people}

    return mark_twice


def _all_at_once(
    app: APIFlask, work: Work, issue: MadeIssue, comment: int, readers: list[Actor], threads: int
) -> Counter[str]:
    """What came of every mark. Each person's two marks wait for each other, then go."""

    def press(actor: Actor, twin: Barrier) -> str:
        twin.wait(PATIENCE)
        try:
            with app.app_context(), work(actor) as ctx:
                done = mark(ctx, ctx.get(Topic, issue.topic_id), comment, Mark.CONVINCING)
                return "counted" if done else "counted before"
        except Exception as error:
            return repr(error)

    with ThreadPoolExecutor(threads) as pool:
        # In this order: a thread that waits for its twin has it next in the queue.
        waiting = []
        for actor in readers:
            twin = Barrier(2)
            waiting += [pool.submit(press, actor, twin), pool.submit(press, actor, twin)]
        return Counter(each.result() for each in waiting)


def test_twenty_people_who_mark_twice_at_once_leave_twenty_marks(check: Check) -> None:
    check(20, 8)


def _mark_while_deleting(
    app: APIFlask, work: Work, make: Make, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> tuple[BaseException | None, bool]:
    """A mark that has `seconds` to look at a comment whose deletion is not committed: its refusal; do counts agree?"""
    issue, author, reader = make.issue(), make.person(), make.person()
    comment, looked = say(work, issue, author, "Words"), threading.Event()

    def look(ctx: Context, topic_id: int, comment_id: int) -> Comment:
        found = plain_comment(ctx, topic_id, comment_id)
        looked.set()
        return found

    def late_mark() -> None:
        with app.app_context(), work(reader.actor) as ctx:
            mark(ctx, ctx.get(Topic, issue.topic_id), comment, Mark.CONVINCING)

    monkeypatch.setattr(marking, "plain_comment", look)
    with ThreadPoolExecutor(1) as pool:
        with work(author.actor) as ctx:
            delete(ctx, ctx.get(Topic, issue.topic_id), comment)
            other = pool.submit(late_mark)
            looked.wait(seconds)
        refusal = other.exception(20)
    with work() as ctx:
        return refusal, marks_counted(ctx, issue.topic_id) == marks_recounted(ctx, issue.topic_id) == (0, 0, 0)


@pytest.mark.race
def test_a_mark_that_meets_a_deletion_leaves_nothing(
    app: APIFlask, work: Work, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusal, clean = _mark_while_deleting(app, work, make, monkeypatch, 0.5)
    assert isinstance(refusal, Conflict)
    assert clean


@pytest.mark.race
@pytest.mark.skipif(ENGINE != "postgresql", reason="SQLite lets one writer in at a time; the race needs PostgreSQL")
class TestOnPostgresql:
    """What only a server with many writers can get wrong."""

    def test_two_hundred_people_who_mark_twice_at_once_leave_two_hundred_marks(self, check: Check) -> None:
        check(200, 20)

    def test_without_the_unique_key_the_same_check_fails(self, check: Check) -> None:
        with without_unique(CommentMark, "comment_id", "person_id"), pytest.raises(AssertionError):
            check(200, 20)
        check(20, 8)

    def test_control_without_the_guard_a_mark_stays_on_a_deleted_comment(
        self, app: APIFlask, work: Work, make: Make, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(marking, "_count", _count_unguarded)
        refusal, clean = _mark_while_deleting(app, work, make, monkeypatch, 20)
        assert refusal is None
        assert not clean


def _count_unguarded(ctx: Context, comment_id: int, moves: marking.Moves) -> None:
    ctx.session.execute(
        sa.update(Comment)
        .where(Comment.id == comment_id)
        .values({marking.COUNTERS[value].key: marking.COUNTERS[value] + by for value, by in moves.items()})
        .execution_options(synchronize_session=False)
    )
