"""Pages of issues for everybody, and those on which officers write, publish, close and withdraw them."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.agencies.queries import agency_by_slug
from app.core.errors import NotFound
from app.core.language import LANGUAGES
from app.core.permissions import Permission
from app.extensions import limiter
from app.issues.actions import close, draft, publish, revise, withdraw
from app.issues.attaching import attach, detach
from app.issues.faces import file_links, issue_cards, published_words
from app.issues.files import place_of
from app.issues.forms import AttachForm, StepForm, TextsForm, WithdrawForm, first_language, issue_form
from app.issues.history import steps
from app.issues.models import Issue
from app.issues.pages import FILTERS, issue_page, state_links, wanted_of
from app.issues.queries import attachment_of, cases_of, issue_by_slug, issues_page, versions_of, writing_needs
from app.issues.writing import is_preview, writing
from app.topics.pages import topic_tabs
from app.web.acting import ctx, guard
from app.web.forms import accepted, answer_status
from app.web.i18n import page_locale

bp = Blueprint("issues", __name__)
ISSUE = "/desk/issues/<slug>"
WRITING = "30/minute;600/day"
UPLOADING = "10/minute;100/day"
STEPS = "10/minute;100/day"
DOWNLOAD = {"Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff"}
"""A file is never part of a page of ours, whatever it holds."""


@bp.get("/issues")
@guard(Permission.READ)
def index() -> ResponseReturnValue:
    """All published issues, those in one state, of one agency, or that answer a question."""
    wanted = wanted_of(request.args)
    agency = agency_by_slug(ctx(), wanted.agency) if wanted.agency else None
    page = issues_page(ctx(), wanted, request.args.get("page", 1, type=int))
    return render_template(
        "issues/index.html",
        page=page,
        cards=issue_cards(ctx(), page.items, cases_of(ctx(), page.items)),
        wanted=wanted,
        agency=agency,
        states=state_links(wanted),
        filters={name: request.args[name] for name in FILTERS if request.args.get(name)},
    )


@bp.get("/issues/<slug>")
@guard(Permission.READ)
def show(slug: str) -> ResponseReturnValue:
    """One issue: what is asked, what is open, and what happens next."""
    return issue_page(issue_by_slug(ctx(), slug))


@bp.get("/issues/<slug>/versions")
@guard(Permission.READ)
def versions(slug: str) -> ResponseReturnValue:
    """What was changed since the issue was published."""
    issue = issue_by_slug(ctx(), slug)
    if not issue.is_published:
        raise NotFound()
    return render_template(
        "issues/versions.html",
        topic=issue.topic,
        tabs=topic_tabs(issue.topic, "overview"),
        steps=steps(versions_of(ctx(), issue), ctx().today),
    )


@bp.get("/issues/<slug>/files/<int:attachment_id>")
@guard(Permission.READ)
def file(slug: str, attachment_id: int) -> ResponseReturnValue:
    """A file beside an issue, as a download (its name as in RFC 6266)."""
    issue = issue_by_slug(ctx(), slug)
    attachment = attachment_of(ctx(), issue, attachment_id)
    answer = send_file(
        place_of(current_app.config["CONFIG"].files, attachment.sha256),
        mimetype=attachment.media_type,
        as_attachment=True,
        download_name=attachment.name,
        etag=attachment.sha256,
    )
    answer.headers.update(DOWNLOAD)
    answer.headers["Cache-Control"] = "public, max-age=300" if issue.is_published else "no-store"
    return answer


@bp.route("/desk/issues/new", methods=["GET", "POST"])
@limiter.limit(WRITING, methods=["POST"])
@guard(Permission.ISSUE_WRITE)
def new() -> ResponseReturnValue:
    """Begin an issue."""
    lang = _lang(page_locale())
    form = issue_form(ctx(), None, lang)
    drafted: list[Issue] = []
    if not is_preview() and accepted(form, lambda: drafted.append(draft(ctx(), form.texts(lang), form.terms(None)))):
        flash(gettext("The draft was saved. Only its agencies see it."), "success")
        return redirect(url_for("issues.show", slug=drafted[0].topic.slug), 303)
    return _write_page(None, form, lang)


@bp.route(f"{ISSUE}/edit", methods=["GET", "POST"])
@limiter.limit(WRITING, methods=["POST"])
@guard(Permission.ISSUE_WRITE)
def edit(slug: str) -> ResponseReturnValue:
    """Write the texts of one language, and with the first the terms."""
    issue = _own_issue(slug)
    lang = _lang(page_locale() if page_locale() in issue.topic.title else first_language(issue))
    form = issue_form(ctx(), issue, lang)
    if not is_preview() and accepted(form, lambda: revise(ctx(), issue, **form.changes(issue, lang))):
        flash(gettext("Your text was saved."), "success")
        return redirect(url_for("issues.show", slug=slug), 303)
    return _write_page(slug, form, lang)


@bp.post(f"{ISSUE}/publish", endpoint="publish")
@limiter.limit(STEPS)
@guard(Permission.ISSUE_PUBLISH)
def publish_page(slug: str) -> ResponseReturnValue:
    """Open an issue to everybody, as it was read."""
    issue, form = issue_by_slug(ctx(), slug), StepForm()
    if accepted(form, lambda: publish(ctx(), issue, form.revision.data)):
        flash(published_words(issue), "success")
        return redirect(url_for("issues.show", slug=issue.topic.slug), 303)
    return issue_page(issue_by_slug(ctx(), slug), form), 422


@bp.post(f"{ISSUE}/close", endpoint="close")
@limiter.limit(STEPS)
@guard(Permission.ISSUE_PUBLISH)
def close_page(slug: str) -> ResponseReturnValue:
    """Close an issue now."""
    close(ctx(), issue_by_slug(ctx(), slug))
    flash(gettext("The issue is closed. From tomorrow the time to reply is counted."), "success")
    return redirect(url_for("issues.show", slug=slug), 303)


@bp.route(f"{ISSUE}/withdraw", methods=["GET", "POST"], endpoint="withdraw")
@limiter.limit(STEPS, methods=["POST"])
@guard(Permission.ISSUE_PUBLISH)
def withdraw_page(slug: str) -> ResponseReturnValue:
    """Take an issue back, with a public reason."""
    issue, form = issue_by_slug(ctx(), slug), WithdrawForm(lang=page_locale())
    ctx().require(Permission.ISSUE_PUBLISH, [issue.lead.agency_id])
    if accepted(form, lambda: withdraw(ctx(), issue, {form.lang.data: form.reason.data})):
        flash(gettext("The issue was withdrawn."), "success")
        return redirect(url_for("issues.show", slug=slug), 303)
    page = render_template("issues/withdraw.html", issue=issue_by_slug(ctx(), slug), form=form)
    return page, answer_status(form)


@bp.route(f"{ISSUE}/files", methods=["GET", "POST"])
@limiter.limit(UPLOADING, methods=["POST"])
@guard(Permission.ISSUE_WRITE)
def files(slug: str) -> ResponseReturnValue:
    """The files of an issue: see them, and put one more beside it."""
    issue, form = _own_issue(slug), AttachForm()
    folder = current_app.config["CONFIG"].files
    if accepted(form, lambda: attach(ctx(), issue, form.file.data.read(), form.file.data.filename or "", folder)):
        flash(gettext("The file was added."), "success")
        return redirect(url_for("issues.files", slug=slug), 303)
    issue = _own_issue(slug)
    page = render_template("issues/files.html", issue=issue, files=file_links(issue), form=form)
    return page, answer_status(form)


@bp.post(f"{ISSUE}/files/<int:attachment_id>/remove", endpoint="detach")
@limiter.limit(UPLOADING)
@guard(Permission.ISSUE_WRITE)
def detach_page(slug: str, attachment_id: int) -> ResponseReturnValue:
    """Take a file away."""
    detach(ctx(), _own_issue(slug), attachment_id)
    flash(gettext("The file was taken away."), "success")
    return redirect(url_for("issues.files", slug=slug), 303)


def _own_issue(slug: str) -> Issue:
    """An issue this officer may change."""
    issue = issue_by_slug(ctx(), slug)
    ctx().require(*writing_needs(issue))
    return issue


def _lang(otherwise: str) -> str:
    """The language to write in: that of the form that was sent, or the one the address asks for."""
    asked = request.values.get("lang", otherwise)
    if asked not in LANGUAGES:
        raise NotFound()
    return asked


def _write_page(slug: str | None, form: TextsForm, lang: str) -> ResponseReturnValue:
    page = render_template("issues/edit.html", **writing(_own_issue(slug) if slug else None, form, lang))
    return page, 200 if is_preview() else answer_status(form)
