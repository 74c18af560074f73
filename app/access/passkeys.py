"""Passkeys (WebAuthn Level 2): what the browser is asked, and whether its answer is right."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import PublicKeyCredentialDescriptor

from app.access.models import Passkey
from app.access.queries import passkeys_of
from app.core.context import Context

ANSWER_MAX = 20_000
"""Letters an answer may have; a real one has about two thousand."""
NOT_AN_ANSWER = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)
"""What the library raises for an answer that is wrong, or no answer at all."""


@dataclass(frozen=True)
class Ask:
    """What a browser was asked to sign: a challenge, for the host it knows the passkey by, from pages of `origin`."""

    challenge: str
    host: str
    origin: str


@dataclass(frozen=True)
class NewPasskey:
    """A passkey that a browser made: its id, its public key, and how often it was used."""

    credential: str
    public_key: bytes
    uses: int


def options_to_make(ctx: Context, ask: Ask, site: str, owner: str) -> str:
    """What `navigator.credentials.create` is given, as JSON. The browser learns no more of the person than it shows."""
    person_id = ctx.actor.person_id or 0
    options = generate_registration_options(
        rp_id=ask.host,
        rp_name=site,
        user_id=person_id.to_bytes(8, "big"),
        user_name=owner,
        user_display_name=owner,
        challenge=base64url_to_bytes(ask.challenge),
        exclude_credentials=_known(ctx, person_id),
    )
    return options_to_json(options)


def options_to_show(ctx: Context, person_id: int, ask: Ask) -> str:
    """What `navigator.credentials.get` is given, as JSON; "" for who has no passkey."""
    known = _known(ctx, person_id)
    if not known:
        return ""
    challenge = base64url_to_bytes(ask.challenge)
    return options_to_json(
        generate_authentication_options(rp_id=ask.host, challenge=challenge, allow_credentials=known)
    )


def read_new(ask: Ask, answer: str) -> NewPasskey | None:
    """The passkey of an answer, or None for an answer to something else."""
    try:
        made = verify_registration_response(
            credential=_parsed(answer),
            expected_challenge=base64url_to_bytes(ask.challenge),
            expected_rp_id=ask.host,
            expected_origin=ask.origin,
        )
    except NOT_AN_ANSWER:
        return None
    return NewPasskey(bytes_to_base64url(made.credential_id), made.credential_public_key, made.sign_count)


def check_answer(ctx: Context, person_id: int, ask: Ask, answer: str) -> bool:
    """Whether one of the person's passkeys signed what was asked. Its count grows, which a copy of it cannot know."""
    try:
        credential = _parsed(answer)
        mine = sa.select(Passkey).where(Passkey.person_id == person_id, Passkey.credential == str(credential["id"]))
        passkey = ctx.session.scalar(mine)
        if passkey is None:
            return False
        shown = verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(ask.challenge),
            expected_rp_id=ask.host,
            expected_origin=ask.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.uses,
        )
    except NOT_AN_ANSWER:
        return False
    passkey.uses = shown.new_sign_count
    return True


def _known(ctx: Context, person_id: int) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential)) for one in passkeys_of(ctx, person_id)]


def _parsed(answer: str) -> dict[str, Any]:
    if not answer or len(answer) > ANSWER_MAX or "\0" in answer:
        raise ValueError("no answer")
    parsed = json.loads(answer)
    if not isinstance(parsed, dict):
        raise ValueError("no answer")
    return parsed
