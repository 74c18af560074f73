"""The public fields of a map: what the API answers and the open data hold. Never a person's place."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from app.core.clock import rfc3339
from app.opinions.mapping import Answers, GroupView, MapView, StatementView


class Counts(BaseModel):
    """How many agree, disagree and pass."""

    agrees: int
    disagrees: int
    passes: int


class GroupCounts(Counts):
    """How many of one group do."""

    group: int


class MapStatement(BaseModel):
    """A statement and its answers. `side`: 1 it is agreed with, -1 rejected, null where it is not listed for that.

    `everyone` is null and a group is missing where fewer than 5 of them answered.
    """

    id: int
    text: str
    lang: str
    side: Literal[-1, 1] | None
    everyone: Counts | None
    groups: list[GroupCounts]


class RepresentativeStatement(MapStatement):
    """A statement a group holds more than the others: the share of it (`inside`), of them (`outside`) on its side."""

    inside: float
    outside: float


class MapGroup(BaseModel):
    """A group of opinion, its people, its share of all people in groups, and the statements it stands out by."""

    group: int
    name: str
    size: int
    share: float
    representative: list[RepresentativeStatement]


class MapOut(BaseModel):
    """The newest map.

    `state`: `too_few` people for a map; `unclear`, too little said to speak of groups; `spread`, one spread of views;
    `groups`, groups that the votes give evidence of. `distinct` is true for the last one only: in a `spread` the
    `groups` are its two sides, cut for reading, and no camps. Groups with fewer than 5 people are left out.
    """

    state: Literal["too_few", "unclear", "spread", "groups"]
    distinct: bool
    made_at: str
    engine: str
    participants: int
    votes: int
    groups: list[MapGroup]
    consensus: list[MapStatement]
    divisive: list[MapStatement]
    unsure: list[MapStatement]


def present_map(view: MapView) -> dict[str, Any]:
    """The public fields of a map."""
    snapshot = view.snapshot
    return {
        "state": view.state,
        "distinct": view.is_distinct,
        "made_at": rfc3339(snapshot.made_at),
        "engine": snapshot.engine,
        "participants": snapshot.participants,
        "votes": snapshot.votes,
        "groups": [_group(view, group) for group in view.groups],
        "consensus": [_statement(one, one.side) for one in view.consensus],
        "divisive": [_statement(one, None) for one in view.divisive],
        "unsure": [_statement(one, None) for one in view.unsure],
    }


def _group(view: MapView, group: GroupView) -> dict[str, Any]:
    typical = [
        _statement(one, one.side) | {"inside": round(one.inside, 4), "outside": round(one.outside, 4)}
        for one in view.typical(group)
    ]
    return {
        "group": group.group,
        "name": group.name,
        "size": group.n,
        "share": group.share,
        "representative": typical,
    }


def _statement(view: StatementView, side: int | None) -> dict[str, Any]:
    return {
        "id": view.id,
        "text": view.said.text,
        "lang": view.said.lang,
        "side": side,
        "everyone": _counts(view.everyone) if view.everyone else None,
        "groups": [{"group": one.group} | _counts(one) for one in view.groups],
    }


def _counts(answers: Answers) -> dict[str, int]:
    return {"agrees": answers.agrees, "disagrees": answers.disagrees, "passes": answers.passes}
