"""Marking comments of others as convincing or not."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from app.comments.models import Comment, CommentMark
from app.comments.queries import plain_comment
from app.comments.rules import Mark, State
from app.core.context import Context
from app.core.database import insert_once
from app.core.errors import Conflict, Forbidden
from app.core.language import N_
from app.core.permissions import Permission
from app.core.persons import Act
from app.identities.eligibility import require_eligible
from app.topics.models import Topic
from app.topics.queries import require_open

COUNTERS = {Mark.CONVINCING: Comment.convincing, Mark.UNCONVINCING: Comment.unconvincing}
GONE = N_("This comment is no longer shown, so it cannot be marked.")
Moves = Mapping[Mark, int]
"""By how much the counters of a comment move."""


def mark(ctx: Context, topic: Topic, comment_id: int, value: Mark | None) -> bool:
    """Mark somebody else's comment, change one's mark, or take it back (None); True if anything changed.

    At most one row per person and comment whatever happens at the same time: the unique key decides, and the counters
    move only with a row that was really inserted, changed or removed.
    """
    ctx.require(Permission.MARK)
    require_eligible(ctx, Act.COMMENT)
    comment = plain_comment(ctx, topic.id, comment_id)
    if comment.author_id == ctx.actor.person_id:
        raise Forbidden(N_("You cannot mark your own comment."))
    require_open(ctx, topic)
    if comment.state is not State.SHOWN:
        raise Conflict(GONE)
    moves = _take_back(ctx, comment_id) if value is None else _put(ctx, comment_id, value)
    if not moves:
        return False
    _count(ctx, comment_id, moves)
    _count_topic(ctx, topic.id, sum(moves.values()))
    return True


def _put(ctx: Context, comment_id: int, value: Mark) -> Moves:
    """Insert the mark, or turn the other one into it."""
    person_id = ctx.actor.person_id
    new = {"comment_id": comment_id, "person_id": person_id, "value": int(value), "marked_at": ctx.now}
    if insert_once(ctx.session, CommentMark, **new):
        return {value: 1}
    turned = (
        sa.update(CommentMark)
        .where(CommentMark.comment_id == comment_id, CommentMark.person_id == person_id, CommentMark.value != value)
        .values(value=int(value), marked_at=ctx.now)
        .returning(CommentMark.id)
        .execution_options(synchronize_session=False)
    )
    return {value: 1, Mark(-value): -1} if ctx.session.scalar(turned) is not None else {}


def _take_back(ctx: Context, comment_id: int) -> Moves:
    removed = (
        sa.delete(CommentMark)
        .where(CommentMark.comment_id == comment_id, CommentMark.person_id == ctx.actor.person_id)
        .returning(CommentMark.value)
        .execution_options(synchronize_session=False)
    )
    value = ctx.session.scalar(removed)
    return {} if value is None else {Mark(value): -1}


def _count(ctx: Context, comment_id: int, moves: Moves) -> None:
    """Move the counters of the comment; one that was taken away since it was looked at takes no mark."""
    counted = (
        sa.update(Comment)
        .where(Comment.id == comment_id, Comment.deleted_at.is_(None), Comment.hidden_at.is_(None))
        .values({COUNTERS[value].key: COUNTERS[value] + by for value, by in moves.items()})
        .returning(Comment.id)
        .execution_options(synchronize_session=False)
    )
    if ctx.session.scalar(counted) is None:
        raise Conflict(GONE)


def _count_topic(ctx: Context, topic_id: int, by: int) -> None:
    """Move the topic's counter: the last thing the act does, so that no two ever wait for each other."""
    ctx.session.execute(
        sa.update(Topic)
        .where(Topic.id == topic_id)
        .values(mark_count=Topic.mark_count + by, mark_seq=Topic.mark_seq + 1)
        .execution_options(synchronize_session=False)
    )
    ctx.wake("rank-comments")
