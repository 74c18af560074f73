"""Commands: they parse, open a unit of work, and call an action."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from alembic import command
from alembic.config import Config as AlembicConfig
from flask import Flask, current_app
from flask.cli import with_appcontext
from psycopg.errors import UndefinedTable
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.access.enrolling import reset_factors
from app.accounts import administrators
from app.accounts.queries import person_by_email
from app.config import ROOT
from app.core.errors import Refusal
from app.endorsements.cli import endorsements
from app.instance.cli import clock
from app.issues.importing import import_conversation
from app.jobs import run_worker
from app.opinions.jobs import draw_maps
from app.opinions.polis_export import read_export
from app.opinions.polis_table import BadExport
from app.policies.cli import policy
from app.sample.commands import sample
from app.web.acting import acting


def register_commands(app: Flask) -> None:
    """Add every command of the platform."""
    for one in (
        migrate,
        worker,
        import_polis,
        name_administrator,
        reset_second_factor,
        policy,
        sample,
        clock,
        endorsements,
    ):
        app.cli.add_command(_ending_plainly(one))


def _ending_plainly(command: click.Command) -> click.Command:
    """The command; where the database is away or has no tables yet, it ends with one line."""
    run = command.invoke

    def invoke(context: click.Context) -> Any:
        try:
            return run(context)
        except (OperationalError, ProgrammingError) as failed:
            said = " ".join(str(failed.orig).split())
            has_no_tables = "no such table" in said or isinstance(failed.orig, UndefinedTable)
            hint = "; `flask migrate` makes the tables" if has_no_tables else ""
            raise click.ClickException(f"DATABASE_URL: {said}{hint}") from failed

    command.invoke = invoke  # type: ignore[method-assign]
    return command


def alembic_config(url: str) -> AlembicConfig:
    """Alembic's settings for one database; there is no ini file."""
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(ROOT / "migrations"))
    settings.attributes["url"] = url
    return settings


@click.command("migrate")
@click.argument("revision", default="head")
@with_appcontext
def migrate(revision: str) -> None:
    """Bring the database to the newest (or the named) revision."""
    config = current_app.config["CONFIG"]
    Path(config.data).mkdir(parents=True, exist_ok=True)
    command.upgrade(alembic_config(config.database_url), revision)


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Run the job worker until it is told to stop."""
    run_worker(current_app.extensions["queue"])


@click.command("import-polis")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--agency", required=True, help="Short name of the agency that will own the issue.")
@click.option("--slug", required=True, help="Address of the issue: /issues/SLUG.")
@click.option("--lang", default="en", show_default=True, help="Language of the texts that are not Chinese (BCP 47).")
@with_appcontext
def import_polis(folder: Path, agency: str, slug: str, lang: str) -> None:
    """Import the open-data export of a Polis conversation in FOLDER as an issue, all of it or nothing.

    The last line of output is one JSON object with what the export holds. A second run changes nothing.
    """
    try:
        export = read_export(folder)
        with acting().work() as ctx:
            done = import_conversation(ctx, export, agency, slug, lang)
    except BadExport as bad:
        raise click.ClickException(str(bad)) from None
    except Refusal as refusal:
        raise click.ClickException(f"{slug} ({agency}): {refusal}") from None
    draw_maps(acting().work)
    click.echo(f"/issues/{slug}: {'imported' if done.changed else 'nothing new'}")
    counts = {"statements": done.statements, "participants": done.participants, "votes": done.votes}
    click.echo(json.dumps(counts | {"skipped": sum(export.skipped.values()), "reasons": dict(export.skipped)}))


@click.command("name-administrator")
@click.argument("email")
@with_appcontext
def name_administrator(email: str) -> None:
    """Make the person with this confirmed EMAIL address an administrator of the instance."""
    try:
        with acting().work() as ctx:
            person = administrators.name_administrator(ctx, email)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"{person.name} administers this instance now.")


@click.command("reset-second-factor")
@click.argument("email")
@with_appcontext
def reset_second_factor(email: str) -> None:
    """Take the second factor of the person with this EMAIL address away, who has lost it. Make sure who asks."""
    with acting().work() as ctx:
        person = person_by_email(ctx.session, email)
        if person is not None:
            reset_factors(ctx, person.id)
    if person is None:
        raise click.ClickException("Nobody with this address has an account here.")
    click.echo(f"{person.name} is signed out everywhere and sets up a new second factor after the password.")
