"""Pages of a draft that is written together: the author's, and those behind its link."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.widgets import HiddenInput

from app.core.changes import changes
from app.core.errors import NotFound
from app.core.permissions import Permission
from app.extensions import limiter
from app.proposals.drafting import entered_of, require_own
from app.proposals.models import Proposal, Suggestion
from app.proposals.pages import DECIDING, WRITING, bp
from app.proposals.passages import LINES, WHY_MAX, Part, SuggestionState, passages
from app.proposals.queries import is_author, proposal_by_slug
from app.proposals.rules import DEMAND_MAX, REASON_MAX, TITLE_MAX, ProposalState
from app.proposals.suggesting import (
    SuggestionInput,
    accept,
    be_named,
    close_draft,
    decline,
    draft_by_key,
    my_suggestions,
    open_draft,
    suggest,
    suggestion_for,
    suggestions_for,
)
from app.proposals.versions import text_name
from app.proposals.words import suggestion_words
from app.web.acting import ctx, guard
from app.web.forms import accepted, answer_status
from app.web.pages import prose

OWN = "/proposals/<slug>/together"
LINK = "/drafts/<key>"
LONGEST = {Part.TITLE: TITLE_MAX, Part.DEMANDS: DEMAND_MAX}


class SuggestForm(FlaskForm):
    """A passage, and what should stand there."""

    passage = StringField(widget=HiddenInput(), default="")
    text = TextAreaField(_l("How should it read?"), description=_l("Change the text, or empty it if it should go."))
    why = TextAreaField(_l("Why?"), render_kw={"maxlength": WHY_MAX, "rows": 3})
    by_name = BooleanField(
        _l("I may be thanked by name if it is taken"),
        description=_l("On its public page. You can change your mind at any time; nobody under 18 is named."),
    )


class AnswerForm(FlaskForm):
    """What the author says to a suggestion."""

    reason = TextAreaField(
        _l("A word to whoever suggested it"),
        description=_l("Sent only if you leave your text as it is."),
        render_kw={"maxlength": REASON_MAX, "rows": 3},
    )


@bp.get(OWN)
@guard(Permission.PROPOSE)
def together(slug: str) -> ResponseReturnValue:
    """The author's page: the link, and what was suggested."""
    proposal = _own(slug)
    link = url_for("proposals.co_draft", key=proposal.draft_key, _external=True) if proposal.draft_key else ""
    return render_template("proposals/together.html", proposal=proposal, link=link, rows=_rows(proposal))


@bp.post(f"{OWN}/<any(open,close):step>")
@limiter.limit(WRITING)
@guard(Permission.PROPOSE)
def open_or_close(slug: str, step: str) -> ResponseReturnValue:
    """Open the draft to whoever has its link, or close it."""
    if step == "open":
        open_draft(ctx(), _own(slug))
        flash(gettext("Your draft is open. Give the link only to people you trust."), "success")
    else:
        close_draft(ctx(), _own(slug))
        flash(gettext("Your draft is closed. The link leads nowhere any more."), "success")
    return redirect(url_for("proposals.together", slug=slug), 303)


@bp.route(f"{OWN}/<int:suggestion_id>", methods=["GET", "POST"])
@limiter.limit(DECIDING, methods=["POST"])
@guard(Permission.PROPOSE)
def decide(slug: str, suggestion_id: int) -> ResponseReturnValue:
    """Take a suggestion, or leave the text as it is."""
    suggestion, form = suggestion_for(ctx(), _own(slug), suggestion_id), AnswerForm()
    takes = request.form.get("press") == "accept"
    act = (lambda: accept(ctx(), suggestion)) if takes else (lambda: decline(ctx(), suggestion, form.reason.data or ""))
    if accepted(form, act):
        words = gettext("It is taken: the text has changed.") if takes else gettext("Your text stays as it is.")
        flash(words, "success")
        return redirect(url_for("proposals.together", slug=slug), 303)
    page = render_template(
        "proposals/decide_suggestion.html",
        proposal=_own(slug),
        row=_row(suggestion_for(ctx(), _own(slug), suggestion_id)),
        form=form,
    )
    return page, answer_status(form)


