"""What is told of a survey: counts of everyone and of each opinion group, so that nobody's answer shows.

The same guard as for maps (`deliberation.publication`): no group of fewer than five answers, nor one that could be
worked out from the others; and told anew only once every figure has moved by nobody or by at least five people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.followups.rules import Satisfaction
from deliberation.intervals import Share, share
from deliberation.publication import Row, next_row, suppressed

Counts = Mapping[str, list[int]]
PLACES = {satisfaction: place for place, satisfaction in enumerate(Satisfaction)}


@dataclass(frozen=True)
class Result:
    """How one opinion group, or everyone (group 0), answered: of `n`, each answer with its 95 % interval."""

    group: int
    n: int
    shares: Mapping[Satisfaction, Share]


def counted(counts: Counts, group: int, satisfaction: Satisfaction) -> dict[str, list[int]]:
    """The counts with one more answer of somebody in this group (0: in none).

    >>> counted({"1": [2, 0, 0]}, 1, Satisfaction.NEITHER)
    {'1': [2, 1, 0]}
    """
    row = list(counts.get(str(group), [0] * len(PLACES)))
    row[PLACES[satisfaction]] += 1
    return {**counts, str(group): row}


def told(counts: Counts, groups: int, before: Mapping[str, Any]) -> dict[str, Any]:
    """What is public once the counts are these, given what was public before; both as plain JSON values."""
    nobody = [0] * len(PLACES)
    parts = [tuple(counts.get(str(group), nobody)) for group in range(1, groups + 1)]
    everyone = tuple(sum(column) for column in zip(nobody, *counts.values(), strict=True))
    last, earlier = _row(before.get("now")), _row(before.get("earlier"))
    grouped = last if last and any(last.groups) else earlier
    row = next_row(suppressed(everyone, parts), last, grouped)
    return {"now": _plain(row), "earlier": None if any(row.groups) else _plain(grouped)}


def results(told: Mapping[str, Any]) -> list[Result]:
    """Everyone's answers, then those of each group that is told of; nothing while fewer than five have answered."""
    row = _row(told.get("now"))
    if row is None or row.everyone is None:
        return []
    rows = enumerate([row.everyone, *row.groups])
    return [_result(group, answers) for group, answers in rows if answers is not None]


def _result(group: int, answers: tuple[int, ...]) -> Result:
    n = sum(answers)
    return Result(group, n, {one: share(answers[place], n) for one, place in PLACES.items()})


def _row(plain: Mapping[str, Any] | None) -> Row | None:
    if plain is None:
        return None
    return Row(_answers(plain["all"]), tuple(_answers(one) for one in plain["groups"]))


def _answers(plain: list[int] | None) -> tuple[int, ...] | None:
    return None if plain is None else tuple(plain)


def _plain(row: Row | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {"all": row.everyone and list(row.everyone), "groups": [one and list(one) for one in row.groups]}
