"""A lifecycle is a table of the moves that are allowed, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from app.core.errors import Conflict
from app.core.language import N_

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True)
class Lifecycle(Generic[S]):
    """Which state may follow which.

    >>> class Light(StrEnum):
    ...     RED = "red"
    ...     GREEN = "green"
    >>> Lifecycle({Light.RED: frozenset({Light.GREEN})}).allows(Light.GREEN, Light.RED)
    False
    """

    moves: Mapping[S, frozenset[S]]

    def allows(self, now: S, then: S) -> bool:
        """Whether `then` may follow `now`."""
        return then in self.moves.get(now, frozenset())

    def check(self, now: S, then: S) -> None:
        """Raise `Conflict` unless `then` may follow `now`."""
        if not self.allows(now, then):
            raise Conflict(N_("This step is not possible in the present state."))
