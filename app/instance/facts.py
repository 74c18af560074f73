"""What happens to the instance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.core.facts import Fact


@dataclass(frozen=True)
class SettingsChanged(Fact):
    """The settings got a new version."""

    kind = "instance.settings-changed"
    version: int


@dataclass(frozen=True)
class CalendarChanged(Fact):
    """A day was entered on which offices here work or rest against the country's calendar."""

    kind = "instance.calendar-changed"
    day: date
    works: bool
    area: str | None = None
    half: str | None = None


@dataclass(frozen=True)
class CalendarDayRemoved(Fact):
    """A day entered here was taken back; the country's calendar holds again."""

    kind = "instance.calendar-day-removed"
    day: date
    area: str | None = None
