"""The maps of a topic through time: which are kept, which one is looked at, and what changed before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.core.clock import local_date
from app.core.context import Context
from app.opinions.changes import Changes, Told, changes
from app.opinions.models import MapSnapshot
from app.opinions.queries import kept_maps

MOST_STOPS = 60
"""Maps to choose among; where more are kept, the last one of each day is offered."""


@dataclass(frozen=True)
class Stop:
    """A kept map, and when it was drawn."""

    id: int
    made_at: datetime


@dataclass(frozen=True)
class History:
    """The kept maps to choose among, oldest first, with the one shown; and what changed since an earlier one.

    `since` is when that one was drawn, None where there is none; `changes` is None also where it was no map yet.
    """

    stops: tuple[Stop, ...]
    shown: Stop
    since: datetime | None
    changes: Changes | None

    @property
    def is_newest(self) -> bool:
        """Whether the map shown is the newest."""
        return self.shown == self.stops[-1]

    @property
    def earlier(self) -> Stop | None:
        """The map before the one shown."""
        at = self.stops.index(self.shown)
        return self.stops[at - 1] if at else None

    @property
    def later(self) -> Stop | None:
        """The map after the one shown."""
        return None if self.is_newest else self.stops[self.stops.index(self.shown) + 1]


def history(ctx: Context, snapshot: MapSnapshot) -> History:
    """The history of a topic as seen from one of its maps."""
    rows, shown = kept_maps(ctx, snapshot), Stop(snapshot.id, snapshot.made_at)
    # A worker may have thinned out the map shown since it was read.
    stops = sorted({shown, *(Stop(one.id, one.made_at) for one in rows)}, key=lambda stop: stop.id)
    before = next((one for one in rows if one.content is not None), None)
    now = Told(snapshot.participants, snapshot.votes, snapshot.groups, snapshot.content)
    return History(
        stops=offered(stops, shown, ctx.settings.timezone),
        shown=shown,
        since=before.made_at if before else None,
        changes=changes(Told(before.participants, before.votes, before.groups, before.content), now)
        if before
        else None,
    )


def offered(stops: Sequence[Stop], shown: Stop, zone: str) -> tuple[Stop, ...]:
    """All of a few; of many the last of each local day, with the first of all and the one shown."""
    if len(stops) <= MOST_STOPS:
        return tuple(stops)
    last = {local_date(one.made_at, zone): one for one in stops}
    chosen = {one.id for one in (*last.values(), stops[0], shown)}
    return tuple(one for one in stops if one.id in chosen)
