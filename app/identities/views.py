"""Signing in through a provider, linking one, and verifying a mobile number."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access.proving import keys
from app.accounts.entrance import come_in
from app.core.database import only_reading
from app.core.errors import NotFound
from app.core.keys import Unsealed
from app.core.language import N_
from app.core.permissions import Permission
from app.core.persons import Level
from app.core.providers import Provider
from app.extensions import db, limiter
from app.identities import actions, phones
from app.identities.forms import AboutForm, CodeForm, NoFields, NumberForm
from app.identities.oidc import (
    LANGUAGE,
    NotShown,
    Shown,
    ask,
    forget_questions,
    provider_by_slug,
    providers,
    read_answer,
)
from app.identities.queries import declaration_of, identities_of, known_of, open_code, phone_of
from app.identities.rules import CODE_LASTS
from app.web.acting import acting, ctx, guard
from app.web.forms import accepted, answer_status
from app.web.pages import local_next

bp = Blueprint("identities", __name__)
LEVEL_NAMES = {
    Level.NONE: N_("not confirmed"),
    Level.EMAIL: N_("e-mail address"),
    Level.PHONE: N_("e-mail address and mobile number"),
    Level.HIGH: N_("identity checked by an authority"),
}
ONWARD, LINKING = "onward", "linking"
bp.add_app_template_global(providers, "identity_providers")


@bp.get("/sign-in/with/<provider>")
@limiter.limit("20/minute")
@guard(Permission.SIGN_IN)
def with_provider(provider: str) -> ResponseReturnValue:
    """Go to a provider to come in."""
    found = provider_by_slug(provider)
    forget_questions()
    session.pop(LINKING, None)
    session[ONWARD] = local_next(request.args.get("next", ""), url_for("home.index"))
    return ask(found)


@bp.get("/account/identity/<provider>")
@limiter.limit("20/minute")
@guard(Permission.SECURE)
def link_provider(provider: str) -> ResponseReturnValue:
    """Go to a provider to link what it shows with the account one is signed in to."""
    found = provider_by_slug(provider)
    forget_questions()
    session[LINKING] = ctx().actor.person_id
    return ask(found)


@bp.get("/sign-in/from/<provider>")
@limiter.limit("20/minute")
@guard(Permission.SIGN_IN)
def come_back(provider: str) -> ResponseReturnValue:
    """A provider shows who somebody is: let them in, or ask whether to link. Nothing is linked by coming here."""
    found = provider_by_slug(provider)
    language = session.get(LANGUAGE, "")
    if language != request.script_root:
        return redirect(language + request.full_path, 303)
    linking, onward = session.pop(LINKING, None), session.pop(ONWARD, url_for("home.index"))
    shown = read_answer(found)
    only_reading.set(False)  # coming in is written, although it is another site that sends the browser here
    forget_questions()
    if linking is not None:
        return _ask_to_link(found, shown, linking)
    person_id = actions.person_of(ctx(), shown.key, shown.level)
    if person_id is None:
        return render_template("identities/unknown.html", provider=found)
    return come_in(person_id, found.slug, onward)


@bp.post("/account/identity/<provider>/link")
@limiter.limit("10/minute")
@guard(Permission.SECURE)
def link(provider: str) -> ResponseReturnValue:
    """Link what was shown a moment ago."""
    found, person_id = provider_by_slug(provider), ctx().actor.person_id
    try:
        words = keys().unseal(request.form.get("shown", ""), CODE_LASTS).split()
    except Unsealed:
        raise NotShown() from None
    owner, slug, level, key = words
    if (owner, slug) != (str(person_id), found.slug):
        raise NotShown()
    actions.link(ctx(), found.slug, key, Level(level))
    flash(gettext("The identity is linked. You can sign in with it from now on."), "success")
    return redirect(url_for("identities.show"), 303)


@bp.post("/account/identity/<int:identity_id>/unlink")
@limiter.limit("10/minute")
@guard(Permission.SECURE)
def unlink(identity_id: int) -> ResponseReturnValue:
    """Give a linked identity up."""
    actions.unlink(ctx(), identity_id)
    flash(gettext("The identity is no longer linked."), "success")
    return redirect(url_for("identities.show"), 303)


@bp.route("/account/identity", methods=["GET", "POST"])
@limiter.limit("20/minute", methods=["POST"])
@guard(Permission.ACCOUNT)
def show() -> ResponseReturnValue:
    """What is known of the person and what they say of themselves, and the ways to more."""
    form = AboutForm(obj=declaration_of(ctx().session, _me()))
    if accepted(form, lambda: actions.declare(ctx(), *form.said())):
        flash(gettext("Your changes are saved."), "success")
        return redirect(url_for("identities.show"), 303)
    page = render_template(
        "identities/show.html",
        form=form,
        level=LEVEL_NAMES[known_of(ctx().session, _me()).level],
        linked=identities_of(ctx(), _me()),
        names={provider.slug: provider.name for provider in providers()},
        phone=phone_of(ctx().session, _me()),
        texts=_texts(),
    )
    return page, answer_status(form)


@bp.get("/account/phone")
@guard(Permission.ACCOUNT)
def phone() -> ResponseReturnValue:
    """Ask for a number, and for the code that was sent to it."""
    return _phone_page(NumberForm(), CodeForm(formdata=None))


@bp.post("/account/phone")
@limiter.limit("5/minute;10/hour")
@guard(Permission.ACCOUNT)
def send_code() -> ResponseReturnValue:
    """Send a code."""
    form = NumberForm()
    words = gettext("%(code)s is your code. Nobody of ours will ever ask you for it.", code="%(code)s")
    if not _texts():
        raise NotFound()
    if not accepted(form, lambda: phones.send_code(ctx(), keys(), form.number.data, words)):
        return _phone_page(form, CodeForm(formdata=None)), 422
    return redirect(url_for("identities.phone"), 303)


@bp.post("/account/phone/code")
@limiter.limit("10/minute;30/hour")
@guard(Permission.ACCOUNT)
def verify_code() -> ResponseReturnValue:
    """Enter the code."""
    form, person_id = CodeForm(), _me()
    if not accepted(form, lambda: phones.verify(ctx(), keys(), form.code.data)):
        if phones.WRONG_FIELD in form.errors:
            db.session.rollback()
            with acting().work() as own:
                phones.note_guess(own, person_id)
        return _phone_page(NumberForm(formdata=None), form), 422
    flash(gettext("Your mobile number is confirmed."), "success")
    return redirect(url_for("identities.show"), 303)


@bp.post("/account/phone/remove")
@limiter.limit("10/minute")
@guard(Permission.SECURE)
def remove_phone() -> ResponseReturnValue:
    """Give the number up."""
    phones.give_up(ctx())
    flash(gettext("Your mobile number is removed."), "success")
    return redirect(url_for("identities.show"), 303)


def _me() -> int:
    return ctx().actor.person_id or 0


def _texts() -> bool:
    return bool(current_app.config["CONFIG"].sms_url)


def _phone_page(number: NumberForm, code: CodeForm) -> str:
    return render_template(
        "identities/phone.html", number=number, code=code, sent=open_code(ctx(), _me()), texts=_texts()
    )


def _ask_to_link(provider: Provider, shown: Shown, linking: int) -> ResponseReturnValue:
    """One button: whoever led somebody here with a provider's account of their own gets nothing by it."""
    if linking != ctx().actor.person_id:
        raise NotShown()
    sealed = keys().seal(f"{linking} {provider.slug} {shown.level} {shown.key}")
    return render_template("identities/link.html", form=NoFields(), provider=provider, sealed=sealed)
