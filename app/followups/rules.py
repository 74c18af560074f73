"""What follows a reply: how long people may judge it, when they are asked, and when a promise has gone quiet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.core.answers import Outcome

FEEDBACK_MAX = 500
SENTENCE_MAX = 300
NEWS_MAX = 3000
NOTE_MAX = 1000
TITLE_MAX = 120
REASON_MAX = 1000
DONE = 100
QUIET_AFTER = timedelta(days=90)
"""A milestone that is not done and of which nobody has heard for so long is called quiet."""


class Verdict(StrEnum):
    """Whether a reply answers what was asked, as a reader sees it."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Satisfaction(StrEnum):
    """How somebody who took part is satisfied, a while after the reply. The order is that of the counts."""

    SATISFIED = "satisfied"
    NEITHER = "neither"
    DISSATISFIED = "dissatisfied"


class NewsState(StrEnum):
    """The life of news about a study: what ends it waits for a second person."""

    WAITING = "waiting"
    PUBLISHED = "published"
    REFUSED = "refused"


class Stale(StrEnum):
    """Why a milestone is flagged."""

    LATE = "late"
    """Its day has passed and it is not done."""
    QUIET = "quiet"
    """Nothing was heard of it for `QUIET_AFTER`."""


FINAL = frozenset(Outcome) - {Outcome.UNDER_STUDY}
"""Outcomes a study can end in."""
WORKED_ON = frozenset({Outcome.ADOPTED, Outcome.PARTLY_ADOPTED})
"""Outcomes that carry milestones: what was promised to be done."""


@dataclass(frozen=True)
class FeedbackInput:
    """What a reader says about a reply. The words may be empty."""

    verdict: Verdict
    text: str = ""
    lang: str = "zh-Hant-TW"


@dataclass(frozen=True)
class NewsInput:
    """What an officer reports of a study. `outcome` None: it goes on; else it ends, with the text as the reason."""

    text: str
    lang: str
    outcome: Outcome | None = None


@dataclass(frozen=True)
class MilestoneInput:
    """What an officer promises to have done by when. `title` by BCP 47 tag."""

    title: Mapping[str, str]
    due_on: date


@dataclass(frozen=True)
class ProgressInput:
    """How far a milestone is: percent, its day as it now stands, and a note."""

    progress: int
    due_on: date
    note: str = ""
    lang: str = "zh-Hant-TW"


def next_round_from(due_on: date, today: date) -> date:
    """The day from which the next round of a study is counted.

    Early news starts it today, late news on the missed day: lateness buys no time.
    """
    return min(due_on, today)


def stale_since(due_on: date, heard_on: date, progress: int, today: date) -> dict[Stale, date]:
    """Why a milestone is flagged today, and the first day of each; nothing for one that is done.

    >>> stale_since(date(2027, 3, 1), date(2027, 1, 10), 40, date(2027, 3, 2))
    {<Stale.LATE: 'late'>: datetime.date(2027, 3, 2)}
    """
    if progress >= DONE:
        return {}
    first_days = {Stale.LATE: due_on + timedelta(days=1), Stale.QUIET: heard_on + QUIET_AFTER + timedelta(days=1)}
    return {why: day for why, day in first_days.items() if day <= today}
