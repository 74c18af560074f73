"""What changed from one published map to a later one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.opinions.rules import MapSays, map_state

NOTABLE = 0.05
"""Share of the people by which a group must have grown or shrunk to be spoken of."""


@dataclass(frozen=True)
class Told:
    """What a published map tells: how many people and votes it was drawn from, number of groups, content."""

    participants: int
    votes: int
    groups: int
    content: Mapping[str, Any]

    @property
    def state(self) -> MapSays:
        """What it says about groups."""
        return map_state(bool(self.content.get("enough")), bool(self.content.get("distinct")), self.groups)

    @property
    def shares(self) -> dict[int, float]:
        """Share of each group; nothing where there are no distinct groups: two ends of a spread are no groups."""
        return {g["group"]: g["share"] for g in self.content.get("groups", [])} if self.content.get("distinct") else {}

    @property
    def shared(self) -> dict[int, int]:
        """The statements that every group shares, and on which side."""
        return {one["statement"]: one["side"] for one in self.content.get("consensus", [])}


@dataclass(frozen=True)
class Resized:
    """A group whose share has changed notably."""

    group: int
    before: float
    after: float

    @property
    def grew(self) -> bool:
        """Whether it is larger now."""
        return self.after > self.before


@dataclass(frozen=True)
class Changes:
    """People and votes that came (fewer where a statement was taken out), groups, and what is shared.

    `state`: what the later map says about groups, where it says something else; groups are then not compared.
    """

    people: int
    votes: int
    state: MapSays | None
    came: tuple[int, ...]
    went: tuple[int, ...]
    resized: tuple[Resized, ...]
    shared: tuple[int, ...]
    unshared: tuple[int, ...]

    @property
    def is_nothing_much(self) -> bool:
        """Whether the map says what it said before."""
        return not (self.state or self.came or self.went or self.resized or self.shared or self.unshared)


def changes(before: Told, after: Told) -> Changes | None:
    """What changed; None where there was no map before, or is none now."""
    if MapSays.TOO_FEW in (before.state, after.state):
        return None
    old, new = before.shares, after.shares
    was, now = before.shared, after.shared
    comparable = bool(old and new)
    return Changes(
        people=after.participants - before.participants,
        votes=after.votes - before.votes,
        state=after.state if after.state is not before.state else None,
        came=tuple(g for g in new if g not in old) if comparable else (),
        went=tuple(g for g in old if g not in new) if comparable else (),
        resized=tuple(Resized(g, old[g], new[g]) for g in new if g in old and abs(new[g] - old[g]) >= NOTABLE - 1e-9),
        shared=tuple(one for one, side in now.items() if was.get(one) != side),
        unshared=tuple(one for one in was if one not in now),
    )
