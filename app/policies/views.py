"""The rules in words, their versions, and the administrator's page."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core.permissions import Permission
from app.core.policy import Policy
from app.extensions import limiter
from app.policies.actions import publish_policy
from app.policies.changes import differences, effect
from app.policies.documents import PRESETS, preset_text, to_toml
from app.policies.faces import preset_words, versions
from app.policies.forms import NUMBERS, PolicyForm, texts
from app.policies.queries import newest_version, policy_of, publication
from app.policies.wording import rules_in_words
from app.web.acting import ctx, guard
from app.web.addresses import LARGEST_ID
from app.web.forms import accepted, answer_status

bp = Blueprint("policies", __name__)


@bp.get("/rules/policy")
@guard(Permission.READ)
def index() -> ResponseReturnValue:
    """The rules in force, and every version."""
    return _page(ctx().policy.version)


@bp.get("/policies/<int:version>")
@guard(Permission.READ)
def show(version: int) -> ResponseReturnValue:
    """One version, with what differs from another (`?since=`), by default the one before it."""
    return _page(version)


def _page(version: int) -> ResponseReturnValue:
    policy, row = policy_of(ctx(), version), publication(ctx(), version)
    since = min(request.args.get("since", max(version - 1, 0), type=int), LARGEST_ID)
    before = policy_of(ctx(), since)
    return render_template(
        "policies/show.html",
        shown=policy,
        row=row,
        groups=rules_in_words(policy),
        since=since,
        changes=differences(before, policy) if since != version else [],
        versions=versions(ctx()),
    )


@bp.route("/admin/policy", methods=["GET", "POST"])
@limiter.limit("60/minute", methods=["POST"])
@guard(Permission.ADMINISTER)
def edit() -> ResponseReturnValue:
    """Prepare a version of the rules, look at what it changes, publish it."""
    as_text = request.args.get("as") == "text"
    form = PolicyForm(data={"effective_from": ctx().today})
    if not form.is_submitted():
        _begin(form)
    policy = form.read(numbers=not as_text) if form.is_submitted() else None
    if policy and "publish" in request.form and accepted(form, lambda: _publish(form, policy)):
        flash(gettext("The rules were published."), "success")
        return redirect(url_for("policies.show", version=newest_version(ctx())), 303)
    previewed = policy if policy and form.effective_from.data else None
    form.name_units(policy or ctx().policy)
    return render_template(
        "policies/edit.html",
        form=form,
        as_text=as_text,
        presets=PRESETS,
        preset_words=preset_words,
        start=request.args.get("start"),
        numbers=NUMBERS,
        previewed=previewed,
        changes=differences(ctx().policy, previewed) if previewed else [],
        effects=effect(ctx(), previewed, form.effective_from.data) if previewed else [],
        coming=[one for one in versions(ctx()) if one.is_coming],
    ), (200 if previewed and not form.errors else answer_status(form))


def _begin(form: PolicyForm) -> None:
    """Start from a preset, or from the rules in force."""
    preset = request.args.get("start", "")
    form.text.data = preset_text(preset) if preset else to_toml(ctx().policy)
    form.fill_numbers(Policy.from_toml(form.text.data))
    row = publication(ctx(), ctx().policy.version)
    for name, value in texts("office", row.published_by if row else ctx().settings.name).items():
        form[name].data = value


def _publish(form: PolicyForm, policy: Policy) -> None:
    publish_policy(ctx(), form.entered(policy))
