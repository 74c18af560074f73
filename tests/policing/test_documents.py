"""The documents speak of what is there: links, paths, commands, packages, operations."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from tests.policing.sources import ROOT, named

DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
DOCUMENTS += sorted((ROOT / "docs").rglob("*.md"))
DECISIONS = ROOT / "docs" / "decisions"
LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")
PATH = re.compile(r"`((?:app|deliberation|moderation|migrations|tests|deploy|docs|bench)/[\w./-]*)`")
MADE = {"app/locales/zh_Hant_TW/LC_MESSAGES/messages.po"}


def text_of(path: Path) -> str:
    """A document's text."""
    return path.read_text(encoding="utf-8")


def missing_links(path: Path, text: str) -> list[str]:
    """Links of a document to files that are not there. Addresses elsewhere are not asked for."""
    targets = [target for target in LINK.findall(text) if not re.match(r"[a-z]+:", target)]
    return [target for target in targets if not (path.parent / target).exists()]


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_every_link_leads_somewhere(path: Path) -> None:
    assert missing_links(path, text_of(path)) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_every_path_that_is_named_exists(path: Path) -> None:
    named_paths = set(PATH.findall(text_of(path))) - MADE
    assert {one for one in named_paths if not (ROOT / one).exists()} == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_every_make_target_that_is_named_exists(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    code = "\n".join(_code(text_of(path)))
    lines = re.findall(r"^make ([a-z -]+)(?![\w=])", code.replace(" m=", "\n"), re.MULTILINE)
    used = {word for line in lines for word in line.split()}
    assert used <= targets


def test_every_command_of_the_host_exists(app: APIFlask) -> None:
    code = "\n".join(line for path in DOCUMENTS for line in _code(text_of(path)))
    used = set(re.findall(r"^minyi ([a-z-]+)", code, re.MULTILINE))
    assert {"migrate", "name-administrator", "import-polis", "policy"} <= used <= set(app.cli.commands)


def test_every_operation_in_the_guide_exists(client: FlaskClient) -> None:
    guide = "\n".join(_code(text_of(ROOT / "docs" / "api.md")))
    known = [re.sub(r"\{\w+\}", "[^/]+", path) for path in client.get("/api/v1/openapi.json").json["paths"]]
    used = set(re.findall(r"\$API(/[\w/$.-]+)", guide))
    assert len(used) > 8
    assert {path for path in used if not any(re.fullmatch(one, f"/api/v1{path}") for one in known)} == set()


def test_every_installed_package_has_its_reason() -> None:
    pinned = re.findall(r"^([a-z0-9-]+)(?:\[\w+\])?==", text_of(ROOT / "requirements.txt"), re.MULTILINE)
    explained = re.findall(r"^\| ([a-z0-9-]+) \|", text_of(DECISIONS / "0002-libraries.md"), re.MULTILINE)
    explained.remove("package")
    assert sorted(explained) == sorted(pinned)


def test_every_decision_is_listed_and_says_what_was_rejected() -> None:
    pages = sorted(DECISIONS.glob("[0-9]*.md"))
    assert LINK.findall(text_of(DECISIONS / "README.md")) == [page.name for page in pages]
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    assert [page.name for page in pages if "## Rejected" not in text_of(page)] == []


def test_a_dead_link_would_be_noticed() -> None:
    assert missing_links(ROOT / "README.md", "[a](nowhere.md) [b](LICENCE.md#x) [c](https://x.example) [d](docs/)") == [
        "nowhere.md",
        "LICENCE.md",
    ]


def _code(text: str) -> list[str]:
    """What stands in code letters, in blocks and in lines."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [*blocks, *re.findall(r"`([^`\n]+)`", text)]
