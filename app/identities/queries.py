"""Reading what we know of people."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.core.context import Context
from app.core.keys import Keys
from app.core.persons import Level
from app.identities.models import Declaration, Identity, Phone, PhoneCode
from app.identities.rules import CODE_LASTS, GUESSES, Known


def subject_key(keys: Keys, issuer: str, subject: str) -> str:
    """The key of a verified subject. A subject is told apart within its issuer only (OpenID Connect Core, 2)."""
    return keys.digest("oidc-subject", f"{issuer}\n{subject}")


def identities_of(ctx: Context, person_id: int) -> Sequence[Identity]:
    """The providers a person signs in with, the oldest first."""
    query = sa.select(Identity).where(Identity.person_id == person_id, Identity.ended_at.is_(None))
    return ctx.session.scalars(query.order_by(Identity.id)).all()


def phone_of(session: Session, person_id: int) -> Phone | None:
    """The verified number of a person."""
    return session.get(Phone, person_id)


def open_code(ctx: Context, person_id: int) -> PhoneCode | None:
    """The code a person may still enter: the newest one, neither used, nor too old, nor guessed at too often."""
    newest = sa.select(PhoneCode).where(PhoneCode.person_id == person_id).order_by(PhoneCode.id.desc()).limit(1)
    code = ctx.session.scalar(newest)
    if code is None or code.used_at or code.guesses >= GUESSES or ctx.now >= code.sent_at + CODE_LASTS:
        return None
    return code


def declaration_of(session: Session, person_id: int) -> Declaration | None:
    """What a person has said of themselves."""
    return session.get(Declaration, person_id)


SHOWN = (
    sa.select(
        Person.confirmed_at,
        Phone.key.label("phone"),
        Declaration.standing,
        Declaration.age_band,
        Identity.key,
        Identity.level,
        Identity.ended_at,
    )
    .select_from(Person)
    .outerjoin(Phone, Phone.person_id == Person.id)
    .outerjoin(Declaration, Declaration.person_id == Person.id)
    .outerjoin(Identity, Identity.person_id == Person.id)
    .where(Person.id == sa.bindparam("person"))
)
"""All a person has shown or said, a row for each identity: one question, for every act that counts people asks it."""


def known_of(session: Session, person_id: int) -> Known:
    """What is known of a person, by proof and by what they say, with the keys of all they have ever shown."""
    rows = session.execute(SHOWN, {"person": person_id}).all()
    if not rows or rows[0].confirmed_at is None:
        return Known(Level.NONE)
    first = rows[0]
    found = [Level.EMAIL, *(row.level for row in rows if row.level and row.ended_at is None)]
    found += [Level.PHONE] if first.phone else []
    voices = frozenset(key for row in rows for key in (row.key, row.phone) if key)
    return Known(max(found, key=lambda level: level.rank), first.standing, first.age_band, voices)