@bp.get(LINK)
@guard(Permission.PROPOSE)
def co_draft(key: str) -> ResponseReturnValue:
    """A draft behind its link: its passages, each of which one can suggest to change."""
    proposal = draft_by_key(ctx(), key)
    if is_author(ctx(), proposal):
        return redirect(url_for("proposals.together", slug=proposal.topic.slug), 302)
    entered = entered_of(proposal)
    parts = {part: [prose(one, proposal.lang) for one in passages(entered, part)] for part in Part}
    return render_template(
        "proposals/co_draft.html",
        proposal=proposal,
        key=key,
        parts=parts,
        text_name=text_name,
        plain={part: passages(entered, part) for part in LINES},
        rows=_rows(proposal),
    )


@bp.route(f"{LINK}/<any(title,demands,reason,benefit,evidence):part>", methods=["GET", "POST"], endpoint="suggest")
@limiter.limit(WRITING, methods=["POST"])
@guard(Permission.PROPOSE)
def suggest_page(key: str, part: str) -> ResponseReturnValue:
    """Suggest a change to a passage (`at`: the how manieth), or something to add."""
    proposal, wanted = draft_by_key(ctx(), key), Part(part)
    before = _passage(proposal, wanted)
    form = SuggestForm(passage=before, text=before)
    if not form.passage.data:
        form.text.label.text, form.text.description = gettext("What should be added?"), ""
    if accepted(form, lambda: suggest(ctx(), key, _entered(wanted, form))):
        flash(gettext("Thank you. The author reads it and decides; you will get a letter."), "success")
        return redirect(url_for("proposals.co_draft", key=key), 303)
    page = render_template(
        "proposals/suggest.html",
        proposal=draft_by_key(ctx(), key),
        key=key,
        form=form,
        part=text_name(part),
        longest=LONGEST.get(wanted),
    )
    return page, answer_status(form)


@bp.get("/account/suggestions")
@guard(Permission.ACCOUNT)
def suggested() -> ResponseReturnValue:
    """What one suggested for drafts of others, and what their authors said."""
    return render_template("proposals/suggested.html", rows=[_row(one) for one in my_suggestions(ctx())])


@bp.post("/account/suggestions/<int:suggestion_id>/<any(name,hide):choice>")
@limiter.limit(WRITING)
@guard(Permission.PROPOSE)
def name_me(suggestion_id: int, choice: str) -> ResponseReturnValue:
    """Be thanked by name for a suggestion, or not."""
    be_named(ctx(), suggestion_id, choice == "name")
    flash(gettext("It is saved."), "success")
    return redirect(url_for("proposals.suggested"), 303)


def _own(slug: str) -> Proposal:
    proposal = proposal_by_slug(ctx(), slug)
    require_own(ctx(), proposal)
    return proposal


def _passage(proposal: Proposal, part: Part) -> str:
    """What is to be changed; empty: something is added."""
    number = request.args.get("at", 0, type=int)
    there = passages(entered_of(proposal), part)
    if not number:
        return ""
    if not 1 <= number <= len(there) and request.method == "GET":
        raise NotFound()
    return there[number - 1] if 1 <= number <= len(there) else ""


def _entered(part: Part, form: SuggestForm) -> SuggestionInput:
    values = {"passage": form.passage.data or "", "text": form.text.data or "", "why": form.why.data or ""}
    return SuggestionInput(part, by_name=form.by_name.data, **values)


def _rows(proposal: Proposal) -> list[dict[str, object]]:
    return [_row(one) for one in suggestions_for(ctx(), proposal)]


def _row(one: Suggestion) -> dict[str, object]:
    """A suggestion with its difference, in words."""
    return {
        "suggestion": one,
        "part": text_name(one.part.value),
        "parts": changes(one.passage, one.text),
        "state": suggestion_words(one.state),
        "waits": one.state is SuggestionState.OPEN and one.proposal.state is ProposalState.DRAFT,
    }
