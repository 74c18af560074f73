"""Moments and days. Moments are aware and in UTC; days are the local days of the instance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Whatever tells the time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class FixedClock:
    """A clock that stands still until it is moved: for tests and for looking at another day."""

    moment: datetime

    def __post_init__(self) -> None:
        self.moment = _in_utc(self.moment)

    def now(self) -> datetime:
        return self.moment

    def travel_to(self, moment: datetime) -> None:
        """Stand still at another moment (aware)."""
        self.moment = _in_utc(moment)

    def advance(self, span: timedelta) -> None:
        """Stand still that much later."""
        self.moment += span


def local_date(moment: datetime, timezone_name: str) -> date:
    """The day a moment (aware) falls on in a time zone of the IANA database."""
    return _in_utc(moment).astimezone(ZoneInfo(timezone_name)).date()


def start_of_day(day: date, timezone_name: str) -> datetime:
    """The first instant of a local day, in UTC: later than 00:00 where the clocks jump at midnight."""
    return datetime.combine(day, time.min, ZoneInfo(timezone_name)).astimezone(UTC)


def end_of_day(day: date, timezone_name: str) -> datetime:
    """The first instant after a local day, in UTC: whatever happens before it happens in time."""
    return start_of_day(day + timedelta(days=1), timezone_name)


def rfc3339(moment: datetime, timezone_name: str = "UTC") -> str:
    """A moment (aware) as RFC 3339 text: `2026-11-23T19:58:00Z`, or with the offset of another time zone."""
    text = _in_utc(moment).astimezone(ZoneInfo(timezone_name)).isoformat()
    return text.removesuffix("+00:00") + "Z" if timezone_name == "UTC" else text


def _in_utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("a moment without a time zone says nothing: make it aware first")
    return moment.astimezone(UTC)
