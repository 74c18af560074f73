"""What the worker does for the search."""

from __future__ import annotations

from app.core.context import UnitOfWork
from app.core.database import reading
from app.search.building import rebuild
from app.search.queries import is_built


def build_index(work: UnitOfWork) -> bool:
    """Build the index if this version of the program cuts words differently, or there is none yet."""
    with reading(), work() as ctx:
        if is_built(ctx):
            return False
    rebuild(work)
    return True
