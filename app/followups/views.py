"""What became of a case, for everybody; where people judge it; and where its officers report."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.cases.models import Case
from app.core.errors import Forbidden, NotFound
from app.core.language import N_
from app.core.permissions import Permission
from app.followups.actions import give_feedback, hide_feedback, take_back_feedback
from app.followups.faces import (
    demand_views,
    demand_words,
    feedback_rows,
    step_view,
    study_view,
    survey_rows,
    words_views,
)
from app.followups.forms import (
    MilestoneForm,
    NewsForm,
    RefuseForm,
    feedback_form,
    news_form,
    progress_form,
    survey_form,
)
from app.followups.limits import judging, reporting
from app.followups.milestones import add_milestone, move_milestone
from app.followups.models import Study
from app.followups.queries import (
    After,
    after_case,
    after_reply,
    feedback_list,
    milestone_by_id,
    own_feedback,
    own_invitation,
    sentences,
    study_by_id,
    works_for,
)
from app.followups.rules import Satisfaction
from app.followups.studies import publish_end, refuse_end, report
from app.followups.surveying import answer
from app.replies.rules import may_decide
from app.topics.models import Topic
from app.topics.pages import topic_tabs
from app.topics.queries import topic_by_slug
from app.topics.rules import ADDRESS
from app.web.acting import ctx, guard
from app.web.forms import accepted, answer_status
from app.web.i18n import page_locale

bp = Blueprint("followups", __name__)
REPLY = f"{ADDRESS}/reply"
STUDY = "/desk/studies/<int:study_id>"
OWN_REPLY = N_("Your agency gave this reply. Others judge it.")


@bp.get(f"{REPLY}/after")
@guard(Permission.READ)
def after(kind: str, slug: str) -> ResponseReturnValue:
    """What became of a case: each demand that goes on, what people say of the reply, how satisfied they are."""
    topic, found = _followed(kind, slug)
    return _after_page(topic, found)


@bp.route(f"{REPLY}/feedback", methods=["GET", "POST"])
@judging
@guard(Permission.JUDGE)
def feedback(kind: str, slug: str) -> ResponseReturnValue:
    """Say whether the reply answers what was asked, or say it anew."""
    topic, found = _followed(kind, slug)
    if works_for(ctx(), found.case):
        raise Forbidden(OWN_REPLY)
    own = own_feedback(ctx(), found.case.id)
    form = feedback_form(own)
    if accepted(form, lambda: give_feedback(ctx(), found, form.entered())):
        flash(gettext("Thank you. You can change it as long as feedback is taken."), "success")
        return redirect(_after_href(topic), 303)
    page = _frame(topic) | {"form": form, "own": own, "after": found, "open": _takes_feedback(found)}
    return render_template("followups/feedback.html", **page), answer_status(form)


@bp.post(f"{REPLY}/feedback/back")
@judging
@guard(Permission.JUDGE)
def take_back(kind: str, slug: str) -> ResponseReturnValue:
    """Take one's feedback back."""
    topic, found = _followed(kind, slug)
    take_back_feedback(ctx(), found)
    flash(gettext("Your feedback is deleted."), "success")
    return redirect(_after_href(topic), 303)


@bp.post(f"{REPLY}/feedback/<int:feedback_id>/hide")
@judging
@guard(Permission.MODERATE)
def hide(kind: str, slug: str, feedback_id: int) -> ResponseReturnValue:
    """Hide the words of a feedback."""
    topic, found = _followed(kind, slug)
    hide_feedback(ctx(), found, feedback_id)
    flash(gettext("The words are hidden. The answer stays counted."), "success")
    return redirect(_after_href(topic), 303)


@bp.route(f"{REPLY}/survey", methods=["GET", "POST"])
@judging
@guard(Permission.JUDGE)
def survey(kind: str, slug: str) -> ResponseReturnValue:
    """Say how satisfied one is with what became of a topic one took part in."""
    topic, found = _followed(kind, slug)
    asked = own_invitation(ctx(), found.case.id)
    if asked is None:
        raise Forbidden(N_("Only people who took part are asked."))
    form = survey_form()
    if accepted(form, lambda: _answer(found, Satisfaction(form.satisfaction.data), form.sentence.data or "")):
        flash(gettext("Thank you. Your answer is counted, without your name."), "success")
        return redirect(_after_href(topic), 303)
    page = _frame(topic) | {"form": form, "answered": asked.answered_on is not None}
    return render_template("followups/survey.html", **page), answer_status(form)


# ---- the desk -------------------------------------------------------------------------------------------------


@bp.get("/desk/cases/<int:case_id>/after")
@guard(Permission.REPLY_WRITE)
def desk(case_id: int) -> ResponseReturnValue:
    """What has to be reported on in a case."""
    found = after_case(ctx(), case_id)
    _require_lead(found.case)
    said = sentences(ctx(), found.survey) if found.survey else []
    page = {"case": found.case, "demands": demand_views(ctx(), found), "sentences": said}
    return render_template("followups/desk.html", **page, rows=survey_rows(found))


@bp.route(STUDY, methods=["GET", "POST"])
@reporting
@guard(Permission.REPLY_WRITE)
def study(study_id: int) -> ResponseReturnValue:
    """Report on a study, or read and decide how it shall end."""
    found = _own_study(study_id)
    form = news_form()
    if accepted(form, lambda: report(ctx(), study_id, form.entered())):
        flash(gettext("It waits for an approver.") if form.entered().outcome else gettext("Published."), "success")
        return redirect(_desk_href(found.case_id), 303)
    return _study_page(study_id, form, RefuseForm()), answer_status(form)


