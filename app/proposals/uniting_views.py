"""Pages on which authors unite proposals, write to supporters, and officers look at what came near."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core.errors import Forbidden
from app.core.permissions import Permission
from app.extensions import limiter
from app.proposals.drafting import require_own
from app.proposals.faces import cards
from app.proposals.forms import LetterForm, MergeForm, WordsForm, language_choices
from app.proposals.merging import accept_merge, decline_merge, offer_merge
from app.proposals.models import Proposal
from app.proposals.near_misses import leave, near_misses, take_up
from app.proposals.pages import DECIDING, WRITING, bp
from app.proposals.queries import is_author, proposal_by_slug
from app.proposals.telling import write_as_agency, write_as_author
from app.web.acting import ctx, guard
from app.web.forms import accepted, answer_status
from app.web.i18n import page_locale

OWN = "/proposals/<slug>"


@bp.route(f"{OWN}/merge", methods=["GET", "POST"])
@limiter.limit(WRITING, methods=["POST"])
@guard(Permission.PROPOSE)
def merge(slug: str) -> ResponseReturnValue:
    """Offer to unite one's proposal with somebody else's."""
    proposal, form = _own(slug), MergeForm(into=request.args.get("into", type=int))
    if accepted(form, lambda: offer_merge(ctx(), proposal, form.into.data, form.reason.data or "")):
        flash(gettext("It was offered. The other author decides."), "success")
        return redirect(url_for("proposals.show", slug=slug), 303)
    return render_template("proposals/merge.html", proposal=_own(slug), form=form), answer_status(form)


@bp.post(f"{OWN}/offers/<int:offer_id>/<any(accept,decline):answer>")
@limiter.limit(DECIDING)
@guard(Permission.PROPOSE)
def answer_offer(slug: str, offer_id: int, answer: str) -> ResponseReturnValue:
    """Agree to unite, or go on alone."""
    _own(slug)
    if answer == "accept":
        accept_merge(ctx(), offer_id)
        flash(gettext("Both proposals are one now. Everybody is counted once."), "success")
    else:
        decline_merge(ctx(), offer_id)
        flash(gettext("You go on alone."), "success")
    return redirect(url_for("proposals.show", slug=slug), 303)


@bp.route(f"{OWN}/letter", methods=["GET", "POST"])
@limiter.limit(WRITING, methods=["POST"])
@guard(Permission.PROPOSE)
def letter(slug: str) -> ResponseReturnValue:
    """Write to the supporters: the proposer, or an agency that answers."""
    proposal, form = proposal_by_slug(ctx(), slug), LetterForm(lang=page_locale())
    form.lang.choices = language_choices()
    write = write_as_author if is_author(ctx(), proposal) else write_as_agency
    if write is write_as_agency and not ctx().actor.may(Permission.REPLY_PUBLISH, proposal.topic.agency_ids):
        raise Forbidden()
    if accepted(form, lambda: write(ctx(), proposal, form.text.data, form.lang.data)):
        flash(gettext("Your letter is on its way to everybody who wants news."), "success")
        return redirect(url_for("proposals.show", slug=slug), 303)
    page = render_template("proposals/letter.html", proposal=proposal_by_slug(ctx(), slug), form=form)
    return page, answer_status(form)


@bp.get("/desk/near-misses")
@guard(Permission.CASE_ASSIGN)
def near() -> ResponseReturnValue:
    """What came near its threshold and waits for a decision."""
    found = near_misses(ctx())
    rows = list(zip(found, cards(ctx(), found), strict=True))
    return render_template("proposals/near.html", rows=rows)


@bp.route("/desk/near-misses/<slug>", methods=["GET", "POST"])
@limiter.limit(DECIDING, methods=["POST"])
@guard(Permission.CASE_ASSIGN)
def decide_near(slug: str) -> ResponseReturnValue:
    """Take it up, or leave it; either with a reason everybody reads."""
    proposal, form = proposal_by_slug(ctx(), slug), WordsForm()
    ctx().require(Permission.CASE_ASSIGN, proposal.topic.agency_ids)
    act = take_up if request.form.get("press") == "take" else leave
    if accepted(form, lambda: act(ctx(), proposal, form.reason.data)):
        flash(gettext("It is decided, and everybody reads why."), "success")
        return redirect(url_for("proposals.near"), 303)
    page = render_template("proposals/decide_near.html", proposal=proposal_by_slug(ctx(), slug), form=form)
    return page, answer_status(form)


def _own(slug: str) -> Proposal:
    proposal = proposal_by_slug(ctx(), slug)
    require_own(ctx(), proposal)
    return proposal
