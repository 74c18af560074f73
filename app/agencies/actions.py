"""Adding agencies and naming their officers."""

from __future__ import annotations

import sqlalchemy as sa

from app.accounts.models import Membership
from app.accounts.queries import person_by_email
from app.agencies.facts import AgencySaved, OfficerNamed, OfficerReleased
from app.agencies.models import Agency
from app.agencies.queries import agency_by_slug
from app.agencies.rules import AgencyInput, check_agency
from app.core.context import Context
from app.core.errors import Conflict, Invalid, NotFound
from app.core.language import N_
from app.core.permissions import AGENCY_ROLES, Permission, Role
from moderation import clean_line


def add_agency(ctx: Context, entered: AgencyInput) -> Agency:
    """Add an agency."""
    ctx.require(Permission.ADMINISTER)
    check_agency(entered)
    if ctx.session.scalar(sa.select(Agency.id).where(Agency.slug == entered.slug)) is not None:
        raise Invalid(fields={"slug": N_("There is an agency with this short name already.")})
    agency = Agency(slug=entered.slug)
    return _save(ctx, agency, entered)


def change_agency(ctx: Context, agency: Agency, entered: AgencyInput) -> Agency:
    """Change what is said about an agency. Its short name stays: addresses depend on it."""
    ctx.require(Permission.ADMINISTER)
    check_agency(entered)
    if entered.slug != agency.slug:
        raise Conflict(N_("The short name of an agency cannot be changed."))
    return _save(ctx, agency, entered)


def name_officer(ctx: Context, agency: Agency, email: str, role: Role) -> Membership:
    """Give a person a role at an agency; a former role there is replaced."""
    ctx.require(Permission.ADMINISTER)
    if role not in AGENCY_ROLES:
        raise Invalid(fields={"role": N_("Please choose a role from the list.")})
    person = person_by_email(ctx.session, email)
    if person is None or person.confirmed_at is None:
        raise Invalid(fields={"email": N_("Nobody with this confirmed address has an account here.")})
    found = ctx.session.scalar(_membership(agency.id, person.id))
    membership = found or Membership(agency_id=agency.id, person_id=person.id)
    membership.role = role
    ctx.session.add(membership)
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


def _save(ctx: Context, agency: Agency, entered: AgencyInput) -> Agency:
    agency.name = {lang: clean_line(text) for lang, text in entered.name.items() if text.strip()}
    agency.email = entered.email
    agency.phone = clean_line(entered.phone)
    agency.competences = {
        lang: [clean_line(word) for word in words if word.strip()] for lang, words in entered.competences.items()
    }
    agency.parent_id = _parent(ctx, agency, entered.parent_slug)
    ctx.session.add(agency)
    ctx.session.flush()
    ctx.record(AgencySaved(agency.id))
    return agency


def _parent(ctx: Context, agency: Agency, slug: str) -> int | None:
    if not slug:
        return None
    parent: Agency | None = agency_by_slug(ctx, slug)
    above = parent
    while above is not None:
        if above is agency:
            raise Invalid(fields={"parent_slug": N_("An agency cannot stand below one of its own.")})
        above = above.parent
    return parent.id if parent else None


def _membership(agency_id: int, person_id: int) -> sa.Select[tuple[Membership]]:
    return sa.select(Membership).where(Membership.agency_id == agency_id, Membership.person_id == person_id)
