"""OpenID Connect (Core 1.0): code flow with PKCE, state and nonce, by authlib."""

from __future__ import annotations

from dataclasses import dataclass

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from flask import current_app, request, session, url_for
from flask.typing import ResponseReturnValue
from joserfc.errors import JoseError

from app.core.errors import NotFound, Refusal
from app.core.keys import Keys
from app.core.language import N_
from app.core.persons import Level
from app.core.providers import Provider
from app.extensions import db
from app.identities.queries import subject_key

TIMEOUT_SECONDS = 10
LANGUAGE = "came_from"
"""In the session: the beginning of the addresses in the language the person reads."""
NOT_SHOWN = (AuthlibBaseError, JoseError, requests.RequestException, ValueError, KeyError, RuntimeError)
"""What goes wrong on the way to a provider and back: refusals, forged or old answers, servers that are away."""


class NotShown(Refusal):
    """The provider did not say who this is."""

    status = 422
    code = "identity-not-shown"
    default = N_("The other site did not tell us who you are. Nothing was changed; please try again.")


@dataclass(frozen=True)
class Shown:
    """Whose identity a provider has just shown: by its key, at which level."""

    key: str
    level: Level


def providers() -> tuple[Provider, ...]:
    """The providers of this instance."""
    found: tuple[Provider, ...] = current_app.config["CONFIG"].identity_providers
    return found


def provider_by_slug(slug: str) -> Provider:
    """The provider of this name, or `NotFound`."""
    found = next((one for one in providers() if one.slug == slug), None)
    if found is None:
        raise NotFound()
    return found


def ask(provider: Provider) -> ResponseReturnValue:
    """Send the browser to the provider. Raises `NotShown` where that cannot be reached."""
    # One address for every language: a provider knows only those that were entered there.
    path = url_for("identities.come_back", provider=provider.slug).removeprefix(request.script_root)
    back = current_app.config["CONFIG"].base_url + path
    session[LANGUAGE] = request.script_root
    db.session.rollback()  # no transaction is open while another server is spoken to
    try:
        answer: ResponseReturnValue = _client(provider).authorize_redirect(back)
    except NOT_SHOWN:
        raise NotShown() from None
    return answer


def read_answer(provider: Provider) -> Shown:
    """Whose identity the provider shows in this request; raises `NotShown` for anything not meant for this browser."""
    db.session.rollback()
    try:
        claims = _client(provider).authorize_access_token()["userinfo"]
        issuer, subject = claims["iss"], claims["sub"]
    except NOT_SHOWN:
        raise NotShown() from None
    if issuer != provider.issuer or not isinstance(subject, str) or not subject:
        raise NotShown()
    keys = Keys(current_app.config["CONFIG"].identity_key)
    return Shown(subject_key(keys, issuer, subject), provider.level_of(claims))


def forget_questions() -> None:
    """Drop what earlier questions left in the session: an answer counts once."""
    for name in [name for name in session if name.startswith("_state_")]:
        session.pop(name)


def _client(provider: Provider) -> FlaskOAuth2App:
    """The client of a provider; its metadata and keys are read once per process, and keys again when they change."""
    clients: dict[str, FlaskOAuth2App] = current_app.extensions.setdefault("oidc", {})
    if provider.slug not in clients:
        clients[provider.slug] = OAuth(current_app).register(
            name=provider.slug,
            client_id=provider.client_id,
            client_secret=provider.client_secret,
            server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": provider.scope,
                "code_challenge_method": "S256",
                "default_timeout": TIMEOUT_SECONDS,
            },
        )
    return clients[provider.slug]
