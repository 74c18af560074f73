"""Putting a letter into the outbox, written for its reader."""

from __future__ import annotations

from datetime import timedelta

from app.accounts.rules import ascii_address
from app.core.context import Context
from app.core.language import said
from app.notices.actions import Draft, post
from app.notices.addresses import addresses
from app.notices.queries import Reader
from app.notices.texts import written


def send(ctx: Context, reader: Reader, name: str, *, wait: timedelta = timedelta(0), **values: object) -> None:
    """Write the letter `name` to a reader, to leave after `wait`."""
    here = addresses()
    home = {"instance": said(ctx.settings.name, reader.lang).text, "home": here.page("/", reader.lang)}
    text = written(name, reader.lang, **home, **values)
    post(ctx, Draft(ascii_address(reader.email), text.lang, text.subject, text.body, here.host, wait))
