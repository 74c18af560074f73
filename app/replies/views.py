"""The reply to a topic, for everybody; and the desk where officers write and approve the answers."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core.errors import Conflict, NotFound
from app.core.permissions import Permission
from app.extensions import limiter
from app.replies import correction_views, holding_views, timekeeping
from app.replies.casework import bp as work
from app.replies.casework import frame
from app.replies.desk_pages import desk_page
from app.replies.drafting import save_draft, submit_reply
from app.replies.faces import agencies_words, clock_view, forecast
from app.replies.forms import DraftForm, SendBackForm, draft_form
from app.replies.hints import echoes, plain_hints
from app.replies.history import closed_since, doings, history, legs_told
from app.replies.models import Case
from app.replies.pages import CASE, TOPIC, WRITING, bp, may_approve, own_case, public_page
from app.replies.points import points, summary_markup
from app.replies.publishing import publish_reply, send_back, take_back
from app.replies.queries import case_of_topic, outcomes_of, required_parts
from app.replies.rules import ReplyState
from app.replies.told import corrections_told, holdings_told
from app.replies.versions import content_of
from app.topics.pages import topic_tabs
from app.topics.queries import is_open, topic_by_slug
from app.web.acting import ctx, guard
from app.web.forms import accepted, answer_status

__all__ = ["bp", "correction_views", "holding_views"]
bp.register_blueprint(work)
bp.context_processor(lambda: {"frame": frame})


@bp.get(f"{TOPIC}/reply")
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
    return render_template(
        "replies/show.html",
        **page,
        case=case,
        agencies=agencies_words(case.agencies),
        clock=clock_view(ctx(), case),
        summary=summary_markup(case),
        points=points(case),
        holdings=holdings_told(case),
        corrections=corrections_told(case),
        history=history(ctx(), case),
    )


@bp.get(f"{TOPIC}/reply/date")
@guard(Permission.READ)
def why(kind: str, slug: str) -> ResponseReturnValue:
    """How the due date was counted."""
    topic = topic_by_slug(ctx(), kind, slug)
    case = case_of_topic(ctx(), topic.id)
    if case is None:
        raise NotFound()
    legs = case.clock.legs
    return render_template(
        "replies/why.html",
        topic=topic,
        tabs=topic_tabs(topic, "reply"),
        due=legs[0],
        clock=case.clock,
        legs=legs_told(legs),
        acts=doings(ctx(), case),
        since=closed_since(ctx(), legs[-1]),
    )


@bp.get("/desk")
@guard(Permission.DESK)
def desk() -> ResponseReturnValue:
    """What this officer's agencies owe, for whom it waits, and what they are preparing."""
    return desk_page()


@bp.route(CASE, methods=["GET", "POST"])
@limiter.limit(WRITING, methods=["POST"])
@guard(Permission.REPLY_WRITE)
def edit(case_id: int) -> ResponseReturnValue:
    """Write the reply; once it is submitted, read it and decide about it."""
    case = own_case(case_id)
    if request.method == "GET" and case.reply and case.reply.state is not ReplyState.DRAFT:
        return _read_page(case, SendBackForm(revision=case.reply.revision))
    form = draft_form(case, required_parts(ctx(), case), outcomes_of(ctx(), case))
    if accepted(form, lambda: save_draft(ctx(), case, form.entered())):
        flash(gettext("The draft was saved."), "success")
        return redirect(url_for("replies.edit", case_id=case_id), 303)
    return _write_page(case_id, form), answer_status(form)


bp.add_url_rule(f"{CASE}/clock", view_func=timekeeping.clock)
bp.add_url_rule(f"{CASE}/clock/extend", view_func=timekeeping.extend, methods=["POST"])
bp.add_url_rule(f"{CASE}/clock/pause", view_func=timekeeping.pause, methods=["POST"])
bp.add_url_rule(f"{CASE}/clock/resume", view_func=timekeeping.resume, methods=["POST"])


@bp.post(f"{CASE}/submit")
@limiter.limit(WRITING)
@guard(Permission.REPLY_WRITE)
def submit(case_id: int) -> ResponseReturnValue:
    """Save the reply and hand it to an approver."""
    case = own_case(case_id)
    form = draft_form(case, required_parts(ctx(), case), outcomes_of(ctx(), case), is_final=True)
    if accepted(form, lambda: submit_reply(ctx(), case, form.entered())):
        flash(gettext("The reply now waits for an approver."), "success")
        return redirect(url_for("replies.edit", case_id=case_id), 303)
    return _write_page(case_id, form), 422


@bp.post(f"{CASE}/back", endpoint="send_back")
@limiter.limit(WRITING)
@guard(Permission.REPLY_WRITE)
def send_back_page(case_id: int) -> ResponseReturnValue:
    """Send a submitted reply back with a reason."""
    case = own_case(case_id)
    form = SendBackForm()
    if accepted(form, lambda: send_back(ctx(), case, form.revision.data, form.reason.data)):
        flash(gettext("The reply was sent back."), "success")
        return redirect(url_for("replies.desk"), 303)
    case = own_case(case_id)
    if case.reply is None:
        raise Conflict()
    return _read_page(case, form), 422


@bp.post(f"{CASE}/take-back", endpoint="take_back")
@limiter.limit(WRITING)
@guard(Permission.REPLY_WRITE)
def take_back_page(case_id: int) -> ResponseReturnValue:
    """Take one's own submitted reply back."""
    take_back(ctx(), own_case(case_id), request.form.get("revision", 0, type=int))
    flash(gettext("The reply is a draft again."), "success")
    return redirect(url_for("replies.edit", case_id=case_id), 303)


@bp.post(f"{CASE}/publish")
@limiter.limit(WRITING)
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
    newest = case.reply.revision if case.reply else 0
    is_behind = form.is_submitted() and form.revision.data != newest
    form.revision.process_data(newest)
    form.revision.raw_data = None
    if is_behind:
        form.take_newer({demand.id: demand.said for demand in case.demands})
    content = content_of(case, case.reply) if case.reply and not form.is_submitted() else None
    typed = {name: text for name, text in request.form.items() if name.startswith("answer_") and name not in form}
    return render_template(
        "replies/edit.html",
        case=case,
        form=form,
        clock=clock_view(ctx(), case),
        theirs=points(case, draft=True) if is_behind else [],
        newer=case.reply if is_behind else None,
        summary=summary_markup(case),
        echoes=echoes(ctx(), case, content) if content else [],
        hints=plain_hints(case, content) if content else [],
        orphans=[text for text in typed.values() if text.strip()],
    )


def _read_page(case: Case, form: SendBackForm) -> str:
    return render_template(
        "replies/read.html",
        case=case,
        form=form,
        clock=clock_view(ctx(), case),
        summary=summary_markup(case),
        points=points(case, draft=True),
        may_decide=may_approve(case, case.reply),
        echoes=echoes(ctx(), case, content_of(case, case.reply)) if case.reply else [],
        correction=case.reply.correction if case.reply else None,
    )
