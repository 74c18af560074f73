"""Rules of the discussion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MAX_LENGTH = 3000
"""Characters of a comment, after cleaning."""
EDIT_WINDOW = timedelta(minutes=5)
"""Inside it an edit leaves no trace; after it every edit keeps the former version."""
REPEAT_WINDOW = timedelta(minutes=5)
"""The same words from the same person at the same place within it are one comment, sent twice (as Discourse has it)."""


class Stance(StrEnum):
    """Where a comment stands."""

    FOR = "for"
    AGAINST = "against"
    NEUTRAL = "neutral"


class Order(StrEnum):
    """In which order comments are read."""

    NEWEST = "newest"
    OLDEST = "oldest"


class State(StrEnum):
    """What readers see of a comment: the comment, or a marker in its place."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    DELETED = "deleted"


@dataclass(frozen=True)
class CommentInput:
    """What a person writes. `lang` is a BCP 47 tag; `parent_id` is the comment it replies to."""

    text: str
    lang: str
    stance: Stance = Stance.NEUTRAL
    parent_id: int | None = None


def edit_is_versioned(written_at: datetime, now: datetime) -> bool:
    """Whether an edit made now keeps the former version."""
    return now - written_at > EDIT_WINDOW


def state_of(deleted_at: datetime | None, hidden_at: datetime | None) -> State:
    """What readers see. An author's own deletion is told as such, hidden or not."""
    if deleted_at is not None:
        return State.DELETED
    return State.SHOWN if hidden_at is None else State.HIDDEN
