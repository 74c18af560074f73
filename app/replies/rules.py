"""What an agency owes, and what it may answer."""

from __future__ import annotations

from enum import StrEnum

from app.core.lifecycle import Lifecycle


class Promise(StrEnum):
    """Kinds of clocks: what was promised."""

    REPLY = "reply"


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
