"""The reply to a topic, for everybody; and the pages on which officers write it and approve it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.cases.faces import agencies_words, clock_view, forecast
from app.cases.history import history
from app.cases.models import Case
from app.cases.pages import CASE, WORKING, own_case, public_page
from app.cases.part_faces import missing_words
from app.cases.queries import case_of_topic, rules_of
from app.core.errors import Conflict
from app.core.permissions import Permission
from app.extensions import limiter
from app.replies import correction_views, holding_views
from app.replies.drafting import save_draft, submit_reply
from app.replies.forms import DraftForm, SendBackForm, draft_form
from app.replies.hints import echoes, plain_hints
from app.replies.models import Reply
from app.replies.pages import bp, may_approve
from app.replies.points import open_points, points, progress, summary_markup
from app.replies.publishing import publish_reply, send_back, take_back
from app.replies.queries import open_holding, public_reply, reply_of
from app.replies.rules import ReplyState
from app.replies.told import corrections_told, holdings_told
from app.replies.versions import answer_to, content_of
from app.topics.pages import topic_tabs
from app.topics.queries import is_open, topic_by_slug
from app.topics.rules import ADDRESS
from app.web.acting import ctx, guard
from app.web.forms import accepted, answer_status

__all__ = ["bp", "correction_views", "holding_views"]


@bp.get(f"{ADDRESS}/reply")
@guard(Permission.READ)
def show(kind: str, slug: str) -> ResponseReturnValue:
    """What the agencies owe on a topic by when, and what they answered."""
    topic = topic_by_slug(ctx(), kind, slug)
    case = case_of_topic(ctx(), topic.id)
    page = {"topic": topic, "tabs": topic_tabs(topic, "reply")}
    if case is None:
        due = forecast(ctx(), topic)
        who = agencies_words(topic.agencies)
        return render_template("replies/before.html", **page, open=is_open(ctx(), topic), due=due, agencies=who)
    reply = public_reply(ctx(), case)
    return render_template(
        "replies/show.html",
        **page,
        case=case,
        agencies=agencies_words(case.agencies),
        missing=missing_words(case) if not case.is_answered else "",
        clock=clock_view(ctx(), case),
        reply=reply,
        summary=summary_markup(reply),
        points=points(case, reply) if reply else open_points(case),
        holdings=holdings_told(ctx(), case),
        corrections=corrections_told(reply) if reply else [],
        history=history(ctx(), case),
    )


@bp.route(CASE, methods=["GET", "POST"])
@limiter.limit(WORKING, methods=["POST"])
@guard(Permission.REPLY_WRITE)
def edit(case_id: int) -> ResponseReturnValue:
    """Write the reply; once it is submitted, read it and decide about it."""
    case = own_case(case_id)
    reply = reply_of(ctx(), case)
    if request.method == "GET" and reply and reply.state is not ReplyState.DRAFT:
        return _read_page(case, reply, SendBackForm(revision=reply.revision))
    form = draft_form(case, reply, rules_of(ctx(), case).reply)
    if accepted(form, lambda: save_draft(ctx(), case, form.entered())):
        flash(gettext("The draft was saved."), "success")
        return redirect(url_for("replies.edit", case_id=case_id), 303)
    return _write_page(case_id, form), answer_status(form)


@bp.post(f"{CASE}/submit")
@limiter.limit(WORKING)
@guard(Permission.REPLY_WRITE)
def submit(case_id: int) -> ResponseReturnValue:
    """Save the reply and hand it to an approver."""
    case = own_case(case_id)
    form = draft_form(case, reply_of(ctx(), case), rules_of(ctx(), case).reply, is_final=True)
    if accepted(form, lambda: submit_reply(ctx(), case, form.entered())):
        flash(gettext("The reply now waits for an approver."), "success")
        return redirect(url_for("replies.edit", case_id=case_id), 303)
    return _write_page(case_id, form), 422


@bp.post(f"{CASE}/back", endpoint="send_back")
@limiter.limit(WORKING)
@guard(Permission.REPLY_WRITE)
def send_back_page(case_id: int) -> ResponseReturnValue:
    """Send a submitted reply back with a reason."""
    case = own_case(case_id)
    form = SendBackForm()
    if accepted(form, lambda: send_back(ctx(), case, form.revision.data, form.reason.data)):
        flash(gettext("The reply was sent back."), "success")
        return redirect(url_for("desk.show"), 303)
    reply = reply_of(ctx(), own_case(case_id))
    if reply is None:
        raise Conflict()
    return _read_page(reply.case, reply, form), 422


@bp.post(f"{CASE}/take-back", endpoint="take_back")
@limiter.limit(WORKING)
@guard(Permission.REPLY_WRITE)
def take_back_page(case_id: int) -> ResponseReturnValue:
    """Take one's own submitted reply back."""
    take_back(ctx(), own_case(case_id), request.form.get("revision", 0, type=int))
    flash(gettext("The reply is a draft again."), "success")
    return redirect(url_for("replies.edit", case_id=case_id), 303)


@bp.post(f"{CASE}/publish")
@limiter.limit(WORKING)
@guard(Permission.REPLY_PUBLISH)
def publish(case_id: int) -> ResponseReturnValue:
    """Publish a submitted reply."""
    case = own_case(case_id)
    publish_reply(ctx(), case, request.form.get("revision", 0, type=int))
    flash(gettext("The reply is published."), "success")
    return redirect(public_page(case), 303)


def _write_page(case_id: int, form: DraftForm) -> str:
    """The form; if somebody else saved meanwhile, their version beside it, and saving again replaces it."""
    case = own_case(case_id)
    reply = reply_of(ctx(), case)
    newest = reply.revision if reply else 0
    is_behind = form.is_submitted() and form.revision.data != newest
    form.revision.process_data(newest)
    form.revision.raw_data = None
    if is_behind:
        form.take_newer({demand.id: answer_to(demand) for demand in case.demands})
    content = content_of(case, reply) if reply and not form.is_submitted() else None
    typed = {name: text for name, text in request.form.items() if name.startswith("answer_") and name not in form}
    return render_template(
        "replies/edit.html",
        case=case,
        form=form,
        clock=clock_view(ctx(), case),
        progress=progress(case, reply),
        reply=reply,
        theirs=points(case, reply) if reply and is_behind else [],
        newer=reply if is_behind else None,
        holding=open_holding(ctx(), case),
        summary=summary_markup(reply),
        echoes=echoes(ctx(), case, content) if content else [],
        hints=plain_hints(case, content) if content else [],
        orphans=[text for text in typed.values() if text.strip()],
    )


def _read_page(case: Case, reply: Reply, form: SendBackForm) -> str:
    return render_template(
        "replies/read.html",
        case=case,
        form=form,
        clock=clock_view(ctx(), case),
        progress=progress(case, reply),
        reply=reply,
        summary=summary_markup(reply),
        points=points(case, reply),
        may_decide=may_approve(case, reply),
        echoes=echoes(ctx(), case, content_of(case, reply)),
        correction=reply.correction,
    )
