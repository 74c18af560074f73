"""A published map as the pages show it: groups by number, bars per statement, and the reader's own place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from app.core.context import Context
from app.core.language import Said
from app.opinions.models import MapSnapshot, Placement, Statement
from app.opinions.queries import all_statements, latest_map, my_participant, my_placement
from app.topics.models import Topic
from app.web.filters import number, percent
from app.web.i18n import page_locale

LETTERS = "?ABCDE"
LISTED = 8
"""Statements of each list shown at first; the table has all."""


@dataclass(frozen=True)
class GroupView:
    """A group as the legend and the picture name it. x and y: where its name stands."""

    group: int
    name: str
    share: float
    n: int
    x: float
    y: float


@dataclass(frozen=True)
class Cell:
    """A hexagon of the landscape."""

    x: float
    y: float
    size: float
    group: int
    depth: int


@dataclass(frozen=True)
class Bar:
    """How one group, or everyone (group 0), answered a statement."""

    group: int
    name: str
    agree: float
    disagree: float
    n: int


@dataclass(frozen=True)
class StatementView:
    """A statement on the map page: its words and its bars; `side` +1 agreed with, -1 rejected."""

    id: int
    said: Said
    bars: list[Bar]
    side: int = 1
    inside: float = 0.0
    outside: float = 0.0


@dataclass(frozen=True)
class You:
    """The reader's place in the drawing."""

    x: float
    y: float
    doubt: float
    group: int


@dataclass(frozen=True)
class MapView:
    """Everything the map page shows of one snapshot."""

    snapshot: MapSnapshot
    view: tuple[float, float, float, float]
    cells: list[Cell]
    groups: list[GroupView]
    typical: list[tuple[GroupView, list[StatementView]]]
    consensus: list[StatementView]
    divisive: list[StatementView]
    unsure: list[StatementView]
    every: list[StatementView]

    @property
    def distinct(self) -> bool:
        """Whether there is evidence of groups; if not, `groups` are two ends of a spread, cut for reading."""
        return bool(self.snapshot.content.get("distinct"))

    @property
    def has_picture(self) -> bool:
        return bool(self.cells)

    def group_rows(self) -> list[list[str]]:
        """The groups as rows of a table: name, people, share."""
        return [[g.name, number(g.n, page_locale()), percent(g.share, page_locale())] for g in self.groups]

    def columns(self) -> list[str]:
        """Whose answers the table of every statement shows."""
        return [g.name for g in self.groups] or [gettext("Everyone")]

    def rows(self) -> list[list[str]]:
        """Every statement as a row: its words, then who agrees and disagrees in each group; "-" for too few."""
        return [[s.said.text, *(self._cell(s, i) for i in range(len(self.columns())))] for s in self.every]

    def _cell(self, statement: StatementView, index: int) -> str:
        wanted = self.groups[index].group if self.groups else 0
        bar = next((bar for bar in statement.bars if bar.group == wanted), None)
        if bar is None:
            return "–"
        agree, disagree = percent(bar.agree, page_locale()), percent(bar.disagree, page_locale())
        return gettext("%(agree)s for, %(disagree)s against", agree=agree, disagree=disagree)


@dataclass(frozen=True)
class StandingView:
    """What a reader is told about their own place."""

    map: MapView | None
    you: You | None
    group: GroupView | None
    waiting: bool
    """The reader has voted, but the newest map was drawn before that."""


def group_name(number: int) -> str:
    """The name of a group as long as nobody has given it a better one."""
    return gettext("Group %(letter)s", letter=LETTERS[number])


def map_view(ctx: Context, topic: Topic) -> MapView | None:
    """The newest map of a topic, ready to be shown; None before the first one."""
    snapshot = latest_map(ctx, topic.id)
    if snapshot is None:
        return None
    statements = {statement.id: statement for statement in all_statements(ctx, topic.id)}
    return present_map(snapshot, statements)


def present_map(snapshot: MapSnapshot, statements: Mapping[int, Statement]) -> MapView:
    """A snapshot with the texts of its statements; one hidden since then is left out."""
    content = snapshot.content
    groups = [
        GroupView(g["group"], group_name(g["group"]), g["share"], g["n"], g["x"], g["y"])
        for g in content.get("groups", [])
        if g["x"] is not None
    ]
    size = content.get("size", 0.0)
    described = _Described(content, statements, groups)
    return MapView(
        snapshot=snapshot,
        view=(0, 0, content.get("width", 0), content.get("height", 0)),
        cells=[Cell(x, y, size * 0.94, group, depth) for x, y, _, group, depth in content.get("cells", [])],
        groups=groups,
        typical=[(group, described.typical(group.group)) for group in groups],
        consensus=described.listed("consensus"),
        divisive=described.listed("divisive"),
        unsure=described.listed("unsure"),
        every=described.every(),
    )


def your_place(placement: Placement | None) -> You | None:
    """The reader's ring, or None."""
    return You(placement.x, placement.y, placement.doubt, placement.group) if placement else None


def standing(ctx: Context, topic: Topic) -> StandingView | None:
    """Where the reader stands; None for visitors and for people who have not voted here."""
    participant = my_participant(ctx, topic.id)
    if participant is None:
        return None
    snapshot = latest_map(ctx, topic.id)
    placement = my_placement(ctx, snapshot) if snapshot else None
    view = present_map(snapshot, {}) if snapshot and snapshot.content.get("cells") else None
    you = your_place(placement)
    group = next((g for g in view.groups if you and g.group == you.group), None) if view else None
    return StandingView(view, you, group, waiting=view is not None and you is None)


class _Described:
    """The statements of a snapshot, described once and listed in several ways."""

    def __init__(self, content: dict[str, Any], statements: Mapping[int, Statement], groups: list[GroupView]) -> None:
        self.content = content
        self.statements = statements
        self.groups = groups

    def listed(self, name: str) -> list[StatementView]:
        """One of the lists of the snapshot, in its order."""
        rows = [row for row in self.content.get(name, []) if row["statement"] in self.statements]
        return [self._view(row["statement"], side=row.get("side", 1)) for row in rows[:LISTED]]

    def typical(self, group: int) -> list[StatementView]:
        """What a group holds more than the others do."""
        rows = self.content["representative"][group - 1]
        return [
            self._view(row["statement"], row["side"], row["inside"], row["outside"])
            for row in rows
            if row["statement"] in self.statements
        ]

    def every(self) -> list[StatementView]:
        """Every statement with its bars, for the table."""
        return [self._view(one) for one in self.statements]

    def _view(self, statement_id: int, side: int = 1, inside: float = 0.0, outside: float = 0.0) -> StatementView:
        statement = self.statements[statement_id]
        counts = self.content["statements"].get(str(statement_id), {"all": None, "groups": []})
        bars = [_bar(g.group, g.name, counts["groups"][g.group - 1]) for g in self.groups if counts["groups"]]
        if not self.groups:
            bars = [_bar(0, gettext("Everyone"), counts["all"])]
        shown = [bar for bar in bars if bar is not None]
        return StatementView(statement_id, Said(statement.text, statement.lang), shown, side, inside, outside)


def _bar(group: int, name: str, row: list[int] | None) -> Bar | None:
    if row is None:
        return None
    agree, disagree, passed = row
    n = agree + disagree + passed
    return Bar(group, name, agree / n, disagree / n, n)
