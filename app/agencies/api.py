"""Agencies as open data."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from app.agencies.models import Agency
from app.agencies.queries import agencies_page, agency_by_slug
from app.core.permissions import Permission
from app.web.acting import ctx, guard
from app.web.openapi import PageQuery, api_blueprint, present_page

api = api_blueprint("agencies")


class AgencyOut(BaseModel):
    """An agency; texts are objects keyed by BCP 47 language tags."""

    slug: str
    name: dict[str, str]
    parent: str | None
    email: str
    phone: str
    competences: dict[str, list[str]]


class AgencyList(BaseModel):
    """A page of agencies."""

    items: list[AgencyOut]
    next: str | None


def present_agency(agency: Agency) -> dict[str, Any]:
    """The public fields of an agency."""
    return {
        "slug": agency.slug,
        "name": agency.name,
        "parent": agency.parent.slug if agency.parent else None,
        "email": agency.email,
        "phone": agency.phone,
        "competences": agency.competences,
    }


@api.get("/agencies")
@api.input(PageQuery, location="query", arg_name="query")
@api.output(AgencyList)
@guard(Permission.READ)
def agencies(query: PageQuery) -> dict[str, Any]:
    """List the agencies."""
    page = agencies_page(ctx(), query.page, query.per_page)
    return present_page(page, [present_agency(a) for a in page.items], "agencies_api.agencies", query.per_page)


@api.get("/agencies/<slug>")
@api.output(AgencyOut)
@guard(Permission.READ)
def agency(slug: str) -> dict[str, Any]:
    """One agency."""
    return present_agency(agency_by_slug(ctx(), slug))
