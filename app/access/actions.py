"""Coming in and going: sign-ins, and showing a second factor."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.access import facts
from app.access.models import RecoveryCode, SecondFactor, SignIn
from app.access.passkeys import Ask, check_answer
from app.access.queries import was_here
from app.access.rules import SIGN_INS_KEPT, pause_after, recovery_code, step_of
from app.core.context import Context
from app.core.errors import Invalid, NotFound, SignInNeeded, TooMany
from app.core.keys import Keys
from app.core.language import N_
from app.core.permissions import Permission

APP, PASSKEY, CODE = "app", "passkey", "code"
WRONG = N_("This is not right. Use the newest code, and each code only once.")


@dataclass(frozen=True)
class Device:
    """Where somebody comes in: what the browser says, a digest of what it remembers, and the network."""

    words: str
    key: str
    network: str


@dataclass(frozen=True)
class Shown:
    """What somebody shows as second factor: a code as typed, or the answer of a passkey to what was asked."""

    code: str = ""
    answer: str = ""
    ask: Ask | None = None


def begin_sign_in(ctx: Context, person_id: int, device: Device, way: str, proved_at: datetime | None) -> SignIn:
    """A person has come in."""
    ctx.require(Permission.SIGN_IN)
    known = was_here(ctx, person_id, device.key)
    row = SignIn(
        key=secrets.token_urlsafe(24),
        person_id=person_id,
        way=way,
        device=device.words,
        device_key=device.key,
        network=device.network,
        began_at=ctx.now,
        proved_at=proved_at,
    )
    ctx.session.add(row)
    ctx.session.flush()
    ctx.record(facts.SignInBegan(person_id, row.id, way, new_device=known is False))
    return row


def end_sign_in(ctx: Context, sign_in_id: int) -> None:
    """End one of one's own sign-ins; raises `NotFound` for any other."""
    ctx.require(Permission.ACCOUNT)
    row = ctx.get(SignIn, sign_in_id)
    if row.person_id != ctx.actor.person_id:
        raise NotFound()
    if row.ended_at is None:
        row.ended_at = ctx.now
        ctx.record(facts.SignInEnded(row.person_id, row.id))


def end_sign_ins(ctx: Context, person_id: int) -> None:
    """End all sign-ins of a person whose password changed, or who leaves everywhere."""
    ctx.require(Permission.SIGN_IN)
    open_ones = sa.update(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    ctx.session.execute(open_ones.values(ended_at=ctx.now))


def forget_sign_ins(ctx: Context) -> None:
    """Delete sign-ins by which no device is known again any more."""
    ctx.require(Permission.RUN)
    ctx.session.execute(sa.delete(SignIn).where(SignIn.began_at < ctx.now - SIGN_INS_KEPT))


def prove(ctx: Context, keys: Keys, shown: Shown) -> None:
    """Show the second factor again in this sign-in. Raises `Invalid`, `TooMany`."""
    ctx.require(Permission.ACCOUNT)
    row = ctx.session.get(SignIn, ctx.actor.sign_in) if ctx.actor.sign_in else None
    if row is None:
        raise SignInNeeded()
    check(ctx, row.person_id, keys, shown)
    row.proved_at = ctx.now


def check(ctx: Context, person_id: int, keys: Keys, shown: Shown) -> None:
    """Check a second factor, and use up what works once. Raises `Invalid`, in the same words whatever is wrong."""
    ctx.require(Permission.SIGN_IN)
    # Locked, so that those who guess at once do so one after the other.
    query = sa.select(SecondFactor).where(SecondFactor.person_id == person_id).with_for_update()
    factor = ctx.session.scalar(query.execution_options(populate_existing=True))
    if factor is None:
        raise Invalid(WRONG)
    if factor.blocked_until and ctx.now < factor.blocked_until:
        raise TooMany(N_("There were too many wrong codes. Please wait, or ask those who run this site."))
    by = next((name for name, right in WAYS.items() if right(ctx, factor, keys, shown)), None)
    if by is None:
        raise Invalid(WRONG)
    factor.failures, factor.blocked_until = 0, None
    ctx.record(facts.FactorProved(person_id, by))


def note_failure(ctx: Context, person_id: int) -> None:
    """Remember that a wrong second factor was shown. A unit of work of its own: the one that failed is taken back."""
    ctx.require(Permission.RUN)
    query = sa.select(SecondFactor).where(SecondFactor.person_id == person_id).with_for_update()
    factor = ctx.session.scalar(query.execution_options(populate_existing=True))
    if factor is None:
        return
    factor.failures += 1
    pause = pause_after(factor.failures)
    factor.blocked_until = ctx.now + pause if pause else None
    ctx.record(facts.ProofFailed(person_id, factor.failures))


def _by_app(ctx: Context, factor: SecondFactor, keys: Keys, shown: Shown) -> bool:
    """A code of the app, newer than the last one taken: whoever saw it typed cannot use it again (RFC 6238, 5.2)."""
    step = step_of(keys.unseal(factor.secret), shown.code, ctx.now) if factor.secret and shown.code else None
    return step is not None and _take_step(ctx, factor, step)


def _take_step(ctx: Context, factor: SecondFactor, step: int) -> bool:
    newer = sa.update(SecondFactor).where(SecondFactor.person_id == factor.person_id, SecondFactor.last_step < step)
    return ctx.session.execute(newer.values(last_step=step).returning(SecondFactor.person_id)).first() is not None


def _by_code(ctx: Context, factor: SecondFactor, keys: Keys, shown: Shown) -> bool:
    """A recovery code. One guarded update says who used it."""
    code = recovery_code(shown.code)
    if not code:
        return False
    digest = keys.digest("recovery-code", code)
    mine = sa.update(RecoveryCode).where(
        RecoveryCode.person_id == factor.person_id, RecoveryCode.digest == digest, RecoveryCode.used_at.is_(None)
    )
    used = ctx.session.execute(mine.values(used_at=ctx.now).returning(RecoveryCode.id))
    return used.first() is not None


def _by_passkey(ctx: Context, factor: SecondFactor, _keys: Keys, shown: Shown) -> bool:
    return shown.ask is not None and check_answer(ctx, factor.person_id, shown.ask, shown.answer)


WAYS: dict[str, Callable[[Context, SecondFactor, Keys, Shown], bool]] = {
    APP: _by_app,
    PASSKEY: _by_passkey,
    CODE: _by_code,
}
