"""Reading agencies."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Membership
from app.agencies.models import Agency
from app.core.context import Context
from app.core.errors import NotFound
from app.core.pages import PAGE_SIZE, Page, paged


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
