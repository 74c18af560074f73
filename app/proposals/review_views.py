"""The desk of those who review proposals."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.accounts.models import Person
from app.agencies.queries import all_agencies
from app.core.context import Context
from app.core.permissions import Permission
from app.extensions import limiter
from app.proposals.faces import cards
from app.proposals.forms import AdmitForm, AskForm, RejectForm, agency_choices
from app.proposals.models import Proposal
from app.proposals.pages import DECIDING, bp
from app.proposals.queries import phase, proposal_by_slug, review_queue
from app.proposals.repeating import similar_to
from app.proposals.reviewing import (
    NOT_TWICE,
    admit,
    ask_for_change,
    hand_over,
    has_decided,
    reject,
    release,
    take,
    take_down,
)
from app.proposals.rules import Code, Phase, ProposalState, Urgency, may_take_down, urgency_of
from app.proposals.words import backer_words, code_words, phase_words, urgency_words
from app.web.acting import ctx, guard
from app.web.forms import accepted
from app.web.i18n import day_words, page_locale
from app.web.pages import prose

REVIEW = "/review/<slug>"


@bp.get("/review")
@guard(Permission.REVIEW)
def queue() -> ResponseReturnValue:
    """What waits for review: late, due today, in time."""
    rows: dict[Urgency, list[dict[str, Any]]] = {one: [] for one in Urgency}
    for proposal in review_queue(ctx()):
        rows[_urgency(proposal)].append(_row(proposal))
    sections = [(*urgency_words(one), found) for one, found in rows.items() if found]
    return render_template("proposals/queue.html", sections=sections)


@bp.get(REVIEW)
@guard(Permission.REVIEW)
def review(slug: str) -> ResponseReturnValue:
    """One proposal as its reviewer reads it, and what can be decided."""
    return _page(slug)


@bp.post(f"{REVIEW}/take", endpoint="take")
@limiter.limit(DECIDING)
@guard(Permission.REVIEW)
def take_page(slug: str) -> ResponseReturnValue:
    """Take it in hand, from another reviewer too if one says so."""
    take(ctx(), proposal_by_slug(ctx(), slug), force=request.form.get("press") == "force")
    return redirect(url_for("proposals.review", slug=slug), 303)


@bp.post(f"{REVIEW}/release", endpoint="release")
@limiter.limit(DECIDING)
@guard(Permission.REVIEW)
def release_page(slug: str) -> ResponseReturnValue:
    """Put it back into the queue."""
    release(ctx(), proposal_by_slug(ctx(), slug))
    return redirect(url_for("proposals.queue"), 303)


@bp.post(f"{REVIEW}/hand-over", endpoint="hand_over")
@limiter.limit(DECIDING)
@guard(Permission.REVIEW)
def hand_over_page(slug: str) -> ResponseReturnValue:
    """Give it to another reviewer."""
    hand_over(ctx(), proposal_by_slug(ctx(), slug), request.form.get("to", 0, type=int))
    flash(gettext("It was handed over."), "success")
    return redirect(url_for("proposals.queue"), 303)


@bp.post(f"{REVIEW}/admit", endpoint="admit")
@limiter.limit(DECIDING)
@guard(Permission.REVIEW)
def admit_page(slug: str) -> ResponseReturnValue:
    """Let people endorse it."""
    proposal, form = proposal_by_slug(ctx(), slug), _admit_form(None)
    if accepted(form, lambda: admit(ctx(), proposal, form.agencies)):
        flash(gettext("It is admitted. People can endorse it now."), "success")
        return redirect(url_for("proposals.show", slug=slug), 303)
    return _page(slug, admit_form=form), 422


@bp.post(f"{REVIEW}/reject", endpoint="reject")
@limiter.limit(DECIDING)
@guard(Permission.REVIEW)
def reject_page(slug: str) -> ResponseReturnValue:
    """Turn it down, or take it down if it was admitted already."""
    proposal = proposal_by_slug(ctx(), slug)
    form = RejectForm.filled(_codes(proposal))
    act = take_down if proposal.state is ProposalState.ADMITTED else reject
    if accepted(form, lambda: act(ctx(), proposal, form.why(page_locale()))):
        flash(gettext("It is decided. The proposer gets a letter."), "success")
        return redirect(url_for("proposals.queue"), 303)
    return _page(slug, reject_form=form), 422


@bp.post(f"{REVIEW}/ask", endpoint="ask")
@limiter.limit(DECIDING)
@guard(Permission.REVIEW)
def ask_page(slug: str) -> ResponseReturnValue:
    """Give it back to its author to change something."""
    proposal, form = proposal_by_slug(ctx(), slug), AskForm(prefix="ask")
    if accepted(form, lambda: ask_for_change(ctx(), proposal, form.words.data, page_locale())):
        flash(gettext("The proposer is asked to change it. The clock stands meanwhile."), "success")
        return redirect(url_for("proposals.queue"), 303)
    return _page(slug, ask_form=form), 422


def _page(
    slug: str,
    admit_form: AdmitForm | None = None,
    reject_form: RejectForm | None = None,
    ask_form: AskForm | None = None,
) -> str:
    proposal = proposal_by_slug(ctx(), slug)
    found = similar_to(ctx(), proposal)
    pairs = zip(cards(ctx(), [one for one, _ in found]), [hint for _, hint in found], strict=True)
    now = phase(proposal)
    return render_template(
        "proposals/review.html",
        proposal=proposal,
        row=_row(proposal),
        status=phase_words(now),
        texts={name: prose(getattr(proposal, name), proposal.lang) for name in ("reason", "benefit", "evidence")},
        similar=list(pairs),
        is_mine=proposal.reviewer_id == ctx().actor.person_id,
        refused=gettext(NOT_TWICE) if has_decided(proposal, ctx().actor.person_id) else "",
        is_waiting=proposal.state is ProposalState.SUBMITTED,
        may_take_down=now is Phase.COLLECTING,
        others=_reviewers(ctx(), proposal),
        admit_form=admit_form or _admit_form(proposal),
        reject_form=reject_form or RejectForm.filled(_codes(proposal)),
        ask_form=ask_form or AskForm(prefix="ask"),
        code_words=code_words,
        backer_words=backer_words,
    )


def _codes(proposal: Proposal) -> list[Code]:
    """What it can be turned down for, or taken down for."""
    if proposal.state is not ProposalState.ADMITTED:
        return list(Code)
    in_time = proposal.competence_until is not None and ctx().today <= proposal.competence_until
    return [code for code in Code if may_take_down(code, in_time=in_time)]


def _admit_form(proposal: Proposal | None) -> AdmitForm:
    named = list(proposal.agencies) if proposal else []
    form = AdmitForm(prefix="admit", lead=named[0] if named else None, co=named[1:])
    choices = agency_choices(list(all_agencies(ctx())))
    form.lead.choices, form.co.choices = choices, choices
    return form


def _urgency(proposal: Proposal) -> Urgency:
    clock = proposal.clock
    if clock is None:
        return Urgency.RECENT
    return urgency_of(clock.due_on, ctx().today, is_paused=clock.is_paused)


def _row(proposal: Proposal) -> dict[str, Any]:
    """What a reviewer sees of a proposal at a glance: by when, and who has it in hand since when."""
    clock, today = proposal.clock, ctx().today
    due = gettext("Decide by %(day)s", day=day_words(clock.due_on, today)) if clock else ""
    words, kind = urgency_words(_urgency(proposal))
    return {
        "proposal": proposal,
        "due": due,
        "urgency": words,
        "kind": kind,
        "is_appeal": proposal.round > 1,
        "reviewer": proposal.reviewer.name if proposal.reviewer else "",
        "taken_at": proposal.taken_at,
    }


def _reviewers(found: Context, proposal: Proposal) -> list[tuple[int, str]]:
    """Other reviewers, by name."""
    others = (Person.id != found.actor.person_id, Person.id != proposal.author_id)
    query = sa.select(Person.id, Person.name).where(Person.moderator, Person.confirmed_at.is_not(None), *others)
    return [(row.id, row.name) for row in found.session.execute(query.order_by(Person.name, Person.id))]
