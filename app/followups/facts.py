"""What happens after a reply. No fact says how somebody judged: that is nobody's business."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.core.answers import Outcome
from app.core.facts import Fact
from app.followups.rules import Stale


@dataclass(frozen=True)
class FeedbackGiven(Fact):
    """Somebody said, for the first time or anew, whether the reply answers what was asked."""

    kind = "feedback.given"
    topic_id: int
    case_id: int


@dataclass(frozen=True)
class FeedbackTakenBack(Fact):
    """Somebody took back what they had said of a reply."""

    kind = "feedback.taken-back"
    topic_id: int
    case_id: int


@dataclass(frozen=True)
class FeedbackHidden(Fact):
    """A moderator hid the words of a feedback; it stays counted."""

    kind = "feedback.hidden"
    topic_id: int
    case_id: int
    feedback_id: int


@dataclass(frozen=True)
class SurveyAsked(Fact):
    """Everybody who took part has been asked how satisfied they are."""

    kind = "survey.asked"
    public = True
    topic_id: int
    case_id: int
    people: int


@dataclass(frozen=True)
class StudyStarted(Fact):
    """A demand is under study; news of it is due on `due_on`."""

    kind = "study.started"
    public = True
    topic_id: int
    case_id: int
    study_id: int
    due_on: date


@dataclass(frozen=True)
class StudyReported(Fact):
    """There is news of a study, and it goes on; the next is due on `due_on`."""

    kind = "study.reported"
    public = True
    topic_id: int
    case_id: int
    study_id: int
    news_id: int
    due_on: date


@dataclass(frozen=True)
class StudyEndProposed(Fact):
    """An officer proposes how a study ends; an approver decides."""

    kind = "study.end-proposed"
    topic_id: int
    case_id: int
    study_id: int
    news_id: int


@dataclass(frozen=True)
class StudyEndRefused(Fact):
    """The approver did not accept how a study should end."""

    kind = "study.end-refused"
    topic_id: int
    case_id: int
    study_id: int
    news_id: int


@dataclass(frozen=True)
class StudyEnded(Fact):
    """A study ended with a final outcome: by news of it, or, without any, by a correction of the reply."""

    kind = "study.ended"
    public = True
    topic_id: int
    case_id: int
    study_id: int
    news_id: int | None
    outcome: Outcome


@dataclass(frozen=True)
class MilestoneAdded(Fact):
    """A step of what was promised has a date."""

    kind = "milestone.added"
    public = True
    topic_id: int
    case_id: int
    milestone_id: int
    due_on: date


@dataclass(frozen=True)
class MilestoneMoved(Fact):
    """There is news of a milestone: how far it is, and its day, which may have been put off from `due_before`."""

    kind = "milestone.moved"
    public = True
    topic_id: int
    case_id: int
    milestone_id: int
    progress: int
    due_on: date
    due_before: date


@dataclass(frozen=True)
class MilestoneWentStale(Fact):
    """The day of a milestone has passed, or nothing was heard of it for long; `since` is the first such day."""

    kind = "milestone.stale"
    public = True
    topic_id: int
    case_id: int
    milestone_id: int
    why: Stale
    since: date
