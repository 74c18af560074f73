"""Writing, editing and deleting comments."""

from __future__ import annotations

import sqlalchemy as sa

from app.accounts.models import Person
from app.comments.facts import CommentDeleted, CommentEdited, CommentWritten
from app.comments.models import Comment, CommentMark, CommentVersion
from app.comments.queries import comment_of, just_written, own_comment
from app.comments.rules import MAX_LENGTH, CommentInput, State, edit_is_versioned
from app.core.context import Context
from app.core.errors import Conflict, Invalid
from app.core.language import N_
from app.core.permissions import Permission
from app.core.persons import Act
from app.core.texts import checked_lang
from app.identities.eligibility import require_eligible
from app.topics.models import Topic
from app.topics.queries import require_open
from moderation import clean_text, render


def write(ctx: Context, topic: Topic, entered: CommentInput) -> Comment:
    """Write a comment on an open topic, or a reply to a comment.

    An officer of one of the topic's agencies speaks for that agency. The same words again within `REPEAT_WINDOW` are
    an impatient second press: the comment that is there already comes back, and nothing is counted twice.
    """
    ctx.require(Permission.COMMENT)
    require_eligible(ctx, Act.COMMENT)
    require_open(ctx, topic)
    text = _checked(entered)
    _check_parent(ctx, topic, entered.parent_id)
    _one_at_a_time(ctx)
    earlier = just_written(ctx, topic.id, entered.parent_id, text)
    if earlier is not None:
        return earlier
    comment = Comment(
        topic_id=topic.id,
        parent_id=entered.parent_id,
        author_id=ctx.actor.person_id,
        agency_id=next((key for key in topic.agency_ids if key in ctx.actor.agencies), None),
        lang=entered.lang,
        stance=entered.stance,
        text=text,
        html=str(render(text)),
        written_at=ctx.now,
    )
    ctx.session.add(comment)
    ctx.session.flush()
    _count(ctx, topic.id, 1)
    ctx.record(CommentWritten(topic.id, comment.id, entered.parent_id))
    return comment


def edit(ctx: Context, topic: Topic, comment_id: int, entered: CommentInput) -> Comment:
    """Change one's own comment while the topic is open. After `EDIT_WINDOW` the former version is kept for everybody.

    Where it stands in the discussion stays: `entered.parent_id` is not looked at.
    """
    ctx.require(Permission.COMMENT)
    require_open(ctx, topic)
    comment = own_comment(ctx, topic.id, comment_id, lock=True)
    if comment.state is not State.SHOWN:
        raise Conflict(N_("This comment is no longer shown, so it cannot be edited."))
    text = _checked(entered)
    if (text, entered.lang, entered.stance) == (comment.text, comment.lang, comment.stance):
        return comment
    versioned = edit_is_versioned(comment.written_at, ctx.now)
    if versioned:
        ctx.session.add(_version(ctx, comment))
        comment.edited_at = ctx.now
    comment.text, comment.html = text, str(render(text))
    comment.lang, comment.stance = entered.lang, entered.stance
    ctx.session.flush()
    ctx.record(CommentEdited(topic.id, comment.id, versioned))
    return comment


def delete(ctx: Context, topic: Topic, comment_id: int) -> Comment:
    """Take back one's own comment, at any time, closed topic or not. A marker stays, and so do the replies of others.

    What was said is gone with all its versions and the marks on it. A comment that is deleted already stays as it is.
    """
    ctx.require(Permission.COMMENT)
    comment = own_comment(ctx, topic.id, comment_id, lock=True)
    if comment.state is State.DELETED:
        return comment
    comment.text, comment.html, comment.deleted_at, comment.edited_at = "", "", ctx.now, None
    ctx.session.execute(sa.delete(CommentVersion).where(CommentVersion.comment_id == comment.id))
    ctx.session.execute(sa.delete(CommentMark).where(CommentMark.comment_id == comment.id))
    marks = comment.convincing + comment.unconvincing
    comment.convincing, comment.unconvincing, comment.bridging = 0, 0, None
    ctx.session.flush()
    _count(ctx, topic.id, -1, -marks)
    ctx.record(CommentDeleted(topic.id, comment.id))
    return comment


def _checked(entered: CommentInput) -> str:
    """The cleaned text; raises `Invalid` for one that cannot be taken."""
    text = clean_text(entered.text)
    if not text.strip():
        raise Invalid(fields={"text": N_("Please write your comment.")})
    if len(text) > MAX_LENGTH:
        raise Invalid(fields={"text": N_("A comment may have at most 3,000 characters.")})
    checked_lang(entered.lang)
    return text


def _check_parent(ctx: Context, topic: Topic, parent_id: int | None) -> None:
    if parent_id is None:
        return
    parent = comment_of(ctx, topic.id, parent_id)
    if parent.parent_id is not None:
        raise Conflict(N_("A reply cannot be replied to. Please reply to the comment above it."))
    if parent.state is not State.SHOWN:
        raise Conflict(N_("This comment is no longer shown, so it cannot be replied to."))


def _one_at_a_time(ctx: Context) -> None:
    """Let one person write one comment at a time, so that a second press sees the comment of the first.

    PostgreSQL: a lock on the person's own row until the commit; the next statement then reads what was committed
    meanwhile. SQLite has one writing transaction at a time anyway.
    """
    mine = sa.select(Person.id).where(Person.id == ctx.actor.person_id)
    ctx.session.execute(mine.with_for_update(key_share=True))


def _version(ctx: Context, comment: Comment) -> CommentVersion:
    return CommentVersion(
        comment_id=comment.id,
        text=comment.text,
        lang=comment.lang,
        stance=comment.stance,
        replaced_at=ctx.now,
    )


def _count(ctx: Context, topic_id: int, by: int, marks: int = 0) -> None:
    """Move the topic's counters; whatever is counted here also changes the order of the comments."""
    ctx.session.execute(
        sa.update(Topic)
        .where(Topic.id == topic_id)
        .values(
            comment_count=Topic.comment_count + by,
            mark_count=Topic.mark_count + marks,
            mark_seq=Topic.mark_seq + 1,
        )
        .execution_options(synchronize_session=False)
    )
