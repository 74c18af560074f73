"""What an agency owes, what it may answer, and when an answer is complete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.core.deadline import Unit
from app.core.lifecycle import Lifecycle
from app.core.terms import Extension, Period, Promise, Terms

SUMMARY_MAX = 5000
ANSWER_MAX = 5000
DEMAND_MAX = 280
CONTACT_MAX = 300
REASON_MAX = 1000


ANSWERS = (Promise.REPLY, Promise.SUMMARY)
"""What a case promises first: the reply to a proposal, or the summary after a consultation."""


def summary_terms(working_days: int) -> Terms:
    """The promise to reply to what was said in a consultation."""
    period = Period(working_days, Unit.WORKING_DAY)
    return Terms(Promise.SUMMARY, period, Extension(1, period), reminders=(7, 3, 1), escalations=(1, 7, 14))


class Outcome(StrEnum):
    """What became of a demand."""

    ADOPTED = "adopted"
    PARTLY_ADOPTED = "partly_adopted"
    UNDER_STUDY = "under_study"
    NOT_ADOPTED = "not_adopted"


class Source(StrEnum):
    """Where a demand comes from."""

    MAP = "map"
    OFFICER = "officer"


class ReplyState(StrEnum):
    """The life of a reply."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    PUBLISHED = "published"


REPLY_LIFECYCLE = Lifecycle(
    {
        ReplyState.DRAFT: frozenset({ReplyState.SUBMITTED}),
        ReplyState.SUBMITTED: frozenset({ReplyState.DRAFT, ReplyState.PUBLISHED}),
    }
)


@dataclass(frozen=True)
class Answer:
    """What becomes of a demand, and why (Markdown). A draft may leave both open."""

    outcome: Outcome | None = None
    text: str = ""

    @property
    def is_complete(self) -> bool:
        return self.outcome is not None and bool(self.text.strip())


@dataclass(frozen=True)
class DraftInput:
    """A reply as its author enters it. `answers` and `removed` name demands by id.

    `revision` is the one the author began from, 0 for a first draft: whoever saves over a newer one is told.
    """

    summary: str
    lang: str
    contact: str = ""
    answers: Mapping[int, Answer] = field(default_factory=dict)
    new_demand: str = ""
    removed: frozenset[int] = frozenset()
    revision: int = 0


def unanswered(answers: Sequence[Answer]) -> list[int]:
    """Numbers, from 1, of the demands without an outcome or without a reason.

    >>> unanswered([Answer(Outcome.ADOPTED, "From March."), Answer(Outcome.ADOPTED, " "), Answer()])
    [2, 3]
    """
    return [number for number, answer in enumerate(answers, 1) if not answer.is_complete]


def may_decide(author_id: int, person_id: int | None) -> bool:
    """Whether a person may approve a reply or send it back: two people stand behind every published word."""
    return person_id is not None and person_id != author_id
