"""Commands: they parse, open a unit of work, and call an action."""

from __future__ import annotations

from pathlib import Path

import click
from alembic import command
from alembic.config import Config as AlembicConfig
from flask import Flask, current_app

from app.config import ROOT


def register_commands(app: Flask) -> None:
    """Add every command of the platform."""
    app.cli.add_command(migrate)
    app.cli.add_command(worker)


def alembic_config(url: str) -> AlembicConfig:
    """Alembic's settings for one database; there is no ini file."""
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(ROOT / "migrations"))
    settings.attributes["url"] = url
    return settings


@click.command("migrate")
@click.argument("revision", default="head")
def migrate(revision: str) -> None:
    """Bring the database to the newest (or the named) revision."""
    config = current_app.config["CONFIG"]
    Path(config.data).mkdir(parents=True, exist_ok=True)
    command.upgrade(alembic_config(config.database_url), revision)


@click.command("worker")
def worker() -> None:
    """Run the job worker until it is told to stop."""
    from app.jobs import run_worker

    run_worker(current_app.extensions["queue"])
