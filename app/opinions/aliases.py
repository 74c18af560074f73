"""The numbers by which voters are known to the map and in exports: drawn by lot, unique in a topic."""

from __future__ import annotations

import secrets
from collections.abc import Collection

BITS = 31
"""What an integer column of PostgreSQL holds."""


def new_alias() -> int:
    """A number by lot from 1. It may be taken already: the unique key of the table decides."""
    return 1 + secrets.randbelow(2**BITS - 1)


def new_aliases(how_many: int, taken: Collection[int]) -> list[int]:
    """Different numbers by lot, none of those `taken`."""
    known, drawn = set(taken), []
    while len(drawn) < how_many:
        alias = new_alias()
        if alias not in known:
            known.add(alias)
            drawn.append(alias)
    return drawn
