"""From votes to the published content of a map: pure computation, values in, JSON values out.

Nothing about fewer than `GROUP_MIN` people or answers leaves here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import deliberation as d
import deliberation.publication as p
from app.opinions.rules import GROUP_MIN
from app.opinions.telling import told
from deliberation.parting import Parted, parted

WIDTH, HEIGHT = 560.0, 420.0
DEPTHS = 4
Content = dict[str, Any]


@dataclass(frozen=True)
class Drawn:
    """A drawn map: `content` for the snapshot, and the `memory` that places newcomers and begins the next map."""

    participants: int
    votes: int
    groups: int
    content: Content
    memory: dict[str, Any] | None


def draw(
    votes: d.Votes, min_people: int, previous: d.MapMemory | None = None, published: Content | None = None
) -> Drawn:
    """Draw the map of votes, after the `previous` one of the same conversation and its content as it was `published`.

    Below `min_people` participants there is nothing but how many took part. Where the engine finds no distinct groups,
    the spread is cut in two for reading, and `distinct` is false.
    """
    if votes.n_participants < min_people:
        return Drawn(votes.n_participants, len(votes), 0, {"enough": False, "distinct": False}, None)
    fitted = d.OpinionMap(random_state=0).fit(votes, previous)
    parts = parted(votes, fitted)
    # A cut for reading leaves no border in the picture: there is none.
    landscape = d.draw_landscape(
        fitted.positions_, fitted.groups_, fitted.n_groups_, WIDTH, HEIGHT, frame_of(published or {})
    )
    content = {"enough": True, "distinct": fitted.n_groups_ > 1}
    content |= told(d.tally(votes, parts.groups, parts.count), published or {})
    content |= _pictured(landscape, fitted, parts) | _grouped(landscape, fitted, parts, published or {})
    return Drawn(votes.n_participants, len(votes), parts.count, content, fitted.memory_.to_json())


def frame_of(content: Content) -> d.Frame | None:
    """How a position becomes a point of a published drawing; None where there is no drawing."""
    frame = content.get("frame")
    return d.Frame(content["width"], content["height"], tuple(frame["middle"]), frame["scale"]) if frame else None


def _pictured(landscape: d.Landscape, fitted: d.OpinionMap, parts: Parted) -> dict[str, Any]:
    most = max((cell.count for cell in landscape.cells), default=1)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "frame": {"middle": list(landscape.frame.middle), "scale": landscape.frame.scale},
        "size": round(landscape.honeycomb.radius, 2),
        "cells": [
            [
                round(c.x, 1),
                round(c.y, 1),
                0 if c.group is None else c.group + 1,
                1 + min(DEPTHS - 1, int(DEPTHS * c.count / (most + 1))),
            ]
            for c in landscape.cells
        ],
    }


def _grouped(landscape: d.Landscape, fitted: d.OpinionMap, parts: Parted, published: Content) -> Content:
    """Number, size, share of all people in groups, and where the name stands; `about` where the size is rounded.

    `sizes` are the exact ones told last, for the next map to be held against.
    """
    sizes = np.bincount(parts.groups[parts.groups >= 0], minlength=parts.count).tolist() if parts.is_shown else []
    now = {group + 1: size for group, size in enumerate(sizes) if size >= GROUP_MIN}
    before = {int(group): size for group, size in published.get("sizes", {}).items()}
    exact = p.next_sizes(now, before)
    shown = p.rounded(now) if exact is None else exact
    names = _names(landscape, fitted, parts) if parts.is_shown else []
    groups = [
        {
            "group": group,
            "n": size,
            "about": exact is None,
            "share": round(size / sum(shown.values()), 4),
            "x": float(round(names[group - 1][0], -1)),
            "y": round(names[group - 1][1], 1),
        }
        for group, size in shown.items()
    ]
    return {"groups": groups, "sizes": before if exact is None else exact}


def _names(landscape: d.Landscape, fitted: d.OpinionMap, parts: Parted) -> list[tuple[float, float]]:
    """Where the name of each group goes: by its cells; without any, and for the two sides of a spread, by its people.

    The sides have no cells of their own: one name stands above all cells, the other below.
    """
    frame, labels = landscape.frame, {label.group: (label.x, label.y) for label in landscape.labels}
    middles = [_middle(landscape, fitted.positions_[parts.groups == group]) for group in range(parts.count)]
    if labels or not landscape.cells:
        return [labels.get(group, middle) for group, middle in enumerate(middles)]
    radius, rows = landscape.honeycomb.radius, [cell.y for cell in landscape.cells]
    above = max(min(rows) - 1.6 * radius, frame.height * 0.05)
    below = min(max(rows) + 2.6 * radius, frame.height * 0.98)
    highest = min(range(parts.count), key=lambda group: middles[group][1])
    return [
        (min(max(x, frame.width * 0.15), frame.width * 0.85), above if group == highest else below)
        for group, (x, _) in enumerate(middles)
    ]


def _middle(landscape: d.Landscape, positions: NDArray[np.float64]) -> tuple[float, float]:
    x, y = positions.mean(axis=0).tolist()
    x, y = landscape.frame.point((x, y))
    # Only about: the exact middles of two maps would tell where the one stands who joined in between.
    return round(x, -1), round(y, -1)
