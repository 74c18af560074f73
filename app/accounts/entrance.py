"""The way in: a password or a provider, then the second factor of who has one, then the session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import flash, redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access.models import SignIn
from app.access.queries import holds_factor
from app.accounts.models import Person
from app.accounts.sessions import begin_session
from app.core.database import only_reading
from app.core.permissions import Permission
from app.extensions import db
from app.web.acting import ctx

HALF = "half"
HALF_LASTS = timedelta(minutes=10)


@dataclass(frozen=True)
class Half:
    """Somebody who has shown the first factor, by the signed session; nobody is signed in yet."""

    person_id: int
    way: str


def come_in(person_id: int, way: str, onward: str) -> ResponseReturnValue:
    """Let a person in who has shown the first factor, or ask for the second where there is one."""
    person = ctx().get(Person, person_id)
    if not holds_factor(ctx().session, person_id):
        return welcome(person_id, way, onward, None)
    session.clear()
    session[HALF] = [person.id, person.epoch, way, int(ctx().now.timestamp())]
    return redirect(url_for("accounts.second_factor", next=onward), 303)


def half_in() -> Half | None:
    """Who has shown the first factor in this browser a moment ago, and nothing has changed since."""
    person_id, epoch, way, at = session.get(HALF) or (0, 0, "", 0)
    person = ctx().session.get(Person, person_id) if person_id else None
    if person is None or person.epoch != epoch or ctx().now.timestamp() > at + HALF_LASTS.total_seconds():
        return None
    return Half(person.id, way)


def welcome(person_id: int, way: str, onward: str, proved_at: datetime | None) -> ResponseReturnValue:
    """Begin the session, say what is still missing, and go on where the person wanted to go."""
    if only_reading.get():
        db.session.rollback()
        only_reading.set(False)
    actor = begin_session(ctx().get(Person, person_id), way, proved_at).actor
    if actor.withheld:
        flash(gettext("Your office needs a second factor. Please set one up now: it takes two minutes."), "warning")
        return redirect(url_for("access.factors", next=onward), 303)
    if not actor.may(Permission.VOTE):
        flash(
            gettext("Please confirm your address with the link we sent you. Until then you can read, but not vote."),
            "warning",
        )
    return redirect(onward, 303)


def stay(person: Person) -> None:
    """A new session for who has just ended all others; it stands on the same proofs."""
    here = ctx().session.get(SignIn, ctx().actor.sign_in) if ctx().actor.sign_in else None
    begin_session(person, here.way if here else "password", here.proved_at if here else None)
