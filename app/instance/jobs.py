"""The worker's sign of life."""

from __future__ import annotations

import socket

from app.core.context import UnitOfWork
from app.instance.models import Heartbeat


def beat(work: UnitOfWork) -> None:
    """Note that this worker is alive."""
    name = socket.gethostname()
    with work() as ctx:
        row = ctx.session.get(Heartbeat, name)
        if row is None:
            ctx.session.add(Heartbeat(worker=name, at=ctx.now))
        else:
            row.at = ctx.now
