"""The environment, read once into a frozen `Config`. A missing, malformed or dangerous value stops start-up by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from app.core.providers import BadProviders, Provider, read_providers

ROOT = Path(__file__).resolve().parent.parent
SECRET_MIN = 32
DEVELOPMENT_SECRET = "for-development-only-not-a-secret-at-all"  # noqa: S105  refused outside development
REQUIRED, OFFERED = "required", "offered"
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
POSTGRESQL = {"postgres", "postgresql", "postgresql+psycopg"}

DEVELOPMENT_MARK = "development"
"""An empty file of this name in the data folder says that it is a developer's: `make run` leaves it there."""


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
    identity_key: str
    second_factor: str
    identity_providers: tuple[Provider, ...]
    sms_url: str
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
    data = Path(env.get("MINYI_DATA") or ROOT / "var").absolute()
    environment = _environment(env, data)
    base_url = _base_url(env, environment)
    return Config(
        environment=environment,
        data=data,
        database_url=_database_url(env, data),
        redis_url=_address(env, "REDIS_URL", {"redis", "rediss", "unix"}, "") or None,
        secret_key=_secret(env, "SECRET_KEY", environment),
        identity_key=_secret(env, "IDENTITY_KEY", environment),
        second_factor=_second_factor(env, environment),
        identity_providers=_providers(env),
        sms_url=_sms_url(env, environment, data),
        mail_url=_mail_url(env, environment, data),
        mail_from=env.get("MAIL_FROM") or f"minyi@{urlsplit(base_url).hostname}",
        base_url=base_url,
        proxies=_integer(env, "PROXIES", 0, 0, 5),
        limits=_switch(env, "LIMITS", True),
    )


def _environment(env: Mapping[str, str], data: Path) -> Environment:
    """Production, unless it is said otherwise, or `make run` made this folder: then commands beside it know."""
    made_by_make_run = (data / DEVELOPMENT_MARK).exists()
    raw = env.get("MINYI_ENV") or (Environment.DEVELOPMENT if made_by_make_run else Environment.PRODUCTION)
    try:
        return Environment(raw)
    except ValueError:
        raise BadConfig("MINYI_ENV", f"{raw!r} is none of {', '.join(Environment)}") from None


def _secret(env: Mapping[str, str], name: str, environment: Environment) -> str:
    secret = env.get(name, "")
    if environment is not Environment.PRODUCTION:
        return secret or DEVELOPMENT_SECRET
    if not secret:
        raise BadConfig(name, "must be set in production")
    # A text that repeats itself is found in its double before the end.
    repeats = secret in (secret + secret)[1:-1]
    if len(secret) < SECRET_MIN or len(set(secret)) < 10 or repeats or secret == DEVELOPMENT_SECRET:
        raise BadConfig(name, f"is guessable: use at least {SECRET_MIN} random characters")
    return secret


def _second_factor(env: Mapping[str, str], environment: Environment) -> str:
    """Whether those who act for others need one. In production nobody can switch it off, also not by mistake."""
    wanted = env.get("SECOND_FACTOR") or (REQUIRED if environment is Environment.PRODUCTION else OFFERED)
    if wanted not in {REQUIRED, OFFERED}:
        raise BadConfig("SECOND_FACTOR", f"{wanted!r} must be {REQUIRED} or {OFFERED}")
    if environment is Environment.PRODUCTION and wanted != REQUIRED:
        raise BadConfig("SECOND_FACTOR", "cannot be left to officers in production")
    return wanted


def _base_url(env: Mapping[str, str], environment: Environment) -> str:
    """Scheme and host of the site. Links in mails and the flags of cookies follow from it, never from a request."""
    name = "BASE_URL"
    production = environment is Environment.PRODUCTION
    if production and not env.get(name):
        raise BadConfig(name, "must be set in production, for the links in mails")
    port = _integer(env, "PORT", 8000, 1, 65535)
    parts = urlsplit(_address(env, name, {"http", "https"}, f"http://localhost:{port}"))
    if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise BadConfig(name, "must be a scheme and a host and nothing more, e.g. https://minyi.example")
    if production and parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise BadConfig(name, "must begin with https:// in production, or sign-ins travel unprotected")
    return f"{parts.scheme}://{parts.netloc}"


