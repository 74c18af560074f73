"""Where one person stands on a published map, worked out in the request from that person's own votes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from threading import Lock

from app.core.context import Context
from app.opinions.drawing import frame_of
from app.opinions.models import MapSnapshot
from app.opinions.queries import memory_of
from app.opinions.reasons import Reason, reasons
from deliberation import MapMemory, Place, votes_needed
from deliberation.groups import Groups

KEPT = 32
_memories: OrderedDict[int, MapMemory] = OrderedDict()
"""The memories of the maps last asked for, by id of the snapshot: a published map does not change."""
_lock = Lock()


@dataclass(frozen=True)
class Standing:
    """Where somebody stands: on the map (`place`), and as a point of the drawing.

    `doubt` is the radius of the circle of uncertainty, at most half the height of the drawing; `group` counts from 1,
    0 is none or not yet to be said. `reasons` are the votes that place them most.
    """

    place: Place
    x: float
    y: float
    doubt: float
    group: int
    reasons: tuple[Reason, ...] = ()


def stand(
    ctx: Context, snapshot: MapSnapshot, votes: Mapping[int, int], nameable: Collection[int] = ()
) -> Standing | None:
    """The standing of somebody with these votes (statement id -> vote), from the first vote the map knows on.

    `nameable` are the statements that reasons may be told by.
    """
    frame = frame_of(snapshot.content)
    memory = remembered(ctx, snapshot.id) if frame and votes else None
    if frame is None or memory is None:
        return None
    place = memory.place(votes.keys(), votes.values())
    if not place.pulls:
        return None
    x, y = frame.point(place.position)
    spread = (sum(one**2 for one in place.uncertainty) / len(place.uncertainty)) ** 0.5
    doubt = min(frame.length(spread), frame.height / 2)
    why = reasons(memory, place, votes, _parts(memory, snapshot), nameable)
    return Standing(place, round(x, 1), round(y, 1), round(doubt, 1), _group(memory, place, votes), why)


def _parts(memory: MapMemory, snapshot: MapSnapshot) -> Groups | None:
    """The groups the map tells of, or the two sides of its spread; None where it names no parts, or not all."""
    if memory.grouping is None:
        return None
    parts = memory.grouping.groups if snapshot.content.get("distinct") else memory.grouping.sides
    return parts if parts.count == len(snapshot.content.get("groups", [])) else None


def _group(memory: MapMemory, place: Place, votes: Mapping[int, int]) -> int:
    """The group of the place, for who has given as many votes as it takes to be counted into one."""
    if place.group is None or len(place.membership) < 2:
        return 0
    counted = [votes[one] for one in votes if one in place.pulls]
    least, opinions = votes_needed(len(memory.learnt.statements))
    enough = len(counted) >= least and sum(value != 0 for value in counted) >= opinions
    return place.group + 1 if enough else 0


def remembered(ctx: Context, snapshot_id: int) -> MapMemory | None:
    """The memory of a published map, read once per process; None where none is kept."""
    with _lock:
        found = _memories.get(snapshot_id)
        if found is not None:
            _memories.move_to_end(snapshot_id)
            return found
    plain = memory_of(ctx, snapshot_id)
    if plain is None:
        return None
    memory = MapMemory.from_json(plain)
    with _lock:
        _memories[snapshot_id] = memory
        while len(_memories) > KEPT:
            _memories.popitem(last=False)
    return memory


def forget_memories() -> None:
    """Ask the database again: it is another one."""
    with _lock:
        _memories.clear()
