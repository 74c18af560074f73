"""Opening issues on their first day, closing them after the last one, and forgetting files that no issue has."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import current_app

from app.core.context import UnitOfWork
from app.core.database import reading
from app.core.permissions import Permission
from app.issues.actions import close_when_due, open_when_due
from app.issues.files import kept_before
from app.issues.queries import attached_anywhere, due_to_close, due_to_open

SHELVES = 256
LEFT_ALONE = timedelta(days=1)
"""So long a file may lie without a row: an upload that is still on its way is much younger."""


def open_due(work: UnitOfWork) -> int:
    """Open every approved draft whose first day has come, each in a transaction of its own; returns how many."""
    with reading(), work() as ctx:
        ctx.require(Permission.RUN)
        found = due_to_open(ctx)
    return sum(_open(work, issue_id) for issue_id in found)


def close_due(work: UnitOfWork) -> int:
    """Close every issue whose day has ended, each in a transaction of its own; returns how many were closed.

    Nobody waits for it: from the end of the day no voice is taken any more, and the promise counts from that day.
    """
    with reading(), work() as ctx:
        ctx.require(Permission.RUN)
        found = due_to_close(ctx)
    return sum(_close(work, issue_id) for issue_id in found)


def forget_files(work: UnitOfWork) -> int:
    """Delete files that no issue has (taken away, or never saved), one of 256 shelves a minute; returns how many."""
    folder: Path = current_app.config["CONFIG"].files
    with reading(), work() as ctx:
        ctx.require(Permission.RUN)
        shelf = int(ctx.now.timestamp() // 60) % SHELVES
        old = list(kept_before(folder, shelf, (ctx.now - LEFT_ALONE).timestamp()))
        needed = attached_anywhere(ctx, [place.name for place in old]) if old else set()
    forgotten = [place for place in old if place.name not in needed]
    for place in forgotten:
        place.unlink(missing_ok=True)
    return len(forgotten)


def _open(work: UnitOfWork, issue_id: int) -> bool:
    with work() as ctx:
        return open_when_due(ctx, issue_id)


def _close(work: UnitOfWork, issue_id: int) -> bool:
    with work() as ctx:
        return close_when_due(ctx, issue_id)
