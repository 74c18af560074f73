"""Many votes at the same moment. The unique keys count people; without them the same check fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from app.accounts.models import Person
from app.accounts.queries import actor_of
from app.core.base import Base
from app.core.permissions import Actor
from app.extensions import db
from app.opinions.actions import cast
from app.opinions.models import Participant, VoteRow
from app.opinions.rules import Vote
from app.topics.models import Topic
from tests.conftest import ENGINE
from tests.support.builders import MadeIssue, Make
from tests.support.opinions import Work, counted, recounted

PATIENCE = 60
"""Seconds after which a thread that waits for its twin gives up."""
Check = Callable[[int, int], None]


@pytest.fixture
def check(app: APIFlask, work: Work, make: Make) -> Check:
    """So many people each vote twice at once, in so many threads; exactly one vote of each is left and counted."""

    def vote_twice(people: int, threads: int) -> None:
        issue = make.issue(statements=1)
        outcomes = _all_at_once(app, work, issue, _citizens(work, people), threads)
        everybody = {"participants": people, "votes": people, "agrees": people, "disagrees": 0, "passes": 0}
        with work() as ctx:
            assert recounted(ctx, issue.topic_id) == everybody
            assert counted(ctx, issue.topic_id) == everybody
        assert outcomes == {"counted": people, "counted before": people}

    return vote_twice


def _citizens(work: Work, people: int) -> list[Actor]:
    with work() as ctx:
        rows = [
            Person(
                email=f"voter{n}@example.org",
                email_key=f"voter{n}@example.org",
                name=f"Voter {n}",
                lang="en",
                password_hash="none",
                joined_at=ctx.now,
                confirmed_at=ctx.now,
            )
            for n in range(people)
        ]
        ctx.session.add_all(rows)
        ctx.session.flush()
        return [actor_of(ctx.session, row) for row in rows]


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


@contextmanager
def _without_unique(model: type[Base], *columns: str) -> Iterator[None]:
    """The table without its unique key on these columns; empty and with it again afterwards, whatever happened."""
    table = model.metadata.tables[model.__tablename__]
    key = next(
        each
        for each in table.constraints
        if isinstance(each, sa.UniqueConstraint) and tuple(each.columns.keys()) == columns
    )
    with db.engine.begin() as connection:
        connection.execute(sa.schema.DropConstraint(key))
    try:
        yield
    finally:
        with db.engine.begin() as connection:
            for each in reversed(Base.metadata.sorted_tables):
                connection.execute(each.delete())
            connection.execute(sa.schema.AddConstraint(key))


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
        with _without_unique(model, *columns), pytest.raises(AssertionError):
            check(200, 20)
        check(20, 8)
