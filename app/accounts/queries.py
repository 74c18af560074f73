"""Reading people."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.links import Claim, LinkEnded, Purpose
from app.accounts.models import ApiToken, Membership, Person
from app.accounts.rules import email_key, mailbox_key
from app.core.context import Context
from app.core.errors import SignInNeeded
from app.core.keys import Keys
from app.core.permissions import Actor, Role


def person_by_email(session: Session, address: str) -> Person | None:
    """The person with this address, else the one of the mailbox it leads to."""
    typed = Person.email_key == email_key(address)
    query = sa.select(Person).where(sa.or_(typed, Person.mailbox == mailbox_key(address)))
    return session.scalar(query.order_by(sa.case((typed, 0), else_=1)).limit(1))


def person_key(keys: Keys, person: Person) -> str:
    """By what a person is told apart wherever each counts once: the HMAC of the mailbox that was confirmed.

    Two accounts of one mailbox have the same; it outlives the account, and says nothing without IDENTITY_KEY.
    """
    return keys.digest("mailbox", mailbox_key(person.email))


def myself(ctx: Context) -> Person:
    """The person who acts; raises `SignInNeeded` where nobody is signed in."""
    person = ctx.session.get(Person, ctx.actor.person_id) if ctx.actor.person_id is not None else None
    if person is None:
        raise SignInNeeded()
    return person


def claimant(ctx: Context, claim: Claim, purpose: Purpose) -> Person:
    """The person of a mailed link that still holds; raises `LinkEnded`.

    The row is locked until the unit of work ends, so of two who use one link at once the second finds it used.
    """
    query = sa.select(Person).where(Person.id == claim.person_id).with_for_update()
    person = ctx.session.scalar(query.execution_options(populate_existing=True))
    if person is None or claim.purpose is not purpose or person.epoch != claim.epoch:
        raise LinkEnded()
    return person


def live_tokens(ctx: Context, person_id: int) -> Sequence[ApiToken]:
    """A person's API tokens that have not been revoked, oldest first."""
    query = (
        sa.select(ApiToken).where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None)).order_by(ApiToken.id)
    )
    return ctx.session.scalars(query).all()


def token_digest(token: str) -> str:
    """What is stored of an API token. Tokens carry 256 random bits, so a fast hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def owned_by_token(token: str) -> sa.Select[tuple[Person, ApiToken]]:
    """The owner of a valid API token, and the token."""
    valid = (ApiToken.digest == token_digest(token), ApiToken.revoked_at.is_(None))
    return sa.select(Person, ApiToken).join(ApiToken, ApiToken.person_id == Person.id).where(*valid)


def person_by_token(session: Session, token: str) -> Person | None:
    """The owner of a valid API token."""
    return session.scalar(owned_by_token(token))


def actor_of(session: Session, person: Person, sign_in: int | None = None) -> Actor:
    """The person as an actor, with every role held."""
    held = {Role.VISITOR, Role.MEMBER}
    if person.confirmed_at is not None:
        held.add(Role.CITIZEN)
        held |= {Role.MODERATOR} if person.moderator else set()
        held |= {Role.ADMINISTRATOR} if person.administrator else set()
    parts = _agency_roles(session, person.id) if person.confirmed_at else frozenset()
    return Actor(person.id, person.name, person.lang, frozenset(held), parts, sign_in)


def _agency_roles(session: Session, person_id: int) -> frozenset[tuple[int, Role]]:
    query = sa.select(Membership.agency_id, Membership.role, Membership.is_contact)
    rows = session.execute(query.where(Membership.person_id == person_id)).all()
    held = {(row.agency_id, row.role) for row in rows}
    return frozenset(held | {(row.agency_id, Role.CONTACT) for row in rows if row.is_contact})
