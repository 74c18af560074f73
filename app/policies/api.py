"""The rules as open data."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any

from flask import Response, jsonify, url_for
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from app.core.pages import paged
from app.core.permissions import Permission
from app.core.policy import Policy
from app.policies.models import PolicyRow
from app.policies.queries import newest_first, policy_of, publication
from app.web.acting import ctx, guard
from app.web.openapi import PageQuery, api_blueprint, present_page

api = api_blueprint("policies")


class PolicyOut(BaseModel):
    """A version of the rules. The platform's own, version 0, was published by nobody; `in_force` is said for today."""

    version: int
    in_force: bool
    effective_from: date | None
    published_by: dict[str, str]
    published_at: datetime | None
    note: dict[str, str]
    document: dict[str, Any]


class PolicyList(BaseModel):
    """A page of versions, the newest first. Version 0 is not listed: it is in force where the list is empty."""

    items: list[PolicyOut]
    next: str | None


def present_policy(row: PolicyRow | None, policy: Policy) -> dict[str, Any]:
    """The public fields of a version."""
    return {
        "version": policy.version,
        "in_force": policy.version == ctx().policy.version,
        "effective_from": row.effective_from if row else None,
        "published_by": row.published_by if row else {},
        "published_at": row.published_at if row else None,
        "note": row.note if row else {},
        "document": policy.to_json(),
    }


@api.get("/policies")
@api.input(PageQuery, location="query", arg_name="query")
@api.output(PolicyList)
@guard(Permission.READ)
def policies(query: PageQuery) -> dict[str, Any]:
    """List the published versions of the rules."""
    page = paged(ctx().session, newest_first(), query.page, query.per_page)
    items = [present_policy(row, policy_of(ctx(), row.version)) for row in page.items]
    return present_page(page, items, "policies_api.policies", query.per_page)


@api.get("/policies/<int:version>")
@api.output(PolicyOut)
@guard(Permission.READ)
def policy(version: int) -> Any:
    """One version of the rules, 0 for the platform's own. Its `Link` header leads to the schema of the document."""
    found = policy_of(ctx(), version)
    described = f'<{url_for("policies_api.schema", _external=True)}>; rel="describedby"'
    return present_policy(publication(ctx(), version), found), 200, {"Link": described}


@api.get("/policies/schema")
@api.doc(responses={200: {"description": "A JSON Schema.", "content": {"application/schema+json": {}}}})
@guard(Permission.READ)
def schema() -> ResponseReturnValue:
    """The JSON Schema (2020-12) of the document of rules."""
    answer: Response = jsonify(_schema())
    answer.mimetype = "application/schema+json"
    return answer


@cache
def _schema() -> dict[str, Any]:
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | Policy.model_json_schema()
