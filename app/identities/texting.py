"""Text messages: rows first, sent by a job. What was sent or given up is forgotten at once, but for when it was.

A text leaves at least once; the gateway gets the same reference on every attempt and may drop a double.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import sqlalchemy as sa

from app.core.context import Context
from app.core.outbox import lease_next
from app.core.permissions import Permission
from app.identities.models import TextMessage
from app.identities.rules import CODE_LASTS

SEND_JOB = "send-texts"
LEASE = timedelta(minutes=1)
KEPT = timedelta(days=30)
AGAIN = timedelta(seconds=20)


def post_text(ctx: Context, number: str, text: str) -> None:
    """Put a text into the outbox, to leave after the commit."""
    ctx.session.add(
        TextMessage(reference=uuid4().hex, number=number, text=text, written_at=ctx.now, next_try_at=ctx.now)
    )
    ctx.session.flush()
    ctx.wake(SEND_JOB)


def take_text(ctx: Context) -> TextMessage | None:
    """Lease the text that has waited longest to this worker, or None. Two workers never get the same."""
    ctx.require(Permission.RUN)
    return lease_next(ctx, TextMessage, LEASE, TextMessage.done_at.is_(None))


def note_sent(ctx: Context, text: TextMessage) -> None:
    """The gateway has accepted it."""
    ctx.require(Permission.RUN)
    _finish(ctx, text, delivered=True)


def note_failure(ctx: Context, text: TextMessage, error: str, *, final: bool) -> None:
    """It was not accepted: try again soon, or give it up. A code that no longer holds is not worth sending."""
    ctx.require(Permission.RUN)
    if final or ctx.now >= text.written_at + CODE_LASTS:
        _finish(ctx, text, delivered=False, last_error=error[:200])
        return
    mine = sa.update(TextMessage).where(TextMessage.id == text.id, TextMessage.done_at.is_(None))
    ctx.session.execute(mine.values(next_try_at=ctx.now + AGAIN, last_error=error[:200]))


def forget_old(ctx: Context) -> None:
    """Delete what is left of texts that were done with a month ago."""
    ctx.require(Permission.RUN)
    ctx.session.execute(sa.delete(TextMessage).where(TextMessage.done_at < ctx.now - KEPT))


def _finish(ctx: Context, text: TextMessage, **values: object) -> None:
    mine = sa.update(TextMessage).where(TextMessage.id == text.id, TextMessage.done_at.is_(None))
    ctx.session.execute(mine.values(done_at=ctx.now, number="", text="", **values))
