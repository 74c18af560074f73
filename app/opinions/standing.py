"""Where a reader who has voted stands, as the pages tell it to that reader alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.context import Context
from app.core.language import Said
from app.opinions.excerpts import excerpt
from app.opinions.mapping import GroupView, MapView
from app.opinions.placing import Standing, stand
from app.opinions.queries import Ballot, latest_map
from app.topics.models import Topic

BETWEEN = 0.25
"""Somebody whose shares of two groups differ by less stands between the two."""


@dataclass(frozen=True)
class ReasonView:
    """A vote that places the reader, and whom it draws the reader towards: a group or side, or people who answer
    `like` with `likely`; neither if no one could be named."""

    said: Said
    value: int
    towards: GroupView | None
    like: Said | None
    likely: int


@dataclass(frozen=True)
class YourStanding:
    """What a reader who has voted is told about their own place; `map` is None as long as there is no picture."""

    map: MapView | None
    you: Standing | None
    is_drawing: bool
    """The newest map does not have every vote; the next one is on its way."""

    @property
    def group(self) -> GroupView | None:
        """The group the reader is closest to, if there are groups and the reader has answered enough."""
        return self._named(self.you.group) if self.you and self.map and self.map.is_distinct else None

    @property
    def closest(self) -> list[GroupView]:
        """The group the reader is closest to, also after few answers; two if the reader stands between them."""
        if not (self.you and self.map and self.map.is_distinct) or self.has_only_passed:
            return []
        shares = self.you.place.membership
        ranked = sorted(range(len(shares)), key=lambda group: -shares[group])[:2]
        far = len(ranked) == 2 and shares[ranked[0]] - shares[ranked[1]] >= BETWEEN
        named = [self._named(group + 1) for group in (ranked[:1] if far else ranked)]
        return [one for one in named if one]

    @property
    def has_only_passed(self) -> bool:
        """Whether nothing draws the reader anywhere."""
        return self.you is not None and not any(x or y for x, y in self.you.place.pulls.values())

    @property
    def reasons(self) -> list[ReasonView]:
        """The votes that place the reader most."""
        if not (self.you and self.map):
            return []
        texts = self.map.texts
        return [
            ReasonView(
                said=_short(texts[one.statement]),
                value=one.value,
                towards=self._named(one.group),
                like=_short(texts[one.like]) if one.like else None,
                likely=one.likely,
            )
            for one in self.you.reasons
        ]

    def _named(self, group: int) -> GroupView | None:
        return next((one for one in self.map.groups if one.group == group), None) if self.map else None


def standing(ctx: Context, topic: Topic, own: Ballot) -> YourStanding:
    """Where the reader, who has these votes, stands on the newest map: at once, whether or not it has them already."""
    snapshot = latest_map(ctx, topic.id)
    drawing = (snapshot.seq if snapshot else 0) < topic.vote_seq
    if snapshot is None or not (view := MapView(snapshot, own.texts)).is_enough:
        return YourStanding(None, None, drawing)
    return standing_on(ctx, view, own.votes, is_drawing=drawing)


def standing_on(ctx: Context, view: MapView, votes: Mapping[int, int], *, is_drawing: bool = False) -> YourStanding:
    """Where somebody with these votes stands on a certain map; without its memory, nowhere."""
    return YourStanding(view, stand(ctx, view.snapshot, votes, view.texts), is_drawing)


def _short(said: Said) -> Said:
    return Said(excerpt(said.text), said.lang)
