"""Pages on which citizens write a proposal, step by step, and decide about their own."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.agencies.queries import all_agencies
from app.core.language import LANGUAGES
from app.core.permissions import Permission
from app.core.persons import Act
from app.extensions import limiter
from app.proposals.actions import appeal, file_again, withdraw
from app.proposals.drafting import discard, draft, entered_of, lacks_backer, require_own, save, submit
from app.proposals.faces import banners, cards, lacking_words
from app.proposals.forms import (
    DemandsForm,
    MoreForm,
    SendForm,
    StepForm,
    TitleForm,
    WhyForm,
    WordsForm,
    agency_choices,
    language_choices,
)
from app.proposals.models import Proposal
from app.proposals.pages import WRITING, bp
from app.proposals.queries import my_proposals, proposal_by_slug
from app.proposals.repeating import similar_to
from app.proposals.rules import ProposalInput, ProposalState, unready
from app.proposals.suggesting import how_many_wait
from app.proposals.versions import text_name
from app.proposals.words import backer_words
from app.web.acting import ctx, guard
from app.web.forms import accepted, answer_status
from app.web.i18n import page_locale
from app.web.pages import prose

STEPS = ("title", "demands", "why", "more")
OWN = "/proposals/<slug>"


@bp.get("/account/proposals")
@guard(Permission.ACCOUNT)
def mine() -> ResponseReturnValue:
    """One's own proposals."""
    return render_template("proposals/mine.html", cards=cards(ctx(), my_proposals(ctx())))


@bp.route("/proposals/new", methods=["GET", "POST"])
@limiter.limit(WRITING, methods=["POST"])
@guard(Permission.PROPOSE)
def new() -> ResponseReturnValue:
    """Begin a proposal: what should change?"""
    form = TitleForm(lang=page_locale())
    form.lang.choices = language_choices()
    drafted: list[Proposal] = []
    before = ProposalInput(page_locale())
    if accepted(form, lambda: drafted.append(draft(ctx(), form.entered(before)))):
        return redirect(url_for("proposals.write", slug=drafted[0].topic.slug, step="demands"), 303)
    return _step_page(None, "title", form), answer_status(form)


@bp.route(f"{OWN}/write/<any(title,demands,why,more):step>", methods=["GET", "POST"])
@limiter.limit(WRITING, methods=["POST"])
@guard(Permission.PROPOSE)
def write(slug: str, step: str) -> ResponseReturnValue:
    """One step of writing. What was entered is saved with each."""
    proposal = _own_draft(slug)
    form = _form(step, proposal)
    before = entered_of(proposal)
    if accepted(form, lambda: save(ctx(), proposal, form.entered(before), form.revision.data or 0)):
        if step == "more" and lacks_backer(proposal):
            return redirect(url_for("proposals.behind", slug=slug), 303)
        place = STEPS.index(step) + 1
        if place == len(STEPS) or request.form.get("press") == "check":
            return redirect(url_for("proposals.check", slug=slug), 303)
        return redirect(url_for("proposals.write", slug=slug, step=STEPS[place]), 303)
    return _step_page(slug, step, form), answer_status(form)


@bp.get(f"{OWN}/write")
@guard(Permission.PROPOSE)
def check(slug: str) -> ResponseReturnValue:
    """The last step: read it all again, and hand it in."""
    return _check_page(slug, None)


@bp.post(f"{OWN}/submit", endpoint="submit")
@limiter.limit(WRITING)
@guard(Permission.PROPOSE)
def submit_page(slug: str) -> ResponseReturnValue:
    """Hand it in for review."""
    proposal, form = _own_draft(slug), SendForm()
    if accepted(form, lambda: submit(ctx(), proposal, form.revision.data)):
        flash(gettext("Your proposal was handed in. You will get a letter when it is decided."), "success")
        return redirect(url_for("proposals.show", slug=slug), 303)
    return _check_page(slug, form), 422


@bp.post(f"{OWN}/discard", endpoint="discard")
@limiter.limit(WRITING)
@guard(Permission.PROPOSE)
def discard_page(slug: str) -> ResponseReturnValue:
    """Give it up before it is public."""
    discard(ctx(), _own(slug))
    flash(gettext("Your proposal was given up. Nobody sees it."), "success")
    return redirect(url_for("proposals.mine"), 303)


