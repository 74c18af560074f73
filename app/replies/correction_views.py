"""Correcting a published reply, and everybody's pages of its versions."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.cases.faces import clock_view
from app.cases.models import Case
from app.cases.pages import CASE, WORKING, own_case, public_page
from app.cases.queries import case_of_topic, rules_of
from app.core.errors import Conflict, NotFound
from app.core.permissions import Permission
from app.extensions import limiter
from app.replies.correcting import (
    NOTHING_WAITS,
    publish_correction,
    save_correction,
    send_correction_back,
    submit_correction,
    take_correction_back,
)
from app.replies.forms import CorrectionForm, SendBackForm, correction_form
from app.replies.hints import echoes, plain_hints
from app.replies.models import Reply, ReplyVersion
from app.replies.pages import bp, may_approve
from app.replies.points import points_of
from app.replies.queries import public_reply
from app.replies.rules import ReplyState
from app.replies.steps import published
from app.replies.told import corrections_told, step_to, steps
from app.replies.versions import Content
from app.topics.models import Topic
from app.topics.pages import topic_tabs
from app.topics.queries import topic_by_slug
from app.topics.rules import ADDRESS
from app.web.acting import ctx, guard
from app.web.forms import accepted, answer_status
from moderation import render

CORRECTION = f"{CASE}/correction"


@bp.get(f"{ADDRESS}/reply/versions")
@guard(Permission.READ)
def versions(kind: str, slug: str) -> ResponseReturnValue:
    """Every correction of a reply: when, why, and what changed."""
    topic, case, reply = _published_reply(kind, slug)
    return render_template(
        "replies/versions.html",
        topic=topic,
        tabs=topic_tabs(topic, "reply"),
        steps=steps(ctx(), case, reply),
        versions=reply.published_versions,
    )


@bp.get(f"{ADDRESS}/reply/versions/<int:number>")
@guard(Permission.READ)
def version(kind: str, slug: str, number: int) -> ResponseReturnValue:
    """A reply as it stood in one of its versions."""
    topic, case, reply = _published_reply(kind, slug)
    found = next((one for one in reply.published_versions if one.number == number), None)
    if found is None:
        raise NotFound()
    content = Content.from_json(found.content)
    return render_template(
        "replies/version.html",
        topic=topic,
        tabs=topic_tabs(topic, "reply"),
        version=found,
        is_newest=found is reply.published_versions[-1],
        content=content,
        summary=render(content.summary),
        points=points_of(case, content.answers, content.lang),
    )


@bp.route(CORRECTION, methods=["GET", "POST"])
@limiter.limit(WORKING, methods=["POST"])
@guard(Permission.REPLY_WRITE)
def correct(case_id: int) -> ResponseReturnValue:
    """Write a correction of the published reply; once it is submitted, read it and decide about it."""
    case = own_case(case_id)
    reply = published(ctx(), case)
    under_way = reply.correction
    if request.method == "GET" and under_way and under_way.state is not ReplyState.DRAFT:
        return _decide_page(case, under_way, SendBackForm(revision=under_way.revision))
    form = correction_form(case, reply, rules_of(ctx(), case).reply)
    if accepted(form, lambda: save_correction(ctx(), case, form.entered(reply.lang), form.reason.data)):
        flash(gettext("The correction was saved. Nothing public has changed yet."), "success")
        return redirect(url_for("replies.correct", case_id=case_id), 303)
    return _write_page(case_id, form), answer_status(form)


@bp.post(f"{CORRECTION}/submit", endpoint="submit_correction")
@limiter.limit(WORKING)
@guard(Permission.REPLY_WRITE)
def submit(case_id: int) -> ResponseReturnValue:
    """Save the correction and hand it to an approver."""
    case = own_case(case_id)
    reply = published(ctx(), case)
    form = correction_form(case, reply, rules_of(ctx(), case).reply, is_final=True)
    if accepted(form, lambda: submit_correction(ctx(), case, form.entered(reply.lang), form.reason.data)):
        flash(gettext("The correction now waits for an approver."), "success")
        return redirect(url_for("replies.correct", case_id=case_id), 303)
    return _write_page(case_id, form), 422


@bp.post(f"{CORRECTION}/back", endpoint="send_correction_back")
@limiter.limit(WORKING)
@guard(Permission.REPLY_WRITE)
def send_back(case_id: int) -> ResponseReturnValue:
    """Send a submitted correction back with a reason."""
    case = own_case(case_id)
    form = SendBackForm()
    if accepted(form, lambda: send_correction_back(ctx(), case, form.revision.data, form.reason.data)):
        flash(gettext("The correction was sent back."), "success")
        return redirect(url_for("desk.show"), 303)
    case = own_case(case_id)
    under_way = published(ctx(), case).correction
    if under_way is None:
        raise Conflict(NOTHING_WAITS)
    return _decide_page(case, under_way, form), 422


@bp.post(f"{CORRECTION}/take-back", endpoint="take_correction_back")
@limiter.limit(WORKING)
@guard(Permission.REPLY_WRITE)
def take_back(case_id: int) -> ResponseReturnValue:
    """Take one's own submitted correction back."""
    take_correction_back(ctx(), own_case(case_id), request.form.get("revision", 0, type=int))
    flash(gettext("The correction is a draft again."), "success")
    return redirect(url_for("replies.correct", case_id=case_id), 303)


@bp.post(f"{CORRECTION}/publish", endpoint="publish_correction")
@limiter.limit(WORKING)
@guard(Permission.REPLY_PUBLISH)
def publish(case_id: int) -> ResponseReturnValue:
    """Publish a submitted correction."""
    case = own_case(case_id)
    publish_correction(ctx(), case, request.form.get("revision", 0, type=int))
    flash(gettext("The corrected reply is published."), "success")
    return redirect(public_page(case), 303)


def _published_reply(kind: str, slug: str) -> tuple[Topic, Case, Reply]:
    topic = topic_by_slug(ctx(), kind, slug)
    case = case_of_topic(ctx(), topic.id)
    reply = public_reply(ctx(), case) if case else None
    if case is None or reply is None:
        raise NotFound()
    return topic, case, reply


def _write_page(case_id: int, form: CorrectionForm) -> str:
    """The form. If somebody else saved meanwhile, what they wrote stands beside it."""
    case = own_case(case_id)
    reply = published(ctx(), case)
    under_way = reply.correction
    newest = under_way.revision if under_way else 0
    is_behind = form.is_submitted() and form.revision.data != newest
    form.revision.process_data(newest)
    form.revision.raw_data = None
    content = Content.from_json(under_way.content) if under_way else None
    fresh = content if content and not form.is_submitted() else None
    return render_template(
        "replies/correct.html",
        case=case,
        form=form,
        clock=clock_view(ctx(), case),
        under_way=under_way,
        newer=step_to(ctx(), case, under_way) if under_way and is_behind else None,
        echoes=echoes(ctx(), case, fresh) if fresh else [],
        hints=plain_hints(case, fresh) if fresh else [],
        corrections=corrections_told(reply),
    )


def _decide_page(case: Case, under_way: ReplyVersion, form: SendBackForm) -> str:
    content = Content.from_json(under_way.content)
    return render_template(
        "replies/decide_correction.html",
        case=case,
        form=form,
        clock=clock_view(ctx(), case),
        under_way=under_way,
        step=step_to(ctx(), case, under_way),
        echoes=echoes(ctx(), case, content),
        may_decide=may_approve(case, under_way),
    )
