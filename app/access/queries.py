"""Reading sign-ins and second factors."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.models import Passkey, RecoveryCode, SecondFactor, SignIn
from app.access.rules import SIGN_IN_LASTS
from app.core.context import Context


def live_sign_ins(ctx: Context, person_id: int) -> Sequence[SignIn]:
    """Where a person is signed in, the newest first."""
    query = sa.select(SignIn).where(
        SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.began_at > ctx.now - SIGN_IN_LASTS
    )
    return ctx.session.scalars(query.order_by(SignIn.began_at.desc(), SignIn.id.desc())).all()


def holds_factor(session: Session, person_id: int) -> bool:
    """Whether a person has set up a second factor."""
    return session.get(SecondFactor, person_id) is not None


def passkeys_of(ctx: Context, person_id: int) -> Sequence[Passkey]:
    """A person's passkeys, the oldest first."""
    return ctx.session.scalars(sa.select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id)).all()


def codes_left(ctx: Context, person_id: int) -> int:
    """How many recovery codes a person has not used."""
    unused = sa.select(sa.func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return ctx.session.scalar(unused) or 0


def was_here(ctx: Context, person_id: int, device_key: str) -> bool | None:
    """Whether a person has come in with this device before; None for who comes in for the first time."""
    query = sa.select(sa.func.count(), sa.func.count().filter(SignIn.device_key == device_key))
    every, here = ctx.session.execute(query.where(SignIn.person_id == person_id)).one()
    return here > 0 if every else None
