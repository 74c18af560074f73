"""What may be answered, when an answer is complete, and the life of a reply."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from app.core.answers import AnswerPart, Outcome
from app.core.lifecycle import Lifecycle

SUMMARY_MAX = 5000
ANSWER_MAX = 5000
DEMAND_MAX = 280
CONTACT_MAX = 300
REASON_MAX = 1000
BASIS_MAX = 1000
STEP_MAX = 500
HOLDING_MAX = 2000
HOLDINGS_MAX = 2
"""Of one case: a third time "we are looking at it" is no answer at all."""


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
    """What becomes of a demand, and why. `text` and `basis` in Markdown; a draft may leave all open.

    `basis`: the law or the data it rests on. `no_next_step`: nothing follows, and that was meant. `contact`: who
    answers questions about this demand, if not whoever does for the whole reply.
    """

    outcome: Outcome | None = None
    text: str = ""
    basis: str = ""
    next_step: str = ""
    next_step_on: date | None = None
    no_next_step: bool = False
    contact: str = ""

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self) | {
            "outcome": self.outcome.value if self.outcome else None,
            "next_step_on": self.next_step_on.isoformat() if self.next_step_on else None,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Answer:
        """The answer that `to_json` wrote."""
        chosen, day = kept["outcome"], kept["next_step_on"]
        return cls(
            **dict(kept)
            | {
                "outcome": Outcome(chosen) if chosen else None,
                "next_step_on": date.fromisoformat(day) if day else None,
            }
        )


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


def missing_parts(answer: Answer, required: Collection[AnswerPart], contact: str = "") -> list[AnswerPart]:
    """The required parts an answer lacks, in their order. `contact` is that of the whole reply.

    >>> answer = Answer(Outcome.ADOPTED, " ", no_next_step=True)
    >>> [part.value for part in missing_parts(answer, list(AnswerPart), "1999")]
    ['reason', 'law_or_data_reference']
    """
    has = {
        AnswerPart.STATUS: answer.outcome is not None,
        AnswerPart.REASON: bool(answer.text.strip()),
        AnswerPart.BASIS: bool(answer.basis.strip()),
        AnswerPart.NEXT_STEP: answer.no_next_step or bool(answer.next_step.strip() and answer.next_step_on),
        AnswerPart.CONTACT: bool(answer.contact.strip() or contact.strip()),
    }
    return [part for part in AnswerPart if part in required and not has[part]]


def unanswered(answers: Sequence[Answer], required: Collection[AnswerPart], contact: str = "") -> list[int]:
    """Numbers, from 1, of the demands whose answer lacks a required part.

    >>> unanswered([Answer(Outcome.ADOPTED, "From March."), Answer(text="Soon.")], [AnswerPart.STATUS])
    [2]
    """
    return [number for number, answer in enumerate(answers, 1) if missing_parts(answer, required, contact)]


def contradicts_itself(answer: Answer) -> bool:
    """Whether an answer names a next step and says there is none."""
    return answer.no_next_step and bool(answer.next_step.strip() or answer.next_step_on)


def may_decide(author_id: int, person_id: int | None) -> bool:
    """Whether a person may approve a reply or send it back: two people stand behind every published word."""
    return person_id is not None and person_id != author_id
