"""What tests stand on: one application per engine and process, an empty database per test, a clock that obeys.

`MINYI_TEST_ENGINE=postgresql` runs the same tests on a real PostgreSQL server.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import create_app
from app.core.base import Base
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.permissions import SYSTEM, Actor
from app.extensions import db, limiter
from app.instance.queries import forget_settings
from app.opinions.placing import forget_memories
from app.policies.queries import forget_policies
from app.schedule import JOBS
from tests.support.builders import Make
from tests.support.pages import Browser, Client
from tests.support.postgres import running_postgres

ENGINE = os.environ.get("MINYI_TEST_ENGINE", "sqlite")
NOON = datetime(2026, 11, 4, 4, 0, tzinfo=UTC)
"""Wednesday 4 November 2026, noon in Taipei."""


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty database of the engine under test."""
    if ENGINE == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('db') / 'test.db'}"
        return
    with running_postgres() as server:
        yield server.create_database()


@pytest.fixture
def empty_database(tmp_path: Path) -> Iterator[str]:
    """A database of the engine under test with nothing in it."""
    if ENGINE == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    with running_postgres() as server:
        yield server.create_database()


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instance's folder of files, mail and queue."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def clock() -> FixedClock:
    """The clock of the application under test; every test starts at `NOON`."""
    return FixedClock(NOON)


@pytest.fixture(scope="session")
def built_app(database_url: str, data_folder: Path, clock: FixedClock) -> Iterator[APIFlask]:
    """The application with its tables."""
    env = {
        "MINYI_ENV": "test",
        "MINYI_DATA": str(data_folder),
        "DATABASE_URL": database_url,
        "LIMITS": "off",
        "BASE_URL": "http://localhost",
    }
    app = create_app(env, clock)
    app.testing = True
    app.test_client_class = Client
    app.extensions["queue"].immediate = False
    with app.app_context():
        Base.metadata.create_all(db.engine)
        yield app
        db.session.remove()
        Base.metadata.drop_all(db.engine)
        db.engine.dispose()


@pytest.fixture
def app(built_app: APIFlask, clock: FixedClock) -> APIFlask:
    """The application with an empty database, at `NOON`, without the limits another test may have switched on."""
    clock.travel_to(NOON)
    db.session.remove()
    forget_settings()
    limiter.enabled = False
    with Session(db.engine) as session, session.begin():
        empty(session)
    return built_app


def empty(session: Session) -> None:
    """Delete every row of every table, and what the process remembers of maps and rules: their numbers come again."""
    forget_memories()
    forget_policies()
    for table in reversed(Base.metadata.sorted_tables):
        session.execute(table.delete())


@pytest.fixture
def work(app: APIFlask) -> Callable[..., AbstractContextManager[Context]]:
    """Open a unit of work as somebody (the system by default): `with work(actor) as ctx: ...`."""

    @contextmanager
    def open_work(actor: Actor = SYSTEM) -> Iterator[Context]:
        with app.extensions["acting"].work(actor) as ctx:
            yield ctx

    return open_work


@pytest.fixture
def make(app: APIFlask, work: Callable[..., AbstractContextManager[Context]]) -> Make:
    """Builders with honest defaults."""
    return Make(work)


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    """A bare HTTP client, for the API."""
    return app.test_client()


@pytest.fixture
def browser(app: APIFlask) -> Browser:
    """A visitor who reads pages and fills in their forms, CSRF and all."""
    return Browser(app)


@pytest.fixture
def run_job(app: APIFlask) -> Callable[[str], None]:
    """Run one job of the schedule now, as a worker would."""
    return lambda name: JOBS[name](app.extensions["acting"].work) and None
