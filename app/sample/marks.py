"""The marks of simulated people on the comments of the sample city."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from app.comments.models import Comment, CommentMark
from app.core.context import Context
from app.topics.models import Topic


def load_marks(ctx: Context, comment: Comment, marks: Sequence[tuple[int, int]]) -> None:
    """Write the (index of a simulated person, 1 or -1) marks on a comment, and move the counters with the rows."""
    rows = [
        {"comment_id": comment.id, "imported_as": f"simulated:{person + 1}", "value": value, "marked_at": ctx.now}
        for person, value in marks
    ]
    ctx.session.execute(sa.insert(CommentMark), rows)
    comment.convincing = sum(value > 0 for _, value in marks)
    comment.unconvincing = len(marks) - comment.convincing
    ctx.session.flush()
    counted = sa.update(Topic).where(Topic.id == comment.topic_id).values(mark_count=Topic.mark_count + len(marks))
    ctx.session.execute(counted.execution_options(synchronize_session=False))
