"""The API's own description: a valid OpenAPI 3.1 document that the answers keep to, whatever is sent."""

from __future__ import annotations

import pytest
import schemathesis
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from app.accounts.models import ApiToken
from app.accounts.queries import token_digest
from tests.support.builders import Make

TOKEN = "minyi_" + "a" * 43
EXAMPLES = 12
"""Requests per operation and run: a smoke test; `make test` runs it in random order with new seeds each time."""


def test_the_document_is_valid_openapi(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    assert document["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document).validate()


def test_every_operation_says_what_it_does(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    operations = [one for path in document["paths"].values() for key, one in path.items() if key != "parameters"]
    assert operations
    assert all(one.get("summary") for one in operations)


def test_a_program_finds_its_way_from_the_list(make: Make, client: FlaskClient) -> None:
    made = make.issue(statements=2)
    listed = client.get("/api/v1/issues").json
    assert [item["slug"] for item in listed["items"]] == [made.slug]
    assert listed["next"] is None


@pytest.fixture
def schema(app: APIFlask, make: Make) -> schemathesis.schemas.BaseSchema:
    """The description, with an issue to ask about and a token to act with."""
    make.issue(statements=2)
    person = make.person()
    with make.work() as ctx:
        ctx.session.add(ApiToken(person_id=person.id, name="test", digest=token_digest(TOKEN), created_at=ctx.now))
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)


CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
FEW = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)


def test_no_request_breaks_the_api(schema: schemathesis.schemas.BaseSchema) -> None:
    probed = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @FEW
        @given(case=operation.as_strategy())
        def probe(case: schemathesis.Case) -> None:
            answer = case.call(headers={"Authorization": f"Bearer {TOKEN}"})
            case.validate_response(answer, checks=CHECKS)

        probe()
        probed += 1
    assert probed > 10