def _database_url(env: Mapping[str, str], data: Path) -> str:
    raw = env.get("DATABASE_URL") or URL.create("sqlite", database=str(data / "minyi.db")).render_as_string()
    scheme, separator, rest = raw.partition("://")
    if not separator or scheme not in POSTGRESQL | {"sqlite"}:
        raise BadConfig("DATABASE_URL", "must begin with sqlite:// or postgresql://")
    try:
        url = make_url(raw)
    except (ArgumentError, ValueError):
        raise BadConfig("DATABASE_URL", "is no address of a database") from None
    if scheme == "sqlite":
        return _sqlite_url(url)
    if not url.database:
        raise BadConfig("DATABASE_URL", "must name a database, e.g. postgresql://minyi@/minyi")
    return f"postgresql+psycopg://{rest}"


def _sqlite_url(url: URL) -> str:
    """An absolute path: libraries differ in where they begin a relative one."""
    if url.host or not url.database or ":memory:" in url.database:
        raise BadConfig("DATABASE_URL", "must name a file that all processes share, e.g. sqlite:////var/lib/minyi.db")
    return url.set(database=str(Path(url.database).absolute())).render_as_string()


def _mail_url(env: Mapping[str, str], environment: Environment, data: Path) -> str:
    raw = env.get("MAIL_URL", "")
    if not raw and environment is Environment.PRODUCTION:
        raise BadConfig(
            "MAIL_URL", "must be set in production, e.g. smtp://user:password@mail.example:587?tls=starttls"
        )
    return _address(env, "MAIL_URL", {"smtp", "smtps", "file"}, (data / "mail").as_uri())


def _sms_url(env: Mapping[str, str], environment: Environment, data: Path) -> str:
    """Where text messages leave; "" where none can. In production a token must not travel in the open."""
    default = "" if environment is Environment.PRODUCTION else (data / "texts.log").as_uri()
    url = _address(env, "SMS_URL", {"https", "http", "file"}, default)
    if urlsplit(url).scheme == "http" and urlsplit(url).hostname not in LOOPBACK:
        raise BadConfig("SMS_URL", "must begin with https://, or codes and the token travel unprotected")
    return url


def _providers(env: Mapping[str, str]) -> tuple[Provider, ...]:
    name = "IDENTITY_PROVIDERS"
    try:
        return read_providers(Path(env[name])) if env.get(name) else ()
    except BadProviders as problem:
        raise BadConfig(name, str(problem)) from None


def _address(env: Mapping[str, str], name: str, schemes: set[str], default: str) -> str:
    """An address of one of the schemes, or the default. A refusal does not repeat it: it may hold a password."""
    raw = env.get(name) or default
    if raw and not _is_address(raw, schemes):
        known = " or ".join(f"{scheme}://" for scheme in sorted(schemes))
        raise BadConfig(name, f"must be an address beginning with {known}")
    return raw


def _is_address(raw: str, schemes: set[str]) -> bool:
    try:
        parts = urlsplit(raw)
        place = _place(parts)
    except ValueError:
        return False
    return "://" in raw and parts.scheme in schemes and bool(place) and raw.isprintable() and " " not in raw


def _place(parts: SplitResult) -> str:
    """The host, or the path of what lies on this machine. ValueError for a port that is none."""
    if parts.scheme in {"file", "unix"}:
        return "" if parts.hostname else parts.path
    return "" if parts.port == 0 else parts.hostname or ""


def _integer(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    raw = env.get(name, "") or str(default)
    if not raw.isascii() or not raw.isdigit() or len(raw) > 9 or not least <= int(raw) <= most:
        raise BadConfig(name, f"{raw!r} must be a whole number from {least} to {most}")
    return int(raw)


def _switch(env: Mapping[str, str], name: str, default: bool) -> bool:
    raw = env.get(name, "") or ("on" if default else "off")
    if raw not in {"on", "off"}:
        raise BadConfig(name, f"{raw!r} must be on or off")
    return raw == "on"