@bp.post(f"{STUDY}/publish")
@reporting
@guard(Permission.REPLY_PUBLISH)
def publish(study_id: int) -> ResponseReturnValue:
    """Let a study end as proposed."""
    found = _own_study(study_id)
    publish_end(ctx(), study_id, request.form.get("news", 0, type=int))
    flash(gettext("Published. The study has ended."), "success")
    return redirect(_desk_href(found.case_id), 303)


@bp.post(f"{STUDY}/refuse")
@reporting
@guard(Permission.REPLY_PUBLISH)
def refuse(study_id: int) -> ResponseReturnValue:
    """Send a proposed end back with a reason."""
    found = _own_study(study_id)
    form, news = RefuseForm(), request.form.get("news", 0, type=int)
    if accepted(form, lambda: refuse_end(ctx(), study_id, news, form.reason.data or "")):
        flash(gettext("It was sent back."), "success")
        return redirect(_desk_href(found.case_id), 303)
    return _study_page(study_id, news_form(), form), 422


@bp.route("/desk/cases/<int:case_id>/milestones/<int:demand_id>", methods=["GET", "POST"])
@reporting
@guard(Permission.REPLY_WRITE)
def new_milestone(case_id: int, demand_id: int) -> ResponseReturnValue:
    """Promise a step of what was adopted."""
    found = after_case(ctx(), case_id)
    _require_lead(found.case)
    demand = next((one for one in found.worked_on if one.id == demand_id), None)
    if demand is None:
        raise NotFound()
    form = MilestoneForm()
    if accepted(form, lambda: add_milestone(ctx(), found, demand_id, form.entered())):
        flash(gettext("The milestone is public."), "success")
        return redirect(_desk_href(case_id), 303)
    page = {"case": found.case, "demand": demand_words(demand), "form": form}
    return render_template("followups/new_milestone.html", **page), answer_status(form)


@bp.route("/desk/milestones/<int:milestone_id>", methods=["GET", "POST"])
@reporting
@guard(Permission.REPLY_WRITE)
def milestone(milestone_id: int) -> ResponseReturnValue:
    """Report how far a step is."""
    found = milestone_by_id(ctx(), milestone_id)
    _require_lead(found.case)
    form = progress_form(found)
    if accepted(form, lambda: move_milestone(ctx(), milestone_id, form.entered())):
        flash(gettext("Published."), "success")
        return redirect(_desk_href(found.case_id), 303)
    step = milestone_by_id(ctx(), milestone_id)
    page = {"case": step.case, "step": step_view(ctx(), step), "form": form}
    return render_template("followups/milestone.html", **page), answer_status(form)


def _followed(kind: str, slug: str) -> tuple[Topic, After]:
    topic = topic_by_slug(ctx(), kind, slug)
    return topic, after_reply(ctx(), topic.id)


def _answer(found: After, how: Satisfaction, sentence: str) -> None:
    answer(ctx(), found, how, sentence, page_locale())


def _frame(topic: Topic) -> dict[str, object]:
    return {"topic": topic, "tabs": topic_tabs(topic, "reply"), "here": _here(topic)}


def _here(topic: Topic) -> dict[str, str]:
    return {"kind": topic.kind.value, "slug": topic.slug}


def _after_href(topic: Topic) -> str:
    return url_for(".after", **_here(topic))


def _desk_href(case_id: int) -> str:
    return url_for(".desk", case_id=case_id)


def _takes_feedback(found: After) -> bool:
    return found.window is not None and ctx().today <= found.window.until


def _after_page(topic: Topic, found: After) -> str:
    me, case = ctx().actor, found.case
    is_open, window = _takes_feedback(found), found.window
    asked = own_invitation(ctx(), case.id) if me.is_signed_in else None
    return render_template(
        "followups/after.html",
        **_frame(topic),
        after=found,
        demands=demand_views(ctx(), found),
        open=is_open,
        may_judge=not works_for(ctx(), case),
        own=own_feedback(ctx(), case.id) if me.is_signed_in else None,
        verdicts=feedback_rows(window) if window and not is_open else [],
        words=words_views(feedback_list(ctx(), case.id)) if window and not is_open else [],
        rows=survey_rows(found),
        asked=asked is not None and asked.answered_on is None,
        reports=me.may(Permission.REPLY_WRITE, case.lead_ids),
    )


def _require_lead(case: Case) -> None:
    ctx().require(Permission.REPLY_WRITE, case.lead_ids)


def _own_study(study_id: int) -> Study:
    found = study_by_id(ctx(), study_id)
    _require_lead(found.case)
    return found


def _study_page(study_id: int, form: NewsForm, refusal: RefuseForm) -> str:
    found = study_by_id(ctx(), study_id)
    may = ctx().actor.may(Permission.REPLY_PUBLISH, found.case.lead_ids)
    waiting = found.waiting
    return render_template(
        "followups/study.html",
        case=found.case,
        demand=demand_words(found.demand),
        study=study_view(ctx(), found),
        ended=found.outcome is not None,
        form=form,
        refusal=refusal,
        may_decide=may and waiting is not None and may_decide(waiting.author_id, ctx().actor.person_id),
    )
