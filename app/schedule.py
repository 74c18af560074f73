"""Every recurring job, in one table: name -> what it does. All are safe to run twice, at once, or a day late."""

from __future__ import annotations

from collections.abc import Callable

from app.core.context import UnitOfWork
from app.instance.jobs import beat

JOBS: dict[str, Callable[[UnitOfWork], object]] = {
    "heartbeat": beat,
}
