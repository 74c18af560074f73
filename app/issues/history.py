"""What changed from one version of an issue to the next, for everybody to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from flask_babel import gettext

from app.core.changes import Change, changes
from app.core.language import LANGUAGES
from app.issues.models import IssueVersion
from app.issues.rules import LONGEST
from app.web.i18n import day_words


@dataclass(frozen=True)
class ChangedText:
    """A text in one language, and the pieces that stayed, came and went."""

    label: str
    lang: str
    parts: list[Change]


@dataclass(frozen=True)
class Step:
    """A version: its number, when it was saved, what its author said of it, and what changed, in words and texts."""

    number: int
    at: datetime
    note: str
    lines: list[str]
    texts: list[ChangedText]


def steps(versions: Sequence[IssueVersion], today: date) -> list[Step]:
    """Every change between the versions (oldest first), the newest first."""
    return [_step(old, new, today) for old, new in pairwise(versions)][::-1]


def text_name(name: str) -> str:
    """The name of a text of an issue."""
    return {
        "title": gettext("Title"),
        "summary": gettext("Summary"),
        "background": gettext("Background"),
        "still_open": gettext("What is still open"),
        "decided": gettext("What is already decided"),
        "area": gettext("Area"),
    }[name]


def _step(old: IssueVersion, new: IssueVersion, today: date) -> Step:
    before, after = old.content, new.content
    lines = [*_moved(before, after, today), *_filed(before, after)]
    return Step(new.number, new.saved_at, new.note, lines, _texts(before, after))


def _texts(before: dict[str, Any], after: dict[str, Any]) -> list[ChangedText]:
    found: list[ChangedText] = []
    for name in LONGEST:
        old, new = before.get(name) or {}, after.get(name) or {}
        for lang in dict.fromkeys([*old, *new]):
            was, now = old.get(lang, ""), new.get(lang, "")
            if was != now:
                label = gettext("%(text)s, in %(language)s", text=text_name(name), language=LANGUAGES.get(lang, lang))
                found.append(ChangedText(label, lang, changes(was, now)))
    return found


def _moved(before: dict[str, Any], after: dict[str, Any], today: date) -> list[str]:
    was, now = before.get("closes_on", after.get("closes_on")), after.get("closes_on")
    if was == now or now is None:
        return []
    new_day = day_words(date.fromisoformat(now), today)
    if was is None:
        return [gettext("A closing date was set: %(new)s.", new=new_day)]
    old_day = day_words(date.fromisoformat(was), today)
    return [gettext("The closing date was moved from %(old)s to %(new)s.", old=old_day, new=new_day)]


def _filed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    was, now = before.get("files", []), after.get("files", [])
    added = [gettext("The file %(name)s was added.", name=name) for name in now if name not in was]
    return added + [gettext("The file %(name)s was taken away.", name=name) for name in was if name not in now]
