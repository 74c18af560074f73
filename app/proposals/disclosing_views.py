"""The page on which the author, and later a reviewer, says which organisations stand behind a proposal."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from app.core.errors import Forbidden
from app.core.permissions import Permission
from app.extensions import limiter
from app.proposals.disclosing import BackerInput, end_backer, may_disclose, name_backer
from app.proposals.models import Proposal
from app.proposals.pages import WRITING, bp
from app.proposals.queries import is_author, proposal_by_slug
from app.proposals.rules import ORGANISATION_MAX, BackerRole
from app.proposals.words import backer_words
from app.web.acting import ctx, guard
from app.web.forms import accepted, answer_status

BEHIND = "/proposals/<slug>/behind"


class BackerForm(FlaskForm):
    """An organisation, and what it does."""

    organisation = StringField(
        _l("Name of the organisation"),
        [DataRequired(_l("Please name the organisation."))],
        description=_l("A company, an association, a party, an office: whoever organises or pays."),
        render_kw={"maxlength": ORGANISATION_MAX},
    )
    role = SelectField(_l("What does it do?"))
    link = StringField(_l("Where one reads more"), description="https://", render_kw={"inputmode": "url"})

    @classmethod
    def filled(cls) -> BackerForm:
        """The form with the list of roles."""
        form = cls()
        form.role.choices = [SelectChoice(one.value, backer_words(one)) for one in BackerRole]
        return form

    def entered(self) -> BackerInput:
        """What was entered."""
        return BackerInput(self.organisation.data or "", BackerRole(self.role.data), self.link.data or "")


@bp.route(BEHIND, methods=["GET", "POST"])
@limiter.limit(WRITING, methods=["POST"])
@guard(Permission.PROPOSE)
def behind(slug: str) -> ResponseReturnValue:
    """Does an organisation stand behind it? Name it; what was named before is listed."""
    proposal, form = _disclosed(slug), BackerForm.filled()
    if accepted(form, lambda: name_backer(ctx(), proposal, form.entered())):
        flash(gettext("It is saved. Everybody reads it on the page of the proposal."), "success")
        return redirect(url_for("proposals.behind", slug=slug), 303)
    proposal = _disclosed(slug)
    mine = is_author(ctx(), proposal)
    page = render_template("proposals/behind.html", proposal=proposal, form=form, mine=mine, backer_words=backer_words)
    return page, answer_status(form)


@bp.post(f"{BEHIND}/<int:backer_id>/end")
@limiter.limit(WRITING)
@guard(Permission.PROPOSE)
def end_behind(slug: str, backer_id: int) -> ResponseReturnValue:
    """It does not stand behind it any more."""
    end_backer(ctx(), _disclosed(slug), backer_id)
    flash(gettext("It is saved. What was said before stays to be read."), "success")
    return redirect(url_for("proposals.behind", slug=slug), 303)


def _disclosed(slug: str) -> Proposal:
    proposal = proposal_by_slug(ctx(), slug)
    if not may_disclose(ctx(), proposal):
        raise Forbidden()
    return proposal
