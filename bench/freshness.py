"""How long after a vote is it in the map? The worker's own job on a large simulated topic, on both engines.

    python -m bench.freshness [--people 20000] [--statements 200] [--each 50]

One more vote is cast, then the job runs: reading all votes, fitting after the map before, publishing. Times are seconds
of one run on this machine; the voter's own place does not wait for any of it.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from app import create_app
from app.core.context import Context
from app.opinions import jobs
from app.opinions.aliases import new_aliases
from app.opinions.models import Participant, Statement, VoteRow
from app.opinions.queries import latest_map
from app.topics.models import Topic
from bench.servers import ROOT, environment, flask
from tests.support.postgres import running_postgres

PART = 20_000
ISSUE = "night-buses"


def main() -> None:
    """Measure on both engines, each in a process of its own, and print."""
    parser = argparse.ArgumentParser(prog="bench.freshness", description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--statements", type=int, default=200)
    parser.add_argument("--each", type=int, default=50, help="votes of each person")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.here:
        _measured(asked.people, asked.statements, asked.each)
        return
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}; {asked.people * asked.each:,} simulated votes")
    with tempfile.TemporaryDirectory() as folder:
        _engine("SQLite", Path(folder) / "sqlite", "")
        with running_postgres(durable=True) as server:
            _engine("PostgreSQL", Path(folder) / "postgresql", server.create_database("freshness"))


def _engine(name: str, data: Path, database_url: str) -> None:
    data.mkdir()
    env = environment(data, database_url)
    flask(env, "migrate")
    flask(env, "sample", "load")
    print(f"{name}:", flush=True)
    command = [sys.executable, "-m", "bench.freshness", "--here", *sys.argv[1:]]
    subprocess.run(command, cwd=ROOT, env=env, check=True)


def _measured(people: int, statements: int, each: int) -> None:
    app = create_app()
    with app.app_context():
        work = app.extensions["acting"].work
        with work() as ctx:
            topic_id = ctx.session.scalars(sa.select(Topic.id).where(Topic.slug == ISSUE)).one()
            _fill(ctx, topic_id, people, statements, each)
        jobs.draw_maps(work)
        for title in ("first vote", "second vote"):
            with work() as ctx:
                _one_more(ctx, topic_id)
            spent = _timed(lambda: jobs.draw_maps(work))
            with work() as ctx:
                drawn = latest_map(ctx, topic_id)
            assert drawn is not None
            _print(f"{title}, map of {drawn.participants:,} people, {drawn.votes:,} votes", spent)


def _timed(job: Callable[[], object]) -> dict[str, float]:
    """Seconds of the whole job and of its parts."""
    spent: dict[str, float] = {}
    with _watched(spent, "read_votes"), _watched(spent, "draw"), _watched(spent, "_publish"):
        began = time.perf_counter()
        job()
        spent["in all"] = time.perf_counter() - began
    return spent


@contextmanager
def _watched(spent: dict[str, float], name: str) -> Iterator[None]:
    """Add up the seconds spent in a function of the job."""
    original = getattr(jobs, name)

    def watched(*given: Any) -> Any:
        began = time.perf_counter()
        try:
            return original(*given)
        finally:
            spent[name] = spent.get(name, 0.0) + time.perf_counter() - began

    setattr(jobs, name, watched)
    try:
        yield
    finally:
        setattr(jobs, name, original)


def _print(title: str, spent: dict[str, float]) -> None:
    words = {"read_votes": "read", "draw": "fit and draw", "_publish": "publish", "in all": "in the map after"}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    parts = ", ".join(f"{word} {spent[name]:.2f} s" for name, word in words.items())
    print(f"  {title}: {parts}; peak memory {peak:,.0f} MB", flush=True)


def _fill(ctx: Context, topic_id: int, people: int, statements: int, each: int) -> None:
    """A simulated topic of three camps and their votes, in place of the sample's."""
    rng = np.random.default_rng(0)
    here = sa.select(Statement.id).where(Statement.topic_id == topic_id)
    taken = ctx.session.scalars(sa.select(Participant.alias).where(Participant.topic_id == topic_id)).all()
    rows = [
        {"topic_id": topic_id, "key": f"bench {n}", "text": f"{n}", "lang": "en", "origin": "seed"}
        | {"written_at": ctx.now}
        for n in range(statements)
    ]
    ctx.session.execute(sa.insert(Statement), rows)
    asked = np.array(ctx.session.scalars(here.where(Statement.key.startswith("bench "))).all())
    aliases = new_aliases(people, taken)
    for first in range(0, people, PART):
        voters = [
            {"topic_id": topic_id, "imported_as": f"simulated:bench:{n}", "alias": aliases[n]}
            for n in range(first, min(first + PART, people))
        ]
        ctx.session.execute(sa.insert(Participant), voters)
    ids = ctx.session.scalars(
        sa.select(Participant.id).where(Participant.imported_as.startswith("simulated:bench:")).order_by(Participant.id)
    ).all()
    rates = rng.beta(0.6, 0.6, (3, statements))[rng.integers(0, 3, people)]
    chosen = np.argsort(rng.random((people, statements)), axis=1)[:, :each]
    agreed = rng.random((people, each)) < np.take_along_axis(rates, chosen, axis=1)
    values = np.where(rng.random((people, each)) < 0.1, 0, np.where(agreed, 1, -1))
    for first in range(0, people, PART // each):
        some = slice(first, first + PART // each)
        cast = zip(ids[some], asked[chosen[some]].tolist(), values[some].tolist(), strict=True)
        rows = [
            {"participant_id": participant, "statement_id": one, "value": value, "cast_at": ctx.now}
            for participant, titles, said in cast
            for one, value in zip(titles, said, strict=True)
        ]
        ctx.session.execute(sa.insert(VoteRow), rows)
    ctx.get(Topic, topic_id).vote_seq += 1


def _one_more(ctx: Context, topic_id: int) -> None:
    """Somebody changes one vote, as `cast` does it."""
    row = ctx.session.scalars(
        sa.select(VoteRow).join(Statement).where(Statement.topic_id == topic_id, VoteRow.value != 1).limit(1)
    ).one()
    row.value = 1
    ctx.get(Topic, topic_id).vote_seq += 1


if __name__ == "__main__":
    main()
