"""Pages of a discussion: the list, one comment with its replies, and changing one's own."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.comments import actions
from app.comments.forms import CommentForm, ReplyForm, filled
from app.comments.limits import changing, marking, writing
from app.comments.marking import mark as put_mark
from app.comments.models import Comment
from app.comments.pages import Reading, steps
from app.comments.queries import comment_of, own_comment, thread, versions_of
from app.comments.rules import Mark, Order, Stance, State, usual_order
from app.core.errors import Invalid, NotFound
from app.core.language import N_
from app.core.permissions import Permission
from app.topics.models import Topic
from app.topics.pages import topic_tabs
from app.topics.queries import require_open, topic_by_slug
from app.topics.rules import ADDRESS
from app.web.acting import ctx, guard
from app.web.forms import accepted, answer_status
from app.web.i18n import page_locale
from app.web.pages import local_next

bp = Blueprint("comments", __name__)
DISCUSSION = f"{ADDRESS}/discussion"
COMMENT = f"{DISCUSSION}/<int:comment_id>"
MARKS = {"1": Mark.CONVINCING, "-1": Mark.UNCONVINCING, "0": None}


@bp.get(DISCUSSION)
@guard(Permission.READ)
def index(kind: str, slug: str) -> ResponseReturnValue:
    """The comments of a topic, of one side or all, in the order asked for."""
    topic = topic_by_slug(ctx(), kind, slug)
    return _list_page(topic, CommentForm(lang=page_locale()) if Reading.of(ctx(), topic).writes else None)


@bp.post(DISCUSSION)
@writing
@guard(Permission.COMMENT)
def write(kind: str, slug: str) -> ResponseReturnValue:
    """Write a comment, and show it at the head of the list of the newest."""
    topic = topic_by_slug(ctx(), kind, slug)
    form = CommentForm()
    written: list[Comment] = []
    if accepted(form, lambda: written.append(actions.write(ctx(), topic, form.entered()))):
        flash(gettext("Your comment was published."), "success")
        newest = Reading.of(ctx(), topic).list_address(order=Order.NEWEST)
        return redirect(f"{newest}#comment-{written[0].id}", 303)
    return _list_page(topic, form), 422


@bp.get(COMMENT)
@guard(Permission.READ)
def show(kind: str, slug: str, comment_id: int) -> ResponseReturnValue:
    """One comment with its replies: what a link to a comment leads to."""
    topic = topic_by_slug(ctx(), kind, slug)
    comment = comment_of(ctx(), topic.id, comment_id)
    if comment.parent_id is not None:
        return redirect(_place(topic, comment), 302)
    replying = Reading.of(ctx(), topic).writes and comment.state is State.SHOWN
    return _comment_page(topic, comment, ReplyForm(lang=page_locale()) if replying else None)


@bp.post(f"{COMMENT}/replies")
@writing
@guard(Permission.COMMENT)
def reply(kind: str, slug: str, comment_id: int) -> ResponseReturnValue:
    """Reply to a comment."""
    topic = topic_by_slug(ctx(), kind, slug)
    form = ReplyForm()
    written: list[Comment] = []
    if accepted(form, lambda: written.append(actions.write(ctx(), topic, form.entered(comment_id)))):
        flash(gettext("Your reply was published."), "success")
        return redirect(_place(topic, written[0]), 303)
    return _comment_page(topic, comment_of(ctx(), topic.id, comment_id), form), 422


@bp.post(f"{COMMENT}/mark")
@marking
@guard(Permission.MARK)
def mark(kind: str, slug: str, comment_id: int) -> ResponseReturnValue:
    """Mark a comment as convincing or not, or take the mark back, and go on reading where one was."""
    topic = topic_by_slug(ctx(), kind, slug)
    value = request.form.get("value", "")
    if value not in MARKS:
        raise Invalid(N_("Please choose convincing or not convincing."))
    put_mark(ctx(), topic, comment_id, MARKS[value])
    there = url_for(".show", kind=kind, slug=slug, comment_id=comment_id)
    back = local_next(request.form.get("back", ""), there).partition("#")[0]
    return redirect(f"{back}#comment-{comment_id}", 303)


@bp.route(f"{COMMENT}/edit", methods=["GET", "POST"])
@changing
@guard(Permission.COMMENT)
def edit(kind: str, slug: str, comment_id: int) -> ResponseReturnValue:
    """Change one's own comment."""
    topic = topic_by_slug(ctx(), kind, slug)
    comment = own_comment(ctx(), topic.id, comment_id)
    require_open(ctx(), topic)
    form = filled(comment)
    if accepted(form, lambda: actions.edit(ctx(), topic, comment_id, form.entered(stance=comment.stance))):
        flash(gettext("Your changes were saved."), "success")
        return redirect(_place(topic, comment), 303)
    page = _page("comments/edit.html", topic, form=form, comment=comment, back=_place(topic, comment))
    return page, answer_status(form)


@bp.post(f"{COMMENT}/delete")
@changing
@guard(Permission.COMMENT)
def delete(kind: str, slug: str, comment_id: int) -> ResponseReturnValue:
    """Take back one's own comment."""
    topic = topic_by_slug(ctx(), kind, slug)
    comment = actions.delete(ctx(), topic, comment_id)
    flash(gettext("Your comment was deleted. The replies of others stay."), "success")
    return redirect(_place(topic, comment), 303)


@bp.get(f"{COMMENT}/versions")
@guard(Permission.READ)
def versions(kind: str, slug: str, comment_id: int) -> ResponseReturnValue:
    """What a comment said before, change by change."""
    topic = topic_by_slug(ctx(), kind, slug)
    comment = comment_of(ctx(), topic.id, comment_id)
    former = versions_of(ctx(), comment)
    if not former:
        raise NotFound()
    return _page(
        "comments/versions.html", topic, comment=comment, steps=steps(comment, former), back=_place(topic, comment)
    )


def _place(topic: Topic, comment: Comment) -> str:
    """The address of a comment: on the page of the comment it belongs to."""
    here = {"kind": topic.kind.value, "slug": topic.slug, "comment_id": comment.parent_id or comment.id}
    return url_for(".show", **here, _anchor=f"comment-{comment.id}")


def _list_page(topic: Topic, form: CommentForm | None) -> str:
    stance = next((one for one in Stance if one == request.args.get("stance")), None)
    order = next((one for one in Order if one == request.args.get("order")), usual_order(topic.ranked_count))
    number = request.args.get("page", 1, type=int)
    page = thread(ctx(), topic.id, number, stance=stance, order=order)
    reading = Reading.of(ctx(), topic, page.items)
    return _page("comments/index.html", topic, reading=reading, form=form, page=page, stance=stance, order=order)


def _comment_page(topic: Topic, comment: Comment, form: ReplyForm | None) -> str:
    return _page("comments/show.html", topic, reading=Reading.of(ctx(), topic, [comment]), form=form, comment=comment)


def _page(template: str, topic: Topic, **values: object) -> str:
    return render_template(template, topic=topic, tabs=topic_tabs(topic, "discussion"), **values)
