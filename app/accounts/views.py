"""Pages of accounts: joining, coming in, and looking after one's account."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access.actions import check, end_sign_in
from app.access.proving import ProofForm, keys, proof_limits, proof_page, proved
from app.access.queries import holds_factor
from app.accounts import actions
from app.accounts.entrance import come_in, half_in, stay, welcome
from app.accounts.forms import ForgotForm, PasswordForm, ProfileForm, ResetForm, SignInForm, SignUpForm, TokenForm
from app.accounts.limits import letter_limits, own_limits, sign_in_limits
from app.accounts.links import LinkEnded, MailedLinks, Purpose
from app.accounts.models import Person
from app.accounts.names import name_words
from app.accounts.queries import claimant, live_tokens, myself
from app.config import Environment
from app.core.database import only_reading
from app.core.permissions import Permission
from app.web.acting import ctx, guard
from app.web.forms import accepted, answer_status
from app.web.i18n import page_locale
from app.web.pages import local_next

bp = Blueprint("accounts", __name__)
bp.add_app_template_filter(name_words)


@bp.before_request
def _only_reads() -> None:
    """While a password is checked, on SQLite others must be able to write. Coming in itself is written afterwards."""
    if request.endpoint == "accounts.enter":
        only_reading.set(True)


@bp.errorhandler(LinkEnded)
def _link_ended(_ended: LinkEnded) -> ResponseReturnValue:
    return render_template("accounts/link_ended.html"), LinkEnded.status


@bp.get("/sign-in")
@guard(Permission.SIGN_IN)
def sign_in() -> ResponseReturnValue:
    """Ask who comes in."""
    if ctx().actor.is_signed_in:
        return redirect(_next(), 303)
    return render_template("accounts/sign_in.html", form=SignInForm(), next=_next())


@bp.post("/sign-in")
@sign_in_limits
@guard(Permission.SIGN_IN)
def enter() -> ResponseReturnValue:
    """Sign in, and go on where the person wanted to go."""
    form, onward = SignInForm(), _next()
    right: list[Person] = []
    if not accepted(form, lambda: right.append(actions.sign_in(ctx(), form.email.data, form.password.data))):
        return render_template("accounts/sign_in.html", form=form, next=onward), 422
    return come_in(right[0].id, "password", onward)


@bp.route("/sign-in/second-factor", methods=["GET", "POST"])
@proof_limits
@guard(Permission.SIGN_IN)
def second_factor() -> ResponseReturnValue:
    """Ask who knows the password for the second factor, and let them in."""
    half, onward = half_in(), _next()
    if half is None:
        return redirect(url_for("accounts.sign_in", next=onward), 303)
    form = ProofForm()
    if proved(form, half.person_id, lambda shown: check(ctx(), half.person_id, keys(), shown)):
        return welcome(half.person_id, half.way, onward, ctx().now)
    page = proof_page(form, half.person_id)
    return render_template("accounts/second_factor.html", next=onward, **page), answer_status(form)


@bp.post("/sign-out")
@guard(Permission.SIGN_IN)
def sign_out() -> ResponseReturnValue:
    """Sign out in this browser."""
    if ctx().actor.sign_in is not None:
        end_sign_in(ctx(), ctx().actor.sign_in)
    session.clear()
    flash(gettext("You are signed out."), "success")
    return redirect(url_for("home.index"), 303)


@bp.get("/sign-up")
@guard(Permission.SIGN_IN)
def sign_up() -> ResponseReturnValue:
    """Ask who joins."""
    return render_template("accounts/sign_up.html", form=SignUpForm(lang=page_locale()))


@bp.post("/sign-up")
@letter_limits
@guard(Permission.SIGN_IN)
def join() -> ResponseReturnValue:
    """Open an account; the answer is the same for an address that has one."""
    form = SignUpForm()
    if not accepted(form, lambda: actions.sign_up(ctx(), form.to_joining())):
        return render_template("accounts/sign_up.html", form=form), 422
    return redirect(url_for("accounts.look_in_mailbox"), 303)


@bp.get("/look-in-your-mailbox")
@guard(Permission.SIGN_IN)
def look_in_mailbox() -> ResponseReturnValue:
    """What happens next, after anything that sends a link."""
    in_development = current_app.config["CONFIG"].environment is Environment.DEVELOPMENT
    return render_template("accounts/look_in_mailbox.html", in_development=in_development)


@bp.get("/confirm/<token>")
@guard(Permission.SIGN_IN)
def confirm(token: str) -> ResponseReturnValue:
    """One button: programs that look into mails follow links, and must not confirm anything."""
    claimant(ctx(), _links().read(Purpose.CONFIRM, token, ctx().now), Purpose.CONFIRM)
    return render_template("accounts/confirm.html", token=token)


@bp.post("/confirm/<token>")
@guard(Permission.SIGN_IN)
def confirmed(token: str) -> ResponseReturnValue:
    """Confirm the address."""
    actions.confirm(ctx(), _links().read(Purpose.CONFIRM, token, ctx().now))
    flash(gettext("Your address is confirmed. Everything is open to you now."), "success")
    return redirect(url_for("home.index" if ctx().actor.is_signed_in else "accounts.sign_in"), 303)


@bp.post("/account/confirmation")
@own_limits("5/hour")
@guard(Permission.ACCOUNT)
def send_again() -> ResponseReturnValue:
    """Send the confirmation link again."""
    actions.send_confirmation_again(ctx())
    return redirect(url_for("accounts.look_in_mailbox"), 303)


@bp.get("/forgot")
@guard(Permission.SIGN_IN)
def forgot() -> ResponseReturnValue:
    """Ask whose password is lost."""
    return render_template("accounts/forgot.html", form=ForgotForm())


@bp.post("/forgot")
@letter_limits
@guard(Permission.SIGN_IN)
def ask_reset() -> ResponseReturnValue:
    """Send a link; the answer is the same for an address nobody has."""
    form = ForgotForm()
    if not accepted(form, lambda: actions.ask_reset(ctx(), form.email.data)):
        return render_template("accounts/forgot.html", form=form), 422
    return redirect(url_for("accounts.look_in_mailbox"), 303)


@bp.route("/reset/<token>", methods=["GET", "POST"])
@guard(Permission.SIGN_IN)
def reset(token: str) -> ResponseReturnValue:
    """Set a new password by the mailed link."""
    form, claim = ResetForm(), _links().read(Purpose.RESET, token, ctx().now)
    claimant(ctx(), claim, Purpose.RESET)
    if accepted(form, lambda: actions.reset_password(ctx(), claim, form.password.data)):
        session.clear()
        flash(gettext("The new password is set. Please sign in with it."), "success")
        return redirect(url_for("accounts.sign_in"), 303)
    return render_template("accounts/reset.html", form=form), answer_status(form)


@bp.route("/account", methods=["GET", "POST"])
@guard(Permission.ACCOUNT)
def settings() -> ResponseReturnValue:
    """The account: name and language, and the ways to the rest."""
    person = myself(ctx())
    form = ProfileForm(obj=person)
    if accepted(form, lambda: actions.change_profile(ctx(), form.name.data, form.lang.data)):
        flash(gettext("Your changes are saved."), "success")
        return redirect(url_for("accounts.settings"), 303)
    known = holds_factor(ctx().session, person.id)
    page = render_template("accounts/settings.html", form=form, person=person, holds_factor=known)
    return page, answer_status(form)


@bp.get("/account/password")
@guard(Permission.ACCOUNT)
def password() -> ResponseReturnValue:
    """Ask for the present and the new password."""
    return render_template("accounts/password.html", form=PasswordForm())


@bp.post("/account/password")
@own_limits("6/minute;30/hour")
@guard(Permission.ACCOUNT)
def change_password() -> ResponseReturnValue:
    """Set a new password; this browser stays signed in, all others do not."""
    form = PasswordForm()
    act = actions.change_password
    if not accepted(form, lambda: stay(act(ctx(), form.current.data, form.password.data))):
        return render_template("accounts/password.html", form=form), 422
    flash(gettext("The new password is set. Everywhere else you are signed out."), "success")
    return redirect(url_for("accounts.settings"), 303)


@bp.post("/account/sign-out-everywhere")
@guard(Permission.ACCOUNT)
def sign_out_everywhere() -> ResponseReturnValue:
    """End every session, this one too."""
    actions.sign_out_everywhere(ctx())
    session.clear()
    flash(gettext("You are signed out everywhere."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


@bp.route("/account/tokens", methods=["GET", "POST"])
@guard(Permission.ACCOUNT)
def tokens() -> ResponseReturnValue:
    """The tokens for the API. A new one is shown in the answer itself, so that it is kept nowhere on its way."""
    form, made = TokenForm(), []
    if accepted(form, lambda: made.append(actions.create_token(ctx(), form.name.data))):
        form = TokenForm(formdata=None)
    page = render_template(
        "accounts/tokens.html",
        form=form,
        tokens=live_tokens(ctx(), myself(ctx()).id),
        secret=made[0].secret if made else "",
    )
    return page, 201 if made else answer_status(form)


@bp.post("/account/tokens/<int:token_id>/revoke")
@guard(Permission.ACCOUNT)
def revoke_token(token_id: int) -> ResponseReturnValue:
    """End a token."""
    actions.revoke_token(ctx(), token_id)
    flash(gettext("The token was revoked. Programs that use it are locked out now."), "success")
    return redirect(url_for("accounts.tokens"), 303)


def _next() -> str:
    return local_next(request.values.get("next", ""), url_for("home.index"))


def _links() -> MailedLinks:
    return MailedLinks(current_app.config["CONFIG"].secret_key)
