"""Reading agencies."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

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
