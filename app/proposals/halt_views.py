"""The page on which administrators stop proposing or endorsing, and let it go on."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core.permissions import Permission
from app.core.policy_parts import Deed
from app.endorsements.halting import halt, lift
from app.endorsements.queries import halt_of
from app.extensions import limiter
from app.proposals.forms import HaltForm, language_choices
from app.proposals.pages import DECIDING, bp
from app.web.acting import ctx, guard
from app.web.forms import accepted
from app.web.i18n import page_locale

HALT = "/admin/halts/<any(propose,endorse):deed>"


@bp.get("/admin/halts")
@guard(Permission.ADMINISTER)
def halts() -> ResponseReturnValue:
    """What is stopped, and the means to stop it."""
    return _page()


@bp.post(HALT, endpoint="halt")
@limiter.limit(DECIDING)
@guard(Permission.ADMINISTER)
def halt_page(deed: str) -> ResponseReturnValue:
    """Stop it everywhere, at once."""
    form = _form(Deed(deed))
    if accepted(form, lambda: halt(ctx(), Deed(deed), {form.lang.data: form.reason.data})):
        flash(gettext("It is stopped. Everybody reads why."), "success")
        return redirect(url_for("proposals.halts"), 303)
    return _page({Deed(deed): form}), 422


@bp.post(f"{HALT}/lift", endpoint="lift")
@limiter.limit(DECIDING)
@guard(Permission.ADMINISTER)
def lift_page(deed: str) -> ResponseReturnValue:
    """Let it go on."""
    lift(ctx(), Deed(deed))
    flash(gettext("It goes on."), "success")
    return redirect(url_for("proposals.halts"), 303)


def _form(deed: Deed) -> HaltForm:
    form = HaltForm(prefix=deed.value, lang=page_locale())
    form.lang.choices = language_choices()
    return form


def _page(forms: dict[Deed, HaltForm] | None = None) -> str:
    names = {Deed.PROPOSE: gettext("Proposing"), Deed.ENDORSE: gettext("Endorsing")}
    rows = [(deed, names[deed], halt_of(ctx(), deed), (forms or {}).get(deed) or _form(deed)) for deed in Deed]
    return render_template("proposals/halts.html", rows=rows)
