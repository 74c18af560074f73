"""Showing a second factor, setting one up, and the list of sign-ins."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access import actions, enrolling
from app.access.forms import AppForm, PasskeyForm
from app.access.models import SecondFactor
from app.access.passkeys import options_to_make
from app.access.pictures import qr_picture
from app.access.proving import ProofForm, keys, new_ask, opened_ask, proof_limits, proof_page, proved, sealed_ask
from app.access.queries import codes_left, holds_factor, live_sign_ins, passkeys_of
from app.access.rules import ENROL_WITHIN, authenticator_uri, new_secret
from app.config import REQUIRED
from app.core.keys import Unsealed
from app.core.language import said
from app.core.permissions import Permission
from app.extensions import limiter
from app.web.acting import ctx, guard
from app.web.forms import accepted, answer_status
from app.web.i18n import page_locale
from app.web.pages import local_next

bp = Blueprint("access", __name__)
OURS = {"csrf_token", "proof_code", "proof_answer", "proof_ask", "proof_sends"}
"""Fields of the question itself; all others belong to the form that was sent and are sent on."""


@bp.route("/prove", methods=["GET", "POST"])
@proof_limits
@guard(Permission.ACCOUNT)
def prove() -> ResponseReturnValue:
    """Ask for the second factor again, then go on; a form that was sent is sent on with all that was typed."""
    person_id, onward = _me(), _next() or url_for("home.index")
    if not holds_factor(ctx().session, person_id):
        flash(gettext("Your office needs a second factor. Please set one up now: it takes two minutes."), "warning")
        return redirect(url_for("access.factors", next=onward if request.method == "GET" else None), 303)
    asked = request.method == "GET" or "proof_ask" not in request.form
    form = ProofForm(formdata=None) if asked else ProofForm()
    if not asked and proved(form, person_id, lambda shown: actions.prove(ctx(), keys(), shown)):
        return redirect(onward, 307 if "proof_sends" in request.form else 303)
    sends = request.method == "POST" and (asked or "proof_sends" in request.form)
    carried = [(name, value) for name, value in request.form.items(multi=True) if name not in OURS]
    page = render_template(
        "access/prove.html", onward=onward, sends=sends, carried=carried, **proof_page(form, person_id)
    )
    return page, 200 if asked else 422


@bp.get("/account/second-factor")
@guard(Permission.ACCOUNT)
def factors() -> ResponseReturnValue:
    """What is set up, and the ways to more."""
    return _factors_page()


@bp.route("/account/second-factor/app", methods=["GET", "POST"])
@limiter.limit("20/minute;60/hour", methods=["POST"])
@guard(Permission.SECURE)
def add_app() -> ResponseReturnValue:
    """Set up an authenticator app: a picture to scan, and a code that shows it works."""
    form, made = AppForm(), []
    secret = _offered(form.sealed.data or "")
    if accepted(form, lambda: made.append(enrolling.add_app(ctx(), keys(), secret, form.code.data))):
        return _set_up(made[0])
    form.sealed.data, form.code.data = keys().seal(secret), ""
    uri = authenticator_uri(secret, ctx().actor.name, said(ctx().settings.name, page_locale()).text)
    groups = [secret[at : at + 4] for at in range(0, len(secret), 4)]
    page = render_template("access/app.html", form=form, picture=qr_picture(uri), groups=groups, next=_next())
    return page, answer_status(form)


@bp.route("/account/second-factor/passkey", methods=["GET", "POST"])
@limiter.limit("20/minute;60/hour", methods=["POST"])
@guard(Permission.SECURE)
def add_passkey() -> ResponseReturnValue:
    """Set up a passkey. The browser makes it, so this page needs a script."""
    form, made = PasskeyForm(), []
    ask = opened_ask(form.ask.data or "", _me()) or new_ask()
    act = enrolling.add_passkey
    if accepted(form, lambda: made.append(act(ctx(), keys(), ask, form.answer.data or "", form.label.data or ""))):
        return _set_up(made[0])
    ask = new_ask()
    form.ask.data, form.answer.data = sealed_ask(ask, _me()), ""
    site = said(ctx().settings.name, page_locale()).text
    options = options_to_make(ctx(), ask, site, ctx().actor.name)
    return render_template("access/passkey.html", form=form, options=options, next=_next()), answer_status(form)


@bp.post("/account/second-factor/codes")
@limiter.limit("10/minute")
@guard(Permission.SECURE)
def renew_codes() -> ResponseReturnValue:
    """Make new recovery codes and show them once."""
    return _codes_page(enrolling.renew_codes(ctx(), keys()))


@bp.post("/account/second-factor/app/remove")
@limiter.limit("10/minute")
@guard(Permission.SECURE)
def remove_app() -> ResponseReturnValue:
    """Take the authenticator app away."""
    enrolling.remove_app(ctx())
    flash(gettext("The authenticator app is removed."), "success")
    return redirect(url_for("access.factors"), 303)


@bp.post("/account/second-factor/passkeys/<int:passkey_id>/remove")
@limiter.limit("10/minute")
@guard(Permission.SECURE)
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    """Take a passkey away."""
    enrolling.remove_passkey(ctx(), passkey_id)
    flash(gettext("The passkey is removed."), "success")
    return redirect(url_for("access.factors"), 303)


@bp.get("/account/sign-ins")
@guard(Permission.ACCOUNT)
def sign_ins() -> ResponseReturnValue:
    """Where one is signed in."""
    return render_template("access/sign_ins.html", rows=live_sign_ins(ctx(), _me()), here=ctx().actor.sign_in)


@bp.post("/account/sign-ins/<int:sign_in_id>/end")
@limiter.limit("30/minute")
@guard(Permission.ACCOUNT)
def end_sign_in(sign_in_id: int) -> ResponseReturnValue:
    """End a sign-in."""
    actions.end_sign_in(ctx(), sign_in_id)
    flash(gettext("That device is signed out."), "success")
    return redirect(url_for("access.sign_ins"), 303)


def _me() -> int:
    return ctx().actor.person_id or 0


def _next() -> str:
    return local_next(request.values.get("next", ""), "")


def _offered(sealed: str) -> str:
    """The secret that this form showed, or a new one."""
    try:
        return keys().unseal(sealed, ENROL_WITHIN)
    except Unsealed:
        return new_secret()


def _set_up(codes: list[str]) -> ResponseReturnValue:
    flash(gettext("Your second factor is set up."), "success")
    return _codes_page(codes) if codes else redirect(_next() or url_for("access.factors"), 303)


def _codes_page(codes: list[str]) -> ResponseReturnValue:
    """Shown in the answer itself, so that the codes are kept nowhere on their way."""
    return render_template("access/codes.html", codes=codes, next=_next()), 201


def _factors_page() -> str:
    factor = ctx().session.get(SecondFactor, _me())
    office = ctx().actor.withheld or ctx().actor
    return render_template(
        "access/factors.html",
        factor=factor,
        passkeys=passkeys_of(ctx(), _me()),
        codes=codes_left(ctx(), _me()),
        needed=office.holds_office and current_app.config["CONFIG"].second_factor == REQUIRED,
        next=_next(),
    )
