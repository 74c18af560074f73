"""Adding agencies and naming their officers."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from app.accounts.models import Membership
from app.accounts.queries import person_by_email
from app.agencies.facts import AgencySaved, ContactNamed, OfficerNamed, OfficerReleased
from app.agencies.models import Agency
from app.agencies.queries import agency_by_slug
from app.agencies.rules import AgencyInput, check_agency
from app.core.context import Context
from app.core.database import insert_once
from app.core.errors import Conflict, Invalid, NotFound
from app.core.language import N_
from app.core.permissions import AGENCY_ROLES, Permission, Role
from moderation import clean_line


def add_agency(ctx: Context, entered: AgencyInput) -> Agency:
    """Add an agency."""
    ctx.require(Permission.ADMINISTER)
    entered = _checked(entered)
    values = _values(entered) | {"parent_id": _parent_id(ctx, entered)}
    if not insert_once(ctx.session, Agency, slug=entered.slug, **values):
        raise Invalid(fields={"slug": N_("There is an agency with this short name already.")})
    agency = agency_by_slug(ctx, entered.slug)
    ctx.record(AgencySaved(agency.id))
    return agency


def change_agency(ctx: Context, agency: Agency, entered: AgencyInput) -> Agency:
    """Change what is said about an agency. Its short name stays: addresses depend on it."""
    ctx.require(Permission.ADMINISTER)
    if entered.slug != agency.slug:
        raise Conflict(N_("The short name of an agency cannot be changed."))
    entered = _checked(entered)
    agency.parent_id = _parent_id(ctx, entered)
    for name, value in _values(entered).items():
        setattr(agency, name, value)
    ctx.session.flush()
    ctx.session.expire(agency, ["parent"])
    ctx.record(AgencySaved(agency.id))
    return agency


def name_officer(ctx: Context, agency: Agency, email: str, role: Role) -> Membership:
    """Give a person a role at an agency; a former role there is replaced."""
    ctx.require(Permission.ADMINISTER)
    if role not in AGENCY_ROLES:
        raise Invalid(fields={"role": N_("Please choose a role from the list.")})
    person = person_by_email(ctx.session, email)
    if person is None or person.confirmed_at is None:
        raise Invalid(fields={"email": N_("Nobody with this confirmed address has an account here.")})
    insert_once(ctx.session, Membership, agency_id=agency.id, person_id=person.id, role=role)
    membership = ctx.session.scalars(_membership(agency.id, person.id)).one()
    membership.role = role
    ctx.session.flush()
    ctx.record(OfficerNamed(agency.id, person.id, role))
    return membership


def release_officer(ctx: Context, agency: Agency, person_id: int) -> None:
    """End a person's work for an agency."""
    ctx.require(Permission.ADMINISTER)
    membership = ctx.session.scalar(_membership(agency.id, person_id))
    if membership is None:
        raise NotFound()
    ctx.session.delete(membership)
    ctx.record(OfficerReleased(agency.id, person_id))


def name_contact(ctx: Context, agency: Agency, person_id: int) -> None:
    """Name the contact person of an agency, who sees and assigns all its cases; there is one."""
    ctx.require(Permission.ADMINISTER)
    membership = ctx.session.scalar(_membership(agency.id, person_id))
    if membership is None:
        raise NotFound()
    others = sa.update(Membership).where(Membership.agency_id == agency.id, Membership.is_contact)
    ctx.session.execute(others.values(is_contact=False))
    membership.is_contact = True
    ctx.session.flush()
    ctx.record(ContactNamed(agency.id, person_id))


def _checked(entered: AgencyInput) -> AgencyInput:
    """What was entered, cleaned. Raises `Invalid` with the fields that cannot be taken."""
    cleaned = replace(
        entered,
        name={lang: line for lang, text in entered.name.items() if (line := clean_line(text))},
        email=entered.email.strip(),
        phone=clean_line(entered.phone),
        competences={
            lang: [line for word in words if (line := clean_line(word))] for lang, words in entered.competences.items()
        },
    )
    check_agency(cleaned)
    return cleaned


def _values(entered: AgencyInput) -> dict[str, object]:
    return {
        "name": entered.name,
        "email": entered.email,
        "phone": entered.phone,
        "competences": entered.competences,
    }


def _parent_id(ctx: Context, entered: AgencyInput) -> int | None:
    """The id of the agency it belongs to. Raises `Invalid` for one that is not there, or stands below it."""
    if not entered.parent_slug:
        return None
    # Locked: two changes at once could hang two agencies below each other, out of the tree.
    rows = ctx.session.execute(sa.select(Agency.id, Agency.slug, Agency.parent_id).with_for_update()).all()
    above = {row.id: row.parent_id for row in rows}
    ids = {row.slug: row.id for row in rows}
    found: int | None = ids.get(entered.parent_slug)
    if found is None:
        raise Invalid(fields={"parent_slug": N_("Please choose an agency from the list.")})
    step: int | None = found
    while step is not None:
        if step == ids.get(entered.slug):
            raise Invalid(fields={"parent_slug": N_("An agency cannot stand below one of its own.")})
        step = above[step]
    return found


def _membership(agency_id: int, person_id: int) -> sa.Select[tuple[Membership]]:
    return sa.select(Membership).where(Membership.agency_id == agency_id, Membership.person_id == person_id)
