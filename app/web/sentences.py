"""Public facts in words. Every feature brings the sentences of its own facts, as `TOLD` in its `sentences.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask, current_app

from app.web.i18n import day_words

Data = Mapping[str, Any]
"""What a fact recorded, with the names of its agencies in the reader's language: `agency` for `agency_id`."""


@dataclass(frozen=True)
class Sentence:
    """How a public fact is told. `words` takes its data and today; `tone` is the kind of its line in a timeline.

    `dated` names the field with the day or the moment it is told with, where that is not when it was recorded.
    """

    words: Callable[[Data, date], str]
    tone: str = ""
    dated: str = ""


def on(data: Data, key: str, today: date) -> str:
    """A day of a fact, with its year where that is not this one."""
    return day_words(date.fromisoformat(data[key]), today)


def register(app: Flask, told: Mapping[str, Sentence]) -> None:
    """Add the sentences of a feature, by the kinds of its facts."""
    app.extensions.setdefault("sentences", {}).update(told)


def sentences() -> Mapping[str, Sentence]:
    """The sentence of every kind of fact that is told."""
    found: Mapping[str, Sentence] = current_app.extensions["sentences"]
    return found
