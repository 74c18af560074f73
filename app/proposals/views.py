"""Pages of proposals for everybody: the list, one proposal, endorsing it."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core.errors import NotFound
from app.core.permissions import Permission
from app.endorsements.endorsing import endorse, oppose, take_back
from app.extensions import limiter
from app.proposals import (
    author_views,
    disclosing_views,
    halt_views,
    handling_views,
    review_views,
    suggestion_views,
    tables,
    uniting_views,
)
from app.proposals.drafting import content_of
from app.proposals.faces import banners, cards
from app.proposals.forms import EndorseForm
from app.proposals.models import Proposal
from app.proposals.pages import ENDORSING, bp, phase_links, proposal_page, reads_all
from app.proposals.queries import is_author, proposal_by_slug, proposals_page
from app.proposals.rules import LISTED, Phase, ProposalState
from app.proposals.versions import steps
from app.proposals.words import code_words
from app.topics.pages import topic_tabs
from app.web.acting import ctx, guard
from app.web.forms import accepted

__all__ = [
    "author_views",
    "bp",
    "disclosing_views",
    "halt_views",
    "handling_views",
    "review_views",
    "suggestion_views",
    "uniting_views",
]
PROPOSAL = "/proposals/<slug>"


@bp.get("/proposals")
@guard(Permission.READ)
def index() -> ResponseReturnValue:
    """Public proposals, those in one phase or all."""
    wanted = _wanted()
    page = proposals_page(ctx(), wanted, request.args.get("page", 1, type=int))
    return render_template(
        "proposals/index.html",
        page=page,
        cards=cards(ctx(), page.items),
        phases=phase_links(wanted),
        filters={"phase": wanted.value} if wanted else {},
        banners=banners(ctx()),
    )


@bp.get("/proposals.csv")
@guard(Permission.READ)
def table() -> ResponseReturnValue:
    """Public proposals as CSV, with the filter of the page."""
    wanted = _wanted()
    page = proposals_page(ctx(), wanted, request.args.get("page", 1, type=int), tables.ROWS)
    answer = Response(tables.write_table(ctx(), page.items), mimetype=tables.MEDIA_TYPE)
    answer.headers["Content-Disposition"] = 'attachment; filename="proposals.csv"'
    if page.next:
        chosen = {"phase": wanted.value} if wanted else {}
        following = url_for("proposals.table", **chosen, page=page.next, _external=True)
        answer.headers["Link"] = f'<{following}>; rel="next"'
    return answer


@bp.get(PROPOSAL)
@guard(Permission.READ)
def show(slug: str) -> ResponseReturnValue:
    """One proposal: what is asked, how many endorse it, until when, what becomes of it."""
    proposal = proposal_by_slug(ctx(), slug)
    if not reads_all(proposal):
        decision = proposal.decision
        page = render_template("proposals/removed.html", proposal=proposal, decision=decision, code_words=code_words)
        return page, 410
    if proposal.state is ProposalState.DRAFT and is_author(ctx(), proposal):
        return redirect(url_for("proposals.check", slug=slug), 302)
    return proposal_page(proposal)


@bp.get(f"{PROPOSAL}/versions")
@guard(Permission.READ)
def versions(slug: str) -> ResponseReturnValue:
    """What was changed between the versions that were handed in."""
    proposal = _public(slug)
    return render_template(
        "proposals/versions.html",
        topic=proposal.topic,
        tabs=topic_tabs(proposal.topic, "overview"),
        steps=steps(proposal),
        now=content_of(proposal),
    )


@bp.post(f"{PROPOSAL}/endorse", endpoint="endorse")
@limiter.limit(ENDORSING)
@guard(Permission.ENDORSE)
def endorse_page(slug: str) -> ResponseReturnValue:
    """Endorse a proposal. Pressed twice, it counts once, and says the same."""
    proposal, form = _public(slug), EndorseForm.empty()
    values = {"area": form.area.data or "", "wants_news": form.wants_news.data}
    if accepted(form, lambda: endorse(ctx(), proposal.topic_id, **values)):
        flash(gettext("Your endorsement is counted. Thank you."), "success")
        return redirect(url_for("proposals.show", slug=slug), 303)
    return proposal_page(_public(slug), form), 422


@bp.post(f"{PROPOSAL}/oppose", endpoint="oppose")
@limiter.limit(ENDORSING)
@guard(Permission.ENDORSE)
def oppose_page(slug: str) -> ResponseReturnValue:
    """Speak against a proposal."""
    oppose(ctx(), _public(slug).topic_id)
    flash(gettext("It is counted that you speak against it. In the discussion you can say why."), "success")
    return redirect(url_for("proposals.show", slug=slug), 303)


@bp.post(f"{PROPOSAL}/take-back", endpoint="take_back")
@limiter.limit(ENDORSING)
@guard(Permission.ENDORSE)
def take_back_page(slug: str) -> ResponseReturnValue:
    """Take back what one said."""
    take_back(ctx(), _public(slug).topic_id)
    flash(gettext("It was taken back."), "success")
    return redirect(url_for("proposals.show", slug=slug), 303)


def _public(slug: str) -> Proposal:
    proposal = proposal_by_slug(ctx(), slug)
    if not proposal.is_public:
        raise NotFound()
    return proposal


def _wanted() -> Phase | None:
    return next((one for one in LISTED if one.value == request.args.get("phase")), None)
