"""Sending what waits in the outbox."""

from __future__ import annotations

import structlog
from flask import current_app

from app.core.context import UnitOfWork
from app.core.language import said
from app.notices import actions
from app.notices.mail import Refused, Transport, TryLater, Unreachable, as_message, transport_for

log = structlog.get_logger()
AT_ONCE = 500
"""Letters of one run, so that a long queue does not keep the other jobs waiting for minutes."""


def send_letters(work: UnitOfWork) -> None:
    """Send the letters that wait, by the way MAIL_URL names."""
    config = current_app.config["CONFIG"]
    empty_outbox(work, transport_for(config.mail_url), config.mail_from)


def empty_outbox(work: UnitOfWork, transport: Transport, sender: str) -> int:
    """Send the letters that wait and return how many left. No transaction is open while a server is spoken to."""
    left = 0
    with work() as ctx:
        actions.give_up_lost(ctx)
        actions.forget_old(ctx)
    try:
        for _ in range(AT_ONCE):
            sent = _send_one(work, transport, sender)
            if sent is None:
                return left
            left += sent
    except Unreachable as error:
        log.warning("no way out for letters", error=str(error))
        return left
    finally:
        transport.close()
    with work() as ctx:
        ctx.wake(actions.SEND_JOB)
    return left


def _send_one(work: UnitOfWork, transport: Transport, sender: str) -> bool | None:
    """Whether a letter left; None when none waits. Raises `Unreachable` once it has been put back."""
    with work() as ctx:
        letter = actions.take_letter(ctx)
        name = said(ctx.settings.name, letter.lang).text if letter else ""
    if letter is None:
        return None
    try:
        transport.deliver(as_message(letter, sender, name))
    except (TryLater, Refused, ValueError) as error:
        log.warning("letter not accepted", letter=letter.id, attempt=letter.attempts, error=str(error))
        with work() as ctx:
            actions.note_failure(ctx, letter, str(error), final=not isinstance(error, TryLater))
        if isinstance(error, Unreachable):
            raise
        return False
    with work() as ctx:
        actions.note_sent(ctx, letter)
    return True
