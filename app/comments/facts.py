"""What happens in discussions. Facts never hold what somebody wrote: it can be deleted, they cannot."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.facts import Fact


@dataclass(frozen=True)
class CommentWritten(Fact):
    """Somebody wrote a comment, or replied to one (`parent_id`)."""

    kind = "comment.written"
    topic_id: int
    comment_id: int
    parent_id: int | None


@dataclass(frozen=True)
class CommentEdited(Fact):
    """An author changed a comment; `versioned` if the former version was kept."""

    kind = "comment.edited"
    topic_id: int
    comment_id: int
    versioned: bool


@dataclass(frozen=True)
class CommentDeleted(Fact):
    """An author deleted a comment."""

    kind = "comment.deleted"
    topic_id: int
    comment_id: int
