"""Who is signed in: by the session cookie on pages, by a personal token on the API."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Request, request, session
from flask_login import UserMixin, login_user

from app.accounts.models import Person
from app.accounts.queries import actor_of, person_by_token
from app.core.permissions import Actor
from app.extensions import db, login_manager
from app.web.acting import API_PREFIX


@dataclass
class SignedIn(UserMixin):
    """The person of this request. The session holds `id.epoch`, so raising the epoch ends every session."""

    person: Person
    actor: Actor
    by_token: bool = False

    def get_id(self) -> str:
        return f"{self.person.id}.{self.person.epoch}"


def signed_in(person: Person, by_token: bool = False) -> SignedIn:
    """A person as the sign-in library knows one."""
    return SignedIn(person, actor_of(db.session(), person), by_token)


def begin_session(person: Person) -> None:
    """Sign a person in. Nothing of the session before survives: what somebody else planted there is worth nothing."""
    session.clear()
    session.permanent = True
    login_user(signed_in(person))


@login_manager.user_loader
def _by_session(key: str) -> SignedIn | None:
    if request.path.startswith(API_PREFIX):
        return None  # there the token counts, whoever is signed in on the pages of this browser
    person_id, _, epoch = key.partition(".")
    person = db.session.get(Person, int(person_id)) if person_id.isdigit() else None
    if person is None or str(person.epoch) != epoch:
        return None
    return signed_in(person)


@login_manager.request_loader
def _by_token(_request: Request) -> SignedIn | None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        return None
    person = person_by_token(db.session(), token.strip())
    return signed_in(person, by_token=True) if person else None
