"""Reading a discussion."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from app.comments.models import Comment, CommentMark, CommentVersion
from app.comments.rules import REPEAT_WINDOW, Order, Stance, State
from app.core.context import Context
from app.core.errors import Forbidden, NotFound
from app.core.language import N_
from app.core.pages import PAGE_SIZE, Page, paged

ORDERS: dict[Order, tuple[sa.ColumnElement[object], ...]] = {
    # What was written since the last ranking stands first, until it has its place.
    Order.BRIDGING: (Comment.place.is_not(None), Comment.place.asc(), Comment.id.desc()),
    Order.NEWEST: (Comment.id.desc(),),
    Order.OLDEST: (Comment.id.asc(),),
}


def thread(
    ctx: Context,
    topic_id: int,
    number: int = 1,
    *,
    stance: Stance | None = None,
    order: Order = Order.NEWEST,
    size: int = PAGE_SIZE,
) -> Page[Comment]:
    """A page of a topic's comments with their replies, authors and agencies; all in two statements.

    Paged and filtered are the comments themselves; each brings all its replies, oldest first.
    """
    query = sa.select(Comment).where(Comment.topic_id == topic_id, Comment.parent_id.is_(None)).options(*_whole())
    if stance is not None:
        query = query.where(Comment.stance == stance)
    return paged(ctx.session, query.order_by(*ORDERS[order]), number, size)


def comment_of(ctx: Context, topic_id: int, comment_id: int) -> Comment:
    """One comment of a topic with everything a page shows of it, or `NotFound`."""
    query = sa.select(Comment).where(Comment.topic_id == topic_id, Comment.id == comment_id).options(*_whole())
    comment: Comment | None = ctx.session.scalar(query)
    if comment is None:
        raise NotFound()
    return comment


def plain_comment(ctx: Context, topic_id: int, comment_id: int) -> Comment:
    """One comment of a topic by itself, or `NotFound`."""
    comment = ctx.session.scalar(sa.select(Comment).where(Comment.topic_id == topic_id, Comment.id == comment_id))
    if comment is None:
        raise NotFound()
    return comment


def own_comment(ctx: Context, topic_id: int, comment_id: int, *, lock: bool = False) -> Comment:
    """This actor's own comment in a topic, `NotFound` or `Forbidden`.

    `lock`: as it is now, and unchanged by others until the commit; an edit must not bring back what is being deleted.
    """
    query = sa.select(Comment).where(Comment.topic_id == topic_id, Comment.id == comment_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    comment: Comment | None = ctx.session.scalar(query)
    if comment is None:
        raise NotFound()
    if comment.author_id != ctx.actor.person_id:
        raise Forbidden(N_("Only its author may do this with a comment."))
    return comment


def my_marks(ctx: Context, comments: Collection[Comment]) -> dict[int, int]:
    """This actor's marks on these comments and their loaded replies: comment id -> 1 or -1. Nobody sees another's."""
    if ctx.actor.person_id is None or not comments:
        return {}
    ids = [one.id for comment in comments for one in (comment, *comment.replies)]
    query = sa.select(CommentMark.comment_id, CommentMark.value)
    query = query.where(CommentMark.person_id == ctx.actor.person_id, CommentMark.comment_id.in_(ids))
    return dict(ctx.session.execute(query).all())


def versions_of(ctx: Context, comment: Comment) -> Sequence[CommentVersion]:
    """What a comment said before, oldest first; nothing of a comment that is not shown."""
    if comment.state is not State.SHOWN:
        return []
    query = sa.select(CommentVersion).where(CommentVersion.comment_id == comment.id).order_by(CommentVersion.id)
    return ctx.session.scalars(query).all()


def just_written(ctx: Context, topic_id: int, parent_id: int | None, text: str) -> Comment | None:
    """This actor's comment with the same words at the same place, if it was written a moment ago."""
    query = sa.select(Comment).where(
        Comment.author_id == ctx.actor.person_id,
        Comment.topic_id == topic_id,
        Comment.parent_id == parent_id,
        Comment.text == text,
        Comment.written_at > ctx.now - REPEAT_WINDOW,
    )
    return ctx.session.scalar(query.order_by(Comment.id).limit(1))


def _whole() -> tuple[ORMOption, ...]:
    replies = selectinload(Comment.replies)
    return (
        joinedload(Comment.author),
        joinedload(Comment.agency),
        replies.joinedload(Comment.author),
        replies.joinedload(Comment.agency),
    )
