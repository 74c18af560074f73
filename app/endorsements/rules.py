"""How many endorsements are needed, until when they are gathered, and which marks they reach on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import ceil
from typing import Any

from app.core.policy_parts import Duty

EVIDENCE_MAX = 200
HALT_REASON_MAX = 1_000


class Side(StrEnum):
    """What somebody says of a proposal."""

    FOR = "for"
    AGAINST = "against"


class Channel(StrEnum):
    """How an endorsement came in. Every channel counts once."""

    WEB = "web"
    ASSISTED = "assisted"
    """A helper entered it for somebody who was present."""
    PAPER = "paper"


class TallyBy(StrEnum):
    """By what endorsements are counted besides the total."""

    DAY = "day"
    AREA = "area"


@dataclass(frozen=True)
class Rest:
    """Local days, both included, on which nothing is endorsed and which use up no day of the window."""

    first_day: date
    last_day: date

    def to_json(self) -> dict[str, str]:
        return {"first_day": self.first_day.isoformat(), "last_day": self.last_day.isoformat()}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Rest:
        return cls(date.fromisoformat(stored["first_day"]), date.fromisoformat(stored["last_day"]))


@dataclass(frozen=True, order=True)
class FrozenTier:
    """A further duty as it was fixed when the gathering opened: from `at` people on."""

    at: int
    duty: Duty

    def to_json(self) -> dict[str, Any]:
        return {"at": self.at, "duty": self.duty.value}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> FrozenTier:
        return cls(stored["at"], Duty(stored["duty"]))


def tiers_passed(tiers: Sequence[FrozenTier], before: int, after: int) -> list[FrozenTier]:
    """The tiers reached when the count moved from `before` to `after`.

    >>> tiers_passed([FrozenTier(3, Duty.MEETING), FrozenTier(5, Duty.HEARING)], 2, 4)
    [FrozenTier(at=3, duty=<Duty.MEETING: 'meeting'>)]
    """
    return [one for one in tiers if before < one.at <= after]


def last_day(opened_on: date, planned: date, rests: Sequence[Rest]) -> date:
    """The last day of a window that opened on `opened_on` and would end on `planned`, without the days of rest.

    >>> last_day(date(2026, 11, 1), date(2026, 11, 10), [Rest(date(2026, 11, 9), date(2026, 11, 20))])
    date(2026, 11, 22)
    """
    left, day = (planned - opened_on).days, opened_on
    while left:
        day += timedelta(days=1)
        left -= not any(rest.first_day <= day <= rest.last_day for rest in rests)
    return day


def rests_now(kept: Sequence[Rest], planned: Sequence[Rest], opened_on: date, today: date) -> list[Rest]:
    """The days of rest of a window: those of the rules in force, and those that have passed already.

    What has passed stays, whatever the rules say later. A rest that was called off while it lasted ended yesterday; one
    called off before it began is none.
    """
    yesterday = today - timedelta(days=1)
    named = {rest.first_day for rest in planned}
    over = [
        Rest(rest.first_day, min(rest.last_day, yesterday))
        for rest in kept
        if rest.first_day < today and rest.first_day not in named
    ]
    found = [rest for rest in (*over, *planned) if rest.last_day > opened_on]
    return sorted(found, key=lambda rest: rest.first_day)


def needed_for(percent: int, threshold: int) -> int:
    """How many people are so many percent of the threshold.

    >>> needed_for(33, 150)
    50
    """
    return ceil(threshold * percent / 100)


def marks_passed(percents: Sequence[int], threshold: int, before: int, after: int) -> list[int]:
    """The percentages reached when the count moved from `before` to `after`.

    >>> marks_passed((33, 66, 100), 150, 49, 50)
    [33]
    """
    return [one for one in percents if before < needed_for(one, threshold) <= after]


def is_near(endorsed: int, threshold: int, share: float) -> bool:
    """Whether a proposal that missed its threshold came near enough to be looked at all the same."""
    return endorsed < threshold and endorsed > 0 and endorsed >= share * threshold


def groups_told(counts: Mapping[str, int], everyone: int, fewest: int) -> dict[str, int]:
    """Those of the groups that may be published: none of fewer than `fewest` people, told or left over.

    `everyone` is public, so what is left out can be worked out from the others. Where that would be so few people, the
    next smallest group goes with them (complementary suppression).

    >>> groups_told({"TW-TPE": 30, "TW-TXG": 6, "TW-ILA": 4}, 50, 5)
    {'TW-TPE': 30, 'TW-TXG': 6}
    >>> groups_told({"TW-TPE": 30, "TW-TXG": 6, "TW-ILA": 4}, 40, 5)
    {'TW-TPE': 30}
    """
    told = {key: people for key, people in counts.items() if people >= fewest}
    for smallest in sorted(told, key=lambda key: (told[key], key)):
        left = everyone - sum(told.values())
        if left == 0 or left >= fewest:
            break
        del told[smallest]
    return told
