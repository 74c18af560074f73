"""Sweepers in processes of their own, which can be killed; time runs in them as fast as a test wants.

They are forked from a server that has loaded the application, so that one starts in less than a second.
"""

from __future__ import annotations

import multiprocessing
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.context import ForkServerProcess
from multiprocessing.synchronize import Event

from app import create_app
from app.clocks.jobs import sweep_clocks

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__])


@dataclass(frozen=True)
class FastClock:
    """A clock that shows `begins` at the moment `real` (of `time.time()`), runs `speed` times too fast, and stops.

    All processes that have the same one agree about the time.
    """

    begins: datetime
    ends: datetime
    real: float
    speed: float

    def now(self) -> datetime:
        """The present moment, as fast as it comes."""
        passed = max(0.0, time.time() - self.real) * self.speed
        return min(self.begins + timedelta(seconds=passed), self.ends)


@dataclass
class Sweeper:
    """One that sweeps until the clock has stopped and nothing is left to do. `ready` is set once it begins."""

    process: ForkServerProcess
    ready: Event

    def kill(self) -> None:
        """SIGKILL: it cannot notice, and cleans nothing up."""
        self.process.kill()
        self.process.join()

    def is_done(self) -> bool:
        """Whether it ended by itself, with everything done."""
        return self.process.exitcode == 0


def start_sweeper(database_url: str, data: str, clock: FastClock) -> Sweeper:
    """Start one on a database that has its tables."""
    ready = CONTEXT.Event()
    process = CONTEXT.Process(target=_sweep, args=(database_url, data, clock, ready), daemon=True)
    process.start()
    return Sweeper(process, ready)


def _sweep(database_url: str, data: str, clock: FastClock, ready: Event) -> None:
    env = {
        "MINYI_ENV": "test",
        "MINYI_DATA": data,
        "DATABASE_URL": database_url,
        "LIMITS": "off",
        "BASE_URL": "http://localhost",
    }
    app = create_app(env, clock)
    with app.app_context():
        ready.set()
        while True:
            is_last = clock.now() == clock.ends
            sweep_clocks(app.extensions["acting"].work)
            if is_last:
                return
            time.sleep(0.01)
