"""What happens to replies."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.facts import Fact


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


@dataclass(frozen=True)
class HoldingSubmitted(Fact):
    """A holding answer was written and waits for an approver."""

    kind = "holding.submitted"
    topic_id: int
    case_id: int
    number: int


@dataclass(frozen=True)
class HoldingSentBack(Fact):
    """The approver sent a holding answer back."""

    kind = "holding.sent-back"
    topic_id: int
    case_id: int
    number: int


@dataclass(frozen=True)
class HoldingPublished(Fact):
    """A holding answer was published; the clock of the reply goes on."""

    kind = "holding.published"
    public = True
    topic_id: int
    case_id: int
    number: int


@dataclass(frozen=True)
class CorrectionSubmitted(Fact):
    """A correction of the published reply was handed to an approver; `number` is that of the version it will be."""

    kind = "correction.submitted"
    topic_id: int
    case_id: int
    number: int


@dataclass(frozen=True)
class CorrectionSentBack(Fact):
    """The approver sent a correction back."""

    kind = "correction.sent-back"
    topic_id: int
    case_id: int
    number: int


@dataclass(frozen=True)
class CorrectionTakenBack(Fact):
    """The author took a submitted correction back."""

    kind = "correction.taken-back"
    topic_id: int
    case_id: int
    number: int


@dataclass(frozen=True)
class ReplyCorrected(Fact):
    """The published reply was corrected; `number` is the version it has now."""

    kind = "reply.corrected"
    public = True
    topic_id: int
    case_id: int
    number: int
