"""Discussions over the API."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.accounts.names import shown_name
from app.comments import actions
from app.comments.limits import changing, marking, writing
from app.comments.marking import mark
from app.comments.models import Comment, CommentVersion
from app.comments.queries import comment_of, my_marks, thread, versions_of
from app.comments.rules import MAX_LENGTH, CommentInput, Mark, Order, Stance, State
from app.core.clock import rfc3339
from app.core.permissions import Permission
from app.topics.queries import topic_by_slug
from app.topics.rules import ADDRESS
from app.web.acting import ctx, guard
from app.web.openapi import PageQuery, api_blueprint, present_page

api = api_blueprint("comments")


class CommentQuery(PageQuery):
    """Which comments, in which order, and which page of them."""

    stance: Literal["for", "against", "neutral"] | None = None
    order: Literal["bridging", "newest", "oldest"] = "newest"


class Marks(BaseModel):
    """How many readers found a comment convincing, and how many did not."""

    convincing: int
    unconvincing: int


class CommentOut(BaseModel):
    """A comment. A hidden or deleted one keeps its place and its replies, without author and words.

    `html` is `text` as safe markup; `agency` is the slug of the agency an officer speaks for; replies have none.
    `bridging`: of the quarter of people least inclined to it, the share surely convinced; null while too few marked it.
    """

    id: int
    parent: int | None
    state: Literal["shown", "hidden", "deleted"]
    author: str | None
    agency: str | None
    stance: Literal["for", "against", "neutral"]
    lang: str
    text: str
    html: str
    written_at: str
    edited_at: str | None
    marks: Marks
    bridging: float | None
    replies: list[CommentOut]


class CommentList(BaseModel):
    """A page of comments, each with all its replies."""

    items: list[CommentOut]
    next: str | None


class VersionOut(BaseModel):
    """What a comment said before `replaced_at`."""

    text: str
    lang: str
    stance: Literal["for", "against", "neutral"]
    replaced_at: str


class OneComment(CommentOut):
    """A comment with what it said before, oldest first."""

    versions: list[VersionOut]


class MarkIn(BaseModel):
    """convincing 1, not convincing -1, null takes the mark back."""

    model_config = ConfigDict(extra="forbid")

    value: Literal[-1, 1] | None


class MarkOut(BaseModel):
    """One's own mark on a comment; null if not marked."""

    comment: int
    value: Literal[-1, 1] | None


