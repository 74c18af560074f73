"""The project's own files, as the policing tests read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "deliberation", "moderation")


def modules() -> Iterator[Path]:
    """Every Python file of the product."""
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def templates() -> Iterator[Path]:
    """Every HTML template."""
    yield from sorted((ROOT / "app" / "templates").rglob("*.html"))


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    """Every function and method of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield node


def named(path: Path) -> str:
    """The path as it stands in a message."""
    return str(path.relative_to(ROOT))
