"""Commands about the office calendar."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click
import sqlalchemy as sa
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.database import reading
from app.core.deadline import DAY_UNITS, Unit
from app.core.errors import Invalid
from app.extensions import db
from app.instance.models import SettingsRow
from app.instance.queries import reckon
from app.instance.reckoning import present_due
from app.instance.rules import AMOUNTS
from app.web.acting import acting

clock = AppGroup("clock", help="Count periods by the office calendar.")


@clock.command("due")
@click.option("--from", "start", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Day of the event: day zero.")
@click.option("--amount", type=click.IntRange(AMOUNTS.start, AMOUNTS.stop - 1), required=True, help="How many units.")
@click.option("--unit", type=click.Choice([unit.value for unit in DAY_UNITS]), required=True, help="What is counted.")
@click.option("--area", help="Area of the country (ISO 3166-2), such as TW-TPE; else the instance's own.")
def due(start: datetime, amount: int, unit: str, area: str | None) -> None:
    """Print when a period ends, with its rule and every day passed over, as one JSON object."""
    try:
        with _looking() as ctx:
            found = reckon(ctx, start.date(), amount, Unit(unit), area)
            answer = present_due(found, area or ctx.settings.area)
    except Invalid as refusal:
        name, words = next(iter(refusal.fields.items()))
        raise click.BadParameter(words, param_hint=f"--{name}") from None
    click.echo(json.dumps(answer, ensure_ascii=False))


@contextmanager
def _looking() -> Iterator[Context]:
    """A unit of work that only reads. Where there is no table yet nothing was entered: the platform's rules hold."""
    with reading():
        if sa.inspect(db.engine).has_table(SettingsRow.__tablename__):
            with acting().work() as ctx:
                yield ctx
        else:
            with Session(db.engine) as session:
                yield Context(session)
