"""Which account speaks for which person: what counts once."""

from __future__ import annotations

from flask import current_app

from app.accounts.queries import myself, person_key
from app.core.context import Context
from app.core.keys import Keys


def voice_of(ctx: Context) -> str:
    """The voice of this actor: the key of the mailbox, the same for every account that reads it.

    Whatever else somebody has shown, a number or an identity elsewhere, are further voices (see `Known`): no two
    endorsements of one topic share any of them, so three accounts of one telephone are one voice.

    It is kept when it is deleted who endorsed: without the key of this instance it leads to nobody.
    """
    return person_key(Keys(current_app.config["CONFIG"].identity_key), myself(ctx))
