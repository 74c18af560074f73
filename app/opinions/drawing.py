"""From votes to the published content of a map: pure computation, values in, JSON values out.

Nothing about fewer than `GROUP_MIN` people or answers leaves here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import deliberation as d
from app.opinions.rules import GROUP_MIN

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
    parted = _parted(votes, fitted)
    # A cut for reading leaves no border in the picture: there is none.
    landscape = d.draw_landscape(
        fitted.positions_, fitted.groups_, fitted.n_groups_, WIDTH, HEIGHT, frame_of(published or {})
    )
    content = {"enough": True, "distinct": fitted.n_groups_ > 1}
    content |= _said(d.tally(votes, parted.groups, parted.count)) | _pictured(landscape, fitted, parted)
    return Drawn(votes.n_participants, len(votes), parted.count, content, fitted.memory_.to_json())


def frame_of(content: Content) -> d.Frame | None:
    """How a position becomes a point of a published drawing; None where there is no drawing."""
    frame = content.get("frame")
    return d.Frame(content["width"], content["height"], tuple(frame["middle"]), frame["scale"]) if frame else None


@dataclass(frozen=True, eq=False)
class Parted:
    """Who is in which group: (n_participants,), from 0, -1 in none; and how many groups there are."""

    groups: NDArray[np.int64]
    count: int

    @property
    def is_shown(self) -> bool:
        """Whether there is more than one group to speak of."""
        return self.count > 1


def _parted(votes: d.Votes, fitted: d.OpinionMap) -> Parted:
    """The groups of the map; of a spread of views its two ends, if anything parts people and both are large enough."""
    if fitted.n_groups_ == 1 and d.divisive(d.tally(votes, fitted.groups_, 1)):
        sides = fitted.sides_
        if np.bincount(sides[sides >= 0], minlength=2).min() >= GROUP_MIN:
            return Parted(sides, 2)
    return Parted(fitted.groups_, fitted.n_groups_)


def _said(counted: d.Tally) -> dict[str, Any]:
    return {
        "statements": {str(one): _answers(counted, i) for i, one in enumerate(counted.statements)},
        "representative": [
            [
                {"statement": r.statement, "side": r.side, "inside": r.inside.rate, "outside": r.outside.rate}
                for r in group
            ]
            for group in d.representative(counted)
        ],
        "consensus": [
            {"statement": c.statement, "side": c.side, "floor": round(c.floor, 4)} for c in d.consensus(counted)
        ],
        "divisive": [{"statement": v.statement, "gap": round(v.gap, 4)} for v in d.divisive(counted)],
        "unsure": [{"statement": u.statement, "passing": round(u.passing.rate, 4)} for u in d.unsure(counted)],
    }


def _answers(counted: d.Tally, index: int) -> dict[str, Any]:
    """Everyone's and each group's [agree, disagree, pass]; None for a group of which fewer than `GROUP_MIN` answered.

    One group left out could be worked out from the others and everyone; where so few are left, the next goes with it.
    """
    everyone, groups = counted.of(index), counted.of_groups(index)
    shown = sorted((g for g, counts in enumerate(groups) if counts.total >= GROUP_MIN), key=lambda g: groups[g].total)
    left_out = any(0 < counts.total < GROUP_MIN for counts in groups)
    while left_out and shown and everyone.total - sum(groups[g].total for g in shown) < GROUP_MIN:
        shown.pop(0)
    return {
        "all": _row(everyone) if everyone.total >= GROUP_MIN else None,
        "groups": [_row(counts) if g in shown else None for g, counts in enumerate(groups)],
    }


def _row(counts: d.Counts) -> list[int]:
    return [counts.agree, counts.disagree, counts.passed]


def _pictured(landscape: d.Landscape, fitted: d.OpinionMap, parted: Parted) -> dict[str, Any]:
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
                c.count,
                0 if c.group is None else c.group + 1,
                1 + min(DEPTHS - 1, int(DEPTHS * c.count / (most + 1))),
            ]
            for c in landscape.cells
        ],
        "groups": _groups(landscape, fitted, parted) if parted.is_shown else [],
        "not_shown": landscape.not_shown,
    }


def _groups(landscape: d.Landscape, fitted: d.OpinionMap, parted: Parted) -> list[dict[str, Any]]:
    """Number, size, share of all people in groups, and where the name stands."""
    names = _names(landscape, fitted, parted)
    sizes = np.bincount(parted.groups[parted.groups >= 0], minlength=parted.count).tolist()
    return [
        {"group": group + 1, "n": size, "share": round(size / sum(sizes), 4), "x": round(x, 1), "y": round(y, 1)}
        for group, (size, (x, y)) in enumerate(zip(sizes, names, strict=True))
        if size >= GROUP_MIN
    ]


def _names(landscape: d.Landscape, fitted: d.OpinionMap, parted: Parted) -> list[tuple[float, float]]:
    """Where the name of each group goes: by its cells; without any, and for the two sides of a spread, by its people.

    The sides have no cells of their own: one name stands above all cells, the other below.
    """
    frame, labels = landscape.frame, {label.group: (label.x, label.y) for label in landscape.labels}
    middles = [_middle(landscape, fitted.positions_[parted.groups == group]) for group in range(parted.count)]
    if labels or not landscape.cells:
        return [labels.get(group, middle) for group, middle in enumerate(middles)]
    radius, rows = landscape.honeycomb.radius, [cell.y for cell in landscape.cells]
    above = max(min(rows) - 1.6 * radius, frame.height * 0.05)
    below = min(max(rows) + 2.6 * radius, frame.height * 0.98)
    highest = min(range(parted.count), key=lambda group: middles[group][1])
    return [
        (min(max(x, frame.width * 0.15), frame.width * 0.85), above if group == highest else below)
        for group, (x, _) in enumerate(middles)
    ]


def _middle(landscape: d.Landscape, positions: NDArray[np.float64]) -> tuple[float, float]:
    x, y = positions.mean(axis=0).tolist()
    return landscape.frame.point((x, y))
