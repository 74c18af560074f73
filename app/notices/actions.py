"""What happens to letters: written, taken by a worker, sent, tried again, given up, forgotten.

All of it is the system's own doing. A letter is a row of the same transaction as its cause, so none is lost and none is
sent about something that was undone; it leaves at least once, and twice only when a worker dies between the server's
"accepted" and our note of it. The same Message-ID then lets the receiver drop the second.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import sqlalchemy as sa

from app.core.context import Context
from app.core.outbox import lease_next
from app.core.permissions import Permission
from app.notices.models import Letter
from app.notices.rules import ATTEMPTS_MAX, FORGET_AFTER, LEASE, delay_after

SEND_JOB = "send-letters"
NOBODY = ""
"""As recipient: a letter that is written for the sake of the time it takes, and goes nowhere."""

_waiting = (Letter.sent_at.is_(None), Letter.given_up_at.is_(None))


@dataclass(frozen=True)
class Draft:
    """A letter to be sent. `recipient` is an address in ASCII, `host` the right side of its Message-ID.

    `after`: so long it waits, so that thousands of letters at once do not hold up those somebody is waiting for.
    """

    recipient: str
    lang: str
    subject: str
    text: str
    host: str
    after: timedelta = timedelta(0)


def post(ctx: Context, draft: Draft) -> Letter:
    """Put a letter into the outbox, to leave after the commit."""
    ctx.require(Permission.RUN)
    letter = Letter(
        message_id=f"<{uuid4().hex}@{draft.host}>",
        recipient=draft.recipient,
        lang=draft.lang,
        subject=draft.subject,
        text=draft.text,
        written_at=ctx.now,
        next_try_at=ctx.now + draft.after,
        given_up_at=ctx.now if draft.recipient == NOBODY else None,
    )
    ctx.session.add(letter)
    ctx.session.flush()
    ctx.wake(SEND_JOB)
    return letter


def take_letter(ctx: Context) -> Letter | None:
    """Lease the letter that has waited longest to this worker, or None."""
    ctx.require(Permission.RUN)
    return lease_next(ctx, Letter, LEASE, *_waiting, Letter.attempts < ATTEMPTS_MAX)


def note_sent(ctx: Context, letter: Letter) -> None:
    """A server has accepted the letter."""
    ctx.require(Permission.RUN)
    ctx.session.execute(
        sa.update(Letter).where(Letter.id == letter.id, *_waiting).values(sent_at=ctx.now, last_error="")
    )


def note_failure(ctx: Context, letter: Letter, error: str, *, final: bool) -> None:
    """The letter was not accepted: try again later, or give it up. Only the worker that holds it may say so."""
    ctx.require(Permission.RUN)
    over = final or letter.attempts >= ATTEMPTS_MAX
    outcome = {"given_up_at": ctx.now} if over else {"next_try_at": ctx.now + delay_after(letter.attempts)}
    ctx.session.execute(
        sa.update(Letter)
        .where(Letter.id == letter.id, Letter.attempts == letter.attempts, *_waiting)
        .values(last_error=error[:500], **outcome)
    )


def give_up_lost(ctx: Context) -> None:
    """Give up letters whose last attempt never came back: every worker that took them died."""
    ctx.require(Permission.RUN)
    ctx.session.execute(
        sa.update(Letter)
        .where(*_waiting, Letter.attempts >= ATTEMPTS_MAX, Letter.next_try_at <= ctx.now)
        .values(given_up_at=ctx.now)
    )


def forget_old(ctx: Context) -> None:
    """Delete letters that were sent or given up long ago."""
    ctx.require(Permission.RUN)
    long_ago = ctx.now - FORGET_AFTER
    ctx.session.execute(sa.delete(Letter).where(sa.or_(Letter.sent_at < long_ago, Letter.given_up_at < long_ago)))
