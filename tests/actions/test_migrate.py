"""`flask migrate`, where the database cannot be used."""

from __future__ import annotations

from contextvars import Context
from pathlib import Path

import pytest

from app import create_app


@pytest.mark.parametrize(
    "address",
    ["postgresql://minyi:hush@127.0.0.1:9/minyi", "sqlite:////nowhere/that/exists/minyi.db"],
    ids=["nobody listens", "no such folder"],
)
def test_a_database_that_cannot_be_reached_is_named_in_one_line(tmp_path: Path, address: str) -> None:
    away = create_app({"MINYI_ENV": "test", "MINYI_DATA": str(tmp_path), "DATABASE_URL": address})
    # In a context of its own: inside the one of the tests' application the command would migrate that one.
    done = Context().run(away.test_cli_runner().invoke, args=["migrate"])
    assert done.exit_code == 1
    assert len(done.output.splitlines()) == 1
    assert done.output.startswith("Error: DATABASE_URL: ")
    assert "hush" not in done.output
