"""The question for the second factor, as every page asks it: a form, what a passkey is asked, and how often."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Response, current_app
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from webauthn.helpers import bytes_to_base64url
from wtforms import HiddenField, StringField

from app.access.actions import Shown, note_failure
from app.access.passkeys import Ask, options_to_show
from app.access.rules import CHALLENGE_LASTS
from app.core.keys import Keys, Unsealed
from app.extensions import limiter
from app.web.acting import acting, ctx
from app.web.forms import accepted

View = Callable[..., Any]


class ProofForm(FlaskForm):
    """What somebody shows. The names are of no other form, because its fields may be sent along."""

    proof_code = StringField(
        _l("Code"), description=_l("The six digits your authenticator app shows now, or one of your recovery codes.")
    )
    proof_answer = HiddenField()
    proof_ask = HiddenField()


def keys() -> Keys:
    """The keys of this instance."""
    return Keys(current_app.config["CONFIG"].identity_key)


def proof_limits(view: View) -> View:
    """Only failures count; the rows count them as well, over all networks and processes."""
    return limiter.limit("10/minute;60/hour", methods=["POST"], deduct_when=_failed)(view)


def proved(form: ProofForm, person_id: int, act: Callable[[Shown], None]) -> bool:
    """Whether the form was sent and what it shows is right. What is wrong is counted, whatever becomes of the page."""
    if accepted(form, lambda: act(_shown(form, person_id))):
        return True
    if form.is_submitted() and form.form_errors:
        with acting().work() as own:
            note_failure(own, person_id)
    return False


def proof_page(form: ProofForm, person_id: int) -> dict[str, Any]:
    """What the template of the question needs. A code that was not taken is not shown again."""
    ask = new_ask()
    form.proof_code.data = form.proof_answer.data = ""
    form.proof_code.flags.required = True  # of the two ways one is needed; no browser asks, the form is `novalidate`
    form.proof_ask.data = sealed_ask(ask, person_id)
    return {"form": form, "options": options_to_show(ctx(), person_id, ask)}


def new_ask() -> Ask:
    """A new challenge, for the host and the pages of this site."""
    base_url = current_app.config["CONFIG"].base_url
    challenge = bytes_to_base64url(secrets.token_bytes(32))
    return Ask(challenge, urlsplit(base_url).hostname or "", base_url)


def sealed_ask(ask: Ask, person_id: int) -> str:
    """The challenge as the form brings it back: only for this person, and not for long."""
    return keys().seal(f"{person_id} {ask.challenge}")


def opened_ask(sealed: str, person_id: int) -> Ask | None:
    """The challenge of a form; None for one that is too old or another's."""
    try:
        owner, _, challenge = keys().unseal(sealed, CHALLENGE_LASTS).partition(" ")
    except Unsealed:
        return None
    fresh = new_ask()
    return Ask(challenge, fresh.host, fresh.origin) if owner == str(person_id) else None


def _shown(form: ProofForm, person_id: int) -> Shown:
    answer = form.proof_answer.data or ""
    ask = opened_ask(form.proof_ask.data or "", person_id) if answer else None
    return Shown(form.proof_code.data or "", answer, ask)


def _failed(response: Response) -> bool:
    return response.status_code == 422
