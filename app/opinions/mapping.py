"""A published map as the pages and the API tell it: groups by name, answers by statement, the reader's own place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask_babel import gettext

from app.core.context import Context
from app.core.language import Said
from app.opinions.alike import Alike
from app.opinions.excerpts import excerpt
from app.opinions.models import MapSnapshot
from app.opinions.queries import ballot, latest_map, map_of, newest_check
from app.opinions.rules import map_state
from app.opinions.sureness import Sureness, sureness_of
from app.topics.models import Topic

LETTERS = "?ABCDE"
HOLDS = 2
"""Statements that describe a group."""
CELL = 0.94
"""Size of a drawn cell beside the one counted in, so that a line of paper stays between two."""


@dataclass(frozen=True)
class Held:
    """A statement, cut short, that a group holds more than the others: `side` +1 it agrees, -1 it disagrees."""

    said: Said
    side: int


@dataclass(frozen=True)
class GroupView:
    """A group as the legend and the picture name it. x and y: where its name stands; `about`: `n` is rounded down.

    `holds` describes it: what it holds most distinctively, nothing where it holds nothing more than the others.
    """

    group: int
    name: str
    share: float
    n: int
    x: float
    y: float
    about: bool = False
    holds: tuple[Held, ...] = ()


@dataclass(frozen=True)
class Cell:
    """A hexagon of the landscape."""

    x: float
    y: float
    size: float
    group: int
    depth: int


@dataclass(frozen=True)
class Answers:
    """How one group, or everyone (group 0), answered a statement."""

    group: int
    name: str
    agrees: int
    disagrees: int
    passes: int

    @property
    def n(self) -> int:
        """All answers, passes included."""
        return self.agrees + self.disagrees + self.passes

    @property
    def agree(self) -> float:
        """Share who agree."""
        return self.agrees / self.n

    @property
    def disagree(self) -> float:
        """Share who disagree."""
        return self.disagrees / self.n


@dataclass(frozen=True)
class StatementView:
    """A statement on the map; `side` +1 agreed with, -1 rejected. Who is too few has no answers here.

    `inside` and `outside`: of a statement typical of a group, the share of the group and of the others on that side.
    """

    id: int
    said: Said
    everyone: Answers | None
    groups: list[Answers]
    side: int = 1
    inside: float = 0.0
    outside: float = 0.0

    @property
    def bars(self) -> list[Answers]:
        """Whose answers the page draws: each group's, or where there are none everyone's."""
        return self.groups or ([self.everyone] if self.everyone else [])


class MapView:
    """One snapshot in the words of the page. `texts` are those to be spoken of: one hidden since is left out."""

    def __init__(
        self, snapshot: MapSnapshot, texts: Mapping[int, Said] | None = None, check: dict[str, Any] | None = None
    ) -> None:
        self.snapshot = snapshot
        self.texts = texts or {}
        self._content = snapshot.content
        self._check = check or snapshot.content.get("coordinated")

    @property
    def is_enough(self) -> bool:
        """Whether enough people took part for a map."""
        return bool(self._content.get("enough"))

    @property
    def is_distinct(self) -> bool:
        """Whether there is evidence of groups; if not, `groups` are two ends of a spread, cut for reading."""
        return bool(self._content.get("distinct"))

    @property
    def state(self) -> str:
        """`too_few` people, `unclear` (too little said), one `spread`, or `groups`."""
        return map_state(self.is_enough, self.is_distinct, self.snapshot.groups).value

    @property
    def view(self) -> tuple[float, float, float, float]:
        """The frame of the drawing: x, y, width, height."""
        return 0, 0, self._content.get("width", 0), self._content.get("height", 0)

    @cached_property
    def cells(self) -> list[Cell]:
        size = self._content.get("size", 0.0) * CELL
        # Maps drawn earlier also hold a count, third in the row.
        return [Cell(x, y, size, *rest[-2:]) for x, y, *rest in self._content.get("cells", [])]

    @cached_property
    def groups(self) -> list[GroupView]:
        return [
            GroupView(
                group=g["group"],
                name=self.name(g["group"]),
                share=g["share"],
                n=g["n"],
                x=g["x"],
                y=g["y"],
                about=g.get("about", False),
                holds=self._holds(g["group"]),
            )
            for g in self._content.get("groups", [])
        ]

    @property
    def sureness(self) -> Sureness | None:
        """How well it foretold votes kept from it; None of maps that do not tell."""
        return sureness_of(self._content)

    @property
    def consensus(self) -> list[StatementView]:
        """What a majority of every group agrees with, or rejects."""
        return self._listed("consensus")

    @property
    def divisive(self) -> list[StatementView]:
        """What parts the groups, or the people."""
        return self._listed("divisive")

    @property
    def unsure(self) -> list[StatementView]:
        """What more people pass on than usual."""
        return self._listed("unsure")

    @property
    def every(self) -> list[StatementView]:
        """Every statement that is on the map."""
        return [self._view({"statement": one}) for one in self.texts if str(one) in self._answers]

    @cached_property
    def alike(self) -> Alike | None:
        """Voters alike beyond chance, and the map without them: by the newest look, or the last before a former map."""
        shared = [(one.id, one.side) for one in self.consensus]
        return Alike.of(self._check, shared, self.texts) if self._check else None

    def typical(self, group: GroupView) -> list[StatementView]:
        """What a group holds more than the others do."""
        return self._views(self._content["representative"][group.group - 1])

    @cached_property
    def _answers(self) -> dict[str, Any]:
        found: dict[str, Any] = self._content.get("statements", {})
        return found

    def excerpts(self, statements: Sequence[int]) -> list[Said]:
        """The words of some statements, cut short, without the hidden ones."""
        found = [self.texts[one] for one in statements if one in self.texts]
        return [Said(excerpt(words.text), words.lang) for words in found]

    def name(self, group: int) -> str:
        """The short name of a group, or of a side of a spread."""
        if self.is_distinct:
            return gettext("Group %(letter)s", letter=LETTERS[group])
        return gettext("Side %(letter)s", letter=LETTERS[group])

    def _holds(self, group: int) -> tuple[Held, ...]:
        rows = self._content.get("representative", [])[group - 1 : group]
        listed = [one for row in rows for one in row if one["statement"] in self.texts][:HOLDS]
        words = self.excerpts([one["statement"] for one in listed])
        return tuple(Held(said, one["side"]) for said, one in zip(words, listed, strict=True))

    def _listed(self, name: str) -> list[StatementView]:
        return self._views(self._content.get(name, []))

    def _views(self, rows: Sequence[dict[str, Any]]) -> list[StatementView]:
        return [self._view(row) for row in rows if row["statement"] in self.texts]

    def _view(self, row: dict[str, Any]) -> StatementView:
        statement = row["statement"]
        answers = self._answers[str(statement)]
        groups = [(g.group, g.name, answers["groups"][g.group - 1]) for g in self.groups]
        return StatementView(
            id=statement,
            said=self.texts[statement],
            everyone=Answers(0, gettext("Everyone"), *answers["all"]) if answers["all"] else None,
            groups=[Answers(group, name, *counts) for group, name, counts in groups if counts],
            side=row.get("side", 1),
            inside=row.get("inside", 0.0),
            outside=row.get("outside", 0.0),
        )


def map_view(ctx: Context, topic: Topic) -> MapView | None:
    """The newest map of a topic with the texts of its statements; None before the first one."""
    snapshot = latest_map(ctx, topic.id)
    return MapView(snapshot, ballot(ctx, topic.id).texts, newest_check(ctx, topic.id)) if snapshot else None


def former_map_view(ctx: Context, topic: Topic, snapshot_id: int) -> MapView:
    """A map of a topic as it was published then, without the statements hidden since; or `NotFound`."""
    return MapView(map_of(ctx, topic.id, snapshot_id), ballot(ctx, topic.id).texts)
