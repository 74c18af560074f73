"""Discussions for tests: what somebody says, the marks of crowds, and what the database holds of them."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from app.comments.actions import write
from app.comments.models import Comment, CommentMark
from app.comments.rules import CommentInput
from app.core.context import Context
from app.topics.models import Topic
from tests.support.builders import MadeIssue, MadePerson
from tests.support.opinions import Work


def say(work: Work, issue: MadeIssue, author: MadePerson, text: str, parent: int | None = None) -> int:
    """Write a comment; returns its id."""
    with work(author.actor) as ctx:
        return write(ctx, ctx.get(Topic, issue.topic_id), CommentInput(text, "en", parent_id=parent)).id


def crowd_marks(work: Work, comment_id: int, marks: Mapping[str, int]) -> None:
    """Marks of members of a `crowd`, by their names, 1 or -1; the counters move with them."""
    with work() as ctx:
        comment = ctx.get(Comment, comment_id)
        ctx.session.add_all(
            CommentMark(comment_id=comment_id, imported_as=name, value=value, marked_at=ctx.now)
            for name, value in marks.items()
        )
        comment.convincing += sum(value > 0 for value in marks.values())
        comment.unconvincing += sum(value < 0 for value in marks.values())
        topic = ctx.get(Topic, comment.topic_id)
        topic.mark_count, topic.mark_seq = topic.mark_count + len(marks), topic.mark_seq + 1


def marks_counted(ctx: Context, topic_id: int) -> tuple[int, int, int]:
    """The counters: convincing and not, summed over the comments of a topic, and the topic's own."""
    columns = sa.select(sa.func.sum(Comment.convincing), sa.func.sum(Comment.unconvincing))
    yes, no = ctx.session.execute(columns.where(Comment.topic_id == topic_id)).one()
    return yes or 0, no or 0, ctx.get(Topic, topic_id).mark_count


def marks_recounted(ctx: Context, topic_id: int) -> tuple[int, int, int]:
    """The same, counted from the rows."""
    rows = sa.select(CommentMark.value).join(Comment).where(Comment.topic_id == topic_id)
    values = list(ctx.session.scalars(rows))
    return values.count(1), values.count(-1), len(values)
