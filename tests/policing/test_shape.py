"""Files and functions stay short enough to be read in one go, and actions ask before they act."""

from __future__ import annotations

import ast

from tests.policing.sources import ROOT, functions, modules, named

FUNCTION_LINES = 40
FILE_LINES = 300
DEEP = {"actions.py", "queries.py", "rules.py", "facts.py", "models.py"}
FREE_ACTIONS = {"app/audit/actions.py:append"}
"""The record takes whatever a checked act recorded."""


def test_functions_fit_on_a_screen() -> None:
    long = [
        f"{named(path)}:{node.lineno} {node.name} {(node.end_lineno or 0) - node.lineno + 1}"
        for path in modules()
        for node in functions(path)
        if (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES
    ]
    assert not long


def test_files_have_one_subject() -> None:
    long = {named(path): lines for path in modules() if (lines := len(path.read_text().splitlines())) > FILE_LINES}
    assert not long


def test_every_action_begins_by_asking_for_a_permission() -> None:
    silent = [
        f"{named(path)}:{node.name}"
        for path in sorted((ROOT / "app").glob("*/actions.py"))
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not _asks(node)
    ]
    assert set(silent) <= FREE_ACTIONS


def test_below_the_web_nothing_reads_the_request_or_the_time() -> None:
    reading = [
        f"{named(path)}: {word}"
        for path in modules()
        if path.name in DEEP
        for word in ("from flask", "import flask", "current_user", "datetime.now", "date.today", ".commit()")
        if word in path.read_text()
    ]
    assert not reading


def _asks(function: ast.FunctionDef) -> bool:
    """The permission is asked for at once, or right after looking up whose thing it is."""
    body = [node for node in function.body if not _is_docstring(node)]
    return any(ast.unparse(node).startswith("ctx.require(") for node in body[:2])


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def test_the_check_for_asking_would_notice() -> None:
    silent = ast.parse('def act(ctx):\n    """Do."""\n    ctx.session.add(1)').body[0]
    assert isinstance(silent, ast.FunctionDef)
    assert not _asks(silent)
