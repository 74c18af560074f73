"""From votes to the published content of a map: pure computation, values in, JSON values out.

Nothing about fewer than `GROUP_MIN` people or votes leaves here, except the total counts of a statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import deliberation as d
from app.opinions.rules import GROUP_MIN

WIDTH, HEIGHT = 560.0, 420.0
DOUBT_MAX = 80.0
DEPTHS = 4


@dataclass(frozen=True)
class Standing:
    """Where one participant stands, in units of the drawing; group 0 is none."""

    participant_id: int
    x: float
    y: float
    doubt: float
    group: int


@dataclass(frozen=True)
class Drawn:
    """A drawn map: `content` for the snapshot, and everybody's own place, to be shown to nobody else."""

    participants: int
    votes: int
    groups: int
    content: dict[str, Any]
    standings: list[Standing]


def draw(votes: Sequence[tuple[int, int, int]], min_people: int) -> Drawn:
    """Draw the map of (participant id, statement id, value) rows.

    Below `min_people` participants there are counts and what everyone agrees on, but no picture and no groups. Where the
    engine finds no distinct groups, the spread is cut in two for reading, and `distinct` is false.
    """
    people, statements, values = zip(*votes, strict=True) if votes else ((), (), ())
    taken = d.Votes.from_triplets(people, statements, values)
    enough = taken.n_participants >= min_people
    fitted = d.OpinionMap(random_state=0).fit(taken) if enough else None
    distinct = fitted is not None and fitted.n_groups_ > 1
    if fitted is not None and fitted.n_groups_ == 1:
        fitted = _cut_for_reading(taken, fitted)
    shown = fitted.n_groups_ if fitted else 0
    counted = d.tally(taken, fitted.groups_ if fitted else np.zeros(0, dtype=np.int64), shown)
    content: dict[str, Any] = {"enough": enough, "distinct": distinct} | _said(counted)
    standings: list[Standing] = []
    if fitted is not None:
        landscape = d.draw_landscape(fitted.positions_, fitted.groups_, shown, WIDTH, HEIGHT)
        content |= _pictured(landscape, fitted)
        standings = _standings(landscape, fitted)
    return Drawn(taken.n_participants, len(taken.values), shown, content, standings)


def _cut_for_reading(votes: d.Votes, fitted: d.OpinionMap) -> d.OpinionMap:
    """The two ends of a spread of views without distinct groups, if there is anything that parts people."""
    if not d.divisive(d.tally(votes, fitted.groups_, 1)):
        return fitted
    return d.OpinionMap(n_groups=2, random_state=0).fit(votes)


def _said(counted: d.Tally) -> dict[str, Any]:
    return {
        "statements": {
            str(one): {"all": _row(counted.of(i)), "groups": [_row(c) for c in counted.of_groups(i)]}
            for i, one in enumerate(counted.statements)
        },
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
        "divisive": [
            {"statement": v.statement, "gap": round(v.gap, 4), "most": _number(v.most), "least": _number(v.least)}
            for v in d.divisive(counted)
        ],
        "unsure": [{"statement": u.statement, "passing": round(u.passing.rate, 4)} for u in d.unsure(counted)],
    }


def _row(counts: d.Counts) -> list[int] | None:
    """Agree, disagree, pass; None where fewer than `GROUP_MIN` answered."""
    return [counts.agree, counts.disagree, counts.passed] if counts.total >= GROUP_MIN else None


def _number(group: int | None) -> int | None:
    return None if group is None else group + 1


def _pictured(landscape: d.Landscape, fitted: d.OpinionMap) -> dict[str, Any]:
    most = max((cell.count for cell in landscape.cells), default=1)
    sizes = [int((fitted.groups_ == g).sum()) for g in range(fitted.n_groups_)]
    grouped = max(sum(sizes), 1)
    labels = {label.group: label for label in landscape.labels}
    return {
        "width": WIDTH,
        "height": HEIGHT,
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
        "groups": [
            {
                "group": g + 1,
                "n": size,
                "share": round(size / grouped, 4),
                "x": round(labels[g].x, 1) if g in labels else None,
                "y": round(labels[g].y, 1) if g in labels else None,
            }
            for g, size in enumerate(sizes)
            if size >= GROUP_MIN and fitted.n_groups_ > 1
        ],
        "not_shown": landscape.not_shown,
    }


def _standings(landscape: d.Landscape, fitted: d.OpinionMap) -> list[Standing]:
    distinct = fitted.n_groups_ > 1
    rows = zip(fitted.participants_, fitted.positions_.tolist(), fitted.doubts_, fitted.groups_.tolist(), strict=True)
    found = []
    for participant, (px, py), doubt, group in rows:
        x, y = landscape.frame.point((px, py))
        radius = min(landscape.frame.length(float(doubt)), DOUBT_MAX)
        found.append(
            Standing(int(participant), round(x, 1), round(y, 1), round(radius, 1), group + 1 if distinct else 0)
        )
    return found
