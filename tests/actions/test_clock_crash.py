"""Two sweepers that are killed again and again remind and escalate exactly once, never early, and miss nothing."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from app.audit.models import FactRow
from app.clocks.actions import Start, start_clock
from app.clocks.models import ClockRow, ClockStep
from app.clocks.rules import Subject
from app.core.deadline import Unit
from app.core.terms import Period, Promise, Terms
from app.extensions import db
from tests.conftest import NOON
from tests.support.opinions import Work
from tests.support.sweepers import FastClock, Sweeper, start_sweeper

SEED = 20261125
REMINDERS, ESCALATIONS = (7, 3, 1), (1, 3, 7)
DAYS = 40
"""Days that pass while the sweepers are killed; the longest promise is broken for a week by then."""
TOLD = {"clock.reminded": "reminder", "clock.escalated": "escalation"}
Done = tuple[int, str, int, datetime]
"""Of a step: clock, kind, days, and when it was due."""


def many_clocks(work: Work, count: int) -> list[Done]:
    """So many clocks of different lengths; returns every step they owe, worked out without the rules."""
    chance, owed = random.Random(SEED), list[Done]()
    with work() as ctx:
        for n in range(1, count + 1):
            amount, unit = chance.choice([(chance.randint(2, 12), Unit.WORKING_DAY), (chance.randint(2, 20), Unit.DAY)])
            terms = Terms(Promise.FOLLOW_UP, Period(amount, unit), None, REMINDERS, ESCALATIONS)
            clock = start_clock(ctx, Start(Subject.DEMAND, n, terms, ctx.today, 1))
            before = [(clock.id, "reminder", days, midnight(clock.due_on, -days)) for days in REMINDERS]
            after = [(clock.id, "escalation", days, midnight(clock.due_on, days)) for days in ESCALATIONS]
            owed += [step for step in before if step[3] > NOON] + after
    assert max(step[3] for step in owed) < NOON + timedelta(days=DAYS)
    return owed


def midnight(day: date, days: int) -> datetime:
    """When a local day of Taipei begins, so many days after another."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=days, hours=-8)


def done(work: Work) -> tuple[list[ClockStep], list[FactRow]]:
    """The steps and the facts that were written, oldest first."""
    with work() as ctx:
        steps = ctx.session.scalars(sa.select(ClockStep).order_by(ClockStep.id)).all()
        kinds = FactRow.kind.in_(TOLD)
        facts = ctx.session.scalars(sa.select(FactRow).where(kinds).order_by(FactRow.id)).all()
        assert ctx.session.scalars(sa.select(ClockRow).where(ClockRow.next_at.is_not(None))).all() == []
        return list(steps), list(facts)


def check(work: Work, owed: list[Done]) -> None:
    """Every step once, with one fact each, none early; the steps of each clock in their order."""
    steps, facts = done(work)
    assert Counter((step.clock_id, step.kind.value, step.step, step.was_due_at) for step in steps) == Counter(owed)
    told = [
        (fact.data["clock_id"], TOLD[fact.kind], fact.data["days"], datetime.fromisoformat(fact.data["was_due_at"]))
        for fact in facts
    ]
    assert Counter(told) == Counter(owed)
    assert [step for step in steps if step.noted_at < step.was_due_at] == []
    for clock_id in {step.clock_id for step in steps}:
        mine = [step.was_due_at for step in steps if step.clock_id == clock_id]
        assert mine == sorted(mine)


def sweep_and_kill(database_url: str, data: Path, clock: FastClock, kills: int) -> int:
    """Two sweepers at once; so many times one of them is killed and another started. Returns how many were killed."""
    chance, killed = random.Random(SEED), 0

    def another() -> Sweeper:
        return start_sweeper(database_url, str(data), clock)

    sweepers = [another(), another()]
    while killed < kills:
        place = chance.randrange(2)
        assert sweepers[place].ready.wait(30)
        time.sleep(chance.uniform(0.0, 0.6))
        killed += sweepers[place].process.is_alive()
        sweepers[place].kill()
        sweepers[place] = another()
    for sweeper in sweepers:
        sweeper.process.join(60)
        assert sweeper.is_done()
    return killed


@contextmanager
def without_the_key() -> Iterator[None]:
    """The record of steps without its unique key; empty and with it again afterwards."""
    table = ClockStep.__table__
    columns = (sa.Column(one.name, one.type, primary_key=one.primary_key) for one in table.columns)
    bare = sa.Table(table.name, sa.MetaData(), *columns)
    table.drop(db.engine)
    bare.create(db.engine)
    try:
        yield
    finally:
        bare.drop(db.engine)
        table.create(db.engine)


def test_twenty_kills_among_five_hundred_clocks_lose_nothing_and_repeat_nothing(
    app: APIFlask, work: Work, database_url: str, tmp_path: Path
) -> None:
    owed = many_clocks(work, 500)
    db.engine.dispose()
    in_seconds = 18
    ends = NOON + timedelta(days=DAYS)
    clock = FastClock(NOON, ends, time.time() + 1, timedelta(days=DAYS).total_seconds() / in_seconds)
    assert sweep_and_kill(database_url, tmp_path, clock, kills=20) == 20
    check(work, owed)


def test_without_the_unique_key_the_same_check_finds_steps_done_twice(
    app: APIFlask, work: Work, database_url: str, tmp_path: Path
) -> None:
    with without_the_key():
        owed = many_clocks(work, 200)
        db.engine.dispose()
        all_at_once = FastClock(
            NOON, NOON + timedelta(days=DAYS), time.time() + 4, timedelta(days=DAYS).total_seconds()
        )
        sweep_and_kill(database_url, tmp_path, all_at_once, kills=0)
        with pytest.raises(AssertionError):
            check(work, owed)
        steps, _ = done(work)
        assert len(steps) > len(owed)
