"""The queue of wake-up calls. A lost call loses nothing: the rows are the truth and every job looks for them anyway."""

from __future__ import annotations

from time import monotonic

import structlog
from flask import Flask
from huey import Huey, RedisHuey, SqliteHuey, crontab

from app.config import Config
from app.extensions import db
from app.schedule import JOBS
from app.web.acting import Acting

log = structlog.get_logger()

WAKE_DELAY = 1.0
WORKERS = 2
_called: dict[str, float] = {}


def create_queue(app: Flask, config: Config) -> Huey:
    """The queue of this instance: in Redis where there is one, else in a file beside the database.

    Every job of the schedule runs once a minute, and at once when it is woken.
    """
    if config.redis_url:
        queue: Huey = RedisHuey("minyi", url=config.redis_url)
    else:
        queue = SqliteHuey("minyi", filename=str(config.data / "queue.db"))

    def run(name: str) -> None:
        acting: Acting = app.extensions["acting"]
        with app.app_context():
            JOBS[name](acting.work)

    @queue.on_startup()
    def own_connections() -> None:
        """Workers are forked: a connection opened before that must not be used by two of them."""
        with app.app_context():
            db.engine.dispose(close=False)

    app.extensions["wake"] = queue.task(name="wake")(run)
    for name in JOBS:
        queue.periodic_task(crontab(), name=f"sweep-{name}")(lambda name=name: run(name))
    return queue


def wake(app: Flask, name: str) -> None:
    """Ask a worker to run a job in a moment. If the queue cannot be reached, the sweep of the next minute does it.

    One call is enough for all acts committed before it is answered, so a busy process calls once per `WAKE_DELAY`.
    """
    now = monotonic()
    if now < _called.get(name, 0.0):
        return
    _called[name] = now + WAKE_DELAY
    try:
        app.extensions["wake"].schedule((name,), delay=WAKE_DELAY)
    except Exception as error:
        log.warning("queue unreachable", job=name, error=str(error))


def run_worker(queue: Huey) -> None:
    """Serve the queue until the process is told to stop.

    Two at a time, in processes of their own: while one looks for coordinated voters, the other draws maps.
    """
    queue.create_consumer(
        workers=WORKERS, worker_type="process", periodic=True, initial_delay=0.1, backoff=1.15, max_delay=1.0
    ).run()
