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


def level_of(session: Session, person_id: int | None) -> Level:
    """How well we know who a person is: the best of what they have shown."""
    person = session.get(Person, person_id) if person_id else None
    if person is None or person.confirmed_at is None:
        return Level.NONE
    linked = sa.select(Identity.level).where(Identity.person_id == person.id, Identity.ended_at.is_(None))
    found = [Level.EMAIL, *session.scalars(linked)]
    if phone_of(session, person.id):
        found.append(Level.PHONE)
    return max(found, key=lambda level: level.rank)


def voice_keys(session: Session, person_id: int) -> frozenset[str]:
    """Keys of all a person has ever shown, given up or not: no two voices on one matter may share any of them.

    The key of the mailbox (`accounts.queries.person_key`) comes on top.
    """
    phone = phone_of(session, person_id)
    shown = session.scalars(sa.select(Identity.key).where(Identity.person_id == person_id)).all()
    return frozenset(shown) | ({phone.key} if phone else frozenset())


def declaration_of(session: Session, person_id: int) -> Declaration | None:
    """What a person has said of themselves."""
    return session.get(Declaration, person_id)


def known_of(session: Session, person_id: int) -> Known:
    """What is known of a person, by proof and by what they say."""
    said = declaration_of(session, person_id)
    level = level_of(session, person_id)
    return Known(level, said.standing, said.age_band) if said else Known(level)
