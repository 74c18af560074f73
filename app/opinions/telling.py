"""What a map tells of its statements: no cell of few people, and nothing that few people have changed since the last.

Rates and lists are worked out from the rows that are told, so that they say no more than the rows do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import deliberation as d
from deliberation.publication import Published, Row, next_row, suppressed

Content = dict[str, Any]


def told(counted: d.Tally, published: Content) -> Content:
    """The statements of a map and what they show, given the content of the map that was published before."""
    before, earlier = _rows(published.get("statements", {})), _rows(published.get("earlier", {}))
    rows, still = {}, {}
    for index, statement in enumerate(counted.statements):
        key = str(statement)
        last = before.get(key)
        grouped = last if last and any(last.groups) else earlier.get(key)
        everyone, *groups = (tuple(one) for one in [counted.everyone[index].tolist(), *counted.groups[index].tolist()])
        rows[key] = next_row(suppressed(everyone, groups), last, grouped)
        if grouped and not any(rows[key].groups):
            still[key] = grouped
    shown = _tally_of(counted, rows)
    return {"statements": _plain(rows), "earlier": _plain(still)} | _lists(shown)


def published_numbers(content: Content) -> Published:
    """The numbers of a map's content, for `deliberation.publication.gives_away`."""
    sizes = {int(group): size for group, size in content.get("sizes", {}).items()}
    return Published(_rows(content.get("statements", {})), sizes)


def _tally_of(counted: d.Tally, rows: Mapping[str, Row]) -> d.Tally:
    """The told rows as counts; what is suppressed counts as nobody."""
    nobody = (0, 0, 0)
    listed = [rows[str(one)] for one in counted.statements]
    everyone = np.array([row.everyone or nobody for row in listed], dtype=np.int64).reshape(-1, 3)
    groups = np.array([[one or nobody for one in row.groups] for row in listed], dtype=np.int64)
    return d.Tally(counted.statements, everyone, groups.reshape(counted.groups.shape))


def _lists(shown: d.Tally) -> Content:
    return {
        "representative": [
            [
                {"statement": r.statement, "side": r.side, "inside": r.inside.rate, "outside": r.outside.rate}
                for r in group
            ]
            for group in d.representative(shown)
        ],
        "consensus": [
            {"statement": c.statement, "side": c.side, "floor": round(c.floor, 4)} for c in d.consensus(shown)
        ],
        "divisive": [{"statement": v.statement, "gap": round(v.gap, 4)} for v in d.divisive(shown)],
        "unsure": [{"statement": u.statement, "passing": round(u.passing.rate, 4)} for u in d.unsure(shown)],
    }


def _rows(plain: Mapping[str, Any]) -> dict[str, Row]:
    return {
        key: Row(
            tuple(one["all"]) if one["all"] else None,
            tuple(tuple(answers) if answers else None for answers in one["groups"]),
        )
        for key, one in plain.items()
    }


def _plain(rows: Mapping[str, Row]) -> Content:
    return {
        key: {
            "all": list(row.everyone) if row.everyone else None,
            "groups": [list(answers) if answers else None for answers in row.groups],
        }
        for key, row in rows.items()
    }
