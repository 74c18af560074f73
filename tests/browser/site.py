"""The platform as people meet it: a server on a port of its own, with a clock that obeys and jobs run by hand."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from apiflask import APIFlask
from flask_babel import force_locale, gettext, ngettext
from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app
from app.cli import alembic_config
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.permissions import SYSTEM, Actor
from app.extensions import db
from app.notices.models import Letter
from app.schedule import JOBS

HOST = "127.0.0.1"
NewDatabase = Callable[[Path], str]
"""Makes a migrated, empty database, in this folder if it is a file; returns its address."""


@dataclass(frozen=True)
class Site:
    """A running instance. `address` is scheme, host and port."""

    app: APIFlask
    clock: FixedClock
    address: str

    @contextmanager
    def work(self, actor: Actor = SYSTEM) -> Iterator[Context]:
        """One unit of work beside the server, committed at the end."""
        with self.app.app_context(), self.app.extensions["acting"].work(actor) as ctx:
            yield ctx

    def run_job(self, name: str) -> None:
        """Run one job of the schedule now, as a worker would."""
        with self.app.app_context():
            JOBS[name](self.app.extensions["acting"].work)

    def letters(self, recipient: str) -> list[str]:
        """Texts of the mails to somebody, the newest first."""
        with self.work() as ctx:
            query = sa.select(Letter.text).where(Letter.recipient == recipient).order_by(Letter.id.desc())
            return list(ctx.session.scalars(query))

    def words(self, locale: str, message: str, /, **values: object) -> str:
        """A sentence of the interface, in the language of its readers."""
        with self.app.test_request_context(), force_locale(locale.replace("-", "_")):
            return gettext(message, **values)

    def count_words(self, locale: str, one: str, many: str, number: int, /, **values: object) -> str:
        """A sentence of the interface that counts."""
        with self.app.test_request_context(), force_locale(locale.replace("-", "_")):
            return ngettext(one, many, number, **values)


class _Quiet(WSGIRequestHandler):
    """No line per request: a failing test shows what it was about by itself."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


def migrate(url: str) -> None:
    """Bring a database to the newest revision, as `flask migrate` does."""
    command.upgrade(alembic_config(url), "head")


def sqlite_databases(template: Path) -> NewDatabase:
    """Migrates one SQLite file and hands out copies of it."""
    migrate(f"sqlite:///{template}")

    def new(folder: Path) -> str:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(template, folder / "minyi.db")
        return f"sqlite:///{folder / 'minyi.db'}"

    return new


@contextmanager
def serving(
    database_url: str, data: Path, clock: FixedClock, environment: str = "test", name: str = HOST
) -> Iterator[Site]:
    """Serve an instance on a free port until the block ends; `name` is what browsers call the machine."""
    with socket.create_server((HOST, 0)) as listener:
        address = f"http://{name}:{listener.getsockname()[1]}"
        env = {
            "MINYI_ENV": environment,
            "MINYI_DATA": str(data),
            "DATABASE_URL": database_url,
            "LIMITS": "off",
            "BASE_URL": address,
        }
        app = create_app(env, clock)
        app.extensions["queue"].immediate = False
        server = make_server(HOST, 0, app, threaded=True, request_handler=_Quiet, fd=listener.fileno())
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield Site(app, clock, address)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            with app.app_context():
                db.engine.dispose()
