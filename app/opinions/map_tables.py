"""The figures of a map as rows of tables."""

from __future__ import annotations

from flask_babel import gettext

from app.core.language import Said
from app.opinions.mapping import Answers, MapView
from app.web.filters import number, percent
from app.web.i18n import page_locale
from deliberation import share

Cell = Said | str | list[str]
"""A list is one line below the other."""


def group_table(view: MapView) -> list[list[str]]:
    """The groups as rows of a table: name, people, share."""
    here = page_locale()
    return [[g.name, _people(g.n, g.about), percent(g.share, here)] for g in view.groups]


def statement_table(view: MapView) -> list[list[Cell]]:
    """Every statement as a row: its words, then who agrees and disagrees in each group, each share with its range.

    A dash for too few.
    """
    wanted = [group.group for group in view.groups] or [0]
    rows: list[list[Cell]] = []
    for statement in view.every:
        answers = {one.group: one for one in (statement.everyone, *statement.groups) if one}
        rows.append([statement.said, *(_cell(answers.get(group)) for group in wanted)])
    return rows


def _people(count: int, about: bool) -> str:
    shown = number(count, page_locale())
    return gettext("about %(count)s", count=shown) if about else shown


def _cell(answers: Answers | None) -> Cell:
    if answers is None:
        return "–"
    agree, disagree = (_range(count, answers.n) for count in (answers.agrees, answers.disagrees))
    return [gettext("agree: %(share)s", share=agree), gettext("disagree: %(share)s", share=disagree)]


def _range(count: int, total: int) -> str:
    """A share, and between which bounds it lies with 95 % certainty: "62% (55–69)"."""
    part, here = share(count, total), page_locale()
    low, high = (number(round(100 * bound), here) for bound in (part.low, part.high))
    return gettext("%(share)s (%(low)s–%(high)s)", share=percent(part.rate, here), low=low, high=high)
