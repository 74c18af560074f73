"""The outbox, for the developer: in development there is no mailbox to look into."""

from __future__ import annotations

from ipaddress import ip_address

from flask import Blueprint, current_app, render_template, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from app.config import Environment
from app.core.errors import NotFound
from app.core.permissions import Permission
from app.notices.mail import check_settings
from app.notices.queries import newest_letters
from app.web.acting import ctx, guard

bp = Blueprint("notices", __name__)
SHOWN = 50
HERE = {"localhost", "127.0.0.1", "[::1]"}


@bp.record_once
def _check_mail(state: BlueprintSetupState) -> None:
    """A way out that cannot work stops the start, not the first letter."""
    config = state.app.config["CONFIG"]
    check_settings(config.mail_url, config.mail_from)


@bp.get("/dev/mail")
@guard(Permission.READ)
def outbox() -> ResponseReturnValue:
    """The newest letters, their links ready to be followed."""
    if not _is_the_developer():
        raise NotFound()
    return render_template("notices/outbox.html", letters=newest_letters(ctx(), SHOWN))


def _is_the_developer() -> bool:
    """On a development machine and from that machine: the letters hold the keys to every account.

    The name asked for and the headers of proxies count, too: through a tunnel everybody seems to come from here.
    """
    config = current_app.config["CONFIG"]
    forwarded = {"Forwarded", "X-Forwarded-For"} & set(request.headers.keys())
    local = ip_address(request.remote_addr or "0.0.0.0").is_loopback  # noqa: S104  read, not bound
    named = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    return config.environment is Environment.DEVELOPMENT and local and named in HERE and not forwarded
