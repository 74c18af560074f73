"""A group of opinion in a few words, from the statements it holds more than the others do."""

from __future__ import annotations

from flask_babel import gettext

from app.opinions.mapping import GroupView, Held


def description(group: GroupView) -> str:
    """For “more buses at night”, against “a line for bicycles”; empty where nothing sets the group apart.

    The templates say the same with the language of each statement (`components/legend.html`).
    """
    said = [_held(one) for one in group.holds]
    if len(said) < 2:
        return "".join(said)
    return gettext("%(first)s, %(second)s", first=said[0], second=said[1])


def _held(held: Held) -> str:
    if held.side > 0:
        return gettext("for “%(statement)s”", statement=held.said.text)
    return gettext("against “%(statement)s”", statement=held.said.text)
