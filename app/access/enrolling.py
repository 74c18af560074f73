"""Setting up second factors and taking them away."""

from __future__ import annotations

import sqlalchemy as sa

from app.access import facts
from app.access.actions import APP, PASSKEY
from app.access.models import Passkey, RecoveryCode, SecondFactor, SignIn
from app.access.passkeys import Ask, read_new
from app.access.queries import passkeys_of
from app.access.rules import LABEL_MAX, PASSKEYS_MAX, RECOVERY_CODES, new_recovery_code, step_of
from app.core.context import Context
from app.core.database import insert_once
from app.core.errors import Conflict, Invalid, NotFound
from app.core.keys import Keys
from app.core.language import N_
from app.core.permissions import Permission
from moderation import clean_line


def add_app(ctx: Context, keys: Keys, secret: str, code: str) -> list[str]:
    """Take an authenticator app into use, in place of an earlier one, with a code that shows it works.

    Returns the recovery codes of who had no second factor before. Raises `Invalid`.
    """
    ctx.require(Permission.SECURE)
    step = step_of(secret, code, ctx.now)
    if step is None:
        raise Invalid(fields={"code": N_("This is not the code the app shows now. Is the clock of the device right?")})
    factor, first = _factor(ctx)
    factor.secret, factor.last_step = keys.seal(secret), step
    return _added(ctx, keys, APP, first)


def add_passkey(ctx: Context, keys: Keys, ask: Ask, answer: str, label: str) -> list[str]:
    """Take a passkey into use. Returns the recovery codes of who had no second factor before. Raises `Invalid`."""
    ctx.require(Permission.SECURE)
    made, label = read_new(ask, answer), clean_line(label)[:LABEL_MAX]
    if made is None:
        raise Invalid(N_("The passkey could not be set up. Please try again."))
    person_id = ctx.actor.person_id or 0
    if len(passkeys_of(ctx, person_id)) >= PASSKEYS_MAX:
        raise Conflict(N_("You have many passkeys already. Remove one that is not needed."))
    _, first = _factor(ctx)
    new = {"credential": made.credential, "public_key": made.public_key, "uses": made.uses}
    if not insert_once(ctx.session, Passkey, person_id=person_id, label=label, added_at=ctx.now, **new):
        raise Conflict(N_("This passkey is set up already."))
    return _added(ctx, keys, PASSKEY, first)


def renew_codes(ctx: Context, keys: Keys) -> list[str]:
    """Make new recovery codes; the earlier ones are void. Raises `Conflict` for who has no second factor."""
    ctx.require(Permission.SECURE)
    person_id = ctx.actor.person_id or 0
    if ctx.session.get(SecondFactor, person_id) is None:
        raise Conflict(N_("Set up a second factor first."))
    return _new_codes(ctx, keys, person_id)


def remove_app(ctx: Context) -> None:
    """Take the authenticator app away. Raises `NotFound`."""
    ctx.require(Permission.SECURE)
    factor = ctx.session.get(SecondFactor, ctx.actor.person_id)
    if factor is None or not factor.secret:
        raise NotFound()
    factor.secret = ""
    ctx.record(facts.FactorRemoved(factor.person_id, APP))
    _forget_if_last(ctx, factor.person_id)


def remove_passkey(ctx: Context, passkey_id: int) -> None:
    """Take one of one's own passkeys away; raises `NotFound` for any other."""
    ctx.require(Permission.SECURE)
    passkey = ctx.get(Passkey, passkey_id)
    if passkey.person_id != ctx.actor.person_id:
        raise NotFound()
    ctx.session.delete(passkey)
    ctx.session.flush()
    ctx.record(facts.FactorRemoved(passkey.person_id, PASSKEY))
    _forget_if_last(ctx, passkey.person_id)


def reset_factors(ctx: Context, person_id: int) -> None:
    """Take all factors of a person away who has lost them. Whoever runs the host has made sure who asks."""
    ctx.require(Permission.RUN)
    for table in (Passkey, RecoveryCode, SecondFactor):
        ctx.session.execute(sa.delete(table).where(table.person_id == person_id))
    open_ones = sa.update(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    ctx.session.execute(open_ones.values(ended_at=ctx.now))
    ctx.record(facts.SecondFactorReset(person_id))


def _factor(ctx: Context) -> tuple[SecondFactor, bool]:
    """The person's second factor, and whether it is the first."""
    person_id = ctx.actor.person_id or 0
    first = insert_once(
        ctx.session, SecondFactor, person_id=person_id, since=ctx.now, secret="", last_step=0, failures=0
    )
    return ctx.get(SecondFactor, person_id), first


def _added(ctx: Context, keys: Keys, by: str, first: bool) -> list[str]:
    """Who set up a factor has shown it: the sign-in is proved by it."""
    person_id = ctx.actor.person_id or 0
    sign_in = ctx.session.get(SignIn, ctx.actor.sign_in) if ctx.actor.sign_in else None
    if sign_in is not None:
        sign_in.proved_at = ctx.now
    ctx.record(facts.FactorAdded(person_id, by))
    return _new_codes(ctx, keys, person_id) if first else []


def _new_codes(ctx: Context, keys: Keys, person_id: int) -> list[str]:
    ctx.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    rows = [RecoveryCode(person_id=person_id, digest=keys.digest("recovery-code", code)) for code in codes]
    ctx.session.add_all(rows)
    ctx.session.flush()
    ctx.record(facts.RecoveryCodesMade(person_id))
    return codes


def _forget_if_last(ctx: Context, person_id: int) -> None:
    """Recovery codes alone are no second factor: they go with the last of them."""
    factor = ctx.session.get(SecondFactor, person_id)
    if factor is None or factor.secret or passkeys_of(ctx, person_id):
        return
    ctx.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    ctx.session.delete(factor)
    ctx.session.flush()
