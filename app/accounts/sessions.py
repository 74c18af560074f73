"""Who is signed in: by the session cookie on pages, by a personal token on the API."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from flask import Request, current_app, request, session
from flask_login import UserMixin, login_user

from app.access.actions import begin_sign_in
from app.access.devices import this_device
from app.access.models import SecondFactor, SignIn
from app.access.queries import holds_factor
from app.access.rules import SIGN_IN_LASTS
from app.accounts.models import Person
from app.accounts.queries import actor_of, owned_by_token
from app.config import REQUIRED
from app.core.permissions import LONG_AGO, Actor, under_proof
from app.extensions import db, login_manager
from app.web.acting import API_PREFIX, acting, ctx


@dataclass
class SignedIn(UserMixin):
    """The person of this request. The session holds `id.epoch.key`: raising the epoch ends every session, and ending
    the sign-in of this key ends this one.
    """

    person: Person
    actor: Actor
    key: str = ""
    by_token: bool = False

    def get_id(self) -> str:
        return f"{self.person.id}.{self.person.epoch}.{self.key}"


def begin_session(person: Person, way: str = "password", proved_at: datetime | None = None) -> SignedIn:
    """Sign a person in. Nothing of the session before survives: what somebody else planted there is worth nothing."""
    session.clear()
    session.permanent = True
    row = begin_sign_in(ctx(), person.id, this_device(), way, proved_at)
    user = SignedIn(person, _actor(person, row, holds_factor=holds_factor(db.session(), person.id)), row.key)
    login_user(user)
    return user


def _actor(person: Person, row: SignIn, *, holds_factor: bool) -> Actor:
    actor = actor_of(db.session(), person, sign_in=row.id)
    return under_proof(actor, holds_factor=holds_factor, required=_required(), proved_at=row.proved_at)


def _required() -> bool:
    return current_app.config["CONFIG"].second_factor == REQUIRED


@login_manager.user_loader
def _by_session(name: str) -> SignedIn | None:
    if request.path.startswith(API_PREFIX):
        return None  # there the token counts, whoever is signed in on the pages of this browser
    person_id, _, rest = name.partition(".")
    epoch, _, key = rest.partition(".")
    query = (
        sa.select(Person, SignIn, SecondFactor.person_id)
        .join(SignIn, SignIn.person_id == Person.id)
        .outerjoin(SecondFactor, SecondFactor.person_id == Person.id)
        .where(SignIn.key == key, SignIn.ended_at.is_(None), SignIn.began_at > acting().clock.now() - SIGN_IN_LASTS)
    )
    found = db.session.execute(query).first() if key else None
    if found is None or (str(found[0].id), str(found[0].epoch)) != (person_id, epoch):
        return None
    person, row, factor = found
    return SignedIn(person, _actor(person, row, holds_factor=factor is not None), key)


@login_manager.request_loader
def _by_token(_request: Request) -> SignedIn | None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        return None
    query = owned_by_token(token.strip()).add_columns(SecondFactor.person_id)
    found = db.session.execute(query.outerjoin(SecondFactor, SecondFactor.person_id == Person.id)).first()
    if found is None:
        return None
    person, row, factor = found
    # A token carries the proof under which it was made, and so acts for an office only if there was one.
    proved_at = row.created_at if row.proved else None
    actor = actor_of(db.session(), person)
    actor = under_proof(actor, holds_factor=factor is not None, required=_required(), proved_at=proved_at)
    if actor.fresh_until is not None:
        actor = replace(actor, fresh_until=LONG_AGO)  # a program cannot show that somebody is there now
    return SignedIn(person, actor, by_token=True)
