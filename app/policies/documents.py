"""Policies as TOML: the presets that come with the platform, and any policy written out."""

from __future__ import annotations

import json
from datetime import date, time
from pathlib import Path
from typing import Any

from app.core.bounds import Section
from app.core.errors import NotFound
from app.core.policy import Policy

PRESETS = ("central", "special_municipality", "county", "small_island")
"""Names of the presets, from the largest kind of government to the smallest."""
FOLDER = Path(__file__).parent / "presets"


def preset_text(name: str) -> str:
    """The document of a preset with its comments. `NotFound` for another name."""
    if name not in PRESETS:
        raise NotFound()
    return (FOLDER / f"{name}.toml").read_text(encoding="utf-8")


def to_toml(policy: Policy) -> str:
    """The whole policy as TOML that `Policy.from_toml` reads back: a table for each section, a line for each rule."""
    values = _values(policy)
    plain = {key: value for key, value in values.items() if not isinstance(value, dict)}
    tables = {key: value for key, value in values.items() if isinstance(value, dict)}
    return "\n\n".join([_lines(plain), *(f"[{key}]\n{_lines(table)}" for key, table in tables.items())]) + "\n"


def _values(section: Section) -> dict[str, Any]:
    return section.model_dump(exclude_none=True)


def _lines(table: dict[str, Any]) -> str:
    return "\n".join(f"{key} = {_written(value)}" for key, value in table.items())


def _written(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_written(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_written, value)) + "]"
    if isinstance(value, date | time):
        return value.isoformat()
    # Texts, numbers, true and false are written in TOML as in JSON, but for the one control character JSON leaves.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if key.replace("-", "").replace("_", "").isalnum() and key.isascii() else json.dumps(key)
