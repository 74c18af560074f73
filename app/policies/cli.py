"""`flask policy check`, `flask policy presets`, `flask policy publish`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import force_locale, gettext

from app.core.bounds import BadDocument
from app.core.errors import Invalid, Refusal
from app.core.language import LOCALES
from app.core.policy import Policy
from app.policies.actions import publish_policy
from app.policies.documents import PRESETS, preset_text
from app.policies.rules import PublicationInput
from app.policies.wording import rules_in_words
from app.web.acting import acting

policy = AppGroup("policy", help="The rules of this instance: check, look at presets, publish.")
FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
LANG = click.option("--lang", type=click.Choice(LOCALES), default=LOCALES[0], show_default=True)


@policy.command("check")
@FILE
@LANG
def check(file: Path, lang: str) -> None:
    """Print the rules of FILE (TOML) in words, or each fault with its place; ends with 1 if there is any."""
    with force_locale(lang.replace("-", "_")):
        for group in rules_in_words(_read(file)):
            click.echo(f"\n{group.title}")
            for rule in group.rules:
                click.echo(f"  {rule.text}")


@policy.command("presets")
@click.argument("name", type=click.Choice(PRESETS), required=False)
def presets(name: str | None) -> None:
    """List the presets, or print the one called NAME to begin from."""
    click.echo(preset_text(name) if name else "\n".join(PRESETS))


@policy.command("publish")
@FILE
@click.option("--office", required=True, help="Name of the office that publishes the rules.")
@click.option("--note", required=True, help="Why the rules change.")
@click.option("--from", "first_day", type=click.DateTime(["%Y-%m-%d"]), help="First day in force; by default today.")
@LANG
def publish(file: Path, office: str, note: str, first_day: datetime | None, lang: str) -> None:
    """Publish the rules of FILE (TOML) as a new version. What was begun before keeps its own."""
    with force_locale(lang.replace("-", "_")):
        rules = _read(file)
        try:
            with acting().work() as ctx:
                day = first_day.date() if first_day else ctx.today
                version = publish_policy(ctx, PublicationInput(rules, day, {lang: office}, {lang: note}))
        except Refusal as refusal:
            faults = refusal.fields.values() if isinstance(refusal, Invalid) else ()
            raise click.ClickException(" ".join(map(gettext, faults)) or str(refusal)) from None
    click.echo(f"/policies/{version}: {day.isoformat()}")


def _read(file: Path) -> Policy:
    try:
        return Policy.from_toml(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise click.ClickException(gettext("The file is not text in UTF-8.")) from None
    except BadDocument as bad:
        for fault in bad.faults:
            words = gettext(fault.reason, **fault.values) if fault.values else gettext(fault.reason)
            click.echo(f"{fault.place}: {words}" if fault.place else words, err=True)
        raise click.exceptions.Exit(1) from None
