"""The public fields of a map: what the API answers and the open data hold. Never a person's place."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from app.core.clock import rfc3339
from app.opinions.coordination_json import CoordinatedOut, present_coordinated
from app.opinions.describing import description
from app.opinions.mapping import Answers, GroupView, MapView, StatementView
from app.opinions.placing import Standing
from app.opinions.rules import map_state


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
    """A group of opinion, its people, its share of all people in groups, and the statements it stands out by.

    `description` says in a few words what it holds most distinctively; empty where it holds nothing more than others.
    `about`: the size is rounded down to a multiple of 5, because the exact one would give somebody away.
    """

    group: int
    name: str
    description: str
    size: int
    about: bool
    share: float
    representative: list[RepresentativeStatement]


class Foretold(BaseModel):
    """Of `hidden` votes kept from the map the share it foretold `right`, and the share popularity alone would have."""

    hidden: int
    right: float
    by_popularity: float


State = Literal["too_few", "unclear", "spread", "groups"]


class MapOut(BaseModel):
    """A map as it was published.

    `state`: `too_few` people for a map; `unclear`, too little said to speak of groups; `spread`, one spread of views;
    `groups`, groups that the votes give evidence of. `distinct` is true for the last one only: in a `spread` the
    `groups` are its two sides, cut for reading, and no camps. Groups with fewer than 5 people are left out. It counts
    everybody; `coordinated` says of whom the votes are alike beyond chance, null before anybody has looked.
    `foretold` is null where nothing could be tried; half of the people have given `median_votes` or more.
    """

    id: int
    state: State
    distinct: bool
    made_at: str
    engine: str
    participants: int
    votes: int
    median_votes: int | None
    foretold: Foretold | None
    groups: list[MapGroup]
    consensus: list[MapStatement]
    divisive: list[MapStatement]
    unsure: list[MapStatement]
    coordinated: CoordinatedOut | None


class MapInList(BaseModel):
    """A map in the list of those kept: when it was drawn, of how many, and what it said about groups."""

    id: int
    made_at: str
    participants: int
    votes: int
    groups: int
    state: State


class MapList(BaseModel):
    """A page of maps, newest first."""

    items: list[MapInList]
    next: str | None


class Memory(BaseModel):
    """What places newcomers on a map and begins the next one; `python -m deliberation map` takes it as it is."""

    model_config = ConfigDict(extra="allow")

    statements: list[int]


class Pull(BaseModel):
    """How far one vote moves its voter."""

    statement: int
    x: float
    y: float


class OwnPlace(BaseModel):
    """Where this person stands on the newest map, from their present votes; null before one that the map has seen.

    `uncertainty` is the standard deviation of x and y. `membership` has a share for each group; `group` counts from 1
    and is null where there are no groups or too few answers to say. The position is the sum of the `pulls`.
    """

    map: int
    position: tuple[float, float] | None
    uncertainty: tuple[float, float] | None
    membership: list[float]
    group: int | None
    pulls: list[Pull]


def present_own_place(snapshot_id: int, standing: Standing | None) -> dict[str, Any]:
    """One's own place: given to nobody else."""
    if standing is None:
        return {
            "map": snapshot_id,
            "position": None,
            "uncertainty": None,
            "membership": [],
            "group": None,
            "pulls": [],
        }
    place = standing.place
    return {
        "map": snapshot_id,
        "position": place.position,
        "uncertainty": place.uncertainty,
        "membership": list(place.membership),
        "group": standing.group or None,
        "pulls": [{"statement": one, "x": x, "y": y} for one, (x, y) in place.pulls.items()],
    }


def present_in_list(row: Any) -> dict[str, Any]:
    """A map in a list."""
    return {
        "id": row.id,
        "made_at": rfc3339(row.made_at),
        "participants": row.participants,
        "votes": row.votes,
        "groups": row.groups,
        "state": map_state(bool(row.enough), bool(row.distinct), row.groups).value,
    }


def present_map(view: MapView) -> dict[str, Any]:
    """The public fields of a map."""
    snapshot, sure = view.snapshot, view.sureness
    tried = sure is not None and sure.hidden > 0
    return {
        "id": snapshot.id,
        "state": view.state,
        "distinct": view.is_distinct,
        "made_at": rfc3339(snapshot.made_at),
        "engine": snapshot.engine,
        "participants": snapshot.participants,
        "votes": snapshot.votes,
        "median_votes": sure.each if sure else None,
        "foretold": {name: getattr(sure, name) for name in Foretold.model_fields} if tried else None,
        "groups": [_group(view, group) for group in view.groups],
        "consensus": [_statement(one, one.side) for one in view.consensus],
        "divisive": [_statement(one, None) for one in view.divisive],
        "unsure": [_statement(one, None) for one in view.unsure],
        "coordinated": present_coordinated(view.alike) if view.alike else None,
    }


def _group(view: MapView, group: GroupView) -> dict[str, Any]:
    typical = [
        _statement(one, one.side) | {"inside": round(one.inside, 4), "outside": round(one.outside, 4)}
        for one in view.typical(group)
    ]
    return {
        "group": group.group,
        "name": group.name,
        "description": description(group),
        "size": group.n,
        "about": group.about,
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
