"""What is told of people whose votes are alike beyond chance and shared opinion, and of the map without them.

Pure computation, values in, JSON values out. The map counts everybody; this stands beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import deliberation as d
from app.opinions.drawing import Drawn, draw
from app.opinions.rules import GROUP_MIN, map_state

Content = dict[str, Any]
NOTHING: Content = {"groups": 0, "small": 0, "people": None, "pairs": None, "found": [], "without": None}
FIGURES = ("groups", "small", "people", "pairs", "found")


@dataclass(frozen=True)
class Examined:
    """`content` is for everybody; `evidence` names aliases, and also holds what the next look must be held against."""

    content: Content
    evidence: Content


def examine(
    votes: d.Votes, min_people: int, published: Content | None = None, evidence: Content | None = None
) -> Examined:
    """Look for coordinated voters, after what was `published` and the `evidence` kept last time.

    The map without them is drawn from their absence alone, after no former map: one that they took part in would leave
    its mark on it.
    """
    alike = d.find_coordinated(votes) if votes.n_participants >= min_people else ()
    if not alike:
        return Examined(NOTHING, {"groups": [], "told": [], "without": {}})
    last = evidence or {"told": [], "without": {}}
    named = sorted(one for group in alike for one in group.members)  # type: ignore[type-var]
    rest = draw(d.without(votes, named), min_people, published=last["without"])
    figures, told = _figures(alike), named
    if published and _moved_by_few(published, figures, set(last["told"]) ^ set(named)):
        figures, told = {name: published[name] for name in FIGURES}, last["told"]
    groups = [asdict(group) for group in alike]
    return Examined(figures | {"without": _shown(rest)}, {"groups": groups, "told": told, "without": rest.content})


def _shown(drawn: Drawn) -> Content:
    """Of a map what can be compared in words: no count of people, which would tell what those left out had said."""
    content = drawn.content
    return {
        "state": map_state(content["enough"], content["distinct"], drawn.groups).value,
        "groups": drawn.groups if content["distinct"] else 0,
        "consensus": [{"statement": one["statement"], "side": one["side"]} for one in content.get("consensus", [])],
        "divisive": [one["statement"] for one in content.get("divisive", [])],
    }


def _figures(alike: Sequence[d.Coordinated]) -> Content:
    """How many groups and people, and what speaks for it; of groups of fewer than `GROUP_MIN` only their number."""
    large = [group for group in alike if len(group.members) >= GROUP_MIN]
    return {
        "groups": len(alike),
        "small": len(alike) - len(large),
        "people": sum(len(group.members) for group in large) or None,
        "pairs": sum(group.pairs for group in large) or None,
        "found": [
            {
                "people": len(group.members),
                "pairs": group.pairs,
                "agreement": round(group.agreement, 2),
                "expected": round(group.expected, 2),
                "shared": group.shared,
                "overlap": round(group.overlap, 2),
                "expected_overlap": round(group.expected_overlap, 2),
                "q_value": float(f"{group.q_value:.2g}"),
            }
            for group in large
        ],
    }


def _moved_by_few(published: Content, now: Content, moved: set[int]) -> bool:
    """Whether telling exact figures anew would say of fewer than `GROUP_MIN` people that they joined or left."""
    return bool(published["people"] and now["people"] and 0 < len(moved) < GROUP_MIN)
