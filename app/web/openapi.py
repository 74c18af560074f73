"""The API's frame: one blueprint per feature under /api/v1, pages of items, and the OpenAPI 3.1 document."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, APIFlask
from flask import url_for
from pydantic import BaseModel, Field

from app.core.pages import PAGE_SIZE, PAGE_SIZE_MAX, Page

PREFIX = "/api/v1"


def api_blueprint(name: str) -> APIBlueprint:
    """The blueprint of a feature's operations; `name` is the tag in the document."""
    return APIBlueprint(f"{name}_api", name, url_prefix=PREFIX, tag=name)


class PageQuery(BaseModel):
    """Which page of a list."""

    page: int = Field(1, ge=1, le=100_000)
    per_page: int = Field(PAGE_SIZE, ge=1, le=PAGE_SIZE_MAX)


def present_page(page: Page[Any], items: list[Any], endpoint: str, per_page: int, **values: Any) -> dict[str, Any]:
    """`items` and the address of the `next` page, or null."""
    following = url_for(endpoint, page=page.next, per_page=per_page, _external=True, **values) if page.next else None
    return {"items": items, "next": following}


def install(app: APIFlask) -> None:
    """Describe the API as a whole."""
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        SPEC_FORMAT="json",
        AUTO_VALIDATION_ERROR_RESPONSE=True,
        VALIDATION_ERROR_STATUS_CODE=422,
        HTTP_ERROR_DESCRIPTION="A problem in the form of RFC 9457.",
    )
    # The standard provider of JSON; texts are written as they are, not as escapes.
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.security_schemes = {"token": {"type": "http", "scheme": "bearer"}}
    app.spec_processor(_finish)


def _finish(spec: dict[str, Any]) -> dict[str, Any]:
    """Bodies are required, and errors are problem+json."""
    for path in spec.get("paths", {}).values():
        for operation in path.values():
            if isinstance(operation, dict) and "requestBody" in operation:
                operation["requestBody"]["required"] = True
            for status, answer in (operation.get("responses", {}) if isinstance(operation, dict) else {}).items():
                if str(status) >= "400" and "content" in answer:
                    answer["content"] = {"application/problem+json": next(iter(answer["content"].values()))}
    return spec
