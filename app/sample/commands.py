"""`flask sample load`, `sign-ins`, `people` and `proposal`: the sample city and a crowd, for trying things out."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.config import REQUIRED
from app.sample.content import load_sample_city
from app.sample.crowd import sample_people, sample_proposal
from app.sample.loading import is_empty, load_city
from app.web.acting import acting

sample = AppGroup("sample", help="The sample city: invented people, simulated votes.")


@sample.command("load")
def load() -> None:
    """Load the sample city into an empty instance; where anything has been entered, change nothing."""
    with acting().work() as ctx:
        if not is_empty(ctx):
            return
        content = load_city(ctx)
    click.echo(f"Loaded the sample city: {len(content.agencies)} agencies, {len(content.issues)} issues.")


@sample.command("sign-ins")
def sign_ins() -> None:
    """Print the address of the site and the accounts of the sample city that are worth trying."""
    config = current_app.config["CONFIG"]
    base_url = config.base_url
    with acting().work() as ctx:
        content = load_sample_city(ctx.today)
    click.echo(f"\n  {base_url}        English: {base_url}/en/\n")
    for person in content.people:
        if person.featured:
            click.echo(f"  {person.email:36} {person.about['en']}")
    click.echo(f"\n  The password of all of them: {content.city.password}")
    if config.second_factor != REQUIRED:
        click.echo("  No second factor is asked for here; in production every officer needs one.")
    click.echo()


@sample.command("people")
@click.argument("how_many", type=click.IntRange(1, 100_000))
@click.option("--tokens", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File to write to.")
def people(how_many: int, tokens: Path) -> None:
    """Add HOW_MANY sample people and write one personal API token a line. For development only."""
    _only_in_development()
    with acting().work() as ctx:
        made = sample_people(ctx, how_many)
    tokens.write_text("\n".join(made) + "\n", encoding="ascii")
    click.echo(f"Added {len(made)} sample people.")


@sample.command("proposal")
@click.option("--threshold", required=True, type=click.IntRange(1, 1_000_000), help="Endorsements it needs.")
def proposal(threshold: int) -> None:
    """Open a sample proposal that collects endorsements; the last line is its id and slug as JSON."""
    _only_in_development()
    with acting().work() as ctx:
        opened = sample_proposal(ctx, threshold)
    click.echo(json.dumps({"id": opened.id, "slug": opened.slug}))


def _only_in_development() -> None:
    if current_app.config["CONFIG"].is_production:
        raise click.ClickException("Sample people and proposals are for development only.")
