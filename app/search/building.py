"""Building the index as a whole."""

from __future__ import annotations

from app.core.context import UnitOfWork
from app.search.actions import index_lot, note_built
from app.search.kinds import KINDS

LOT = 200
"""Things of one transaction: votes and statements are not held up."""


def rebuild(work: UnitOfWork) -> None:
    """Write every thing anew, lot by lot; what is searched meanwhile finds the old entry or the new one."""
    for kind in KINDS.values():
        last: int | None = -1
        while last is not None:
            with work() as ctx:
                last = index_lot(ctx, kind, last, LOT)
    with work() as ctx:
        note_built(ctx)
