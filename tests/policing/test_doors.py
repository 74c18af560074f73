"""Every route names its permission, changes nothing on GET, and refuses a form without its token."""

from __future__ import annotations

import re

import pytest
from apiflask import APIFlask
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from app.core.permissions import Permission
from app.web.acting import check_guards

OPEN_WRITES = {Permission.SIGN_IN}
"""What a visitor may send: signing up, in, and asking for a link."""


def writes(app: Flask) -> list[Rule]:
    """Routes that change something."""
    return [rule for rule in app.url_map.iter_rules() if (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}]


def example(rule: Rule) -> str:
    """An address of the route, with plausible values."""
    filled = re.sub(r"<any\(([a-z]+)[^)]*\):\w+>", r"\1", str(rule))
    filled = re.sub(r"<int:\w+>", "1", filled)
    return re.sub(r"<[^>]+>", "x", filled)


def test_a_route_without_a_permission_stops_the_start() -> None:
    app = Flask("bare")
    app.add_url_rule("/open", "open", lambda: "everybody")
    with pytest.raises(RuntimeError, match="open"):
        check_guards(app)


def test_every_route_names_its_permission(app: APIFlask) -> None:
    check_guards(app)


def test_no_visitor_may_write(app: APIFlask) -> None:
    free = [
        rule.endpoint
        for rule in writes(app)
        if app.view_functions[rule.endpoint].permission in {Permission.READ}
        and app.view_functions[rule.endpoint].permission not in OPEN_WRITES
    ]
    assert not free


def test_every_page_that_writes_refuses_a_form_without_its_token(app: APIFlask, client: FlaskClient) -> None:
    pages = [rule for rule in writes(app) if not str(rule).startswith("/api/")]
    assert pages
    answers = {
        rule.endpoint: client.post(example(rule)).status_code for rule in pages if "POST" in (rule.methods or ())
    }
    assert {endpoint for endpoint, status in answers.items() if status != 400} == set()


def test_every_operation_that_writes_refuses_a_visitor(app: APIFlask, client: FlaskClient) -> None:
    operations = [rule for rule in writes(app) if str(rule).startswith("/api/")]
    assert operations
    for rule in operations:
        for method in (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}:
            answer = client.open(example(rule), method=method, json={})
            assert answer.status_code in {401, 404, 422}, (rule, answer.status_code)
            assert answer.mimetype == "application/problem+json"
