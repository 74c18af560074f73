"""Health: a process that answers, and an instance that is fit to serve, told apart and told why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from apiflask import APIFlask
from flask.testing import FlaskClient

from app import create_app
from app.config import ROOT
from app.core.clock import FixedClock
from app.extensions import db


@pytest.fixture
def migrated(app: APIFlask) -> Iterator[None]:
    """The mark of the newest migration, as `flask migrate` leaves it."""
    newest = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
    with db.engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
        connection.execute(sa.text("DELETE FROM alembic_version"))
        connection.execute(sa.text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": newest})
    yield
    with db.engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE alembic_version"))


def test_an_instance_with_a_living_worker_is_ready(
    migrated: None, client: FlaskClient, run_job: Callable[[str], None]
) -> None:
    run_job("heartbeat")
    answer = client.get("/readyz")
    assert answer.json == {"database": "ok", "migrations": "ok", "worker": "ok"}
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_silent_worker_makes_it_unready(
    migrated: None, client: FlaskClient, run_job: Callable[[str], None], clock: FixedClock
) -> None:
    run_job("heartbeat")
    clock.advance(timedelta(minutes=4))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["worker"] == "not seen"


def test_a_forgotten_migration_makes_it_unready(migrated: None, client: FlaskClient) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'older'"))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["migrations"].startswith("at older")


def test_without_a_database_the_process_lives_but_is_not_ready(tmp_path: Path) -> None:
    away = create_app(
        {"MINYI_ENV": "test", "MINYI_DATA": str(tmp_path), "DATABASE_URL": "sqlite:////nowhere/at/all.db"}
    )
    client = away.test_client()
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").json == {"database": "unreachable"}
    assert client.get("/readyz").status_code == 503
