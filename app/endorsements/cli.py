"""`flask endorsements check`: do the counters equal their rows?"""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.endorsements.queries import drift
from app.web.acting import acting

endorsements = AppGroup("endorsements", help="Endorsements of proposals.")


@endorsements.command("check")
def check() -> None:
    """Compare every counter with the rows it counts; fails where they differ."""
    with acting().work() as ctx:
        off = drift(ctx)
    click.echo(f"Drift: {off}")
    if off:
        raise SystemExit(1)
