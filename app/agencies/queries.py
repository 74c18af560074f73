"""Reading agencies."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Membership, Person
from app.agencies.models import Absence, Agency
from app.agencies.rules import Staff
from app.core.context import Context
from app.core.errors import NotFound
from app.core.pages import PAGE_SIZE, Page, paged
from app.core.permissions import Role


def agency_by_slug(ctx: Context, slug: str) -> Agency:
    """One agency, or `NotFound`."""
    agency = ctx.session.scalar(sa.select(Agency).where(Agency.slug == slug))
    if agency is None:
        raise NotFound()
    return agency


def all_agencies(ctx: Context) -> Sequence[Agency]:
    """Every agency in the order it was added, parents loaded."""
    query = sa.select(Agency).options(selectinload(Agency.parent)).order_by(Agency.id)
    return ctx.session.scalars(query).all()


def agencies_page(ctx: Context, number: int, size: int = PAGE_SIZE) -> Page[Agency]:
    """Agencies for the API, parents loaded."""
    query = sa.select(Agency).options(selectinload(Agency.parent)).order_by(Agency.id)
    return paged(ctx.session, query, number, size)


def agency_tree(ctx: Context) -> list[tuple[int, Agency]]:
    """Every agency with its depth, each directly below the one it belongs to."""
    below: dict[int | None, list[Agency]] = {}
    for agency in all_agencies(ctx):
        below.setdefault(agency.parent_id, []).append(agency)

    def walk(parent_id: int | None, depth: int) -> list[tuple[int, Agency]]:
        return [row for a in below.get(parent_id, []) for row in ((depth, a), *walk(a.id, depth + 1))]

    return walk(None, 0)


def officers_of(ctx: Context, agency_id: int) -> Sequence[Membership]:
    """The people who work for an agency."""
    query = (
        sa.select(Membership)
        .where(Membership.agency_id == agency_id)
        .options(joinedload(Membership.person))
        .order_by(Membership.id)
    )
    return ctx.session.scalars(query).all()


def agency_names(ctx: Context, agency_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """Id -> name by language."""
    rows = ctx.session.execute(sa.select(Agency.id, Agency.name).where(Agency.id.in_(agency_ids)))
    return {row.id: row.name for row in rows}


def staff_of(ctx: Context, agency_ids: Collection[int]) -> dict[int, Staff]:
    """Id of each of these agencies -> who works there today. An account that is not confirmed works nowhere.

    Without a contact person the first approver stands for the agency, and else its first officer.
    """
    members: dict[int, list[Membership]] = {agency_id: [] for agency_id in agency_ids}
    query = (
        sa.select(Membership)
        .join(Membership.person)
        .where(Membership.agency_id.in_(agency_ids), Person.confirmed_at.is_not(None))
        .options(joinedload(Membership.person))
        .order_by(Membership.is_contact.desc(), Membership.role == Role.AUTHOR, Membership.id)
    )
    for member in ctx.session.scalars(query):
        members[member.agency_id].append(member)
    absences = absences_of(ctx, agency_ids)
    return {agency_id: _staff(ctx, agency_id, found, absences) for agency_id, found in members.items()}


def absences_of(ctx: Context, agency_ids: Collection[int]) -> Sequence[Absence]:
    """Who is or will be away, the next first."""
    query = (
        sa.select(Absence)
        .where(Absence.agency_id.in_(agency_ids), sa.or_(Absence.until_on.is_(None), Absence.until_on >= ctx.today))
        .options(joinedload(Absence.person), joinedload(Absence.deputy))
        .order_by(Absence.from_on, Absence.id)
    )
    return ctx.session.scalars(query).all()


def _staff(ctx: Context, agency_id: int, members: list[Membership], absences: Sequence[Absence]) -> Staff:
    today = [one for one in absences if one.agency_id == agency_id and one.from_on <= ctx.today]
    return Staff(
        names={member.person_id: member.person.name for member in members},
        contact=members[0].person_id if members else None,
        away=frozenset(one.person_id for one in today),
        stand_ins={one.person_id: one.deputy_id for one in today},
    )
