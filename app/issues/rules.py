"""What an agency may post, and how an issue lives."""

from __future__ import annotations

from enum import StrEnum

from app.core.lifecycle import Lifecycle


class IssueState(StrEnum):
    """The life of an issue."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


ISSUE_LIFECYCLE = Lifecycle(
    {
        IssueState.DRAFT: frozenset({IssueState.OPEN, IssueState.WITHDRAWN}),
        IssueState.OPEN: frozenset({IssueState.CLOSED, IssueState.WITHDRAWN}),
        IssueState.CLOSED: frozenset({IssueState.ANSWERED}),
    }
)


class PromiseLevel(StrEnum):
    """How far the agency goes with the people: the spectrum of public participation of IAP2 (iap2.org)."""

    INFORM = "inform"
    CONSULT = "consult"
    INVOLVE = "involve"
    COLLABORATE = "collaborate"
    DECIDE = "decide"