class CommentChange(BaseModel):
    """A comment as it shall read: Markdown, at most 3,000 characters."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=4 * MAX_LENGTH)
    lang: str = Field("zh-Hant-TW", max_length=20)
    stance: Literal["for", "against", "neutral"] = "neutral"


class CommentIn(CommentChange):
    """A new comment, or a reply to the comment `parent`."""

    parent: int | None = Field(None, ge=1, le=2**31 - 1)


def present_comment(comment: Comment) -> dict[str, Any]:
    """The public fields of a comment and its replies, which must be loaded."""
    return _present(comment) | {"replies": [_present(reply) | {"replies": []} for reply in comment.replies]}


def present_version(version: CommentVersion) -> dict[str, Any]:
    """The public fields of a former version."""
    return {
        "text": version.text,
        "lang": version.lang,
        "stance": version.stance.value,
        "replaced_at": rfc3339(version.replaced_at),
    }


def _present(comment: Comment) -> dict[str, Any]:
    shown = comment.state is State.SHOWN
    edited_at = comment.edited_at if shown else None
    return {
        "id": comment.id,
        "parent": comment.parent_id,
        "state": comment.state.value,
        "author": shown_name(comment.author) if shown else None,
        "agency": comment.agency.slug if shown and comment.agency else None,
        "stance": comment.stance.value,
        "lang": comment.lang,
        "text": comment.text if shown else "",
        "html": comment.html if shown else "",
        "written_at": rfc3339(comment.written_at),
        "edited_at": rfc3339(edited_at) if edited_at else None,
        "marks": {"convincing": comment.convincing, "unconvincing": comment.unconvincing},
        # Hundredths: finer steps would tell how a single mark moved it, and so where somebody stands.
        "bridging": round(comment.bridging, 2) if shown and comment.bridging is not None else None,
    }


@api.get(f"{ADDRESS}/comments")
@api.input(CommentQuery, location="query", arg_name="query")
@api.output(CommentList)
@guard(Permission.READ)
def comments(kind: str, slug: str, query: CommentQuery) -> dict[str, Any]:
    """The comments of a topic with their replies."""
    topic = topic_by_slug(ctx(), kind, slug)
    stance = Stance(query.stance) if query.stance else None
    page = thread(ctx(), topic.id, query.page, stance=stance, order=Order(query.order), size=query.per_page)
    chosen = {"kind": kind, "slug": slug, "stance": query.stance, "order": query.order}
    items = [present_comment(one) for one in page.items]
    return present_page(page, items, "comments_api.comments", query.per_page, **chosen)


@api.post(f"{ADDRESS}/comments")
@writing
@api.input(CommentIn, arg_name="body")
@api.output(CommentOut, status_code=201)
@api.doc(security="token")
@guard(Permission.COMMENT)
def write(kind: str, slug: str, body: CommentIn) -> dict[str, Any]:
    """Write a comment or a reply. The same words sent again within 5 minutes are the same comment."""
    topic = topic_by_slug(ctx(), kind, slug)
    written = actions.write(ctx(), topic, CommentInput(body.text, body.lang, Stance(body.stance), body.parent))
    return present_comment(comment_of(ctx(), topic.id, written.id))


@api.get(f"{ADDRESS}/comments/<int:comment_id>")
@api.output(OneComment)
@guard(Permission.READ)
def comment(kind: str, slug: str, comment_id: int) -> dict[str, Any]:
    """One comment with its replies and its former versions."""
    topic = topic_by_slug(ctx(), kind, slug)
    found = comment_of(ctx(), topic.id, comment_id)
    return present_comment(found) | {"versions": [present_version(one) for one in versions_of(ctx(), found)]}


@api.put(f"{ADDRESS}/comments/<int:comment_id>")
@changing
@api.input(CommentChange, arg_name="body")
@api.output(CommentOut)
@api.doc(security="token")
@guard(Permission.COMMENT)
def edit(kind: str, slug: str, comment_id: int, body: CommentChange) -> dict[str, Any]:
    """Change one's own comment. More than 5 minutes after it was written, the former version stays readable."""
    topic = topic_by_slug(ctx(), kind, slug)
    actions.edit(ctx(), topic, comment_id, CommentInput(body.text, body.lang, Stance(body.stance)))
    return present_comment(comment_of(ctx(), topic.id, comment_id))


@api.delete(f"{ADDRESS}/comments/<int:comment_id>")
@changing
@api.output({}, status_code=204)
@api.doc(security="token")
@guard(Permission.COMMENT)
def delete(kind: str, slug: str, comment_id: int) -> str:
    """Delete one's own comment. A marker stays, and so do the replies of others."""
    actions.delete(ctx(), topic_by_slug(ctx(), kind, slug), comment_id)
    return ""


@api.get(f"{ADDRESS}/comments/<int:comment_id>/mark")
@api.output(MarkOut)
@api.doc(security="token")
@guard(Permission.ACCOUNT)
def own_mark(kind: str, slug: str, comment_id: int) -> dict[str, Any]:
    """One's own mark on a comment. Nobody is told another's."""
    found = comment_of(ctx(), topic_by_slug(ctx(), kind, slug).id, comment_id)
    return {"comment": found.id, "value": my_marks(ctx(), [found]).get(found.id)}


@api.put(f"{ADDRESS}/comments/<int:comment_id>/mark")
@marking
@api.input(MarkIn, arg_name="body")
@api.output(MarkOut)
@api.doc(security="token")
@guard(Permission.MARK)
def put_mark(kind: str, slug: str, comment_id: int, body: MarkIn) -> dict[str, Any]:
    """Mark a comment of somebody else, change one's mark, or take it back. The same mark again changes nothing."""
    mark(ctx(), topic_by_slug(ctx(), kind, slug), comment_id, None if body.value is None else Mark(body.value))
    return {"comment": comment_id, "value": body.value}
