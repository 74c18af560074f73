"""Two people change different rows of one thing at the same time: what can be found is what both have done."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from app.core.context import Context
from app.issues.models import Issue
from app.search import actions
from app.search.actions import index
from app.search.building import rebuild
from app.search.models import SearchEntry
from app.search.queries import Wanted, search
from app.topics.models import Topic
from tests.conftest import ENGINE
from tests.support.builders import Make
from tests.support.opinions import Work

PATIENCE = 30
WAITING = sa.text(
    "SELECT count(*) FROM pg_locks WHERE NOT granted AND transactionid = CAST(pg_current_xact_id() AS xid)"
)
"""How many wait for the transaction that asks."""


def both_change(app: APIFlask, work: Work, topic_id: int) -> list[bool]:
    """One gives an issue another title; before that is committed a second one changes its background. Who is found?"""
    first_wrote = Event()

    def rename() -> None:
        with app.app_context(), work() as ctx:
            ctx.get(Topic, topic_id).title = {"zh-Hant-TW": "巷口路燈"}
            index(ctx, "issues", {topic_id: topic_id})
            first_wrote.set()
            until = time.monotonic() + PATIENCE
            while not ctx.session.scalar(WAITING):
                assert time.monotonic() < until, "the second one never had to wait"
                time.sleep(0.02)

    def explain() -> None:
        assert first_wrote.wait(PATIENCE)
        with app.app_context(), work() as ctx:
            its = sa.update(Issue).where(Issue.topic_id == topic_id)
            ctx.session.execute(its.values(background={"en": "Lanterns"}))
            index(ctx, "issues", {topic_id: topic_id})

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(rename), pool.submit(explain)]:
            done.result()
    with work() as ctx:
        return [bool(search(ctx, Wanted(one, kind="issues")).items) for one in ("路燈", "lanterns")]


@pytest.mark.race
@pytest.mark.skipif(ENGINE != "postgresql", reason="SQLite lets one writer in at a time; the race needs PostgreSQL")
class TestOnPostgresql:
    """What only a server with many writers can get wrong."""

    def test_the_second_one_writes_what_both_did(self, app: APIFlask, work: Work, make: Make) -> None:
        topic_id = make.issue().topic_id
        rebuild(work)
        assert both_change(app, work, topic_id) == [True, True]

    def test_without_the_lock_the_first_ones_words_would_be_lost(
        self, app: APIFlask, work: Work, make: Make, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        issue = make.issue()

        def only_looked_up(ctx: Context, kind: str, number: int, topic_id: int) -> int:
            its = (SearchEntry.kind == kind, SearchEntry.thing_id == number)
            return ctx.session.scalars(sa.select(SearchEntry.id).where(*its)).one()

        rebuild(work)
        monkeypatch.setattr(actions, "_lock", only_looked_up)
        assert both_change(app, work, issue.topic_id) == [False, True]
