"""What is promised and within what time: the values a policy states and a clock keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.core.deadline import Unit

LONGEST_PAUSE = 30
"""Days after which a pause ends by itself, where the rules a promise was made under name none."""
LEAST_PAUSE = 7
"""The fewest days any rules may name."""


class Promise(StrEnum):
    """Every promise the platform keeps a clock for."""

    REPLY = "reply"
    """The reply to an established proposal."""
    SUMMARY = "summary"
    """The summary reply after a consultation has closed."""
    PLAN = "plan"
    """How the agencies will handle a case, published early in it."""
    CONTACT = "contact"
    """The first talk with the proposer."""
    REVIEW = "review"
    """The decision whether a proposal may be endorsed."""
    FOLLOW_UP = "follow_up"
    """News of what was taken under study."""
    DATA_REQUEST = "data_request"
    """The answer to somebody who asked for data."""
    SAFETY_REPORT = "safety_report"
    """The first act on a report of unsafe content."""
    MINORS_REPORT = "minors_report"
    """The same where a child or a young person is concerned."""
    TRANSCRIPT = "transcript"
    """So long speakers may correct their words in a transcript."""


@dataclass(frozen=True)
class Period:
    """A time span as rules state it: `amount` of a unit. With `roll` it does not end on a rest day."""

    amount: int
    unit: Unit
    roll: bool = True


@dataclass(frozen=True)
class Extension:
    """How often, and by how much at most, a date may be put off before it has come."""

    times: int
    most: Period


@dataclass(frozen=True)
class Terms:
    """What a promise means under one version of the policy.

    `reminders` are days before the due day, `escalations` days after it, in the order of who is told: the officers,
    their head, then the public list and the supervisor. `longest_pause`: calendar days after which a pause ends by
    itself; None where nothing is owed as long as it lasts.
    """

    promise: Promise
    period: Period
    extension: Extension | None = None
    reminders: tuple[int, ...] = ()
    escalations: tuple[int, ...] = ()
    longest_pause: int | None = LONGEST_PAUSE

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values that `from_json` reads back."""
        longest = self.extension
        return {
            "promise": self.promise.value,
            "period": _period_to_json(self.period),
            "extension": {"times": longest.times, "most": _period_to_json(longest.most)} if longest else None,
            "reminders": list(self.reminders),
            "escalations": list(self.escalations),
            "longest_pause": self.longest_pause,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Terms:
        """What `to_json` gave, now or before pauses had an end. Raises `KeyError` or `ValueError` for anything else."""
        longest = stored["extension"]
        return cls(
            promise=Promise(stored["promise"]),
            period=_period_from_json(stored["period"]),
            extension=Extension(int(longest["times"]), _period_from_json(longest["most"])) if longest else None,
            reminders=tuple(int(days) for days in stored["reminders"]),
            escalations=tuple(int(days) for days in stored["escalations"]),
            longest_pause=stored.get("longest_pause", LONGEST_PAUSE),
        )


def _period_to_json(period: Period) -> dict[str, Any]:
    return {"amount": period.amount, "unit": period.unit.value, "roll": period.roll}


def _period_from_json(stored: Mapping[str, Any]) -> Period:
    return Period(int(stored["amount"]), Unit(stored["unit"]), bool(stored["roll"]))
