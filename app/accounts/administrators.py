"""Naming the people who run the instance."""

from __future__ import annotations

from app.accounts.facts import AdministratorNamed
from app.accounts.models import Person
from app.accounts.queries import person_by_email
from app.core.context import Context
from app.core.errors import NotFound
from app.core.language import N_
from app.core.permissions import Permission


def name_administrator(ctx: Context, email: str) -> Person:
    """Make a person with a confirmed address an administrator of the instance."""
    ctx.require(Permission.ADMINISTER)
    person = person_by_email(ctx.session, email)
    if person is None or person.confirmed_at is None:
        raise NotFound(N_("Nobody with this confirmed address has an account here."))
    if not person.administrator:
        person.administrator = True
        ctx.record(AdministratorNamed(person.id))
    return person
