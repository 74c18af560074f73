"""Voters whose votes are alike beyond chance, and the map without them, as the pages and the API tell it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from app.core.language import Said


@dataclass(frozen=True)
class Agreed:
    """A shared statement: `side` 1 agreed with, -1 rejected."""

    id: int
    said: Said
    side: int


@dataclass(frozen=True)
class Without:
    """The map without the coordinated voters: its state, its groups, and what is shared and what parts people there.

    `lost` is shared on the map of everybody only, `gained` without them only.
    """

    state: str
    groups: int
    shared: list[Agreed]
    divisive: list[int]
    lost: list[Agreed]
    gained: list[Agreed]


@dataclass(frozen=True)
class Alike:
    """What the newest look found; `small` groups of fewer than five people are in no figure."""

    made_at: str
    groups: int
    small: int
    people: int | None
    pairs: int | None
    found: list[dict[str, Any]]
    without: Without | None

    @classmethod
    def of(cls, content: Mapping[str, Any], shared: Collection[tuple[int, int]], words: Mapping[int, Said]) -> Alike:
        """From what a look tells; `shared` (statement, side) is so on everybody's map, `words` those to speak of."""
        rest = content["without"]
        without = _without(rest, shared, words) if rest else None
        figures = {name: content[name] for name in ("made_at", "groups", "small", "people", "pairs", "found")}
        return cls(**figures, without=without)


def _without(rest: Mapping[str, Any], shared: Collection[tuple[int, int]], words: Mapping[int, Said]) -> Without:
    still = [(one["statement"], one["side"]) for one in rest["consensus"]]
    return Without(
        state=rest["state"],
        groups=rest["groups"],
        shared=_agreed(still, words),
        divisive=[one for one in rest["divisive"] if one in words],
        lost=_agreed([one for one in shared if one not in still], words),
        gained=_agreed([one for one in still if one not in shared], words),
    )


def _agreed(listed: Collection[tuple[int, int]], words: Mapping[int, Said]) -> list[Agreed]:
    return [Agreed(one, words[one], side) for one, side in listed if one in words]
