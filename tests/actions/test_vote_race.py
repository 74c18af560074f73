"""Many votes at the same moment. The unique keys count people; without them the same check fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from apiflask import APIFlask

from app.core.base import Base
from app.core.permissions import Actor
from app.opinions.actions import cast
from app.opinions.models import Participant, VoteRow
from app.opinions.rules import Vote
from app.topics.models import Topic
from tests.conftest import ENGINE
from tests.support.builders import MadeIssue, Make
from tests.support.crowds import citizens, without_unique
from tests.support.opinions import Work, counted, recounted

PATIENCE = 60
"""Seconds after which a thread that waits for its twin gives up."""
Check = Callable[[int, int], None]


@pytest.fixture
def check(app: APIFlask, work: Work, make: Make) -> Check:
    """So many people each vote twice at once, in so many threads; exactly one vote of each is left and counted."""

    def vote_twice(people: int, threads: int) -> None:
        issue = make.issue(statements=1)
        outcomes = _all_at_once(app, work, issue, citizens(work, people), threads)
        everybody = {"participants": people, "votes": people, "agrees": people, "disagrees": 0, "passes": 0}
        with work() as ctx:
            assert recounted(ctx, issue.topic_id) == everybody
            assert counted(ctx, issue.topic_id) == everybody
        assert outcomes == {"counted": people, "counted before": people}

    return vote_twice


def _all_at_once(app: APIFlask, work: Work, issue: MadeIssue, voters: list[Actor], threads: int) -> Counter[str]:
    """What came of every vote. Each person's two votes wait for each other, then go."""

    def vote(actor: Actor, twin: Barrier) -> str:
        twin.wait(PATIENCE)
        try:
            with app.app_context(), work(actor) as ctx:
                topic = ctx.get(Topic, issue.topic_id)
                return "counted" if cast(ctx, topic, issue.statement_ids[0], Vote.AGREE) else "counted before"
        except Exception as error:
            return repr(error)

    with ThreadPoolExecutor(threads) as pool:
        # In this order: a thread that waits for its twin has it next in the queue.
        waiting = []
        for actor in voters:
            twin = Barrier(2)
            waiting += [pool.submit(vote, actor, twin), pool.submit(vote, actor, twin)]
        return Counter(each.result() for each in waiting)


def test_twenty_people_who_vote_twice_at_once_leave_twenty_votes(check: Check) -> None:
    check(20, 8)


@pytest.mark.race
@pytest.mark.skipif(ENGINE != "postgresql", reason="SQLite lets one writer in at a time; the race needs PostgreSQL")
class TestOnPostgresql:
    """What only a server with many writers can get wrong."""

    def test_two_hundred_people_who_vote_twice_at_once_leave_two_hundred_votes(self, check: Check) -> None:
        check(200, 20)

    @pytest.mark.parametrize(
        ("model", "columns"),
        [(VoteRow, ("participant_id", "statement_id")), (Participant, ("topic_id", "person_id"))],
        ids=["votes", "participants"],
    )
    def test_without_the_unique_key_the_same_check_fails(
        self, check: Check, model: type[Base], columns: tuple[str, ...]
    ) -> None:
        with without_unique(model, *columns), pytest.raises(AssertionError):
            check(200, 20)
        check(20, 8)
