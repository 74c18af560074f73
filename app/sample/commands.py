"""`flask sample load` and `flask sample sign-ins`: the sample city, for trying things out."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from app.config import REQUIRED
from app.sample.content import load_sample_city
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
