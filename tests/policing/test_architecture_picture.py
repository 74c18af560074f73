"""docs/architecture.md and its picture show the features, layers and packages that are really there."""

from __future__ import annotations

import re
import tomllib
from xml.etree import ElementTree

from app import FEATURES
from tests.policing.sources import PACKAGES, ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
SVG = "{http://www.w3.org/2000/svg}"
NOT_CODE = {"templates", "static", "locales", "__pycache__"}


def tables(page: str) -> dict[str, list[str]]:
    """Head of the first column -> the names in code letters that begin the rows."""
    found: dict[str, list[str]] = {}
    head = ""
    for line, below in zip(page.splitlines(), [*page.splitlines()[1:], ""], strict=True):
        if re.fullmatch(r"\|[-|]+\|", below):
            head = line.split("|")[1].strip()
        elif row := re.match(r"\| `([^`]+)` \|", line):
            found.setdefault(head, []).append(row[1])
    return found


def drawn(group: str) -> list[str]:
    """The names in one group of the picture, from top to bottom."""
    root = ElementTree.parse(ROOT / "docs" / "images" / "architecture.svg").getroot()
    part = root.find(f".//{SVG}g[@id='{group}']")
    assert part is not None
    return [str(text.text) for text in part.iter(f"{SVG}text") if text.get("class") != "small"]


def layers() -> list[str]:
    """The layers inside a feature, high to low, as the contract has them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    inside = next(one for one in contracts if one["type"] == "layers" and "app.home" in one["containers"])
    return [name for line in inside["layers"] for name in re.findall(r"\w+", line)]


def frame() -> set[str]:
    """What stands in app/ around the features."""
    files = {path.stem for path in (ROOT / "app").glob("*.py")} - {"__init__"}
    folders = {path.name for path in (ROOT / "app").iterdir() if path.is_dir()} - NOT_CODE
    return (files | folders) - set(FEATURES)


def test_the_features_stand_in_their_order() -> None:
    assert tuple(tables(PAGE)["feature"]) == FEATURES
    assert tuple(reversed(drawn("features"))) == FEATURES


def test_the_layers_are_those_of_the_contract() -> None:
    assert tables(PAGE)["file"] == [f"{name}.py" for name in layers()]
    assert drawn("layers") == layers()


def test_every_layer_but_one_is_in_use() -> None:
    used = {path.stem for feature in FEATURES for path in (ROOT / "app" / feature).glob("*.py")}
    assert set(layers()) - used <= {"cli"}


def test_the_frame_is_complete() -> None:
    assert set(tables(PAGE)["module"]) == frame()
    assert {*drawn("frame"), *drawn("core")} == frame()


def test_the_packages_are_there() -> None:
    folders = [name.removesuffix("/") for name in tables(PAGE)["folder"]]
    assert all((ROOT / name).is_dir() for name in folders)
    assert set(PACKAGES) <= set(folders)
    assert drawn("packages") == [name for name in PACKAGES if name != "app"]


def test_a_missing_row_would_be_noticed() -> None:
    page = "| feature | what |\n|---|---|\n| `one` | a |\n\n| file | what |\n|---|---|\n| `two.py` | b |\n"
    assert tables(page) == {"feature": ["one"], "file": ["two.py"]}
