"""docs/configuration.md lists exactly what is read from the environment, and nothing else reads it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path

from app.config import Config, read_config
from tests.policing.sources import ROOT, modules, named

DOCUMENT = ROOT / "docs" / "configuration.md"
ROW = re.compile(r"^\| `([A-Z_]+)` \|(.*)\|$", re.MULTILINE)
READERS = {"app/__init__.py", "app/config.py"}
COMPLETE = {
    "SECRET_KEY": "fUq8Zk2vXw9Lr4Tn7Hs1Jd6Gb3Yc5Me0",
    "IDENTITY_KEY": "Vb7Qx2Mn9Zr4Kt8Pw1Lf6Hc3Jd5Gs0Ya",
    "BASE_URL": "https://minyi.example",
    "MAIL_URL": "smtp://mail.example",
}


class Listened(Mapping[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return self.env[name]

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("reads everything, so nobody knows what it needs")

    def __len__(self) -> int:
        return len(self.env)


def read_by_the_platform() -> set[str]:
    """Every name that `read_config` asks for, in production and in development."""
    environments = Listened(COMPLETE), Listened({"MINYI_ENV": "development"})
    for env in environments:
        read_config(env)
    return environments[0].asked | environments[1].asked


def read_by_deployment(source: str) -> set[str]:
    """Names in `os.environ.get("X")`, `os.environ["X"]` and `whole("X", ...)`."""
    found: set[ast.expr] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"os.environ.get", "whole"}:
            found.add(node.args[0])
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            found.add(node.slice)
    return {str(name.value) for name in found if isinstance(name, ast.Constant)}


def read_by_shell(source: str) -> set[str]:
    """Names that a shell script takes from outside with a default: `${X:-...}`."""
    return set(re.findall(r"\$\{([A-Z_]+):-", source))


def documented() -> dict[str, str]:
    """Name -> the rest of its row."""
    rows = ROW.findall(DOCUMENT.read_text(encoding="utf-8"))
    assert len(rows) == len(dict(rows)), "a name stands twice"
    return dict(rows)


def test_every_name_that_is_read_is_documented_and_the_reverse() -> None:
    deployment = ROOT / "deploy"
    read = read_by_the_platform() | {"PATH"}
    read |= {name for path in deployment.glob("*.py") for name in read_by_deployment(path.read_text())}
    read |= {name for path in deployment.glob("*.sh") for name in read_by_shell(path.read_text())}
    assert read - {"PATH"} == set(documented())


def test_every_row_says_what_it_is_its_default_an_example_and_what_is_refused() -> None:
    thin = {name for name, row in documented().items() if [cell.strip() for cell in row.split(" | ")].count("") > 0}
    assert not thin
    assert {row.count(" | ") for row in documented().values()} == {3}


def test_every_field_has_its_variable() -> None:
    named_otherwise = {"environment": "MINYI_ENV", "data": "MINYI_DATA"}
    names = {named_otherwise.get(field.name, field.name.upper()) for field in fields(Config)}
    assert read_by_the_platform() - names == {"PORT"}
    assert names <= read_by_the_platform()


def test_nothing_else_reads_the_environment() -> None:
    reading = {named(path) for path in modules() if re.search(r"\bos\.(environ|getenv)\b", path.read_text())}
    assert reading <= READERS


def test_the_settings_file_of_the_host_holds_known_names_only() -> None:
    example = (ROOT / "deploy" / "minyi.env").read_text(encoding="utf-8")
    names = set(re.findall(r"^(?:# )?([A-Z_]+)='", example, re.MULTILINE))
    assert names <= set(documented())
    assert set(COMPLETE) <= names


def test_a_forgotten_name_would_be_noticed(tmp_path: Path) -> None:
    assert read_by_deployment('import os\nos.environ.get("NEW")\nos.environ["OTHER"]') == {"NEW", "OTHER"}
    assert read_by_shell("run ${FAST:-no}") == {"FAST"}
    listened = Listened({})
    listened.get("ASKED")
    assert listened.asked == {"ASKED"}
