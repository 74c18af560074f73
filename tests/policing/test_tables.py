"""Tables: the migrations build exactly the models, down again as well, and what is public has its operation."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from apiflask import APIFlask
from flask.testing import FlaskClient

from app.cli import alembic_config
from app.core.base import Base, is_mapped
from app.core.database import prepare
from tests.policing.sources import ROOT


def migrated(url: str) -> sa.Engine:
    """A database brought to the newest revision."""
    command.upgrade(alembic_config(url), "head")
    return prepare(sa.create_engine(url))


def test_there_is_one_newest_revision() -> None:
    assert len(ScriptDirectory(str(ROOT / "migrations")).get_heads()) == 1


def test_the_migrations_build_the_models_and_take_them_down(empty_database: str) -> None:
    engine = migrated(empty_database)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_mapped})
        differences = compare_metadata(context, Base.metadata)
    assert differences == []
    command.downgrade(alembic_config(empty_database), "base")
    assert set(sa.inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()


def test_a_forgotten_migration_would_be_noticed(tmp_path: Path) -> None:
    engine = migrated(f"sqlite:///{tmp_path / 'one.db'}")
    more = sa.MetaData(naming_convention=Base.metadata.naming_convention)
    for table in Base.metadata.sorted_tables:
        table.to_metadata(more)
    sa.Table("forgotten", more, sa.Column("id", sa.Integer, primary_key=True))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), more)
    engine.dispose()


def test_every_public_table_has_an_operation(app: APIFlask, client: FlaskClient) -> None:
    tags = {tag for path in client.get("/api/v1/openapi.json").json["paths"] for tag in path.split("/")}
    missing = {
        mapper.class_.__name__: mapper.class_.__api__
        for mapper in Base.registry.mappers
        if mapper.class_.__api__ is not None and mapper.class_.__api__ not in tags
    }
    assert not missing


def test_every_table_says_what_it_is() -> None:
    silent = [m.class_.__name__ for m in Base.registry.mappers if not (m.class_.__dict__.get("__doc__") or "").strip()]
    assert not silent
