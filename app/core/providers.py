"""The identity providers people may sign in with, as a TOML file names them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.core.language import LOCALES
from app.core.persons import Level

SLUG = re.compile(r"[a-z0-9-]{1,40}")
KNOWN = {"name", "issuer", "client_id", "client_secret", "scope", "level", "level_claim", "levels"}
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class BadProviders(ValueError):
    """The file cannot be used; the message names the place."""


@dataclass(frozen=True)
class Provider:
    """An OpenID provider. `levels` maps what its claim of assurance says to a level of ours; else `level` holds."""

    slug: str
    name: dict[str, str]
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str = "openid"
    level: Level = Level.EMAIL
    level_claim: str = "acr"
    levels: dict[str, Level] = field(default_factory=dict)

    def level_of(self, claims: dict[str, Any]) -> Level:
        """The level these claims stand for."""
        said = claims.get(self.level_claim)
        return self.levels.get(said, self.level) if isinstance(said, str) else self.level


def read_providers(path: Path) -> tuple[Provider, ...]:
    """The providers of a file; raises `BadProviders`. Secrets are in no message."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise BadProviders(f"{path.name} cannot be read: {type(problem).__name__}") from None
    return tuple(_provider(slug, table) for slug, table in tables.items())


def _provider(slug: str, table: Any) -> Provider:
    if not SLUG.fullmatch(slug) or not isinstance(table, dict):
        raise BadProviders(f"[{slug}] must be a table with a name of small letters, digits and hyphens")
    if unknown := set(table) - KNOWN:
        raise BadProviders(f"[{slug}] has unknown keys: {', '.join(sorted(unknown))}")
    name = table.get("name")
    if not isinstance(name, dict) or set(name) != set(LOCALES):
        raise BadProviders(f"[{slug}] name must hold {' and '.join(LOCALES)}")
    for key in ("issuer", "client_id", "client_secret"):
        if not isinstance(table.get(key), str) or not table[key]:
            raise BadProviders(f"[{slug}] {key} is missing")
    issuer = urlsplit(table["issuer"])
    if issuer.scheme != "https" and issuer.hostname not in LOOPBACK:
        raise BadProviders(f"[{slug}] issuer must begin with https://")
    return Provider(
        slug,
        {locale: str(name[locale]) for locale in LOCALES},
        table["issuer"],
        table["client_id"],
        table["client_secret"],
        scope=str(table.get("scope", "openid")),
        level=_level(slug, table.get("level", Level.EMAIL)),
        level_claim=str(table.get("level_claim", "acr")),
        levels={str(said): _level(slug, level) for said, level in dict(table.get("levels", {})).items()},
    )


def _level(slug: str, raw: object) -> Level:
    try:
        return Level(str(raw))
    except ValueError:
        raise BadProviders(f"[{slug}] {raw!r} is no level: {', '.join(Level)}") from None
