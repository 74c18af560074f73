"""The environment, read once into a frozen `Config`. A missing, malformed or dangerous value stops start-up by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
SECRET_MIN = 32
DEVELOPMENT_SECRET = "for-development-only-not-a-secret-at-all"  # noqa: S105  refused outside development


class Environment(StrEnum):
    """Where the platform runs."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"
    TEST = "test"


class BadConfig(SystemExit):
    """A setting that cannot be used; the message names it. Ends the program with status 1."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem} (see docs/configuration.md)")


@dataclass(frozen=True)
class Config:
    """Everything that is set from outside. Each field is documented in docs/configuration.md."""

    environment: Environment
    data: Path
    database_url: str
    redis_url: str | None
    secret_key: str
    mail_url: str
    mail_from: str
    base_url: str
    proxies: int
    limits: bool

    @property
    def is_production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @property
    def files(self) -> Path:
        """Where attachments are kept."""
        return self.data / "files"


def read_config(env: Mapping[str, str]) -> Config:
    """Read the environment; raises `BadConfig`.

    >>> read_config({"MINYI_ENV": "development", "MINYI_DATA": "/tmp/minyi"}).database_url
    'sqlite:////tmp/minyi/minyi.db'
    """
    environment = _environment(env)
    data = Path(env.get("MINYI_DATA") or ROOT / "var").absolute()
    base_url = _url(
        env, "BASE_URL", {"http", "https"}, f"http://localhost:{_integer(env, 'PORT', 8000, 1, 65535)}"
    )
    if environment is Environment.PRODUCTION and not env.get("BASE_URL"):
        raise BadConfig("BASE_URL", "must be set in production, for the links in mails")
    return Config(
        environment=environment,
        data=data,
        database_url=_database_url(env, data),
        redis_url=_url(env, "REDIS_URL", {"redis", "rediss", "unix"}, "") or None,
        secret_key=_secret(env, environment),
        mail_url=_mail_url(env, environment, data),
        mail_from=env.get("MAIL_FROM", f"minyi@{urlsplit(base_url).hostname}"),
        base_url=base_url.rstrip("/"),
        proxies=_integer(env, "PROXIES", 0, 0, 5),
        limits=_switch(env, "LIMITS", True),
    )


def _environment(env: Mapping[str, str]) -> Environment:
    raw = env.get("MINYI_ENV", "production")
    try:
        return Environment(raw)
    except ValueError:
        raise BadConfig("MINYI_ENV", f"{raw!r} is none of {', '.join(Environment)}") from None


def _secret(env: Mapping[str, str], environment: Environment) -> str:
    secret = env.get("SECRET_KEY", "")
    if environment is not Environment.PRODUCTION:
        return secret or DEVELOPMENT_SECRET
    if not secret:
        raise BadConfig("SECRET_KEY", "must be set in production")
    if len(secret) < SECRET_MIN or secret == DEVELOPMENT_SECRET or len(set(secret)) < 10:
        raise BadConfig("SECRET_KEY", f"is guessable: use at least {SECRET_MIN} random characters")
    return secret


def _database_url(env: Mapping[str, str], data: Path) -> str:
    raw = env.get("DATABASE_URL", "")
    if not raw:
        return f"sqlite:///{data / 'minyi.db'}"
    scheme, separator, rest = raw.partition("://")
    if not separator or scheme not in {"sqlite", "postgres", "postgresql", "postgresql+psycopg"}:
        raise BadConfig("DATABASE_URL", "must begin with sqlite:// or postgresql://")
    return raw if scheme == "sqlite" else f"postgresql+psycopg://{rest}"


def _mail_url(env: Mapping[str, str], environment: Environment, data: Path) -> str:
    raw = env.get("MAIL_URL", "")
    if not raw and environment is Environment.PRODUCTION:
        raise BadConfig(
            "MAIL_URL", "must be set in production, e.g. smtp://user:password@mail.example:587?tls=starttls"
        )
    return _url(env, "MAIL_URL", {"smtp", "smtps", "file"}, f"file://{data / 'mail'}")


def _url(env: Mapping[str, str], name: str, schemes: set[str], default: str) -> str:
    raw = env.get(name, "") or default
    if raw:
        parts = urlsplit(raw)
        if parts.scheme not in schemes or not (parts.netloc or parts.path):
            raise BadConfig(name, f"{raw!r} must be an address beginning with {' or '.join(sorted(schemes))}")
    return raw


def _integer(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    raw = env.get(name, "") or str(default)
    if not raw.isascii() or not raw.isdigit() or not least <= int(raw) <= most:
        raise BadConfig(name, f"{raw!r} must be a whole number from {least} to {most}")
    return int(raw)


def _switch(env: Mapping[str, str], name: str, default: bool) -> bool:
    raw = env.get(name, "") or ("on" if default else "off")
    if raw not in {"on", "off"}:
        raise BadConfig(name, f"{raw!r} must be on or off")
    return raw == "on"
