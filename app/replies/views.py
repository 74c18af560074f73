"""The reply to a topic, for everybody; and the desk where officers write and approve the answers."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core.deadline import Due
from app.core.errors import Conflict, NotFound
from app.core.permissions import Permission
from app.extensions import limiter
from app.replies.actions import publish_reply, save_draft, send_back, submit_reply, take_back
from app.replies.faces import agencies_words, case_view, clock_view, forecast
from app.replies.forms import DraftForm, SendBackForm, draft_form
from app.replies.history import closed_since, counted_days, history
from app.replies.models import Case
from app.replies.points import draft_words, points, summary_markup
from app.replies.queries import case_by_id, case_of_topic, my_open_cases, my_submitted_cases, my_topics
from app.replies.rules import ReplyState, may_decide
from app.topics.pages import topic_tabs
from app.topics.queries import is_open, topic_by_slug
from app.web.acting import ctx, guard
from app.web.forms import accepted, answer_status

bp = Blueprint("replies", __name__)
TOPIC = "/<any(issues):kind>/<slug>"
CASE = "/desk/cases/<int:case_id>"
WRITING = "30/minute;600/day"


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
        clock=clock_view(ctx(), case.clock),
        summary=summary_markup(case),
        points=points(case),
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
    due = Due.from_json(case.clock.reckoning)
    return render_template(
        "replies/why.html",
        topic=topic,
        tabs=topic_tabs(topic, "reply"),
        due=due,
        clock=case.clock,
        rows=counted_days(due),
        since=closed_since(ctx(), due),
    )


@bp.get("/desk")
@guard(Permission.DESK)
def desk() -> ResponseReturnValue:
    """What this officer's agencies owe, what waits for approval, and what they are preparing."""
    approving = [case for case in my_submitted_cases(ctx()) if _may_decide(case)]
    owed = [case for case in my_open_cases(ctx()) if case not in approving]
    return render_template(
        "replies/desk.html",
        approving=[(case_view(ctx(), case, _desk_page(case)), draft_words(case)) for case in approving],
        owed=[(case_view(ctx(), case, _desk_page(case)), draft_words(case)) for case in owed],
        topics=my_topics(ctx()),
    )


@bp.route(CASE, methods=["GET", "POST"])
@limiter.limit(WRITING, methods=["POST"])
@guard(Permission.REPLY_WRITE)
def edit(case_id: int) -> ResponseReturnValue:
    """Write the reply; once it is submitted, read it and decide about it."""
    case = _own_case(case_id)
    if request.method == "GET" and case.reply and case.reply.state is not ReplyState.DRAFT:
        return _read_page(case, SendBackForm(revision=case.reply.revision))
    form = draft_form(case)
    if accepted(form, lambda: save_draft(ctx(), case, form.entered())):
        flash(gettext("The draft was saved."), "success")
        return redirect(url_for("replies.edit", case_id=case_id), 303)
    return _write_page(case_id, form), answer_status(form)


@bp.post(f"{CASE}/submit")
@limiter.limit(WRITING)
@guard(Permission.REPLY_WRITE)
def submit(case_id: int) -> ResponseReturnValue:
    """Save the reply and hand it to an approver."""
    case = _own_case(case_id)
    form = draft_form(case, is_final=True)
    if accepted(form, lambda: submit_reply(ctx(), case, form.entered())):
        flash(gettext("The reply now waits for an approver."), "success")
        return redirect(url_for("replies.edit", case_id=case_id), 303)
    return _write_page(case_id, form), 422


@bp.post(f"{CASE}/back", endpoint="send_back")
@limiter.limit(WRITING)
@guard(Permission.REPLY_WRITE)
def send_back_page(case_id: int) -> ResponseReturnValue:
    """Send a submitted reply back with a reason."""
    case = _own_case(case_id)
    form = SendBackForm()
    if accepted(form, lambda: send_back(ctx(), case, form.revision.data, form.reason.data)):
        flash(gettext("The reply was sent back."), "success")
        return redirect(url_for("replies.desk"), 303)
    case = _own_case(case_id)
    if case.reply is None:
        raise Conflict()
    return _read_page(case, form), 422


@bp.post(f"{CASE}/take-back", endpoint="take_back")
@limiter.limit(WRITING)
@guard(Permission.REPLY_WRITE)
def take_back_page(case_id: int) -> ResponseReturnValue:
    """Take one's own submitted reply back."""
    take_back(ctx(), _own_case(case_id), request.form.get("revision", 0, type=int))
    flash(gettext("The reply is a draft again."), "success")
    return redirect(url_for("replies.edit", case_id=case_id), 303)


@bp.post(f"{CASE}/publish")
@limiter.limit(WRITING)
@guard(Permission.REPLY_PUBLISH)
def publish(case_id: int) -> ResponseReturnValue:
    """Publish a submitted reply."""
    case = _own_case(case_id)
    publish_reply(ctx(), case, request.form.get("revision", 0, type=int))
    flash(gettext("The reply is published."), "success")
    return redirect(url_for("replies.show", kind=case.topic.kind.value, slug=case.topic.slug), 303)


def _own_case(case_id: int) -> Case:
    """A case of this officer's agencies: a draft is nobody else's business."""
    case = case_by_id(ctx(), case_id)
    ctx().require(Permission.REPLY_WRITE, case.agency_ids)
    return case


def _desk_page(case: Case) -> str:
    return url_for("replies.edit", case_id=case.id)


def _may_decide(case: Case) -> bool:
    may = ctx().actor.may(Permission.REPLY_PUBLISH, [case.lead.agency_id])
    return may and case.reply is not None and may_decide(case.reply.author_id, ctx().actor.person_id)


def _write_page(case_id: int, form: DraftForm) -> str:
    """The form; if somebody else saved meanwhile, their version beside it, and saving again replaces it."""
    case = _own_case(case_id)
    newest = case.reply.revision if case.reply else 0
    is_behind = form.is_submitted() and form.revision.data != newest
    form.revision.process_data(newest)
    form.revision.raw_data = None
    typed = {name: text for name, text in request.form.items() if name.startswith("answer_") and name not in form}
    return render_template(
        "replies/edit.html",
        case=case,
        form=form,
        clock=clock_view(ctx(), case.clock),
        theirs=points(case, draft=True) if is_behind else [],
        newer=case.reply if is_behind else None,
        summary=summary_markup(case),
        orphans=[text for text in typed.values() if text.strip()],
    )


def _read_page(case: Case, form: SendBackForm) -> str:
    return render_template(
        "replies/read.html",
        case=case,
        form=form,
        clock=clock_view(ctx(), case.clock),
        summary=summary_markup(case),
        points=points(case, draft=True),
        may_decide=_may_decide(case),
    )
