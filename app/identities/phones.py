"""Showing that one reads what is sent to a mobile number.

Whether a number is known here is told to nobody: whoever asks for a code gets one, and only whoever reads it learns
that as many accounts as may hold the number already.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from app.core.context import Context
from app.core.database import insert_once
from app.core.errors import Conflict, Invalid, TooMany
from app.core.keys import Keys
from app.core.language import N_
from app.core.permissions import Permission
from app.identities import facts
from app.identities.models import Phone, PhoneCode
from app.identities.queries import open_code
from app.identities.rules import (
    CODES_A_DAY,
    GUESSES,
    hint_of,
    mobile_number,
    new_code,
    range_of,
    typed_code,
)
from app.identities.texting import post_text

WRONG_FIELD = "code"
WRONG = N_("This code is not right, or no longer valid. You can ask for a new one.")
DAY = timedelta(days=1)


def send_code(ctx: Context, keys: Keys, typed: str, words: str) -> None:
    """Send a code to a number. `words` holds `%(code)s`. Raises `Invalid`, `TooMany`."""
    ctx.require(Permission.ACCOUNT)
    number = mobile_number(typed, ctx.settings.country)
    if not number:
        raise Invalid(fields={"number": N_("Enter a mobile number, such as 0912 345 678.")})
    person_id, key = ctx.actor.person_id or 0, keys.digest("phone", number)
    lately = sa.select(sa.func.count()).select_from(PhoneCode).where(PhoneCode.sent_at > ctx.now - DAY)
    for mine in (PhoneCode.person_id == person_id, PhoneCode.key == key):
        if (ctx.session.scalar(lately.where(mine)) or 0) >= CODES_A_DAY:
            raise TooMany(N_("No more codes are sent today. Please try again tomorrow."))
    code = new_code()
    row = PhoneCode(
        person_id=person_id,
        key=key,
        hint=hint_of(number),
        number_range=range_of(number),
        digest=keys.digest("phone-code", f"{person_id} {key} {code}"),
        sent_at=ctx.now,
    )
    ctx.session.add(row)
    post_text(ctx, number, words % {"code": code})
    ctx.record(facts.PhoneCodeSent(person_id))


def verify(ctx: Context, keys: Keys, typed: str) -> None:
    """Enter the code that was sent. Raises `Invalid` in the same words whatever is wrong, `Conflict` at the limit."""
    ctx.require(Permission.ACCOUNT)
    person_id = ctx.actor.person_id or 0
    code = open_code(ctx, person_id)
    # Taken by one guarded update, so that guesses made at once share the few there are, and a code is used once.
    mine = f"{person_id} {code.key} {typed_code(typed)}" if code else ""
    if code is None or not keys.matches("phone-code", mine, code.digest) or not _use(ctx, code):
        raise Invalid(fields={WRONG_FIELD: WRONG})
    ctx.session.execute(sa.delete(Phone).where(Phone.person_id == person_id))
    new = {"hint": code.hint, "number_range": code.number_range, "verified_at": ctx.now}
    for place in range(1, ctx.policy.eligibility.accounts_per_phone + 1):
        if insert_once(ctx.session, Phone, person_id=person_id, key=code.key, place=place, **new):
            ctx.record(facts.PhoneVerified(person_id))
            return
    raise Conflict(N_("As many accounts as may already hold this number. Give it up in another one first."))


def note_guess(ctx: Context, person_id: int) -> None:
    """Remember a wrong guess. A unit of work of its own: the one that failed is taken back."""
    ctx.require(Permission.RUN)
    code = open_code(ctx, person_id)
    if code is None:
        return
    more = sa.update(PhoneCode).where(PhoneCode.id == code.id, PhoneCode.guesses < GUESSES)
    guesses = ctx.session.scalar(more.values(guesses=PhoneCode.guesses + 1).returning(PhoneCode.guesses))
    ctx.record(facts.PhoneCodeFailed(person_id, guesses or GUESSES))


def give_up(ctx: Context) -> None:
    """Give up one's number."""
    ctx.require(Permission.SECURE)
    person_id = ctx.actor.person_id or 0
    gone = ctx.session.execute(sa.delete(Phone).where(Phone.person_id == person_id).returning(Phone.person_id))
    if gone.first() is not None:
        ctx.record(facts.PhoneRemoved(person_id))


def forget_codes(ctx: Context) -> None:
    """Delete codes that neither hold nor count any more."""
    ctx.require(Permission.RUN)
    ctx.session.execute(sa.delete(PhoneCode).where(PhoneCode.sent_at < ctx.now - 2 * DAY))


def _use(ctx: Context, code: PhoneCode) -> bool:
    unused = sa.update(PhoneCode).where(
        PhoneCode.id == code.id, PhoneCode.used_at.is_(None), PhoneCode.guesses < GUESSES
    )
    return ctx.session.execute(unused.values(used_at=ctx.now).returning(PhoneCode.id)).first() is not None
