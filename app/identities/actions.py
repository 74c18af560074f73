"""Linking sign-ins of providers: never by a matching address, always by the person who is signed in already."""

from __future__ import annotations

import sqlalchemy as sa

from app.accounts.queries import myself
from app.core.context import Context
from app.core.database import insert_once
from app.core.errors import Conflict, NotFound
from app.core.language import N_
from app.core.permissions import Permission
from app.core.persons import AgeBand, Level, Standing
from app.identities import facts
from app.identities.models import Declaration, Identity


def person_of(ctx: Context, key: str, level: Level) -> int | None:
    """Whose identity this is, as the provider has just shown; None for nobody's. The level is the newest one."""
    ctx.require(Permission.SIGN_IN)
    row = ctx.session.scalar(sa.select(Identity).where(Identity.key == key, Identity.ended_at.is_(None)))
    if row is None:
        return None
    if row.level is not level:
        row.level = level
        ctx.record(facts.IdentityLevelChanged(row.person_id, row.provider, level.value))
    return row.person_id


def link(ctx: Context, provider: str, key: str, level: Level) -> None:
    """Link an identity to the signed-in person. Raises `Conflict` for one that is, or ever was, somebody else's."""
    ctx.require(Permission.SECURE)
    person_id = ctx.actor.person_id or 0
    new = insert_once(
        ctx.session, Identity, person_id=person_id, provider=provider, key=key, level=level, linked_at=ctx.now
    )
    row = ctx.session.scalars(sa.select(Identity).where(Identity.key == key)).one()
    if row.person_id != person_id:
        raise Conflict(N_("This identity belongs to another account. Sign in with it, and you are there."))
    if not new and row.ended_at is None:
        return
    row.ended_at, row.level, row.linked_at = None, level, ctx.now
    ctx.record(facts.IdentityLinked(person_id, provider, level.value))


def unlink(ctx: Context, identity_id: int) -> None:
    """Give up an identity of one's own; raises `NotFound` for any other."""
    ctx.require(Permission.SECURE)
    row = ctx.get(Identity, identity_id)
    if row.person_id != ctx.actor.person_id:
        raise NotFound()
    if row.ended_at is None:
        row.ended_at = ctx.now
        ctx.record(facts.IdentityUnlinked(row.person_id, row.provider))


def declare(ctx: Context, standing: Standing | None, age_band: AgeBand | None) -> None:
    """Say where one belongs and how old one is, roughly; None takes it back. The names of minors are shown nowhere."""
    ctx.require(Permission.ACCOUNT)
    person = myself(ctx)
    row = ctx.session.get(Declaration, person.id) or Declaration(person_id=person.id)
    row.standing, row.age_band, row.declared_at = standing, age_band, ctx.now
    ctx.session.add(row)
    person.minor = age_band is not None and age_band.is_minor
    ctx.record(facts.PersonDeclared(person.id))
