"""What the board lists, and how long replies take: as a distribution, with the cases that still wait in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from math import exp, log, sqrt
from typing import Any

from app.topics.rules import TopicKind
from deliberation import Share, share

WEEK = timedelta(days=7)
MIN_CASES = 10
"""Of fewer answered or overdue cases nothing is told: a figure would say more about chance than about an office."""
Z = 1.959964
"""Two-sided 95 % of a normal distribution."""
EQUAL = 1e-9
"""Shares are products of fractions; so little apart, they are the same."""


class Shown(StrEnum):
    """Which replies are listed."""

    ALL = "all"
    LATE = "late"
    DUE = "due"
    ANSWERED = "answered"


@dataclass(frozen=True)
class Wanted:
    """Which cases are asked for; what is empty does not choose. Days: the due dates, both included."""

    shown: Shown = Shown.ALL
    agency_id: int | None = None
    kind: TopicKind | None = None
    due_from: date | None = None
    due_to: date | None = None


@dataclass(frozen=True)
class Pause:
    """A clock stood still after the day `start` up to the day `end`; None: it still does."""

    start: date
    end: date | None = None


@dataclass(frozen=True)
class Waited:
    """A promise to reply as the platform itself stamped it. A holding answer is no reply and ends nothing here."""

    started_on: date
    due_on: date
    answered_on: date | None = None
    pauses: tuple[Pause, ...] = ()
    agency_ids: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Step:
    """A day on which replies came: `answered` of those `waiting` until then. `share` has its reply by that day."""

    day: int
    answered: int
    waiting: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Days:
    """After how many days a share of the cases is answered, with the 95 % interval; None: that far nobody can see."""

    day: int | None = None
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Figures:
    """How long replies take. `in_time` counts the kept promises among those answered or overdue."""

    answered: int
    waiting: int
    in_time: Share
    median: Days
    ninety: Days
    curve: tuple[Step, ...]

    @property
    def is_enough(self) -> bool:
        """Whether there are enough cases to tell anything."""
        return self.in_time.total >= MIN_CASES

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values that `from_json` reads back."""
        return {
            "answered": self.answered,
            "waiting": self.waiting,
            "in_time": [self.in_time.count, self.in_time.total],
            "median": [self.median.day, self.median.low, self.median.high],
            "ninety": [self.ninety.day, self.ninety.low, self.ninety.high],
            "curve": [[one.day, one.answered, one.waiting, one.share, one.low, one.high] for one in self.curve],
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Figures:
        """What `to_json` gave."""
        return cls(
            answered=stored["answered"],
            waiting=stored["waiting"],
            in_time=share(*stored["in_time"]),
            median=Days(*stored["median"]),
            ninety=Days(*stored["ninety"]),
            curve=tuple(Step(*one) for one in stored["curve"]),
        )


def elapsed_days(started_on: date, until: date, pauses: Iterable[Pause] = ()) -> int:
    """Calendar days from the day after the start up to `until`, without those on which the clock stood still.

    >>> elapsed_days(date(2026, 11, 4), date(2026, 11, 24))
    20
    >>> elapsed_days(date(2026, 11, 4), date(2026, 11, 24), [Pause(date(2026, 11, 9), date(2026, 11, 12))])
    17
    """
    days, reached = 0, started_on
    for pause in sorted(pauses, key=lambda one: one.start):
        days += max(0, (min(pause.start, until) - reached).days)
        reached = max(reached, until if pause.end is None else pause.end)
    return days + max(0, (until - reached).days)


def figures(cases: Iterable[Waited], day: date) -> Figures:
    """How long replies take by what was known when `day` ended: nothing that came later changes it."""
    known = [one for one in cases if one.started_on <= day]
    waits = [(elapsed_days(one.started_on, _until(one, day), one.pauses), _is_answered(one, day)) for one in known]
    answered = sum(ended for _, ended in waits)
    kept = sum(_is_answered(one, day) and one.answered_on <= one.due_on for one in known if one.answered_on)
    settled = sum(_is_answered(one, day) or one.due_on < day for one in known)
    curve = answer_curve(waits)
    return Figures(
        answered=answered,
        waiting=len(known) - answered,
        in_time=share(kept, settled),
        median=answered_after(curve, 0.5),
        ninety=answered_after(curve, 0.9),
        curve=curve,
    )


def counted(cases: Sequence[Waited], day: date) -> dict[str, Any]:
    """The figures of all cases, and of each agency that leads any: null where there are too few to tell anything."""
    by_agency: dict[int, list[Waited]] = {}
    for one in (case for case in cases if case.started_on <= day):
        for agency_id in one.agency_ids:
            by_agency.setdefault(agency_id, []).append(one)
    return {"all": _told(cases, day), "agencies": {str(key): _told(by_agency[key], day) for key in sorted(by_agency)}}


def answer_curve(waits: Iterable[tuple[int, bool]]) -> tuple[Step, ...]:
    """The share that is answered by each day, from pairs (days, whether a reply ended the waiting).

    A case without a reply counts as long as it has waited: to leave it out would flatter those who do not answer.
    Product-limit estimate: Kaplan and Meier, J. Am. Stat. Assoc. 53 (1958), 457-481. The 95 % interval of each share
    has Greenwood's variance on the log(-log) scale, which stays between 0 and 1: Kalbfleisch and Prentice, The
    Statistical Analysis of Failure Time Data, 2nd ed. (2002), section 1.4. Once everybody is answered the variance is
    undefined; the lower bound then stays where it was.
    """
    sorted_waits = sorted(waits)
    waiting, unanswered, greenwood, low = len(sorted_waits), 1.0, 0.0, 0.0
    steps = []
    for day in sorted({day for day, _ in sorted_waits}):
        here = [ended for one, ended in sorted_waits if one == day]
        answered = sum(here)
        if answered:
            unanswered *= (waiting - answered) / waiting
            high = 1.0
            if answered < waiting:
                greenwood += answered / (waiting * (waiting - answered))
                low, high = _range(unanswered, greenwood)
            steps.append(Step(day, answered, waiting, 1 - unanswered, low, high))
        waiting -= len(here)
    return tuple(steps)


def answered_after(curve: Sequence[Step], wanted: float) -> Days:
    """After how many days a share is answered: the first day on which the curve reaches it.

    The 95 % interval holds the days whose own interval holds the share: Brookmeyer and Crowley, Biometrics 38 (1982),
    29-41. It assumes no form of the distribution.
    """
    return Days(
        _first(curve, wanted, [one.share for one in curve]),
        _first(curve, wanted, [one.high for one in curve]),
        _first(curve, wanted, [one.low for one in curve]),
    )


def _range(unanswered: float, greenwood: float) -> tuple[float, float]:
    half = Z * sqrt(greenwood) / log(unanswered)
    return 1 - unanswered ** exp(half), 1 - unanswered ** exp(-half)


def _first(curve: Sequence[Step], wanted: float, shares: Sequence[float]) -> int | None:
    return next((one.day for one, reached in zip(curve, shares, strict=True) if reached >= wanted - EQUAL), None)


def _is_answered(case: Waited, day: date) -> bool:
    return case.answered_on is not None and case.answered_on <= day


def _until(case: Waited, day: date) -> date:
    return case.answered_on if case.answered_on is not None and case.answered_on <= day else day


def _told(cases: Sequence[Waited], day: date) -> dict[str, Any] | None:
    found = figures(cases, day)
    return found.to_json() if found.is_enough else None
