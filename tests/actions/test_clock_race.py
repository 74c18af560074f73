"""Two people at once at the same clock: what one does, the other sees."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from app.clocks import redating
from app.clocks.actions import Start, extend_clock, start_clock
from app.clocks.models import ClockAct, ClockRow
from app.clocks.rules import Reason, Subject
from app.core.context import Context
from app.core.deadline import Unit
from app.core.errors import Conflict
from app.core.terms import Extension, Period, Promise, Terms
from tests.conftest import ENGINE
from tests.support.opinions import Work

PATIENCE = 60
TERMS = Terms(Promise.PLAN, Period(14, Unit.DAY), Extension(1, Period(14, Unit.DAY)))
ROUNDS = 8


def both_extend(app: APIFlask, work: Work, clock_id: int) -> Counter[str]:
    """Two approvers who have both read the clock put its date off; what came of it."""
    twin = Barrier(2)

    def extend(_: int) -> str:
        with app.app_context():
            try:
                with work() as ctx:
                    clock = ctx.get(ClockRow, clock_id)
                    twin.wait(PATIENCE)
                    extend_clock(ctx, clock, 7, Reason("We need the figures.", "en"))
                return "put off"
            except Conflict:
                return "refused"

    with ThreadPoolExecutor(2) as pool:
        return Counter(pool.map(extend, range(2)))


def outcomes(app: APIFlask, work: Work) -> tuple[Counter[str], int]:
    """What came of several such rounds, and how many acts were kept."""
    found = Counter[str]()
    for subject_id in range(ROUNDS):
        with work() as ctx:
            clock_id = start_clock(ctx, Start(Subject.DEMAND, subject_id, TERMS, ctx.today, 1)).id
        found += both_extend(app, work, clock_id)
    with work() as ctx:
        return found, len(ctx.session.scalars(sa.select(ClockAct)).all())


@pytest.mark.race
@pytest.mark.skipif(ENGINE != "postgresql", reason="SQLite lets one writer in at a time; the race needs PostgreSQL")
class TestOnPostgresql:
    """What only a server with many writers can get wrong."""

    def test_a_date_that_may_be_put_off_once_is_put_off_once(self, app: APIFlask, work: Work) -> None:
        assert outcomes(app, work) == ({"put off": ROUNDS, "refused": ROUNDS}, ROUNDS)

    def test_without_the_lock_both_would_put_it_off(
        self, app: APIFlask, work: Work, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def as_it_was_read(ctx: Context, clock: ClockRow) -> ClockRow:
            return clock

        monkeypatch.setattr(redating, "locked", as_it_was_read)
        monkeypatch.setattr(redating, "note_steps", lambda ctx, clock, until: 0)
        found, acts = outcomes(app, work)
        assert found["put off"] > ROUNDS
        assert acts > ROUNDS
