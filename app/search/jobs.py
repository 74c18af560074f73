"""Building the index as a whole: once after an update that needs it, and whenever somebody asks."""

from __future__ import annotations

from app.core.context import UnitOfWork
from app.core.database import reading
from app.search.actions import index_lot, note_built
from app.search.kinds import KINDS
from app.search.queries import is_built

LOT = 200
"""Things of one transaction: votes and statements are not held up."""


def build_index(work: UnitOfWork) -> bool:
    """Build the index if this version of the program cuts words differently, or there is none yet."""
    with reading(), work() as ctx:
        if is_built(ctx):
            return False
    rebuild(work)
    return True


def rebuild(work: UnitOfWork) -> None:
    """Write every thing anew, lot by lot; what is searched meanwhile finds the old entry or the new one."""
    for kind in KINDS.values():
        last: int | None = -1
        while last is not None:
            with work() as ctx:
                last = index_lot(ctx, kind, last, LOT)
    with work() as ctx:
        note_built(ctx)
