"""Which account speaks for which person: what counts once."""

from __future__ import annotations

import hashlib
import hmac

from flask import current_app

from app.accounts.queries import myself
from app.core.context import Context
from app.core.policy_parts import Deed


def voice_of(ctx: Context) -> str:
    """The voice of this actor: an HMAC of the verified subject, the same for every account of one person.

    It is kept when it is deleted who endorsed: without the key of this host it leads to nobody.
    """
    key = current_app.config["CONFIG"].secret_key.encode()
    return hmac.new(key, f"voice:{subject_of(ctx)}".encode(), hashlib.sha256).hexdigest()


def further_voices(ctx: Context) -> frozenset[str]:
    """Whatever else this actor has shown, a verified number or an identity elsewhere, each as a key: nothing yet.

    No two endorsements of one topic share any of them, so three accounts of one telephone are one voice.
    """
    myself(ctx)
    return frozenset()


def subject_of(ctx: Context) -> str:
    """What is known for certain of this actor: the e-mail address, in the one form in which addresses are compared."""
    return f"mail:{myself(ctx).email_key}"


def require_eligible(ctx: Context, deed: Deed) -> None:
    """Raise unless this actor may propose or endorse by the rules in force. The one place that decides it.

    A confirmed address is what the permission already asks for; nothing more is verified of people here yet.
    """
    myself(ctx)