@bp.route(f"{OWN}/withdraw", methods=["GET", "POST"], endpoint="withdraw")
@limiter.limit(WRITING, methods=["POST"])
@guard(Permission.PROPOSE)
def withdraw_page(slug: str) -> ResponseReturnValue:
    """Take it back, with a public reason."""
    proposal, form = _own(slug), WordsForm()
    if accepted(form, lambda: withdraw(ctx(), proposal, form.reason.data)):
        flash(gettext("Your proposal was withdrawn."), "success")
        return redirect(url_for("proposals.show", slug=slug), 303)
    words = {
        "title": gettext("Withdraw your proposal"),
        "lead": gettext("Nobody can endorse it any more. Your reason stands on its page, for everybody."),
        "button": gettext("Withdraw it"),
    }
    return render_template("proposals/words.html", proposal=_own(slug), form=form, **words), answer_status(form)


@bp.route(f"{OWN}/appeal", methods=["GET", "POST"], endpoint="appeal")
@limiter.limit(WRITING, methods=["POST"])
@guard(Permission.PROPOSE)
def appeal_page(slug: str) -> ResponseReturnValue:
    """Ask for another review, by somebody else."""
    proposal, form = _own(slug), WordsForm()
    if accepted(form, lambda: appeal(ctx(), proposal, form.reason.data)):
        flash(gettext("Your appeal was handed in. Somebody else decides about it."), "success")
        return redirect(url_for("proposals.show", slug=slug), 303)
    words = {
        "title": gettext("Appeal against the decision"),
        "lead": gettext("Say why the decision should be another. Another reviewer reads it and decides."),
        "button": gettext("Hand in the appeal"),
    }
    return render_template("proposals/words.html", proposal=_own(slug), form=form, **words), answer_status(form)


@bp.post(f"{OWN}/again")
@limiter.limit(WRITING)
@guard(Permission.PROPOSE)
def again(slug: str) -> ResponseReturnValue:
    """Begin a new proposal with the same texts."""
    new_one = file_again(ctx(), _own(slug))
    flash(gettext("Here is your text again. Make it better, then hand it in."), "success")
    return redirect(url_for("proposals.write", slug=new_one.topic.slug, step="title"), 303)


def _own(slug: str) -> Proposal:
    proposal = proposal_by_slug(ctx(), slug)
    require_own(ctx(), proposal)
    return proposal


def _own_draft(slug: str) -> Proposal:
    proposal = _own(slug)
    if proposal.state is not ProposalState.DRAFT:
        abort(redirect(url_for("proposals.show", slug=slug), 303))
    return proposal


def _form(step: str, proposal: Proposal) -> StepForm:
    now = entered_of(proposal)
    data = {"revision": proposal.revision}
    match step:
        case "title":
            form: StepForm = TitleForm(data=data | {"title": now.title, "lang": now.lang})
            form.lang.choices = language_choices()
        case "demands":
            most = ctx().policy.proposal.max_demands
            form = DemandsForm(data=data | {"demands": [*now.demands, *[""] * (most - len(now.demands))]})
        case "why":
            form = WhyForm(data=data | {"reason": now.reason, "benefit": now.benefit})
        case _:
            backed = {None: None, True: "yes", False: "no"}[now.backed]
            chosen = {"evidence": now.evidence, "area": now.area, "agencies": list(now.agencies), "backed": backed}
            form = MoreForm(data=data | chosen)
            form.agencies.choices = agency_choices(list(all_agencies(ctx())))
    return form


def _step_page(slug: str | None, step: str, form: StepForm) -> str:
    return render_template(
        "proposals/write.html",
        proposal=_own(slug) if slug else None,
        step=step,
        number=STEPS.index(step) + 1,
        steps=len(STEPS) + 1,
        previous=STEPS[STEPS.index(step) - 1] if STEPS.index(step) else None,
        form=form,
        lang=request.form.get("lang", "") if request.form.get("lang") in LANGUAGES else "",
        most_agencies=ctx().policy.proposal.max_agencies,
        banners=banners(ctx()),
        lacking=lacking_words(ctx(), Act.PROPOSE),
    )


def _check_page(slug: str, form: SendForm | None) -> str:
    proposal = _own_draft(slug)
    title = proposal.topic.title.get(proposal.lang, "")
    return render_template(
        "proposals/check.html",
        proposal=proposal,
        form=form or SendForm(revision=proposal.revision),
        missing=unready(title, proposal.demands, proposal.reason, proposal.benefit),
        unnamed=lacks_backer(proposal),
        backer_words=backer_words,
        texts={name: prose(getattr(proposal, name), proposal.lang) for name in ("reason", "benefit", "evidence")},
        text_name=text_name,
        similar=[one for one, _ in similar_to(ctx(), proposal)],
        similar_cards=cards(ctx(), [one for one, _ in similar_to(ctx(), proposal)]),
        asked=proposal.decision,
        waiting=how_many_wait(ctx(), proposal),
        banners=banners(ctx()),
        period=ctx().policy.period(ctx().policy.proposal.review),
    )
