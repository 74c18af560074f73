"""What happens to cases and replies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.core.facts import Fact


@dataclass(frozen=True)
class CaseOpened(Fact):
    """A case was opened; the reply is due on `due_on`."""

    kind = "case.opened"
    public = True
    topic_id: int
    case_id: int
    due_on: date


@dataclass(frozen=True)
class ReplySubmitted(Fact):
    """The author handed the draft to an approver."""

    kind = "reply.submitted"
    topic_id: int
    case_id: int


@dataclass(frozen=True)
class ReplySentBack(Fact):
    """The approver sent the draft back."""

    kind = "reply.sent-back"
    topic_id: int
    case_id: int


@dataclass(frozen=True)
class ReplyTakenBack(Fact):
    """The author took the submitted draft back to work on it."""

    kind = "reply.taken-back"
    topic_id: int
    case_id: int


@dataclass(frozen=True)
class ReplyPublished(Fact):
    """The reply was published; `late` tells whether after the due date."""

    kind = "reply.published"
    public = True
    topic_id: int
    case_id: int
    late: bool
