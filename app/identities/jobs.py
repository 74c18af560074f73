"""Sending the text messages that wait."""

from __future__ import annotations

import structlog
from flask import current_app

from app.core.context import UnitOfWork
from app.identities import texting
from app.identities.gateways import Gateway, Refused, TryLater, gateway_for
from app.identities.phones import forget_codes

log = structlog.get_logger()
AT_ONCE = 200


def send_texts(work: UnitOfWork) -> None:
    """Send the texts that wait, by the way SMS_URL names; without one nobody can have asked for any."""
    with work() as ctx:
        forget_codes(ctx)
        texting.forget_old(ctx)
    url = current_app.config["CONFIG"].sms_url
    if url:
        empty_outbox(work, gateway_for(url))


def empty_outbox(work: UnitOfWork, gateway: Gateway) -> int:
    """Send the texts that wait and return how many left. No transaction is open while a gateway is spoken to."""
    left = 0
    for _ in range(AT_ONCE):
        with work() as ctx:
            text = texting.take_text(ctx)
        if text is None:
            break
        try:
            gateway.deliver(text.number, text.text, text.reference)
        except (TryLater, Refused) as error:
            log.warning("text not accepted", text=text.id, attempt=text.attempts, error=str(error))
            with work() as ctx:
                texting.note_failure(ctx, text, str(error), final=isinstance(error, Refused))
            continue
        with work() as ctx:
            texting.note_sent(ctx, text)
        left += 1
    return left
