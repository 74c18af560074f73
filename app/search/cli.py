"""`flask search rebuild`."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.core.database import reading
from app.search.building import rebuild
from app.search.queries import entry_counts
from app.web.acting import acting

search = AppGroup("search", help="What the search finds.")


@search.command("rebuild")
def rebuild_command() -> None:
    """Write the whole index anew, while the site runs; prints how many things of each kind can be found."""
    rebuild(acting().work)
    with reading(), acting().work() as ctx:
        for kind, count in entry_counts(ctx).items():
            click.echo(f"{kind} {count}")
