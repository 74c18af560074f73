"""Which account speaks for which person: what counts once."""

from __future__ import annotations

from flask import current_app

from app.accounts.queries import myself, person_key
from app.core.context import Context
from app.core.keys import Keys
from app.identities.queries import voice_keys


def voice_of(ctx: Context) -> str:
    """The voice of this actor: the key of the mailbox, the same for every account that reads it.

    It is kept when it is deleted who endorsed: without the key of this instance it leads to nobody.
    """
    return person_key(Keys(current_app.config["CONFIG"].identity_key), myself(ctx))


def further_voices(ctx: Context) -> frozenset[str]:
    """Whatever else this actor has ever shown, a number or an identity elsewhere, each as a key.

    No two endorsements of one topic share any of them, so three accounts of one telephone are one voice.
    """
    return voice_keys(ctx.session, myself(ctx).id)
