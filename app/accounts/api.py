"""The owner of a token, to itself."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from app.accounts.models import Person
from app.accounts.queries import myself
from app.core.permissions import Actor, Permission
from app.web.acting import ctx, guard
from app.web.openapi import api_blueprint

api = api_blueprint("accounts")


class MeOut(BaseModel):
    """A person as only that person may see. `lang` is the BCP 47 tag of the language of letters."""

    id: int
    name: str
    email: str
    lang: str
    confirmed: bool
    roles: list[str]


def present_me(person: Person, actor: Actor) -> dict[str, Any]:
    """The person's own fields; roles in alphabetical order, those held for an agency among them."""
    roles = actor.roles | {role for _, role in actor.agency_roles}
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "lang": person.lang,
        "confirmed": person.confirmed_at is not None,
        "roles": sorted(role.value for role in roles),
    }


@api.get("/me")
@api.output(MeOut)
@api.doc(security="token")
@guard(Permission.ACCOUNT)
def me() -> dict[str, Any]:
    """Say whose token this is."""
    return present_me(myself(ctx()), ctx().actor)
